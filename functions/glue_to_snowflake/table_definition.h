// A Glue table as the external table that reads it in Snowflake, or the reason why there is none.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "common/aws/glue_client.h"
#include "common/base/result.h"
#include "common/snowflake/external_table.h"
#include "functions/glue_to_snowflake/config.h"
#include "functions/glue_to_snowflake/snowflake_settings.h"

namespace glue_to_snowflake {

struct TableDefinition {
    snowflake::ExternalTable table;
    std::vector<std::string> notes;  // what differs from Hive's reading
};

// A table that is left alone, and why.
struct Skip {
    std::string reason;
};

using TargetName = std::variant<snowflake::TableName, Skip>;
using DefinitionOrSkip = std::variant<TableDefinition, Skip>;

// The name in Snowflake: of the database rule or map, after the filters. Kind data_invalid for a
// name that Snowflake cannot hold.
base::Result<TargetName> target_name(std::string_view database, std::string_view table,
                                     const Config& config);

// Kind data_invalid, naming the column or the property, where the table is not as Glue has it.
base::Result<DefinitionOrSkip> define_table(const aws::GlueTable& table,
                                            const snowflake::TableName& name, const Config& config,
                                            const SnowflakeSettings& settings);

}  // namespace glue_to_snowflake

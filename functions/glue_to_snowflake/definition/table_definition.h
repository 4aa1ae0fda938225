// A Glue table as the external table that reads it in Snowflake, as the Iceberg table that follows
// it, or the reason why there is neither. A function of the table and the settings alone: what it
// gives for an unchanged table never changes.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/aws/glue_client.h"
#include "common/base/result.h"
#include "common/snowflake/external_table.h"
#include "common/snowflake/iceberg_table.h"
#include "common/snowflake/stage.h"
#include "functions/glue_to_snowflake/config.h"
#include "functions/glue_to_snowflake/definition/target_name.h"
#include "functions/glue_to_snowflake/snowflake_settings.h"

namespace glue_to_snowflake {

struct TableDefinition {
    snowflake::ExternalTable table;
    // The stage that the location is on, where it is one of the table's own.
    std::optional<snowflake::ExternalStage> stage = {};
    // COPY_COMMENTS: the catalog's. Nothing: off, and what a comment says before the mark stays.
    std::optional<std::string> description = {};
    std::vector<std::string> notes = {};  // what differs from Hive's reading
};

struct IcebergDefinition {
    snowflake::IcebergTable table;
    std::optional<std::string> description = {};
    std::vector<std::string> notes = {};
};

using Definition = std::variant<TableDefinition, IcebergDefinition, Skip>;

// Kind data_invalid, naming the column or the property, where the table is not as Glue has it.
base::Result<Definition> define_table(const aws::GlueTable& table, const snowflake::TableName& name,
                                      const Config& config, const SnowflakeSettings& settings);

}  // namespace glue_to_snowflake

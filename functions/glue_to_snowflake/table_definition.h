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

// A table that is left alone, and why.
struct Skip {
    std::string reason;
};

using TargetSchema = std::variant<snowflake::SchemaName, Skip>;
using TargetName = std::variant<snowflake::TableName, Skip>;
using Definition = std::variant<TableDefinition, IcebergDefinition, Skip>;

// The schema of a database's tables: of the database rule or map, after DATABASE_FILTER. Kind
// data_invalid for a name that Snowflake cannot hold.
base::Result<TargetSchema> target_schema(std::string_view database, const Config& config);

// The name in Snowflake: of the database rule or map, after the filters. Kind data_invalid for a
// name that Snowflake cannot hold.
base::Result<TargetName> target_name(std::string_view database, std::string_view table,
                                     const Config& config);

// Kind data_invalid, naming the column or the property, where the table is not as Glue has it.
base::Result<Definition> define_table(const aws::GlueTable& table, const snowflake::TableName& name,
                                      const Config& config, const SnowflakeSettings& settings);

}  // namespace glue_to_snowflake

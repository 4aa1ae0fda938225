// The settings of glue_to_snowflake, from the environment.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/environment.h"
#include "common/snowflake/external_table.h"
#include "common/snowflake/sql.h"

namespace glue_to_snowflake {

enum class TargetType { snowflake, logging };
enum class DatabaseRule { double_underscore, map };
enum class IdentifierCase { upper, preserve };
enum class ColumnCase { automatic, exact, ignore_case };
enum class PartitionMode { expression, user_specified };
enum class DeletePolicy { ignore, drop, rename };

// "DB"."SCHEMA"
struct SchemaName {
    snowflake::Identifier database;
    snowflake::Identifier schema;
};

struct Config {
    std::string secret_id;
    TargetType target_type = TargetType::snowflake;
    DatabaseRule database_rule = DatabaseRule::double_underscore;
    std::map<std::string, SchemaName, std::less<>> database_map;
    std::vector<std::string> database_filter;
    std::vector<std::string> table_filter;
    IdentifierCase identifier_case = IdentifierCase::upper;
    ColumnCase column_case = ColumnCase::automatic;
    snowflake::AutoRefresh auto_refresh = snowflake::AutoRefresh::on;
};

// Faults go to the reader. Values of contracts that this version does not act on (PARTITION_MODE
// user_specified, DELETE_POLICY drop and rename, the Iceberg settings) are faults too, so that none
// is passed over in silence.
Config read_config(base::SettingsReader& settings);

// A target of DATABASE_MAP: two names with a dot between, each as it is or in double quotes.
base::Result<SchemaName> parse_schema_name(std::string_view text);

}  // namespace glue_to_snowflake

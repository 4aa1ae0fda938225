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

struct Config {
    std::string secret_id;
    // CATALOG_ID: the one that is mirrored, "123456789012", of a nested one "123456789012:name".
    // Empty: that of the function's own account.
    std::string catalog_id;
    TargetType target_type = TargetType::snowflake;
    DatabaseRule database_rule = DatabaseRule::double_underscore;
    std::map<std::string, snowflake::SchemaName, std::less<>> database_map;
    std::vector<std::string> database_filter;
    std::vector<std::string> table_filter;
    IdentifierCase identifier_case = IdentifierCase::upper;
    ColumnCase column_case = ColumnCase::automatic;
    PartitionMode partition_mode = PartitionMode::expression;
    snowflake::AutoRefresh auto_refresh = snowflake::AutoRefresh::on;
    DeletePolicy delete_policy = DeletePolicy::ignore;
    std::string iceberg_catalog_integration;  // empty: Iceberg tables are skipped
    std::string iceberg_external_volume;      // empty: the catalog vends credentials
    bool copy_comments = false;  // COPY_COMMENTS: the table's Description goes before the mark
    std::string region;          // AWS_REGION: China and GovCloud have stage URLs of their own
};

// Faults go to the reader.
Config read_config(base::SettingsReader& settings);

// A target of DATABASE_MAP: two names with a dot between, each as it is or in double quotes.
base::Result<snowflake::SchemaName> parse_schema_name(std::string_view text);

}  // namespace glue_to_snowflake

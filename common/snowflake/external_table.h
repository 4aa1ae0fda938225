// External tables as statements, in the one clause order that offline grammars and Snowflake share.
// Knows Snowflake, not Glue. Snowflake's pages: "CREATE EXTERNAL TABLE", "ALTER EXTERNAL TABLE",
// "ALTER TABLE" (columns of external tables), "COMMENT".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/snowflake/sql.h"

namespace snowflake {

struct VirtualColumn {
    Identifier name;
    Sql type;        // VARCHAR(20): only its base type, up to the bracket, is checked and kept true
    Sql expression;  // VALUE:"name"::VARCHAR
};

enum class AutoRefresh { off, on };

enum class PartitionType {
    expression,      // read from the names of files
    user_specified,  // each partition is added by a statement: no refresh at all, no pattern
};

struct ExternalTable {
    TableName name;
    std::vector<VirtualColumn> columns;
    std::vector<VirtualColumn> partition_columns;  // behind the columns, and in PARTITION BY
    PartitionType partition_type = PartitionType::expression;
    StagePath location;
    AutoRefresh auto_refresh = AutoRefresh::on;
    Sql file_format;  // TYPE = PARQUET BINARY_AS_TEXT = FALSE
};

enum class CreateMode {
    if_not_exists,
    replace,  // keeps grants (COPY GRANTS)
};

// CREATE [OR REPLACE] EXTERNAL TABLE [IF NOT EXISTS] "DB"."S"."T" ("C" TYPE AS (expression), …)
//   [PARTITION BY ("K", …)] LOCATION = @stage/path/ [PARTITION_TYPE = USER_SPECIFIED]
//   AUTO_REFRESH = TRUE|FALSE PATTERN = '…' FILE_FORMAT = (…) [COPY GRANTS] COMMENT = '…'
// The pattern leaves out files that Hive does not see: names that begin with _ or a dot. A user-
// specified table has neither AUTO_REFRESH nor PATTERN.
Sql create_external_table(const ExternalTable& table, CreateMode mode, std::string_view comment);

// AUTO_REFRESH = TRUE|FALSE, and PATTERN = '…': the same for every table.
Sql auto_refresh_clause(AutoRefresh auto_refresh);
Sql pattern_clause();

// ALTER TABLE … ADD COLUMN IF NOT EXISTS "C" TYPE AS (expression): one column a statement.
Sql add_column(const TableName& name, const VirtualColumn& column);
// ALTER TABLE … DROP COLUMN IF EXISTS "C"
Sql drop_column(const TableName& name, const Identifier& column);
// ALTER EXTERNAL TABLE … SET AUTO_REFRESH = TRUE|FALSE
Sql set_auto_refresh(const TableName& name, AutoRefresh auto_refresh);
// ALTER EXTERNAL TABLE … REFRESH ['dt=2026-11-20/']: `path` below the table's location, ending in a
// slash; empty: all of it.
Sql refresh(const TableName& name, std::string_view path);
// COMMENT ON TABLE … IS '…'
Sql comment_on_table(const TableName& name, std::string_view comment);
// DROP EXTERNAL TABLE IF EXISTS …
Sql drop_external_table(const TableName& name);
// ALTER TABLE … RENAME TO "DB"."S"."NEW": in the same schema. Iceberg tables too.
Sql rename_table(const TableName& name, const Identifier& to);

struct PartitionValue {
    Identifier column;
    std::string value;
};

// ALTER EXTERNAL TABLE … ADD PARTITION ("K" = 'v', …) LOCATION 'path/': of a user-specified table;
// `path` below the table's location. Sent again, it finds the partition's new files.
Sql add_partition(const TableName& name, const std::vector<PartitionValue>& values,
                  std::string_view path);
// ALTER EXTERNAL TABLE … DROP PARTITION LOCATION 'path/'
Sql drop_partition(const TableName& name, std::string_view path);

}  // namespace snowflake

// External tables as statements: CREATE EXTERNAL TABLE in the one clause order that offline
// grammars and Snowflake share, and the SHOW that reads them back. Knows Snowflake, not Glue.
// Snowflake's pages: "CREATE EXTERNAL TABLE", "SHOW EXTERNAL TABLES".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/snowflake/sql.h"

namespace snowflake {

struct VirtualColumn {
    Identifier name;
    Sql type;        // VARCHAR
    Sql expression;  // VALUE:"name"::VARCHAR
};

enum class AutoRefresh { off, on };

struct ExternalTable {
    TableName name;
    std::vector<VirtualColumn> columns;  // partition columns last
    std::vector<Identifier> partition_by;
    StagePath location;
    AutoRefresh auto_refresh = AutoRefresh::on;
    Sql file_format;  // TYPE = PARQUET BINARY_AS_TEXT = FALSE
};

enum class CreateMode {
    if_not_exists,
    replace,  // keeps grants (COPY GRANTS)
};

Sql create_external_table(const ExternalTable& table, CreateMode mode, std::string_view comment);

// SHA-256 of all that defines the table but its comment, as 32 hex digits.
std::string definition_hash(const ExternalTable& table);

// One row of SHOW EXTERNAL TABLES.
struct ShownTable {
    std::string name;
    std::string comment;
};

// LIKE ignores case and has wildcards: it finds the table, and perhaps others.
Sql show_external_tables_like(const TableName& name);

}  // namespace snowflake

// The statements that read what a schema holds; they run without a warehouse. Snowflake's pages:
// "SHOW EXTERNAL TABLES", "SHOW ICEBERG TABLES", "DESCRIBE EXTERNAL TABLE".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/snowflake/sql.h"

namespace snowflake {

enum class TableKind { external, iceberg };

// One row of SHOW EXTERNAL TABLES or SHOW ICEBERG TABLES.
struct ShownTable {
    TableKind kind = TableKind::external;
    std::string name;
    std::string comment;
    bool is_invalid = false;  // external: Snowflake lost its stage or its format
    std::string invalid_reason = {};
};

// One row of DESC EXTERNAL TABLE.
struct ShownColumn {
    std::string name;
    std::string type;  // VARCHAR(16777216)
    bool is_virtual = false;
};

// SHOW ends after 10,000 rows.
constexpr std::size_t kShownRowsMax = 10'000;

// SHOW EXTERNAL|ICEBERG TABLES LIKE '…' IN SCHEMA "DB"."S". LIKE ignores case and has wildcards: it
// finds the table, and perhaps others.
Sql show_table_like(TableKind kind, const TableName& name);
// SHOW EXTERNAL|ICEBERG TABLES IN SCHEMA "DB"."S" LIMIT 10000 [FROM '…']: rows come by name;
// `after` is the last name of the page before.
Sql show_tables_in(TableKind kind, const SchemaName& schema, std::optional<std::string_view> after);
// DESC EXTERNAL TABLE …
Sql describe_external_table(const TableName& name);

}  // namespace snowflake

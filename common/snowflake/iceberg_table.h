// Iceberg tables of an external catalog as statements: Snowflake reads their columns and commits
// from the catalog by itself. Snowflake's page: "CREATE ICEBERG TABLE (AWS Glue as the Iceberg
// catalog)".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/snowflake/external_table.h"
#include "common/snowflake/sql.h"

namespace snowflake {

struct IcebergTable {
    TableName name;
    std::string catalog_integration;
    std::string external_volume;  // empty: the catalog vends credentials
    std::string catalog_namespace;
    std::string catalog_table_name;
    AutoRefresh auto_refresh = AutoRefresh::on;
};

// The clauses from EXTERNAL_VOLUME, where there is one, to AUTO_REFRESH.
std::vector<Sql> iceberg_clauses(const IcebergTable& table);

// CREATE ICEBERG TABLE IF NOT EXISTS … [EXTERNAL_VOLUME = '…'] CATALOG = '…'
//   CATALOG_TABLE_NAME = '…' CATALOG_NAMESPACE = '…' AUTO_REFRESH = TRUE|FALSE COMMENT = '…'
// There is no OR REPLACE here: for tables of an external catalog it knows no COPY GRANTS.
Sql create_iceberg_table(const IcebergTable& table, std::string_view comment);
// ALTER ICEBERG TABLE … SET AUTO_REFRESH = TRUE|FALSE
Sql set_iceberg_auto_refresh(const TableName& name, AutoRefresh auto_refresh);
// DROP ICEBERG TABLE IF EXISTS …
Sql drop_iceberg_table(const TableName& name);

}  // namespace snowflake

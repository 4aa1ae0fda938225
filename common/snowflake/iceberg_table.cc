#include "common/snowflake/iceberg_table.h"

namespace snowflake {

std::vector<Sql> iceberg_clauses(const IcebergTable& table) {
    std::vector<Sql> clauses;
    if (!table.external_volume.empty())
        clauses.push_back(Sql("EXTERNAL_VOLUME = ").literal(table.external_volume));
    clauses.push_back(Sql("CATALOG = ").literal(table.catalog_integration));
    clauses.push_back(Sql("CATALOG_TABLE_NAME = ").literal(table.catalog_table_name));
    clauses.push_back(Sql("CATALOG_NAMESPACE = ").literal(table.catalog_namespace));
    clauses.push_back(auto_refresh_clause(table.auto_refresh));
    return clauses;
}

Sql create_iceberg_table(const IcebergTable& table, std::string_view comment) {
    Sql sql("CREATE ICEBERG TABLE IF NOT EXISTS ");
    sql.table(table.name);
    for (const Sql& clause : iceberg_clauses(table))
        sql.fixed(" ").sql(clause);
    return sql.fixed(" COMMENT = ").literal(comment);
}

Sql set_iceberg_auto_refresh(const TableName& name, AutoRefresh auto_refresh) {
    return Sql("ALTER ICEBERG TABLE ")
        .table(name)
        .fixed(" SET ")
        .sql(auto_refresh_clause(auto_refresh));
}

Sql drop_iceberg_table(const TableName& name) {
    return Sql("DROP ICEBERG TABLE IF EXISTS ").table(name);
}

}  // namespace snowflake

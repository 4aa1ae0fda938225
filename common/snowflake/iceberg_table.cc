#include "common/snowflake/iceberg_table.h"

namespace snowflake {
namespace {

Fixed boolean(AutoRefresh auto_refresh) {
    return auto_refresh == AutoRefresh::on ? Fixed("TRUE") : Fixed("FALSE");
}

}  // namespace

Sql create_iceberg_table(const IcebergTable& table, CreateMode mode, std::string_view comment) {
    const bool replaces = mode == CreateMode::replace;
    Sql sql(replaces ? Fixed("CREATE OR REPLACE ICEBERG TABLE ")
                     : Fixed("CREATE ICEBERG TABLE IF NOT EXISTS "));
    sql.table(table.name);
    if (!table.external_volume.empty())
        sql.fixed(" EXTERNAL_VOLUME = ").literal(table.external_volume);
    sql.fixed(" CATALOG = ").literal(table.catalog_integration);
    sql.fixed(" CATALOG_TABLE_NAME = ").literal(table.catalog_table_name);
    sql.fixed(" CATALOG_NAMESPACE = ").literal(table.catalog_namespace);
    sql.fixed(" AUTO_REFRESH = ").fixed(boolean(table.auto_refresh));
    if (replaces) sql.fixed(" COPY GRANTS");
    return sql.fixed(" COMMENT = ").literal(comment);
}

Sql set_iceberg_auto_refresh(const TableName& name, AutoRefresh auto_refresh) {
    return Sql("ALTER ICEBERG TABLE ")
        .table(name)
        .fixed(" SET AUTO_REFRESH = ")
        .fixed(boolean(auto_refresh));
}

Sql drop_iceberg_table(const TableName& name) {
    return Sql("DROP ICEBERG TABLE IF EXISTS ").table(name);
}

}  // namespace snowflake

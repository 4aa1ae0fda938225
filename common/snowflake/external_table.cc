#include "common/snowflake/external_table.h"

namespace snowflake {
namespace {

Sql column(const VirtualColumn& column) {
    return Sql()
        .identifier(column.name)
        .fixed(" ")
        .sql(column.type)
        .fixed(" AS (")
        .sql(column.expression)
        .fixed(")");
}

Sql column_list(const ExternalTable& table) {
    std::vector<Sql> columns;
    columns.reserve(table.columns.size() + table.partition_columns.size());
    for (const VirtualColumn& each : table.columns)
        columns.push_back(column(each));
    for (const VirtualColumn& each : table.partition_columns)
        columns.push_back(column(each));
    return Sql("(").list(columns).fixed(")");
}

Sql partition_by(const ExternalTable& table) {
    if (table.partition_columns.empty()) return {};
    std::vector<Sql> keys;
    keys.reserve(table.partition_columns.size());
    for (const VirtualColumn& key : table.partition_columns)
        keys.push_back(Sql().identifier(key.name));
    return Sql(" PARTITION BY (").list(keys).fixed(")");
}

Sql body(const ExternalTable& table) {
    Sql sql;
    sql.table(table.name).fixed(" ").sql(column_list(table)).sql(partition_by(table));
    sql.fixed(" LOCATION = ").stage_path(table.location);
    if (table.partition_type == PartitionType::user_specified) {
        sql.fixed(" PARTITION_TYPE = USER_SPECIFIED");
    } else {
        sql.fixed(" ").sql(auto_refresh_clause(table.auto_refresh));
        sql.fixed(" ").sql(pattern_clause());
    }
    return sql.fixed(" FILE_FORMAT = (").sql(table.file_format).fixed(")");
}

Sql alter_table(const TableName& name) {
    return Sql("ALTER TABLE ").table(name);
}

Sql alter_external_table(const TableName& name) {
    return Sql("ALTER EXTERNAL TABLE ").table(name);
}

}  // namespace

Sql auto_refresh_clause(AutoRefresh auto_refresh) {
    return Sql(auto_refresh == AutoRefresh::on ? Fixed("AUTO_REFRESH = TRUE")
                                               : Fixed("AUTO_REFRESH = FALSE"));
}

Sql pattern_clause() {
    return Sql("PATTERN = '(.*/)?[^._/][^/]*'");
}

Sql create_external_table(const ExternalTable& table, CreateMode mode, std::string_view comment) {
    Sql sql;
    if (mode == CreateMode::replace) {
        sql.fixed("CREATE OR REPLACE EXTERNAL TABLE ").sql(body(table)).fixed(" COPY GRANTS");
    } else {
        sql.fixed("CREATE EXTERNAL TABLE IF NOT EXISTS ").sql(body(table));
    }
    return sql.fixed(" COMMENT = ").literal(comment);
}

Sql add_column(const TableName& name, const VirtualColumn& added) {
    return alter_table(name).fixed(" ADD COLUMN IF NOT EXISTS ").sql(column(added));
}

Sql drop_column(const TableName& name, const Identifier& dropped) {
    return alter_table(name).fixed(" DROP COLUMN IF EXISTS ").identifier(dropped);
}

Sql set_auto_refresh(const TableName& name, AutoRefresh auto_refresh) {
    return alter_external_table(name).fixed(" SET ").sql(auto_refresh_clause(auto_refresh));
}

Sql refresh(const TableName& name, std::string_view path) {
    Sql sql = alter_external_table(name).fixed(" REFRESH");
    if (!path.empty()) sql.fixed(" ").literal(path);
    return sql;
}

Sql comment_on_table(const TableName& name, std::string_view comment) {
    return Sql("COMMENT ON TABLE ").table(name).fixed(" IS ").literal(comment);
}

Sql drop_external_table(const TableName& name) {
    return Sql("DROP EXTERNAL TABLE IF EXISTS ").table(name);
}

Sql rename_table(const TableName& name, const Identifier& to) {
    return alter_table(name).fixed(" RENAME TO ").table({name.database, name.schema, to});
}

Sql add_partition(const TableName& name, const std::vector<PartitionValue>& values,
                  std::string_view path) {
    std::vector<Sql> pairs;
    pairs.reserve(values.size());
    for (const PartitionValue& pair : values)
        pairs.push_back(Sql().identifier(pair.column).fixed(" = ").literal(pair.value));
    return alter_external_table(name)
        .fixed(" ADD PARTITION (")
        .list(pairs)
        .fixed(") LOCATION ")
        .literal(path);
}

Sql drop_partition(const TableName& name, std::string_view path) {
    return alter_external_table(name).fixed(" DROP PARTITION LOCATION ").literal(path);
}

}  // namespace snowflake

#include "common/snowflake/external_table.h"

#include <algorithm>

#include "common/codec/digest.h"
#include "common/codec/hex.h"

namespace snowflake {
namespace {

constexpr std::size_t kHashDigits = 32;

Sql column_list(const ExternalTable& table) {
    std::vector<Sql> columns;
    columns.reserve(table.columns.size());
    for (const VirtualColumn& column : table.columns) {
        columns.push_back(Sql()
                              .identifier(column.name)
                              .fixed(" ")
                              .sql(column.type)
                              .fixed(" AS (")
                              .sql(column.expression)
                              .fixed(")"));
    }
    return Sql("(").list(columns).fixed(")");
}

// From the name to FILE_FORMAT: what defines the table.
Sql definition(const ExternalTable& table) {
    Sql sql;
    sql.table(table.name).fixed(" ").sql(column_list(table));
    if (!table.partition_by.empty()) {
        std::vector<Sql> keys;
        keys.reserve(table.partition_by.size());
        for (const Identifier& key : table.partition_by)
            keys.push_back(Sql().identifier(key));
        sql.fixed(" PARTITION BY (").list(keys).fixed(")");
    }
    sql.fixed(" LOCATION = ").stage_path(table.location).fixed(" AUTO_REFRESH = ");
    sql.fixed(table.auto_refresh == AutoRefresh::on ? Fixed("TRUE") : Fixed("FALSE"));
    return sql.fixed(" FILE_FORMAT = (").sql(table.file_format).fixed(")");
}

}  // namespace

Sql create_external_table(const ExternalTable& table, CreateMode mode, std::string_view comment) {
    Sql sql;
    if (mode == CreateMode::replace) {
        sql.fixed("CREATE OR REPLACE EXTERNAL TABLE ").sql(definition(table)).fixed(" COPY GRANTS");
    } else {
        sql.fixed("CREATE EXTERNAL TABLE IF NOT EXISTS ").sql(definition(table));
    }
    return sql.fixed(" COMMENT = ").literal(comment);
}

std::string definition_hash(const ExternalTable& table) {
    return codec::hex_lower(codec::sha256(definition(table).text())).substr(0, kHashDigits);
}

Sql show_external_tables_like(const TableName& name) {
    // A backslash would escape the character after it, so any one character stands in its place.
    std::string pattern = name.table.name();
    std::replace(pattern.begin(), pattern.end(), '\\', '_');
    return Sql("SHOW EXTERNAL TABLES LIKE ")
        .literal(pattern)
        .fixed(" IN SCHEMA ")
        .identifier(name.database)
        .fixed(".")
        .identifier(name.schema);
}

}  // namespace snowflake

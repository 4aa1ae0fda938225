#include "common/snowflake/show.h"

#include <algorithm>

namespace snowflake {
namespace {

Sql show(TableKind kind) {
    return Sql(kind == TableKind::external ? Fixed("SHOW EXTERNAL TABLES")
                                           : Fixed("SHOW ICEBERG TABLES"));
}

}  // namespace

Sql show_table_like(TableKind kind, const TableName& name) {
    // A backslash would escape the character after it, so any one character stands in its place.
    std::string pattern = name.table.name();
    std::replace(pattern.begin(), pattern.end(), '\\', '_');
    return show(kind).fixed(" LIKE ").literal(pattern).fixed(" IN SCHEMA ").schema(name.in());
}

Sql show_tables_in(TableKind kind, const SchemaName& schema,
                   std::optional<std::string_view> after) {
    Sql sql = show(kind).fixed(" IN SCHEMA ").schema(schema).fixed(" LIMIT ");
    sql.integer(static_cast<std::int64_t>(kShownRowsMax));
    if (after) sql.fixed(" FROM ").literal(*after);
    return sql;
}

Sql describe_external_table(const TableName& name) {
    return Sql("DESC EXTERNAL TABLE ").table(name);
}

}  // namespace snowflake

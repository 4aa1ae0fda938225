#include "runtime/local/sql/table_checks.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "common/base/utf8.h"
#include "runtime/local/sql/expression_type.h"

namespace sql {
namespace {

bool has(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<Refusal> refuse_sources(const Column& column, const Sources& sources,
                                      ColumnRole role) {
    if (role == ColumnRole::data) {
        if (!sources.partition) return std::nullopt;
        return unsupported(fmt::format(
            "METADATA$EXTERNAL_TABLE_PARTITION in column {}, which is no partition column",
            column.name));
    }
    const bool has_other = sources.value || sources.other_metadata || !sources.columns.empty();
    const bool is_user = role == ColumnRole::user_partition;
    const bool fits = !has_other && sources.partition == is_user && sources.file_name != is_user;
    if (fits) return std::nullopt;
    return unsupported(
        fmt::format("partition column {} over anything but {}", column.name,
                    is_user ? "METADATA$EXTERNAL_TABLE_PARTITION" : "METADATA$FILENAME"));
}

std::optional<Refusal> refuse_partition_by(const CreateExternalTable& table) {
    std::vector<std::string> seen;
    for (const std::string& name : table.partition_by) {
        const bool is_column =
            std::any_of(table.columns.begin(), table.columns.end(),
                        [&name](const Column& column) { return column.name == name; });
        if (!is_column) return invalid_identifier(name);
        if (has(seen, name)) return duplicate_column(name);
        seen.push_back(name);
    }
    return std::nullopt;
}

std::optional<Refusal> refuse_options(const CreateExternalTable& table) {
    if (table.copy_grants && !table.form.or_replace)
        return unsupported("COPY GRANTS without OR REPLACE");
    if (table.is_user_specified) {
        if (table.partition_by.empty())
            return unsupported("PARTITION_TYPE = USER_SPECIFIED without PARTITION BY");
        if (table.auto_refresh || table.refresh_on_create || table.pattern || table.sns_topic ||
            table.is_delta) {
            return unsupported(
                "PARTITION_TYPE = USER_SPECIFIED with a refresh, a pattern, a topic or a format");
        }
    }
    if (!table.is_delta) return std::nullopt;
    if (table.auto_refresh.value_or(true) || table.sns_topic)
        return unsupported("TABLE_FORMAT = DELTA with AUTO_REFRESH or AWS_SNS_TOPIC");
    if (table.file_format.type != "PARQUET")
        return unsupported("TABLE_FORMAT = DELTA of files other than PARQUET");
    return std::nullopt;
}

}  // namespace

std::optional<Refusal> refuse_column(const Column& column, const std::vector<Column>& earlier,
                                     ColumnRole role) {
    std::map<std::string, BaseType> columns;
    for (const Column& each : earlier)
        columns.emplace(each.name, each.type.base);
    if (columns.contains(column.name) || column.name == "VALUE")
        return duplicate_column(column.name);
    if (column.name.starts_with("METADATA$")) return invalid_identifier(column.name);
    if (role == ColumnRole::user_partition &&
        base::utf8_character_count(column.name) > kUserPartitionCharactersMax) {
        return name_too_long(column.name);
    }
    const TypedExpression typed = type_expression(column.expression, columns);
    if (typed.refusal) return typed.refusal;
    if (auto refusal = refuse_sources(column, typed.sources, role)) return refusal;
    if (typed.base == column.type.base) return std::nullopt;
    return type_mismatch(column.name, written(column.type), written(DataType{.base = typed.base}));
}

std::optional<Refusal> refuse_external_table(const CreateExternalTable& table) {
    if (auto refusal = refuse_options(table)) return refusal;
    std::vector<Column> earlier;
    for (const Column& column : table.columns) {
        const ColumnRole partition =
            table.is_user_specified ? ColumnRole::user_partition : ColumnRole::partition;
        const ColumnRole role = has(table.partition_by, column.name) ? partition : ColumnRole::data;
        if (auto refusal = refuse_column(column, earlier, role)) return refusal;
        earlier.push_back(column);
    }
    return refuse_partition_by(table);
}

}  // namespace sql

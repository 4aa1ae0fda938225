#include <algorithm>

#include <fmt/format.h>

#include "runtime/local/sql/catalog.h"
#include "runtime/local/sql/expression_type.h"
#include "runtime/local/sql/table_checks.h"

namespace sql {
namespace {

constexpr std::string_view kDone = "Statement executed successfully.";

Rows done() {
    return status(std::string(kDone));
}

auto find_column(Table& table, const std::string& name) {
    return std::find_if(table.columns.begin(), table.columns.end(),
                        [&name](const Column& column) { return column.name == name; });
}

bool reads_column(const Expression& expression, const std::string& name) {
    if (expression.kind == ExpressionKind::column && expression.text == name) return true;
    return std::any_of(expression.parts.begin(), expression.parts.end(),
                       [&name](const Expression& part) { return reads_column(part, name); });
}

// Locations below the table's: with or without a slash at their end they are the same.
std::string location_of(std::string_view path) {
    std::string location(path);
    if (!location.ends_with('/')) location += '/';
    return location;
}

bool is_below_table(std::string_view path) {
    return !path.empty() && path != "/" && !path.starts_with('/') &&
           path.find("://") == std::string_view::npos && !path.starts_with('@');
}

std::string_view kind_name(ObjectKind kind) {
    return kind == ObjectKind::external_table ? kExternalTable : kIcebergTable;
}

}  // namespace

Catalog::Found Catalog::find_target(const Target& target, std::string_view kind) {
    const auto found = tables_.find(target.name);
    if (found == tables_.end()) {
        if (target.if_exists) return {nullptr, done()};
        return {nullptr, refused(missing("Table", written(target.name)))};
    }
    Table& table = found->second;
    const bool is_altered_as_table = table.kind == kExternalTable || table.kind == kIcebergTable;
    if (kind.empty() ? !is_altered_as_table : table.kind != kind)
        return {nullptr, refused(wrong_kind(table.kind, kind.empty() ? "TABLE" : kind))};
    if (!may_change(table.owner))
        return {nullptr, refused(insufficient("table", target.name.object))};
    return {&table};
}

Rows Catalog::apply(const AddColumn& statement) {
    Found found = find_target(statement.target, kExternalTable);
    if (found.table == nullptr) return std::move(found.instead);
    if (find_column(*found.table, statement.column.name) != found.table->columns.end()) {
        if (statement.if_not_exists) return done();
        return refused(column_exists(statement.column.name));
    }
    if (auto refusal = refuse_column(statement.column, found.table->columns, ColumnRole::data))
        return refused(*std::move(refusal));
    found.table->columns.push_back(statement.column);
    return done();
}

Rows Catalog::apply(const DropColumn& statement) {
    Found found = find_target(statement.target, kExternalTable);
    if (found.table == nullptr) return std::move(found.instead);
    Table& table = *found.table;
    const auto column = find_column(table, statement.column);
    if (column == table.columns.end()) {
        if (statement.column == "VALUE") return refused(unsupported("DROP of the column VALUE"));
        if (statement.if_exists) return done();
        return refused(invalid_identifier(statement.column));
    }
    const auto& keys = table.partition_by;
    if (std::find(keys.begin(), keys.end(), statement.column) != keys.end())
        return refused(unsupported(fmt::format("DROP of partition column {}", statement.column)));
    for (const Column& other : table.columns) {
        if (reads_column(other.expression, statement.column))
            return refused(column_is_used(statement.column, other.name));
    }
    table.columns.erase(column);
    return done();
}

Rows Catalog::apply(const RenameTable& statement) {
    Found found = find_target(statement.target, "");
    if (found.table == nullptr) return std::move(found.instead);
    if (auto refusal =
            refuse_in_schema(statement.to, fmt::format("CREATE {}", found.table->kind))) {
        return refused(*std::move(refusal));
    }
    if (tables_.contains(statement.to)) return refused(exists(written(statement.to)));
    auto node = tables_.extract(statement.target.name);
    node.key() = statement.to;
    tables_.insert(std::move(node));
    return done();
}

Rows Catalog::apply(const SetAutoRefresh& statement) {
    Found found = find_target(statement.target, kind_name(statement.kind));
    if (found.table == nullptr) return std::move(found.instead);
    if (found.table->is_user_specified)
        return refused(unsupported("AUTO_REFRESH of a table with partitions by the user"));
    found.table->auto_refresh = statement.auto_refresh;
    return done();
}

Rows Catalog::apply(const Refresh& statement) {
    Found found = find_target(statement.target, kind_name(statement.kind));
    if (found.table == nullptr) return std::move(found.instead);
    if (found.table->is_user_specified)
        return refused(unsupported("REFRESH of a table with partitions by the user"));
    if (const std::string reason = invalid_reason(*found.table); !reason.empty())
        return refused(marked_invalid(statement.target.name.object, reason));
    found.table->refreshes.push_back(statement.path);
    return {{"file", "status", "description"}, {}, std::nullopt};
}

Rows Catalog::apply(const AddPartition& statement) {
    Found found = find_target(statement.target, kExternalTable);
    if (found.table == nullptr) return std::move(found.instead);
    Table& table = *found.table;
    if (!table.is_user_specified)
        return refused(unsupported("ADD PARTITION to a table without partitions by the user"));
    std::vector<std::string> named;
    for (const auto& [column, value] : statement.values) {
        const auto& keys = table.partition_by;
        if (std::find(keys.begin(), keys.end(), column) == keys.end())
            return refused(invalid_identifier(column));
        if (std::find(named.begin(), named.end(), column) != named.end())
            return refused(duplicate_column(column));
        named.push_back(column);
    }
    if (named.size() != table.partition_by.size())
        return refused(unsupported("ADD PARTITION without a value for each partition column"));
    if (!is_below_table(statement.path))
        return refused(unsupported(fmt::format("partition location '{}'", statement.path)));
    const auto [partition, is_new] =
        table.partitions.try_emplace(location_of(statement.path), statement.values);
    if (!is_new && partition->second != statement.values)
        return refused(unsupported(fmt::format("two partitions at '{}'", statement.path)));
    return done();
}

Rows Catalog::apply(const DropPartition& statement) {
    Found found = find_target(statement.target, kExternalTable);
    if (found.table == nullptr) return std::move(found.instead);
    if (!found.table->is_user_specified)
        return refused(unsupported("DROP PARTITION of a table without partitions by the user"));
    if (!is_below_table(statement.path))
        return refused(unsupported(fmt::format("partition location '{}'", statement.path)));
    std::erase_if(found.table->partitions, [&statement](const auto& partition) {
        return partition.first.starts_with(location_of(statement.path));
    });
    return done();
}

Rows Catalog::apply(const CommentOnTable& statement) {
    Found found = find_target(statement.target, "");
    if (found.table == nullptr) return std::move(found.instead);
    found.table->comment = statement.comment;
    return done();
}

}  // namespace sql

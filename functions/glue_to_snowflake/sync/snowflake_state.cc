#include "functions/glue_to_snowflake/sync/snowflake_state.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace glue_to_snowflake {
namespace {

using snowflake::ShownTable;
using snowflake::TableKind;

constexpr std::size_t kPagesMax = 1'000;  // of 10,000 tables

std::string_view kind_word(TableKind kind) {
    return kind == TableKind::external ? "EXTERNAL" : "ICEBERG";
}

std::string text_of(const snowflake::SchemaName& schema) {
    return snowflake::Sql().schema(schema).text();
}

base::Error unreadable(std::string_view subject, std::string_view what) {
    return {base::ErrorKind::data_invalid, fmt::format("{}: {}", subject, what)};
}

// 002003 and 002043: an object of the statement does not exist, or is hidden from the role.
base::Error with_remedy(base::Error error, const snowflake::SchemaName& schema) {
    if (error.code == "002003" || error.code == "002043") {
        error.message = fmt::format(
            "the schema {} does not exist, or the role may not use it: create it, and grant USAGE "
            "and CREATE EXTERNAL TABLE on it ({})",
            text_of(schema), error.message);
    }
    return error;
}

// A row of SHOW. A table without a comment has NULL there.
base::Result<ShownTable> read_table(const snowflake::ResultSet& result, std::size_t row,
                                    TableKind kind, std::string_view subject) {
    const auto name = result.value(row, "name");
    if (!name || name->empty()) return unreadable(subject, "a row of the answer has no name");
    ShownTable table{.kind = kind, .name = std::string(*name), .comment = {}};
    table.comment = result.value(row, "comment").value_or("");
    table.is_invalid = result.value(row, "invalid").value_or("false") == "true";
    table.invalid_reason = result.value(row, "invalid_reason").value_or("");
    return table;
}

}  // namespace

base::Result<snowflake::ResultSet> SnowflakeState::read(snowflake::Sql sql,
                                                        const std::string& subject,
                                                        const Query& query) {
    auto result = client_.execute({.sql = std::move(sql),
                                   .subject = subject,
                                   .query_tag = std::string(query.query_tag),
                                   .deadline = query.deadline});
    // Without this column, a table of ours would look like another's.
    if (result && subject.starts_with("SHOW") && !result->rows.empty() &&
        std::find(result->columns.begin(), result->columns.end(), "comment") ==
            result->columns.end()) {
        return unreadable(subject, "the answer has no comments");
    }
    return result;
}

base::Result<std::optional<ShownTable>> SnowflakeState::table(const snowflake::TableName& name,
                                                              TableKind first, const Query& query) {
    const TableKind second =
        first == TableKind::external ? TableKind::iceberg : TableKind::external;
    for (const TableKind kind : {first, second}) {
        if (kind == TableKind::iceberg && !has_iceberg_) continue;
        const std::string subject = fmt::format("SHOW {} TABLES LIKE {}", kind_word(kind),
                                                snowflake::Sql().table(name).text());
        auto result = read(show_table_like(kind, name), subject, query);
        if (!result) return with_remedy(std::move(result).error(), name.in());
        for (std::size_t row = 0; row < result->rows.size(); ++row) {
            auto table = read_table(*result, row, kind, subject);
            if (!table) return std::move(table).error();
            if (table->name == name.table.name()) return std::optional(*std::move(table));
        }
    }
    return std::optional<ShownTable>();
}

base::Result<ShownTables> SnowflakeState::tables_in(const snowflake::SchemaName& schema,
                                                    const Query& query) {
    ShownTables tables;
    auto added = add_tables(tables, TableKind::external, schema, query);
    if (added && has_iceberg_) added = add_tables(tables, TableKind::iceberg, schema, query);
    if (!added) return with_remedy(std::move(added).error(), schema);
    return tables;
}

// Pages may overlap at their ends; what a page repeats is there already.
base::Result<base::Done> SnowflakeState::add_tables(ShownTables& tables, TableKind kind,
                                                    const snowflake::SchemaName& schema,
                                                    const Query& query) {
    const std::string subject =
        fmt::format("SHOW {} TABLES IN SCHEMA {}", kind_word(kind), text_of(schema));
    std::optional<std::string> after;
    for (std::size_t page = 0; page < kPagesMax; ++page) {
        auto result = read(show_tables_in(kind, schema, after), subject, query);
        if (!result) return std::move(result).error();
        const std::size_t before = tables.size();
        for (std::size_t row = 0; row < result->rows.size(); ++row) {
            auto table = read_table(*result, row, kind, subject);
            if (!table) return std::move(table).error();
            after = table->name;
            tables.emplace(*after, *std::move(table));
        }
        if (result->rows.size() < snowflake::kShownRowsMax) return base::Done{};
        if (tables.size() == before) break;
    }
    return unreadable(subject, "the answer's pages have no end");
}

base::Result<std::vector<snowflake::ShownColumn>> SnowflakeState::columns(
    const snowflake::TableName& name, const Query& query) {
    const std::string subject =
        fmt::format("DESC EXTERNAL TABLE {}", snowflake::Sql().table(name).text());
    auto result = read(describe_external_table(name), subject, query);
    if (!result) return std::move(result).error();
    std::vector<snowflake::ShownColumn> columns;
    for (std::size_t row = 0; row < result->rows.size(); ++row) {
        const auto column = result->value(row, "name");
        const auto kind = result->value(row, "kind");
        if (!column || !kind)
            return unreadable(subject, "a row of the answer has no name or no kind");
        columns.push_back({.name = std::string(*column),
                           .type = std::string(result->value(row, "type").value_or("")),
                           .is_virtual = *kind == "VIRTUAL"});
    }
    return columns;
}

}  // namespace glue_to_snowflake

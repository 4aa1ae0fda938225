#include "functions/glue_to_snowflake/response.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "common/codec/json.h"

namespace glue_to_snowflake {
namespace {

constexpr std::string_view kBegin = R"({"tables":[)";
constexpr std::string_view kEnd = "]}";

std::string write_without_statements(const TableOutcome& table) {
    return write_table(
        {.glue = table.glue,
         .snowflake = table.snowflake,
         .action = table.action,
         .reason = fmt::format("{}; left out here, as the answer would pass Lambda's limit: "
                               "statements ({}), which the log has",
                               table.reason, table.statements.size())});
}

std::string write_missing(std::size_t tables) {
    return write_table({.reason = fmt::format("left out here, as the answer would pass Lambda's "
                                              "limit: tables ({}), which the log has",
                                              tables)});
}

std::size_t size_with_comma(const std::string& text) {
    return text.size() + 1;
}

struct Entry {
    std::string whole;
    std::string least;  // without the statements, where that is shorter; else empty
    [[nodiscard]] std::size_t least_bytes() const {
        return size_with_comma(least.empty() ? whole : least);
    }
};

std::vector<Entry> write_entries(const std::vector<TableOutcome>& tables) {
    std::vector<Entry> entries;
    entries.reserve(tables.size());
    for (const TableOutcome& table : tables) {
        entries.push_back({write_table(table), ""});
        if (table.statements.empty()) continue;
        std::string least = write_without_statements(table);
        if (least.size() < entries.back().whole.size()) entries.back().least = std::move(least);
    }
    return entries;
}

}  // namespace

std::string write_table(const TableOutcome& table) {
    codec::JsonWriter json;
    json.begin_object().member("glue", table.glue).member("snowflake", table.snowflake);
    json.member("action", action_name(table.action)).member("reason", table.reason);
    json.key("statements").begin_array();
    for (const PlannedStatement& statement : table.statements)
        json.text(statement.sql.text());
    json.end_array().end_object();
    return json.take();
}

std::string write_response(const std::vector<TableOutcome>& tables, std::size_t bytes_max) {
    std::vector<Entry> entries = write_entries(tables);
    if (tables.empty()) return std::string(kBegin).append(kEnd);
    std::size_t least = kBegin.size() + kEnd.size() - 1;  // the first entry has no comma
    for (const Entry& entry : entries)
        least += entry.least_bytes();
    std::size_t missing_bytes = 0;
    while (least + missing_bytes > bytes_max && !entries.empty()) {
        least -= entries.back().least_bytes();
        entries.pop_back();
        missing_bytes = size_with_comma(write_missing(tables.size()));  // no longer than that
    }
    std::size_t room = bytes_max - std::min(bytes_max, least + missing_bytes);
    std::string out(kBegin);
    const auto append = [&out](std::string_view entry) {
        if (out.size() > kBegin.size()) out.push_back(',');
        out.append(entry);
    };
    for (const Entry& entry : entries) {
        const std::size_t more = size_with_comma(entry.whole) - entry.least_bytes();
        append(more > room ? entry.least : entry.whole);
        if (more <= room) room -= more;
    }
    if (entries.size() < tables.size()) append(write_missing(tables.size() - entries.size()));
    return out.append(kEnd);
}

}  // namespace glue_to_snowflake

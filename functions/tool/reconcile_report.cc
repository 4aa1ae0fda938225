#include "functions/tool/reconcile_report.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "common/base/utf8.h"
#include "common/codec/json.h"
#include "functions/glue_to_snowflake/response.h"
#include "functions/tool/terminal_text.h"

namespace tool {
namespace {

using glue_to_snowflake::Action;
using glue_to_snowflake::action_name;
using glue_to_snowflake::PlannedStatement;
using glue_to_snowflake::ReconcileReport;
using glue_to_snowflake::TableOutcome;

constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kPlain = "\x1b[0m";
// A longer name does not move the other columns.
constexpr std::size_t kNameColumnsMax = 48;

// What was done, and what a plan would do. In the order of the report.
struct ActionWords {
    Action action;
    std::string_view done;
    std::string_view planned;
};
constexpr std::array kActions{ActionWords{Action::none, "in step", "in step"},
                              ActionWords{Action::create, "created", "to create"},
                              ActionWords{Action::alter, "altered", "to alter"},
                              ActionWords{Action::replace, "replaced", "to replace"},
                              ActionWords{Action::refresh, "refreshed", "to refresh"},
                              ActionWords{Action::drop, "dropped", "to drop"},
                              ActionWords{Action::rename, "renamed", "to rename"},
                              ActionWords{Action::skip, "skipped", "skipped"}};

// "1 table", "1,000 tables".
std::string many(std::size_t count, std::string_view noun) {
    return fmt::format("{:L} {}{}", count, noun, count == 1 ? "" : "s");
}

std::int64_t count_of(const ReconcileReport& report, Action action) {
    return std::ranges::count(report.tables, action, &TableOutcome::action);
}

std::string_view word_of(const ActionWords& words, ReconcileEffect effect) {
    return effect == ReconcileEffect::sent ? words.done : words.planned;
}

// "1,000 tables: 992 in step, 8 created; 2 failed (12.3 s, 17 statements)".
std::string counts_text(const ReconcileResult& result) {
    const ReconcileReport& report = result.report;
    std::string kinds;
    const auto add = [&kinds](std::int64_t count, std::string_view word) {
        if (count > 0) kinds += fmt::format("{}{:L} {}", kinds.empty() ? ": " : ", ", count, word);
    };
    for (const ActionWords& words : kActions)
        add(count_of(report, words.action), word_of(words, result.effect));
    if (!report.failures.empty()) kinds += fmt::format("; {:L} failed", report.failures.size());
    return fmt::format("{}{} ({:.1f} s, {})\n", many(report.tables.size(), "table"), kinds,
                       static_cast<double>(result.duration_ms) / 1e3,
                       many(static_cast<std::size_t>(result.sql_api.statements), "statement"));
}

std::vector<const TableOutcome*> tables_of(const ReconcileReport& report, Action action) {
    std::vector<const TableOutcome*> tables;
    for (const TableOutcome& table : report.tables) {
        if (table.action == action) tables.push_back(&table);
    }
    return tables;
}

class Listing {
  public:
    Listing(const ReconcileResult& result, std::size_t list_max)
        : result_(result), list_max_(list_max) {
        for (const ActionWords& words : kActions) {
            for (const TableOutcome* table : listed(words.action)) {
                glue_columns_ = std::max(glue_columns_, columns_of(table->glue));
                name_columns_ = std::max(name_columns_, columns_of(table->snowflake));
            }
        }
        glue_columns_ = std::min(glue_columns_, kNameColumnsMax);
        name_columns_ = std::min(name_columns_, kNameColumnsMax);
    }

    // "  create   sales__raw.orders  "SALES"."RAW"."ORDERS"  the table is new".
    [[nodiscard]] std::string text(Action action) const {
        std::string text;
        for (const TableOutcome* table : listed(action)) {
            text += fmt::format("  {:<7}  {:<{}}  {:<{}}  {}\n", action_name(action),
                                for_terminal(table->glue), glue_columns_,
                                for_terminal(table->snowflake), name_columns_,
                                for_terminal(table->reason));
            if (result_.effect != ReconcileEffect::planned) continue;
            for (const PlannedStatement& statement : table->statements)
                text += fmt::format("           {};\n", for_terminal(statement.sql.text()));
        }
        const std::size_t all = tables_of(result_.report, action).size();
        if (action != Action::none && all > list_max_)
            text += fmt::format("  … and {:L} more to {} (--list N)\n", all - list_max_,
                                action_name(action));
        return text;
    }

  private:
    static std::size_t columns_of(const std::string& name) {
        return base::utf8_character_count(for_terminal(name));
    }
    [[nodiscard]] std::vector<const TableOutcome*> listed(Action action) const {
        if (action == Action::none) return {};
        std::vector<const TableOutcome*> tables = tables_of(result_.report, action);
        tables.resize(std::min(tables.size(), list_max_));
        return tables;
    }

    const ReconcileResult& result_;
    std::size_t list_max_;
    std::size_t glue_columns_ = 0;
    std::size_t name_columns_ = 0;
};

std::string failures_text(const ReconcileReport& report, std::size_t list_max,
                          local::Colour colour) {
    const bool paints = colour == local::Colour::on;
    std::string text;
    const std::size_t listed = std::min(report.failures.size(), list_max);
    for (std::size_t i = 0; i < listed; ++i)
        text += fmt::format("  {}FAIL{}     {}\n", paints ? kRed : "", paints ? kPlain : "",
                            for_terminal(report.failures[i]));
    if (report.failures.size() > listed)
        text += fmt::format("  … and {:L} more that failed (--list N)\n",
                            report.failures.size() - listed);
    return text;
}

std::string end_text(const ReconcileResult& result) {
    std::string left;
    if (result.report.tables_left > 0) left = many(result.report.tables_left, "table");
    if (result.report.databases_left > 0) {
        left += fmt::format("{}{}", left.empty() ? "" : " and ",
                            many(result.report.databases_left, "database"));
    }
    if (result.interrupted)
        return fmt::format("interrupted{}: the same command does what is left\n",
                           left.empty() ? "" : fmt::format(", {} not looked at", left));
    if (!left.empty())
        return fmt::format("no time was left for {}; the same command does the rest\n", left);
    return result.effect == ReconcileEffect::planned ? "nothing was changed in Snowflake\n" : "";
}

}  // namespace

std::string reconcile_text(const ReconcileResult& result, std::size_t list_max,
                           local::Colour colour) {
    std::string text = counts_text(result);
    const Listing listing(result, list_max);
    for (const ActionWords& words : kActions)
        text += listing.text(words.action);
    return text + failures_text(result.report, list_max, colour) + end_text(result);
}

std::string reconcile_json(const ReconcileResult& result) {
    const ReconcileReport& report = result.report;
    codec::JsonWriter json;
    json.begin_object().key("tables").begin_array();
    for (const TableOutcome& table : report.tables)
        json.raw(glue_to_snowflake::write_table(table));
    json.end_array().key("failures").begin_array();
    for (const std::string& failure : report.failures)
        json.text(failure);
    json.end_array().key("counts").begin_object();
    for (const ActionWords& words : kActions)
        json.member_integer(action_name(words.action), count_of(report, words.action));
    json.member_integer("failed", static_cast<std::int64_t>(report.failures.size()))
        .member_integer("tables_left", static_cast<std::int64_t>(report.tables_left))
        .member_integer("databases_left", static_cast<std::int64_t>(report.databases_left))
        .end_object();
    json.member_boolean("dry_run", result.effect == ReconcileEffect::planned)
        .member_boolean("interrupted", result.interrupted)
        .member_integer("duration_ms", result.duration_ms)
        .member_integer("statements", result.sql_api.statements);
    return json.end_object().take();
}

}  // namespace tool

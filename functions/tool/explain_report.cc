#include "functions/tool/explain_report.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "functions/tool/terminal_text.h"
#include "runtime/local/text.h"

namespace tool {
namespace {

using glue_to_snowflake::action_name;
using glue_to_snowflake::EventOutcome;
using glue_to_snowflake::EventOutcomes;
using glue_to_snowflake::PlannedStatement;
using glue_to_snowflake::TableOutcome;

constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kPlain = "\x1b[0m";

// A reason is made of reasons and notes with "; " between them; here each has its line.
std::string reason_lines(const std::string& reason) {
    return local::replace_all(for_terminal(reason), "; ", "\n  ");
}

// sales__raw.orders -> "SALES"."RAW"."ORDERS": alter
//   column B is new
//   1. column B is new
//      ALTER TABLE …;
std::string table_text(const TableOutcome& table) {
    const std::string glue = table.glue.empty() ? "the event" : for_terminal(table.glue);
    const std::string target =
        table.snowflake.empty() ? "" : fmt::format(" -> {}", for_terminal(table.snowflake));
    std::string text = fmt::format("{}{}: {}\n  {}\n", glue, target, action_name(table.action),
                                   reason_lines(table.reason));
    for (std::size_t i = 0; i < table.statements.size(); ++i) {
        const PlannedStatement& statement = table.statements[i];
        text += fmt::format("  {}. {}\n     {};\n", i + 1, for_terminal(statement.reason),
                            for_terminal(statement.sql.text()));
    }
    return text;
}

std::string event_text(const EventOutcome& event, local::Colour colour) {
    const bool paints = colour == local::Colour::on;
    std::string text;
    if (!event.message_id.empty())
        text += fmt::format("message {}\n", for_terminal(event.message_id));
    for (const TableOutcome& table : event.tables)
        text += table_text(table);
    for (const std::string& failure : event.failures)
        text += fmt::format("{}FAIL{} {}\n", paints ? kRed : "", paints ? kPlain : "",
                            for_terminal(failure));
    return text;
}

void add_message_id(codec::JsonWriter& json, const EventOutcome& event) {
    if (!event.message_id.empty()) json.member("message_id", event.message_id);
}

void add_table(codec::JsonWriter& json, const EventOutcome& event, const TableOutcome& table) {
    json.begin_object();
    add_message_id(json, event);
    json.member("glue", table.glue)
        .member("snowflake", table.snowflake)
        .member("action", action_name(table.action))
        .member("reason", table.reason)
        .key("statements")
        .begin_array();
    for (const PlannedStatement& statement : table.statements) {
        json.begin_object()
            .member("sql", statement.sql.text())
            .member("reason", statement.reason)
            .end_object();
    }
    json.end_array().end_object();
}

}  // namespace

std::string explain_text(const EventOutcomes& outcomes, local::Colour colour) {
    std::string text;
    for (const EventOutcome& event : outcomes.events)
        text += event_text(event, colour);
    return text;
}

std::string explain_json(const EventOutcomes& outcomes) {
    codec::JsonWriter json;
    json.begin_object().key("tables").begin_array();
    for (const EventOutcome& event : outcomes.events) {
        for (const TableOutcome& table : event.tables)
            add_table(json, event, table);
    }
    json.end_array().key("failures").begin_array();
    for (const EventOutcome& event : outcomes.events) {
        for (const std::string& failure : event.failures) {
            json.begin_object();
            add_message_id(json, event);
            json.member("error", failure).end_object();
        }
    }
    return json.end_array().end_object().take();
}

bool has_failures(const EventOutcomes& outcomes) {
    return std::ranges::any_of(outcomes.events,
                               [](const EventOutcome& event) { return !event.failures.empty(); });
}

}  // namespace tool

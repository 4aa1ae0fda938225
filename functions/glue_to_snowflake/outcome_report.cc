#include "functions/glue_to_snowflake/outcome_report.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace glue_to_snowflake {
namespace {

std::string_view metric_name(Action action) {
    switch (action) {
        case Action::none:
            return "TablesUnchanged";
        case Action::create:
            return "TablesCreated";
        case Action::alter:
            return "TablesAltered";
        case Action::replace:
            return "TablesReplaced";
        case Action::refresh:
            return "TablesRefreshed";
        case Action::drop:
            return "TablesDropped";
        case Action::rename:
            return "TablesRenamed";
        case Action::skip:
            break;
    }
    return "TablesSkipped";
}

// When the message's change was made, where all that it led to is in step now.
std::optional<base::EpochMs> synced_time_ms(const event::GlueMessage& message,
                                            const EventOutcome& outcome) {
    const auto* event = message.event ? std::get_if<event::GlueEvent>(&*message.event) : nullptr;
    const auto is_in_step = [](const TableOutcome& table) { return table.action != Action::skip; };
    if (event == nullptr || !outcome.failures.empty() ||
        std::ranges::none_of(outcome.tables, is_in_step))
        return std::nullopt;
    return event->time_ms;
}

}  // namespace

void OutcomeReport::rejected(const event::GlueMessage& message) {
    const base::Error& error = message.event.error();
    if (error.code == event::kEventWithoutTable || error.code == event::kPartitionsWithoutTable)
        without_table();
    if (message.message_id.empty()) return;
    log_.error("message_rejected", {{"message_id", message.message_id}, {"error", error.message}});
    metrics_.add("MessagesRejected", 1);
}

void OutcomeReport::done(const EventOutcome& outcome, Sending sending) {
    for (const TableOutcome& table : outcome.tables) {
        const base::LogLevel level =
            table.action == Action::none ? base::LogLevel::debug : base::LogLevel::info;
        log_.write(level, sending == Sending::on ? "table_synced" : "table_planned",
                   {{"table", table.glue},
                    {"snowflake", table.snowflake},
                    {"action", action_name(table.action)},
                    {"reason", table.reason}});
        for (const PlannedStatement& statement : table.statements)
            log_.info("statement_planned", {{"table", table.glue},
                                            {"statement", statement.sql.text()},
                                            {"reason", statement.reason}});
        if (sending == Sending::on) metrics_.add(metric_name(table.action), 1);
    }
    for (const std::string& failure : outcome.failures) {
        log_.error("table_failed", {{"error", failure}});
        metrics_.add("TablesFailed", 1);
    }
}

void OutcomeReport::finish(const std::vector<event::GlueMessage>& messages,
                           const std::vector<EventOutcome>& outcomes) {
    std::optional<base::EpochMs> oldest_ms;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        if (const auto time_ms = synced_time_ms(messages[i], outcomes[i]))
            oldest_ms = std::min(oldest_ms.value_or(*time_ms), *time_ms);
    }
    if (oldest_ms) {
        const auto lag_ms = std::max<base::EpochMs>(0, clock_.now_ms() - *oldest_ms);
        metrics_.add("SyncLagMs", static_cast<double>(lag_ms), base::MetricUnit::milliseconds);
    }
    metrics_.flush(log_);
}

}  // namespace glue_to_snowflake

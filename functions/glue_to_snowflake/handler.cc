#include "functions/glue_to_snowflake/handler.h"

#include <utility>

#include <fmt/format.h>

#include "common/event/batch_response.h"
#include "functions/glue_to_snowflake/response.h"

namespace glue_to_snowflake {
namespace {

constexpr std::int64_t kAnswerReserveMs = 1'000;  // of the deadline, to write the response in
constexpr std::size_t kFailuresShownBytesMax = 16'384;

std::string glue_name(const event::GlueTableReference& reference) {
    return reference.table.empty() ? reference.database
                                   : fmt::format("{}.{}", reference.database, reference.table);
}

base::Error sync_failed(const std::vector<std::string>& failures, std::size_t tables) {
    std::string message =
        fmt::format("{} of {} tables failed: ", failures.size(), failures.size() + tables);
    for (std::size_t i = 0; i < failures.size(); ++i) {
        if (message.size() > kFailuresShownBytesMax) {
            message += fmt::format("; and {} more, see the log", failures.size() - i);
            break;
        }
        message.append(i == 0 ? "" : "; ").append(failures[i]);
    }
    return {base::ErrorKind::sync_failed, std::move(message)};
}

base::Error reconcile_is_missing() {
    return {base::ErrorKind::event_invalid, "an event with an action is not acted upon yet"};
}

// A message that cannot be read or whose tables did not all succeed comes back later, alone.
std::string batch_answer(const std::vector<EventOutcome>& messages) {
    std::vector<std::string_view> failed;
    for (const EventOutcome& message : messages) {
        if (!message.failures.empty()) failed.emplace_back(message.message_id);
    }
    return event::batch_response(failed);
}

}  // namespace

CatalogHandler::CatalogHandler(HandlerSettings settings, TableSync& sync, const base::Clock& clock,
                               base::Log& log)
    : settings_(std::move(settings)),
      sync_(sync),
      log_(log),
      metrics_(clock, log.function_name()) {}

base::Result<runtime::InvocationResponse> CatalogHandler::handle(
    const runtime::Invocation& invocation) {
    const auto outcomes = run(invocation);
    if (!outcomes) return outcomes.error();
    if (outcomes->is_batch) return runtime::InvocationResponse{batch_answer(outcomes->events)};
    const EventOutcome& outcome = outcomes->events.front();
    if (!outcome.failures.empty()) return sync_failed(outcome.failures, outcome.tables.size());
    return runtime::InvocationResponse{write_response(outcome.tables)};
}

base::Result<EventOutcomes> CatalogHandler::run(const runtime::Invocation& invocation) {
    auto messages = event::parse_glue_messages(invocation.event);
    if (!messages) return std::move(messages).error();
    EventOutcomes outcomes{.is_batch = messages->has_value()};
    if (const auto& batch = *messages; batch.has_value()) {
        for (const event::GlueMessage& message : *batch)
            outcomes.events.push_back(handle_message(message, invocation));
    } else {
        const auto event = event::parse_glue_event(invocation.event);
        if (!event) return event.error();
        const auto* glue_event = std::get_if<event::GlueEvent>(&*event);
        if (glue_event == nullptr) return reconcile_is_missing();
        outcomes.events.push_back(handle_event(*glue_event, invocation));
    }
    metrics_.flush(log_);
    return outcomes;
}

EventOutcome CatalogHandler::handle_message(const event::GlueMessage& message,
                                            const runtime::Invocation& invocation) {
    EventOutcome outcome;
    const auto* glue_event =
        message.event ? std::get_if<event::GlueEvent>(&*message.event) : nullptr;
    if (glue_event != nullptr) {
        outcome = handle_event(*glue_event, invocation);
    } else {
        const base::Error error = message.event ? reconcile_is_missing() : message.event.error();
        log_.error("message_rejected",
                   {{"message_id", message.message_id}, {"error", error.message}});
        metrics_.add("MessagesRejected", 1);
        outcome.failures.push_back(error.message);
    }
    outcome.message_id = message.message_id;
    return outcome;
}

std::string CatalogHandler::reason_to_skip_event(const event::GlueEvent& event) const {
    if (!event.error_code.empty())
        return fmt::format("the {} call failed with {}: nothing changed", event.name,
                           event.error_code);
    if (!event.region.empty() && event.region != settings_.region)
        return fmt::format("the event is of region {}, this function reads {}", event.region,
                           settings_.region);
    switch (event.change) {
        case event::GlueChange::table_written:
            return "";
        case event::GlueChange::table_deleted:
            return "DELETE_POLICY is ignore: a table that the catalog deletes stays in Snowflake";
        case event::GlueChange::partitions_changed:
            return settings_.auto_refresh == snowflake::AutoRefresh::on
                       ? "AUTO_REFRESH finds new files of partitions by itself"
                       : "this version does not refresh partitions one by one";
        case event::GlueChange::database_deleted:
        case event::GlueChange::other:
            break;
    }
    return fmt::format("{} changes no table", event.name);
}

EventOutcome CatalogHandler::handle_event(const event::GlueEvent& event,
                                          const runtime::Invocation& invocation) {
    EventOutcome outcome;
    const std::string skip_reason = reason_to_skip_event(event);
    if (!skip_reason.empty() && event.tables.empty())
        outcome.tables.push_back({.reason = skip_reason});
    const std::string query_tag =
        fmt::format("lakefeed {}", event.id.empty() ? invocation.request_id : event.id);
    for (const event::GlueTableReference& reference : event.tables) {
        const std::string name = glue_name(reference);
        if (!skip_reason.empty()) {
            outcome.tables.push_back({.glue = name, .reason = skip_reason});
            continue;
        }
        auto synced = sync_.sync({{reference.catalog_id, reference.database, reference.table},
                                  query_tag,
                                  invocation.deadline.minus_ms(kAnswerReserveMs),
                                  settings_.sending});
        if (synced) {
            outcome.tables.push_back(*std::move(synced));
        } else {
            outcome.failures.push_back(fmt::format("{}: {}", name, synced.error().message));
        }
    }
    report(outcome);
    return outcome;
}

void CatalogHandler::report(const EventOutcome& outcome) {
    for (const TableOutcome& table : outcome.tables) {
        log_.info("table_synced", {{"table", table.glue},
                                   {"snowflake", table.snowflake},
                                   {"action", action_name(table.action)},
                                   {"reason", table.reason}});
        for (const PlannedStatement& statement : table.statements)
            log_.info("statement_planned",
                      {{"table", table.glue}, {"statement", statement.sql.text()}});
        const std::string_view metric = table.action == Action::skip      ? "TablesSkipped"
                                        : table.action == Action::none    ? "TablesUnchanged"
                                        : table.action == Action::replace ? "TablesReplaced"
                                                                          : "TablesCreated";
        metrics_.add(metric, 1);
    }
    for (const std::string& failure : outcome.failures) {
        log_.error("table_failed", {{"error", failure}});
        metrics_.add("TablesFailed", 1);
    }
}

}  // namespace glue_to_snowflake

#include "functions/glue_to_snowflake/handler.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "common/event/batch_response.h"
#include "functions/glue_to_snowflake/response.h"
#include "functions/glue_to_snowflake/sync/reconcile.h"

namespace glue_to_snowflake {
namespace {

constexpr std::int64_t kAnswerReserveMs = 1'000;  // of the deadline, to write the response in
constexpr std::size_t kFailuresShownBytesMax = 16'384;

base::Error failed(const EventOutcome& outcome) {
    const std::vector<std::string>& failures = outcome.failures;
    std::string message = fmt::format("{} of {} tables failed: ", failures.size(),
                                      failures.size() + outcome.tables.size());
    for (std::size_t i = 0; i < failures.size(); ++i) {
        if (message.size() > kFailuresShownBytesMax) {
            message += fmt::format("; and {} more, see the log", failures.size() - i);
            break;
        }
        message.append(i == 0 ? "" : "; ").append(failures[i]);
    }
    return {outcome.failures_for_want_of_time == failures.size() ? base::ErrorKind::deadline_near
                                                                 : base::ErrorKind::sync_failed,
            std::move(message)};
}

// A message that cannot be read or whose tables did not all succeed comes back later, alone.
std::string batch_answer(const std::vector<EventOutcome>& messages) {
    std::vector<std::string_view> failed;
    for (const EventOutcome& message : messages) {
        if (!message.failures.empty()) failed.emplace_back(message.message_id);
    }
    return event::batch_response(failed);
}

// arn:aws:lambda:us-east-1:123456789012:function:name
std::string account_of(std::string_view function_arn) {
    for (int colons = 0; colons < 4; ++colons) {
        const std::size_t colon = function_arn.find(':');
        if (colon == std::string_view::npos) return "";
        function_arn.remove_prefix(colon + 1);
    }
    return std::string(function_arn.substr(0, function_arn.find(':')));
}

void append(EventOutcome& outcome, const EventOutcome& more) {
    std::ranges::copy(more.tables, std::back_inserter(outcome.tables));
    std::ranges::copy(more.failures, std::back_inserter(outcome.failures));
    outcome.failures_for_want_of_time += more.failures_for_want_of_time;
}

// Partitions of a table that is not named, where Snowflake finds the files of all tables itself.
bool needs_nothing(const event::GlueMessage& message, const Config& config) {
    return !message.event && message.event.error().code == event::kPartitionsWithoutTable &&
           config.partition_mode == PartitionMode::expression &&
           config.auto_refresh == snowflake::AutoRefresh::on;
}

// The works in the order in which they are done, as places.
std::vector<std::size_t> in_order(const std::vector<Work>& works) {
    std::vector<std::size_t> places;
    places.reserve(works.size());
    for (const auto kind :
         {Work::Kind::nothing, Work::Kind::table, Work::Kind::partitions, Work::Kind::reconcile}) {
        for (std::size_t i = 0; i < works.size(); ++i) {
            if (works[i].kind == kind) places.push_back(i);
        }
    }
    return places;
}

}  // namespace

CatalogHandler::CatalogHandler(HandlerSettings settings, TableSync& sync, const base::Clock& clock,
                               base::Log& log)
    : settings_(std::move(settings)), sync_(sync), clock_(clock), report_(clock, log) {}

base::Result<runtime::InvocationResponse> CatalogHandler::handle(
    const runtime::Invocation& invocation) {
    const auto outcomes = run(invocation);
    if (!outcomes) return outcomes.error();
    if (outcomes->is_batch) return runtime::InvocationResponse{batch_answer(outcomes->events)};
    const EventOutcome& outcome = outcomes->events.front();
    if (!outcome.failures.empty()) return failed(outcome);
    return runtime::InvocationResponse{write_response(outcome.tables)};
}

base::Result<EventOutcomes> CatalogHandler::run(const runtime::Invocation& invocation) {
    auto batch = event::parse_glue_messages(invocation.event);
    if (!batch) return std::move(batch).error();
    EventOutcomes outcomes{.is_batch = batch->has_value()};
    std::vector<event::GlueMessage> messages;
    if (outcomes.is_batch)
        messages = **std::move(batch);
    else
        messages.push_back({"", event::parse_glue_event(invocation.event)});

    const std::string& catalog_id = sync_.config().catalog_id;
    WorkList list({settings_.region,
                   catalog_id.empty() ? account_of(invocation.invoked_function_arn) : catalog_id});
    // Of each message; none of one that cannot be read.
    std::vector<std::vector<std::size_t>> places;
    places.reserve(messages.size());
    for (const event::GlueMessage& message : messages)
        places.push_back(add_work(list, message));
    const std::vector<EventOutcome> done = do_all(list.works(), invocation);
    for (std::size_t i = 0; i < messages.size(); ++i) {
        EventOutcome& outcome = outcomes.events.emplace_back();
        outcome.message_id = messages[i].message_id;
        if (places[i].empty()) outcome.failures.push_back(messages[i].event.error().message);
        for (const std::size_t place : places[i])
            append(outcome, done[place]);
    }
    report_.finish(messages, outcomes.events);
    if (!outcomes.is_batch && places.front().empty())
        return std::move(messages.front().event).error();
    return outcomes;
}

std::vector<std::size_t> CatalogHandler::add_work(WorkList& list,
                                                  const event::GlueMessage& message) {
    if (message.event) return list.add(*message.event);
    if (!needs_nothing(message, sync_.config())) {
        report_.rejected(message);
        return {};
    }
    report_.without_table();
    return {
        list.add_nothing(message.event.error().message +
                         "; AUTO_REFRESH is on: Snowflake finds the files of partitions itself")};
}

Sending CatalogHandler::sending_of(const Work& work) const {
    return settings_.sending == Sending::off ? Sending::off : work.sending;
}

std::vector<EventOutcome> CatalogHandler::do_all(const std::vector<Work>& works,
                                                 const runtime::Invocation& invocation) {
    std::vector<EventOutcome> done(works.size());
    for (const std::size_t place : in_order(works))
        done[place] = do_work(works[place], invocation);
    return done;
}

EventOutcome CatalogHandler::do_work(const Work& work, const runtime::Invocation& invocation) {
    if (work.kind == Work::Kind::nothing) {
        EventOutcome outcome;
        outcome.tables.push_back({.glue = work_name(work), .reason = work.reason});
        report_.done(outcome, sending_of(work));
        return outcome;
    }
    const base::Deadline deadline = invocation.deadline.minus_ms(kAnswerReserveMs);
    base::Result<EventOutcome> outcome =
        base::Error{base::ErrorKind::deadline_near,
                    "not begun, as no time was left before the invocation's deadline"};
    if (deadline.remaining_ms(clock_) > 0) outcome = do_in_time(work, invocation, deadline);
    if (!outcome) {
        EventOutcome failed;
        const std::string name = work_name(work);
        failed.failures.push_back(
            fmt::format("{}: {}", name.empty() ? "the catalog" : name, outcome.error().message));
        if (outcome.error().kind == base::ErrorKind::deadline_near)
            failed.failures_for_want_of_time = 1;
        outcome = std::move(failed);
    }
    report_.done(*outcome, sending_of(work));
    return *std::move(outcome);
}

base::Result<EventOutcome> CatalogHandler::do_in_time(const Work& work,
                                                      const runtime::Invocation& invocation,
                                                      base::Deadline deadline) {
    const std::string query_tag =
        fmt::format("lakefeed {}", work.event_id.empty() ? invocation.request_id : work.event_id);
    const Sending sending = sending_of(work);
    EventOutcome outcome;
    if (work.kind == Work::Kind::reconcile) {
        auto report = reconcile({.catalog_id = work.source.catalog_id,
                                 .database = work.source.database,
                                 .table = work.source.name,
                                 .sending = sending,
                                 .query_tag = query_tag,
                                 .deadline = deadline},
                                sync_, sync_.services().glue, {});
        if (!report) return std::move(report).error();
        outcome.tables = std::move(report->tables);
        outcome.failures = std::move(report->failures);
        outcome.failures_for_want_of_time = report->failures_for_want_of_time;
        return outcome;
    }
    const SyncRequest request{
        .source = work.source, .query_tag = query_tag, .deadline = deadline, .sending = sending};
    auto synced = work.kind == Work::Kind::partitions ? sync_.sync_partitions(request, work.change)
                                                      : sync_.sync(request);
    if (!synced) return std::move(synced).error();
    outcome.tables.push_back(*std::move(synced));
    return outcome;
}

}  // namespace glue_to_snowflake

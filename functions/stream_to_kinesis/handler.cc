#include "functions/stream_to_kinesis/handler.h"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

#include "common/event/batch_response.h"
#include "common/event/dynamodb_event.h"

namespace stream_to_kinesis {
namespace {

// A record that is done now and comes again, or that may be stored and was not confirmed.
bool may_come_twice(const PlannedRecord& record, const SendReport& sent,
                    std::optional<std::string_view> checkpoint) {
    if (record.fate != Fate::send) return false;
    if (sent.maybe_stored[record.outgoing]) return true;
    return sent.deliveries[record.outgoing] == Delivery::confirmed && checkpoint &&
           (checkpoint->empty() ||
            dynamodb::compare_sequence_numbers(record.sequence_number, *checkpoint) >= 0);
}

// The age of the oldest record; nothing where none tells its time.
std::optional<std::int64_t> oldest_age_ms(const Plan& plan, base::EpochMs now_ms) {
    std::optional<std::int64_t> oldest;
    for (const PlannedRecord& record : plan.records) {
        if (!record.event_time_ms) continue;
        const std::int64_t age_ms = std::max<std::int64_t>(0, now_ms - *record.event_time_ms);
        oldest = std::max(oldest.value_or(0), age_ms);
    }
    return oldest;
}

}  // namespace

StreamHandler::StreamHandler(Config config, int attempts_max, HandlerSeams seams)
    : config_(std::move(config)),
      attempts_max_(attempts_max),
      seams_(std::move(seams)),
      transform_(config_, seams_.random),
      metrics_(seams_.clock, seams_.log.function_name()) {}

base::Result<runtime::InvocationResponse> StreamHandler::handle(
    const runtime::Invocation& invocation) {
    const auto records = event::parse_dynamodb_event(invocation.event);
    if (!records) return records.error();
    const Plan plan = plan_records(*records, config_, transform_);
    const SendReport sent = send_records(
        plan.outgoing, {.deadline = invocation.deadline, .attempts_max = attempts_max_},
        {seams_.put_records, seams_.clock, seams_.random, quota_});
    return respond(plan, sent);
}

base::Result<runtime::InvocationResponse> StreamHandler::respond(const Plan& plan,
                                                                 const SendReport& sent) {
    const Outcome outcome = sum_up(plan, sent);
    log_poison(plan);
    log_outcome(plan, sent, outcome);
    measure(plan, sent, outcome);
    // Nothing but an operator can mend what refuses every request: that is an error, not a batch to
    // be read again.
    if (sent.refusal && sent.requests_refused == sent.requests) return *sent.refusal;
    std::vector<std::string_view> identifiers;
    if (outcome.checkpoint) identifiers.push_back(*outcome.checkpoint);
    return runtime::InvocationResponse{event::batch_response(identifiers)};
}

StreamHandler::Outcome StreamHandler::sum_up(const Plan& plan, const SendReport& sent) {
    Outcome outcome;
    outcome.failed.resize(plan.records.size(), false);
    for (std::size_t i = 0; i < plan.records.size(); ++i) {
        const PlannedRecord& record = plan.records[i];
        if (record.fate == Fate::filtered) ++outcome.filtered;
        if (record.fate == Fate::dropped) ++outcome.dropped;
        if (record.fate == Fate::blocked) ++outcome.blocked;
        const bool is_sent =
            record.fate == Fate::send && sent.deliveries[record.outgoing] == Delivery::confirmed;
        if (is_sent) ++outcome.out;
        if (record.fate == Fate::send && !is_sent) ++outcome.unsent;
        outcome.failed[i] = record.fate == Fate::blocked || (record.fate == Fate::send && !is_sent);
    }
    assert(outcome.out + outcome.filtered + outcome.dropped + outcome.blocked + outcome.unsent ==
           static_cast<std::int64_t>(plan.records.size()));
    outcome.checkpoint = checkpoint(plan.records, outcome.failed);
    for (const PlannedRecord& record : plan.records) {
        if (may_come_twice(record, sent, outcome.checkpoint)) ++outcome.duplicates_possible;
    }
    return outcome;
}

void StreamHandler::log_poison(const Plan& plan) {
    for (const Poison& poison : plan.poison) {
        const PlannedRecord& record = plan.records[poison.record];
        seams_.log.error(record.fate == Fate::dropped ? "record_dropped" : "record_blocked",
                         {{"event_id", record.event_id},
                          {"sequence_number", record.sequence_number},
                          {"reason", poison.reason}});
    }
}

void StreamHandler::log_outcome(const Plan& plan, const SendReport& sent, const Outcome& outcome) {
    if (outcome.unsent > 0) {
        seams_.log.warn(
            "records_not_sent",
            {{"records", outcome.unsent},
             {"checkpoint", outcome.checkpoint.value_or(std::string_view())},
             {"reason", sent.refusal      ? sent.refusal->message
                        : sent.last_error ? sent.last_error->message
                                          : std::string("no time was left before the deadline")}});
    }
    seams_.log.info("records_forwarded", {{"records_in", plan.records.size()},
                                          {"records_out", outcome.out},
                                          {"records_failed", outcome.blocked + outcome.unsent},
                                          {"records_dropped", outcome.dropped},
                                          {"records_filtered", outcome.filtered},
                                          {"requests", sent.requests},
                                          {"retries", sent.retries},
                                          {"bytes_out", sent.bytes_out}});
}

void StreamHandler::measure(const Plan& plan, const SendReport& sent, const Outcome& outcome) {
    const auto add = [this](std::string_view name, std::int64_t value,
                            base::MetricUnit unit = base::MetricUnit::count) {
        metrics_.add(name, static_cast<double>(value), unit);
    };
    add("RecordsIn", static_cast<std::int64_t>(plan.records.size()));
    add("RecordsOut", outcome.out);
    add("RecordsFailed", outcome.blocked + outcome.unsent);
    add("RecordsDropped", outcome.dropped);
    add("RecordsFiltered", outcome.filtered);
    add("RetryCount", sent.retries);
    add("Throttles", sent.throttles);
    add("DuplicatesPossible", outcome.duplicates_possible);
    add("BytesOut", sent.bytes_out, base::MetricUnit::bytes);
    if (const auto age_ms = oldest_age_ms(plan, seams_.clock.now_ms())) {
        add("RecordAgeMs", *age_ms, base::MetricUnit::milliseconds);
    }
    metrics_.flush(seams_.log);
}

}  // namespace stream_to_kinesis

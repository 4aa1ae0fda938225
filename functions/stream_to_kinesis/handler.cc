#include "functions/stream_to_kinesis/handler.h"

#include <cassert>
#include <string>
#include <utility>

#include "common/event/batch_response.h"

namespace stream_to_kinesis {
namespace {

std::string_view log_event_of(Fate fate) {
    switch (fate) {
        case Fate::dropped:
            return "record_dropped";
        case Fate::quarantined:
            return "record_quarantined";
        default:
            return "record_blocked";
    }
}

}  // namespace

StreamHandler::StreamHandler(Config config, int attempts_max, HandlerSeams seams)
    : config_(std::move(config)),
      attempts_max_(attempts_max),
      seams_(std::move(seams)),
      transform_(config_, seams_.random),
      metrics_(seams_.clock, seams_.log.function_name()) {
    assert(config_.poison_records != PoisonRecords::quarantine || seams_.write_quarantine);
}

base::Result<runtime::InvocationResponse> StreamHandler::handle(
    const runtime::Invocation& invocation) {
    auto planned = plan(invocation);
    if (!planned) return std::move(planned).error();
    const SendReport sent = send(*planned, invocation.deadline);
    return respond(*planned, sent);
}

base::Result<Plan> StreamHandler::plan(const runtime::Invocation& invocation) {
    auto planned = plan_event(invocation.event, config_, transform_);
    if (!planned) return planned;
    // Half of the time is left for the sending, whatever the quarantine's service does.
    const base::EpochMs now_ms = seams_.clock.now_ms();
    const base::Deadline half{now_ms + invocation.deadline.remaining_ms(seams_.clock) / 2};
    block_with_followers(*planned, quarantine(*planned, 0, half));
    if (config_.aggregation == Aggregation::kpl) aggregator_.pack(*planned);
    return planned;
}

SendReport StreamHandler::send(Plan& plan, base::Deadline deadline) {
    SendReport sent =
        send_records(plan.outgoing, {.deadline = deadline, .attempts_max = attempts_max_},
                     {seams_.kinesis, seams_.clock, seams_.random, quota_});
    const std::size_t poison_before = plan.poison.size();
    poison_refused(plan, sent, config_.poison_records);
    for (const std::size_t record :
         quarantine(plan, poison_before, deadline.minus_ms(kAnswerReserveMs))) {
        plan.records[record].fate = Fate::blocked;
    }
    return sent;
}

// Writes the poison from `first_poison` on that is to be quarantined. Gives the places, in order,
// of the records for which it is not certain that they are stored.
std::vector<std::size_t> StreamHandler::quarantine(const Plan& plan, std::size_t first_poison,
                                                   base::Deadline deadline) {
    std::vector<QuarantineRecord> records;
    std::vector<std::size_t> places;
    for (std::size_t i = first_poison; i < plan.poison.size(); ++i) {
        const Poison& poison = plan.poison[i];
        const PlannedRecord& record = plan.records[poison.record];
        if (record.fate != Fate::quarantined) continue;
        records.push_back(
            {record.text, poison.reason, record.sequence_number, record.event_time_ms});
        places.push_back(poison.record);
    }
    if (records.empty()) return {};
    const auto outcomes = seams_.write_quarantine(records, deadline);
    assert(outcomes.size() == records.size());
    std::vector<std::size_t> failed;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (outcomes[i].ok()) continue;
        failed.push_back(places[i]);
        seams_.log.error("quarantine_failed", {{"sequence_number", records[i].sequence_number},
                                               {"reason", outcomes[i].error().message}});
    }
    return failed;
}

base::Result<runtime::InvocationResponse> StreamHandler::respond(const Plan& plan,
                                                                 const SendReport& sent) {
    const Outcome outcome = sum_up(plan, sent);
    log_poison(plan);
    log_outcome(sent, outcome);
    add_metrics(plan, sent, outcome, seams_.clock.now_ms(), metrics_);
    metrics_.flush(seams_.log);
    // Nothing but an operator can mend what refuses every request: that is an error, not a batch to
    // be read again.
    if (sent.refusal && sent.requests_refused == sent.requests) return *sent.refusal;
    std::vector<std::string_view> identifiers;
    if (outcome.checkpoint) identifiers.push_back(*outcome.checkpoint);
    return runtime::InvocationResponse{event::batch_response(identifiers)};
}

void StreamHandler::log_poison(const Plan& plan) {
    for (const Poison& poison : plan.poison) {
        const PlannedRecord& record = plan.records[poison.record];
        seams_.log.error(log_event_of(record.fate), {{"event_id", record.event_id},
                                                     {"sequence_number", record.sequence_number},
                                                     {"reason", poison.reason}});
    }
}

void StreamHandler::log_outcome(const SendReport& sent, const Outcome& outcome) {
    if (outcome.unsent > 0) {
        seams_.log.warn(
            "records_not_sent",
            {{"records", outcome.unsent},
             {"checkpoint", outcome.checkpoint.value_or(std::string_view())},
             {"reason", sent.refusal      ? sent.refusal->message
                        : sent.last_error ? sent.last_error->message
                                          : std::string("no time was left before the deadline")}});
    }
    seams_.log.info("records_forwarded", {{"records_in", outcome.in},
                                          {"records_out", outcome.out},
                                          {"records_failed", outcome.failed()},
                                          {"records_dropped", outcome.dropped},
                                          {"records_filtered", outcome.filtered},
                                          {"records_quarantined", outcome.quarantined},
                                          {"requests", sent.requests},
                                          {"retries", sent.retries},
                                          {"bytes_out", sent.bytes_out}});
}

}  // namespace stream_to_kinesis

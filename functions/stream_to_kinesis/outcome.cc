#include "functions/stream_to_kinesis/outcome.h"

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

#include "common/dynamodb/change_record.h"
#include "common/event/batch_response.h"

namespace stream_to_kinesis {
namespace {

bool is_confirmed(const PlannedRecord& record, const SendReport& sent) {
    return record.fate == Fate::send && sent.deliveries[record.outgoing] == Delivery::confirmed;
}

bool is_failed(const PlannedRecord& record, const SendReport& sent) {
    return record.fate == Fate::blocked ||
           (record.fate == Fate::send && !is_confirmed(record, sent));
}

void count(const PlannedRecord& record, const SendReport& sent, Outcome& outcome) {
    switch (record.fate) {
        case Fate::send:
            ++(is_confirmed(record, sent) ? outcome.out : outcome.unsent);
            break;
        case Fate::filtered:
            ++outcome.filtered;
            break;
        case Fate::dropped:
            ++outcome.dropped;
            break;
        case Fate::quarantined:
            ++outcome.quarantined;
            break;
        case Fate::blocked:
            ++outcome.blocked;
            break;
    }
}

// A record that is done now and comes again, or that may be stored and was not confirmed.
bool may_come_twice(const PlannedRecord& record, const SendReport& sent,
                    std::optional<std::string_view> checkpoint) {
    if (record.fate != Fate::send) return false;
    if (sent.maybe_stored[record.outgoing]) return true;
    return is_confirmed(record, sent) && checkpoint &&
           (checkpoint->empty() ||
            dynamodb::compare_sequence_numbers(record.sequence_number, *checkpoint) >= 0);
}

// The oldest and the newest record's age; nothing where none tells its time.
std::optional<std::pair<std::int64_t, std::int64_t>> ages_ms(const Plan& plan,
                                                             base::EpochMs now_ms) {
    std::optional<std::pair<std::int64_t, std::int64_t>> ages;
    for (const PlannedRecord& record : plan.records) {
        if (!record.event_time_ms) continue;
        const std::int64_t age_ms = std::max<std::int64_t>(0, now_ms - *record.event_time_ms);
        if (!ages) ages = {age_ms, age_ms};
        ages->first = std::max(ages->first, age_ms);
        ages->second = std::min(ages->second, age_ms);
    }
    return ages;
}

}  // namespace

Outcome sum_up(const Plan& plan, const SendReport& sent) {
    Outcome outcome;
    outcome.in = static_cast<std::int64_t>(plan.records.size());
    std::vector<bool> failed;
    failed.reserve(plan.records.size());
    std::vector<std::string_view> sequence_numbers;
    sequence_numbers.reserve(plan.records.size());
    for (const PlannedRecord& record : plan.records) {
        count(record, sent, outcome);
        failed.push_back(is_failed(record, sent));
        sequence_numbers.push_back(record.sequence_number);
    }
    assert(outcome.in == outcome.out + outcome.filtered + outcome.dropped + outcome.quarantined +
                             outcome.failed());
    outcome.checkpoint = event::checkpoint(sequence_numbers, failed);
    for (const PlannedRecord& record : plan.records) {
        if (may_come_twice(record, sent, outcome.checkpoint)) ++outcome.duplicates_possible;
    }
    return outcome;
}

void add_metrics(const Plan& plan, const SendReport& sent, const Outcome& outcome,
                 base::EpochMs now_ms, base::Metrics& metrics) {
    const auto add = [&metrics](std::string_view name, std::int64_t value,
                                base::MetricUnit unit = base::MetricUnit::count) {
        metrics.add(name, static_cast<double>(value), unit);
    };
    add("RecordsIn", outcome.in);
    add("RecordsOut", outcome.out);
    add("RecordsFailed", outcome.failed());
    add("RecordsDropped", outcome.dropped);
    add("RecordsFiltered", outcome.filtered);
    add("RecordsQuarantined", outcome.quarantined);
    add("Requests", sent.requests);
    add("RetryCount", sent.retries);
    add("Throttles", sent.throttles);
    add("DuplicatesPossible", outcome.duplicates_possible);
    add("UnknownOutcomes", sent.unknown_outcomes);
    add("BytesOut", sent.bytes_out, base::MetricUnit::bytes);
    if (const auto ages = ages_ms(plan, now_ms)) {
        add("RecordAgeMs", ages->first, base::MetricUnit::milliseconds);
        add("NewestRecordAgeMs", ages->second, base::MetricUnit::milliseconds);
    }
}

}  // namespace stream_to_kinesis

#include "functions/stream_to_kinesis/send_book.h"

#include <algorithm>
#include <cassert>
#include <string_view>
#include <utility>

namespace stream_to_kinesis {
namespace {

using aws::RetryReason;

// A clock that is corrected and credentials that are read again: each once for a record.
constexpr int kMendedMax = 2;

}  // namespace

SendBook::SendBook(const std::vector<OutgoingRecord>& records, int attempts_max,
                   const SendSeams& seams)
    : records_(records),
      attempts_max_(attempts_max),
      seams_(seams),
      next_of_item_(records.size(), kNone),
      tried_(records.size()) {
    report_.deliveries.resize(records.size(), Delivery::failed);
    report_.maybe_stored.resize(records.size(), false);
    enter(records);
}

// The first record of each item may go; each other one stands behind the one before it.
void SendBook::enter(const std::vector<OutgoingRecord>& records) {
    std::unordered_map<std::string_view, std::size_t> stream_of_name;
    std::vector<std::unordered_map<std::uint64_t, std::size_t>> last_of_item;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const auto [stream, is_new] =
            stream_of_name.try_emplace(records[i].stream, streams_.size());
        if (is_new) {
            streams_.emplace_back(records[i].stream);
            last_of_item.emplace_back();
        }
        const auto fault = aws::entry_fault(records[i].entry());
        if (fault) refuse_record(i, *fault);
        const auto [last, is_first] = last_of_item[stream->second].try_emplace(records[i].item, i);
        if (!is_first) next_of_item_[std::exchange(last->second, i)] = i;
        if (is_first && !fault) streams_[stream->second].queue.add(i);
    }
}

// What took nothing yet and refuses is asked one request at a time, down to a single record: so few
// requests show whether it is the stream or a record.
std::optional<base::EpochMs> SendBook::due_ms(std::size_t stream) const {
    const Stream& asked = streams_[stream];
    if (asked.suspicion && !asked.proven && asked.on_their_way > 0) return std::nullopt;
    return asked.queue.due_ms();
}

Batch SendBook::take(std::size_t stream) {
    SendQueue& queue = streams_[stream].queue;
    // A wait may end a moment before its time by this clock.
    const base::EpochMs now_ms = std::max(seams_.clock.now_ms(), queue.due_ms().value_or(0));
    Batch batch{stream, queue.take(now_ms, [this](std::size_t record) {
                    return records_[record].bytes();
                })};
    assert(!batch.records.empty());
    for (const std::size_t record : batch.records) {
        if (tried_[record].sendings++ > 0) ++report_.retries;
        batch.holds_unknown = batch.holds_unknown || report_.maybe_stored[record];
    }
    ++report_.requests;
    ++streams_[stream].on_their_way;
    return batch;
}

void SendBook::settle(const Batch& batch, const aws::PutRecordsAnswer& answer) {
    --streams_[batch.stream].on_their_way;
    if (answer.results) {
        settle_entries(batch, *answer.results);
    } else {
        settle_error(batch, answer);
    }
}

void SendBook::settle_entries(const Batch& batch,
                              const std::vector<aws::PutRecordsResult>& results) {
    assert(results.size() == batch.records.size());
    Stream& stream = streams_[batch.stream];
    std::vector<std::size_t> throttled;
    std::vector<std::size_t> transient;
    for (std::size_t i = 0; i < results.size(); ++i) {
        const std::size_t record = batch.records[i];
        base::ErrorKind kind = base::ErrorKind::service_failed;
        switch (results[i].state) {
            case aws::PutRecordsState::confirmed:
                confirm(stream, record);
                continue;
            case aws::PutRecordsState::throttled:
                kind = base::ErrorKind::throttled;
                ++report_.throttles;
                throttled.push_back(record);
                break;
            case aws::PutRecordsState::failed:
                transient.push_back(record);
                break;
            case aws::PutRecordsState::unknown:
                // The request is answered, so nothing of it is stored any later.
                kind = base::ErrorKind::outcome_unknown;
                note_unknown(record);
                transient.push_back(record);
                break;
        }
        report_.last_error = base::Error{kind,
                                         "PutRecords to " + stream.queue.stream() +
                                             ": an entry came back with " + results[i].detail,
                                         results[i].detail};
    }
    if (throttled.empty() && transient.empty()) refund(batch);
    retry(stream, throttled, RetryReason::throttling, std::nullopt);
    retry(stream, transient, RetryReason::transient, std::nullopt);
}

void SendBook::settle_error(const Batch& batch, const aws::PutRecordsAnswer& answer) {
    const base::Error& error = answer.results.error();
    Stream& stream = streams_[batch.stream];
    report_.last_error = error;
    switch (error.kind) {
        case base::ErrorKind::throttled:
            ++report_.throttles;
            retry(stream, batch.records, RetryReason::throttling, answer.retry_after_ms);
            break;
        case base::ErrorKind::service_failed:
        case base::ErrorKind::outcome_unknown:
            for (const std::size_t record : batch.records) {
                note_unknown(record);
                tried_[record].hold_next_until_ms = seams_.clock.now_ms() + kLateStoreMs;
            }
            retry(stream, batch.records, RetryReason::transient, answer.retry_after_ms);
            break;
        case base::ErrorKind::connect_failed:
            retry(stream, batch.records, RetryReason::transient, std::nullopt);
            break;
        case base::ErrorKind::deadline_near:
            break;
        default:
            if (answer.is_mended && retry_mended(stream, batch)) break;
            if (answer.refused_for == aws::RefusedFor::request) {
                refuse_stream(stream, error);
            } else {
                refuse_some_entry(stream, batch, answer);
            }
            break;
    }
}

void SendBook::confirm(Stream& stream, std::size_t record) {
    report_.deliveries[record] = Delivery::confirmed;
    report_.bytes_out += static_cast<std::int64_t>(records_[record].bytes());
    const std::size_t next = next_of_item_[record];
    if (next != kNone && report_.deliveries[next] != Delivery::refused) {
        const base::EpochMs hold_ms = tried_[record].hold_next_until_ms;
        if (hold_ms == 0) {
            stream.queue.add(next);
        } else {
            stream.queue.add_at(hold_ms, {next});
        }
    }
    if (stream.proven) return;
    stream.proven = true;
    for (const RefusedRecord& suspect : stream.suspects)
        refuse_record(suspect.record, suspect.error);
    stream.suspects.clear();
}

void SendBook::note_unknown(std::size_t record) {
    report_.maybe_stored[record] = true;
    ++report_.unknown_outcomes;
}

// Those of one request are one retry, whatever their number.
void SendBook::retry(Stream& stream, const std::vector<std::size_t>& records, RetryReason reason,
                     std::optional<std::int64_t> hint_ms) {
    std::vector<std::size_t> again;
    int attempts_most = 0;
    for (const std::size_t record : records) {
        if (tried_[record].attempts() >= attempts_max_) continue;
        attempts_most = std::max(attempts_most, tried_[record].attempts());
        again.push_back(record);
    }
    if (again.empty() || !seams_.quota.take(reason)) return;
    for (const std::size_t record : again)
        tried_[record].reason = reason;
    const aws::RetryRules rules{.attempts_max = attempts_max_};
    const std::int64_t wait_ms =
        aws::with_hint(aws::backoff_ms(rules, reason, attempts_most, seams_.random), hint_ms);
    stream.queue.add_at(seams_.clock.now_ms() + wait_ms, std::move(again));
}

// At once, and without counting it; whether that is still allowed.
bool SendBook::retry_mended(Stream& stream, const Batch& batch) {
    for (const std::size_t record : batch.records) {
        if (tried_[record].mended == kMendedMax) return false;
    }
    for (const std::size_t record : batch.records) {
        ++tried_[record].mended;
        ++tried_[record].uncounted;
    }
    stream.queue.add_at(seams_.clock.now_ms(), batch.records);
    return true;
}

// A request that stored all it had: what its last retry took from the quota comes back.
void SendBook::refund(const Batch& batch) {
    std::optional<RetryReason> reason;
    for (const std::size_t record : batch.records) {
        if (tried_[record].reason) reason = tried_[record].reason;
    }
    seams_.quota.succeeded(reason);
}

void SendBook::refuse_some_entry(Stream& stream, const Batch& batch,
                                 const aws::PutRecordsAnswer& answer) {
    const base::Error& error = answer.results.error();
    const bool is_certain = stream.proven || answer.refused_for == aws::RefusedFor::its_entry;
    if (!is_certain) {
        if (!stream.suspicion) stream.suspicion = error;
        if (++stream.suspicious_refusals == kRefusalsUnprovenMax) {
            stream.queue.close();
            return;
        }
    }
    if (batch.records.size() == 1) {
        if (is_certain) {
            refuse_record(batch.records.front(), error);
        } else {
            stream.suspects.push_back({batch.records.front(), error});
        }
        return;
    }
    for (const std::size_t record : batch.records)
        ++tried_[record].uncounted;
    const auto middle =
        batch.records.begin() + static_cast<std::ptrdiff_t>(batch.records.size() / 2);
    stream.queue.add_apart({middle, batch.records.end()});
    stream.queue.add_apart({batch.records.begin(), middle});
}

void SendBook::refuse_record(std::size_t record, const base::Error& error) {
    report_.deliveries[record] = Delivery::refused;
    report_.refused.push_back({record, error});
}

void SendBook::refuse_stream(Stream& stream, const base::Error& error) {
    ++report_.requests_refused;
    if (!report_.refusal) report_.refusal = error;
    stream.queue.close();
}

SendReport SendBook::finish() {
    for (const Stream& stream : streams_) {
        if (stream.proven || !stream.suspicion) continue;
        report_.requests_refused += stream.suspicious_refusals;
        if (!report_.refusal) report_.refusal = stream.suspicion;
    }
    return std::move(report_);
}

}  // namespace stream_to_kinesis

#include "functions/stream_to_kinesis/send.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "functions/stream_to_kinesis/send_queue.h"

namespace stream_to_kinesis {
namespace {

using aws::RetryReason;

// Those of one request that were not stored, and wait together.
struct Unsent {
    std::vector<std::size_t> throttled;
    std::vector<std::size_t> transient;
};

class Sender {
  public:
    Sender(const std::vector<OutgoingRecord>& records, const SendSettings& settings,
           const SendSeams& seams)
        : records_(records),
          settings_(settings),
          seams_(seams),
          request_deadline_(settings.deadline.minus_ms(kAnswerReserveMs)),
          attempts_(records.size(), 0) {
        report_.deliveries.resize(records.size(), Delivery::failed);
        report_.maybe_stored.resize(records.size(), false);
        std::unordered_map<std::string_view, std::size_t> queue_of_stream;
        for (std::size_t i = 0; i < records.size(); ++i) {
            assert(records[i].bytes() <= aws::kPutRecordsRecordBytesMax);
            const auto [found, is_new] =
                queue_of_stream.try_emplace(records[i].stream, queues_.size());
            if (is_new) queues_.emplace_back(records[i].stream);
            queues_[found->second].add(i, records[i].item);
        }
    }

    SendReport run() {
        while (!out_of_time_) {
            SendQueue* queue = next_queue();
            if (queue == nullptr) break;
            send_one(*queue);
        }
        return std::move(report_);
    }

  private:
    // The stream that may go first, in turn where several may; after waiting for it where need be.
    // None when all are done or the time is up.
    SendQueue* next_queue() {
        const base::EpochMs now_ms = seams_.clock.now_ms();
        std::size_t chosen = queues_.size();
        base::EpochMs begin_ms = std::numeric_limits<base::EpochMs>::max();
        for (std::size_t i = 0; i < queues_.size(); ++i) {
            const std::size_t candidate = (turn_ + i) % queues_.size();
            const auto due_ms = queues_[candidate].due_ms();
            if (!due_ms || std::max(*due_ms, now_ms) >= begin_ms) continue;
            chosen = candidate;
            begin_ms = std::max(*due_ms, now_ms);
        }
        if (chosen == queues_.size() || !may_begin_at(begin_ms)) return nullptr;
        if (begin_ms > now_ms) seams_.clock.sleep_ms(begin_ms - now_ms);
        if (!may_begin_at(seams_.clock.now_ms())) return nullptr;
        turn_ = (chosen + 1) % queues_.size();
        return &queues_[chosen];
    }

    // The first request begins while there is any time at all: a function with a short timeout must
    // get something done, or its shard stands still until the records are gone.
    [[nodiscard]] bool may_begin_at(base::EpochMs time_ms) const {
        const std::int64_t left_ms = request_deadline_.at_ms - time_ms;
        return left_ms >= (report_.requests == 0 ? 1 : kRequestReserveMs);
    }

    void send_one(SendQueue& queue) {
        const std::vector<std::size_t> batch =
            queue.take(std::max(seams_.clock.now_ms(), queue.due_ms().value_or(0)),
                       [this](std::size_t record) { return records_[record].bytes(); });
        assert(!batch.empty());
        std::vector<aws::PutRecordsEntry> entries;
        entries.reserve(batch.size());
        for (const std::size_t record : batch) {
            if (attempts_[record]++ > 0) ++report_.retries;
            entries.push_back(records_[record].entry());
        }
        ++report_.requests;
        const auto answer = seams_.put_records({queue.stream(), entries, request_deadline_});
        if (answer) {
            settle(queue, batch, *answer);
        } else {
            settle_error(queue, batch, answer.error());
        }
    }

    void settle(SendQueue& queue, const std::vector<std::size_t>& batch,
                const std::vector<aws::PutRecordsResult>& results) {
        assert(results.size() == batch.size());
        Unsent unsent;
        for (std::size_t i = 0; i < batch.size(); ++i) {
            settle_entry(queue, batch[i], results[i], unsent);
        }
        if (unsent.throttled.empty() && unsent.transient.empty()) refund(batch);
        retry(queue, unsent);
    }

    void settle_entry(SendQueue& queue, std::size_t record, const aws::PutRecordsResult& result,
                      Unsent& unsent) {
        if (result.state == aws::PutRecordsState::confirmed) {
            report_.deliveries[record] = Delivery::confirmed;
            report_.bytes_out += static_cast<std::int64_t>(records_[record].bytes());
            queue.confirm(record);
            return;
        }
        base::ErrorKind kind = base::ErrorKind::service_failed;
        if (result.state == aws::PutRecordsState::throttled) {
            kind = base::ErrorKind::throttled;
            ++report_.throttles;
            unsent.throttled.push_back(record);
        } else {
            if (result.state == aws::PutRecordsState::unknown) {
                kind = base::ErrorKind::outcome_unknown;
                report_.maybe_stored[record] = true;
            }
            unsent.transient.push_back(record);
        }
        report_.last_error = base::Error{
            kind, "PutRecords to " + queue.stream() + ": an entry came back with " + result.detail,
            result.detail};
    }

    void settle_error(SendQueue& queue, const std::vector<std::size_t>& batch,
                      const base::Error& error) {
        report_.last_error = error;
        Unsent unsent;
        switch (error.kind) {
            case base::ErrorKind::throttled:
                ++report_.throttles;
                unsent.throttled = batch;
                break;
            case base::ErrorKind::service_failed:
            case base::ErrorKind::outcome_unknown:
                for (const std::size_t record : batch)
                    report_.maybe_stored[record] = true;
                unsent.transient = batch;
                break;
            case base::ErrorKind::connect_failed:
                unsent.transient = batch;
                break;
            case base::ErrorKind::deadline_near:
                out_of_time_ = true;
                break;
            default:
                ++report_.requests_refused;
                if (!report_.refusal) report_.refusal = error;
                queue.close();
                break;
        }
        retry(queue, unsent);
    }

    void retry(SendQueue& queue, const Unsent& unsent) {
        retry_after_backoff(queue, unsent.throttled, RetryReason::throttling);
        retry_after_backoff(queue, unsent.transient, RetryReason::transient);
    }

    // Those of one request are one retry, whatever their number.
    void retry_after_backoff(SendQueue& queue, const std::vector<std::size_t>& records,
                             RetryReason reason) {
        std::vector<std::size_t> again;
        int attempts_most = 0;
        for (const std::size_t record : records) {
            if (attempts_[record] >= settings_.attempts_max) continue;
            attempts_most = std::max(attempts_most, attempts_[record]);
            again.push_back(record);
        }
        if (again.empty() || !seams_.quota.take(reason)) return;
        for (const std::size_t record : again)
            retry_reasons_[record] = reason;
        const aws::RetryRules rules{.attempts_max = settings_.attempts_max};
        const std::int64_t wait_ms = aws::backoff_ms(rules, reason, attempts_most, seams_.random);
        queue.retry_at(seams_.clock.now_ms() + wait_ms, again);
    }

    // A request that stored all it had: what its last retry took from the quota comes back.
    void refund(const std::vector<std::size_t>& batch) {
        std::optional<RetryReason> reason;
        for (const std::size_t record : batch) {
            const auto found = retry_reasons_.find(record);
            if (found != retry_reasons_.end()) reason = found->second;
        }
        seams_.quota.succeeded(reason);
    }

    const std::vector<OutgoingRecord>& records_;
    const SendSettings settings_;
    const SendSeams seams_;
    const base::Deadline request_deadline_;
    std::vector<int> attempts_;                                   // of each record
    std::unordered_map<std::size_t, RetryReason> retry_reasons_;  // of those that were tried again
    std::vector<SendQueue> queues_;
    std::size_t turn_ = 0;
    bool out_of_time_ = false;
    SendReport report_;
};

}  // namespace

SendReport send_records(const std::vector<OutgoingRecord>& records, const SendSettings& settings,
                        const SendSeams& seams) {
    return Sender(records, settings, seams).run();
}

}  // namespace stream_to_kinesis

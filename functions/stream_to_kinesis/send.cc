#include "functions/stream_to_kinesis/send.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "functions/stream_to_kinesis/send_book.h"

namespace stream_to_kinesis {
namespace {

constexpr base::EpochMs kNever = std::numeric_limits<base::EpochMs>::max();

class Sender {
  public:
    Sender(const std::vector<OutgoingRecord>& records, const SendSettings& settings,
           const SendSeams& seams)
        : records_(records),
          seams_(seams),
          request_deadline_(settings.deadline.minus_ms(kAnswerReserveMs)),
          book_(records, settings.attempts_max, seams) {}

    SendReport run() {
        while (true) {
            fill();
            if (!on_their_way_.empty()) {
                settle_next();
            } else if (!sleep_until_due()) {
                break;
            }
        }
        return book_.finish();
    }

  private:
    // Begins all that may begin now.
    void fill() {
        while (on_their_way_.size() < http::kRequestsAtOnceMax &&
               may_begin_at(seams_.clock.now_ms())) {
            const auto stream = stream_due_at(seams_.clock.now_ms());
            if (!stream) return;
            begin(*stream);
        }
    }

    // The first request begins while there is any time at all: a function with a short timeout must
    // get something done, or its shard stands still until the records are gone.
    [[nodiscard]] bool may_begin_at(base::EpochMs time_ms) {
        const std::int64_t left_ms = request_deadline_.at_ms - time_ms;
        return !out_of_time_ && left_ms >= (book_.report().requests == 0 ? 1 : kRequestReserveMs);
    }

    // In turn where several are.
    std::optional<std::size_t> stream_due_at(base::EpochMs time_ms) {
        for (std::size_t i = 0; i < book_.streams(); ++i) {
            const std::size_t stream = (turn_ + i) % book_.streams();
            const auto due_ms = book_.due_ms(stream);
            if (!due_ms || *due_ms > time_ms) continue;
            turn_ = (stream + 1) % book_.streams();
            return stream;
        }
        return std::nullopt;
    }

    [[nodiscard]] base::EpochMs next_due_ms() const {
        base::EpochMs next_ms = kNever;
        for (std::size_t i = 0; i < book_.streams(); ++i)
            next_ms = std::min(next_ms, book_.due_ms(i).value_or(kNever));
        return next_ms;
    }

    // Over a new connection where the last one may have broken under a record: those that were kept
    // may all be as dead.
    void begin(std::size_t stream) {
        Batch batch = book_.take(stream);
        entries_.clear();
        for (const std::size_t record : batch.records)
            entries_.push_back(records_[record].entry());
        const http::Ticket ticket = seams_.kinesis.start(
            {.stream = book_.name(stream),
             .entries = entries_,
             .deadline = request_deadline_,
             .connection =
                 batch.holds_unknown ? http::Connection::new_only : http::Connection::kept_or_new});
        on_their_way_.emplace(ticket, std::move(batch));
        SendReport& report = book_.report();
        report.requests_at_once =
            std::max(report.requests_at_once, static_cast<std::int64_t>(on_their_way_.size()));
    }

    // Waits for an answer, and takes all that are there by then, so that the next requests are as
    // full as can be. Comes back without one when there is something else to begin. Gives up all
    // that are on their way when the time is over.
    void settle_next() {
        base::EpochMs until_ms = request_deadline_.at_ms;
        const base::EpochMs due_ms = std::max(next_due_ms(), seams_.clock.now_ms());
        if (on_their_way_.size() < http::kRequestsAtOnceMax && may_begin_at(due_ms))
            until_ms = std::min(until_ms, due_ms);
        auto answer = seams_.kinesis.wait(until_ms);
        while (answer) {
            settle(*answer);
            answer = seams_.kinesis.wait(seams_.clock.now_ms());
        }
        if (seams_.clock.now_ms() < request_deadline_.at_ms) return;
        while (!on_their_way_.empty())
            settle(seams_.kinesis.cancel(on_their_way_.begin()->first));
    }

    void settle(const aws::PutRecordsAnswer& answer) {
        const auto batch = on_their_way_.find(answer.ticket);
        assert(batch != on_their_way_.end());
        if (!answer.results && answer.results.error().kind == base::ErrorKind::deadline_near)
            out_of_time_ = true;
        book_.settle(batch->second, answer);
        on_their_way_.erase(batch);
    }

    // Whether there is something to begin then.
    bool sleep_until_due() {
        const base::EpochMs now_ms = seams_.clock.now_ms();
        const base::EpochMs due_ms = std::max(next_due_ms(), now_ms);
        if (due_ms == kNever || !may_begin_at(due_ms)) return false;
        if (due_ms > now_ms) seams_.clock.sleep_ms(due_ms - now_ms);
        return may_begin_at(seams_.clock.now_ms());
    }

    const std::vector<OutgoingRecord>& records_;
    const SendSeams seams_;
    const base::Deadline request_deadline_;
    SendBook book_;
    std::map<http::Ticket, Batch> on_their_way_;
    std::vector<aws::PutRecordsEntry> entries_;  // of the request that begins
    std::size_t turn_ = 0;
    bool out_of_time_ = false;
};

}  // namespace

SendReport send_records(const std::vector<OutgoingRecord>& records, const SendSettings& settings,
                        const SendSeams& seams) {
    return Sender(records, settings, seams).run();
}

}  // namespace stream_to_kinesis

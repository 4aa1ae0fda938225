// One lane of an event source mapping: the records of one shard whose keys fall together, sent in
// order, batch by batch. Pure: no I/O, no thread, and the time comes in. It decides what Lambda's
// poller decides: how a batch is cut, what an answer leaves to be done, when a batch is tried
// again, split or given up.
//
//   lane.add(record, now);
//   if (auto event = lane.next_event(now)) lane.take(invoke(*event), now);
//   else wait until lane.due_ms(), or for more records
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "runtime/local/runtime_api_emulator.h"
#include "runtime/local/stream_mapping_settings.h"
#include "runtime/local/stream_on_failure.h"
#include "runtime/local/stream_source.h"

namespace local {

// The wait after the n-th failure in a row: base · 2^(n-1), at most `most_ms`. Lambda's own figures
// are not published.
struct BackOff {
    std::int64_t base_ms = 1'000;
    std::int64_t most_ms = 60'000;
};

// Records are counted once, however often they were sent: polled = delivered + discarded + pending.
struct MappingCounts {
    std::int64_t polled = 0;
    std::int64_t delivered = 0;
    std::int64_t discarded = 0;
    std::int64_t pending = 0;

    std::int64_t invoked = 0;          // invocations that reached the function
    std::int64_t retried = 0;          // of these, of records that had been sent before
    std::int64_t function_errors = 0;  // of these, ended by an error, a time-out or an exit
    std::int64_t rewinds = 0;          // of these, answered with an item to go back to
    std::int64_t malformed = 0;        // of these, answered with what no mapping understands
    std::int64_t not_invoked = 0;      // attempts that were throttled or did not reach it
    std::int64_t on_failure_sent = 0;
    std::int64_t on_failure_lost = 0;  // the destination did not take it
    std::int64_t trimmed = 0;          // times that the stream had dropped records before the read

    MappingCounts& operator+=(const MappingCounts& other);
};

struct LaneOptions {
    StreamMappingSettings settings = {};
    BackOff back_off = {};
    std::string stream_arn = {};
    std::string shard_id = {};
};

class StreamLane {
  public:
    explicit StreamLane(LaneOptions options) : options_(std::move(options)) {}

    void add(StreamRecord record, base::EpochMs now_ms);
    // No record follows for now: what is gathered goes out, an open window closes.
    void flush() { flushed_ = true; }

    // The event that is to be sent now, which take or take_not_invoked must follow.
    std::optional<std::string> next_event(base::EpochMs now_ms);
    // When next_event is worth asking again, as far as time alone decides.
    [[nodiscard]] std::optional<base::EpochMs> due_ms() const;
    void take(const Outcome& outcome, base::EpochMs now_ms);
    // Throttled, or a service error: no attempt is counted.
    void take_not_invoked(base::EpochMs now_ms);
    // The invocation was broken off from outside: nothing is counted, it goes again.
    void take_interrupted() { in_flight_ = ending_window_ = false; }

    // What was given up since the last call.
    std::vector<DiscardedBatch> take_discarded();

    // Nothing is left to do: no record, no invocation, no open window.
    [[nodiscard]] bool idle() const { return entries_.empty() && !in_flight_ && !window_; }
    [[nodiscard]] std::size_t bytes_pending() const { return bytes_pending_; }
    [[nodiscard]] MappingCounts counts() const;

  private:
    struct Entry {
        StreamRecord record;
        base::EpochMs read_ms;
    };
    // The records from the front on that go together.
    struct Batch {
        std::size_t records = 0;
        std::int64_t attempts_used = 0;
        std::int64_t invoke_count = 0;
    };
    struct Window {
        base::EpochMs start_ms = 0;
        base::EpochMs end_ms = 0;
        base::EpochMs last_added_ms = 0;
        std::string state = "{}";
        bool terminated_early = false;
    };
    struct Gathered {
        std::size_t records = 0;
        bool full = false;
    };

    [[nodiscard]] std::int64_t record_age_max_ms() const;
    void drop_aged(base::EpochMs now_ms);
    [[nodiscard]] bool window_closes(base::EpochMs now_ms) const;
    void open_window();
    [[nodiscard]] Gathered gather() const;
    bool form_batch(base::EpochMs now_ms);
    [[nodiscard]] std::string write_event(std::size_t records, bool is_final) const;
    void take_window_end(const Outcome& outcome, base::EpochMs now_ms);
    void take_partial(std::size_t first_failed, base::EpochMs now_ms);
    void take_failure(base::EpochMs now_ms);
    void keep_state(const std::string& state);
    void use_attempt(base::EpochMs now_ms);
    void back_off(base::EpochMs now_ms);
    void acknowledge(std::size_t records);
    void discard(std::size_t records, DiscardedBatch::Condition condition,
                 std::int64_t invoke_count, base::EpochMs now_ms);
    void drop_front(std::size_t records);

    LaneOptions options_;
    std::deque<Entry> entries_;
    std::deque<Batch> batches_;  // from the front on; a new one is formed when none is left
    std::optional<Window> window_;
    std::vector<DiscardedBatch> discarded_;
    MappingCounts counts_;
    std::size_t bytes_pending_ = 0;
    std::int64_t failures_in_a_row_ = 0;
    base::EpochMs not_before_ms_ = 0;
    std::string last_request_id_;
    bool last_was_error_ = false;
    bool flushed_ = false;
    bool in_flight_ = false;
    bool ending_window_ = false;  // what is in flight is a window's last invocation
};

}  // namespace local

#include "runtime/local/stream_lane.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "runtime/local/stream_batch_answer.h"
#include "runtime/local/stream_event.h"

namespace local {
namespace {

// A window that has passed its end is over when nothing was added to it for this long.
constexpr std::int64_t kWindowIdleMs = 120'000;
// What a window adds to an event besides its state.
constexpr std::size_t kWindowMembersBytes = 1'024;
constexpr std::int64_t kDoublingsMax = 30;

}  // namespace

MappingCounts& MappingCounts::operator+=(const MappingCounts& other) {
    for (const auto member :
         {&MappingCounts::polled, &MappingCounts::delivered, &MappingCounts::discarded,
          &MappingCounts::pending, &MappingCounts::invoked, &MappingCounts::retried,
          &MappingCounts::function_errors, &MappingCounts::rewinds, &MappingCounts::malformed,
          &MappingCounts::not_invoked, &MappingCounts::on_failure_sent,
          &MappingCounts::on_failure_lost, &MappingCounts::trimmed})
        this->*member += other.*member;
    return *this;
}

MappingCounts StreamLane::counts() const {
    MappingCounts counts = counts_;
    counts.pending = static_cast<std::int64_t>(entries_.size());
    return counts;
}

void StreamLane::add(StreamRecord record, base::EpochMs now_ms) {
    flushed_ = false;
    ++counts_.polled;
    bytes_pending_ += record.json.size();
    if (window_ && record.arrival_ms < window_->end_ms) window_->last_added_ms = now_ms;
    entries_.push_back({std::move(record), now_ms});
}

std::int64_t StreamLane::record_age_max_ms() const {
    const std::int64_t age_s = options_.settings.maximum_record_age_s;
    return age_s < 0 ? kStreamRetentionMs : std::min(age_s * 1000, kStreamRetentionMs);
}

// Records that are too old are skipped, whether they were tried or not.
void StreamLane::drop_aged(base::EpochMs now_ms) {
    const base::EpochMs oldest_ms = now_ms - record_age_max_ms();
    while (!entries_.empty()) {
        const std::size_t reach = batches_.empty() ? entries_.size() : batches_.front().records;
        std::size_t aged = 0;
        while (aged < reach && entries_[aged].record.arrival_ms < oldest_ms)
            ++aged;
        if (aged == 0) return;
        discard(aged, DiscardedBatch::Condition::record_age_exceeded,
                batches_.empty() ? 0 : batches_.front().invoke_count, now_ms);
        if (batches_.empty()) return;
        batches_.front().records -= aged;
        if (batches_.front().records > 0) return;
        batches_.pop_front();
    }
}

bool StreamLane::window_closes(base::EpochMs now_ms) const {
    if (!window_) return false;
    if (window_->terminated_early) return true;
    if (!batches_.empty()) return false;
    if (!entries_.empty()) return entries_.front().record.arrival_ms >= window_->end_ms;
    return flushed_ ||
           (now_ms >= window_->end_ms && now_ms >= window_->last_added_ms + kWindowIdleMs);
}

// Windows lie at whole multiples of their length; a record that comes late belongs to the open one.
void StreamLane::open_window() {
    const std::int64_t length_ms = options_.settings.tumbling_window_s * 1000;
    if (length_ms == 0 || window_ || entries_.empty()) return;
    const Entry& first = entries_.front();
    const base::EpochMs start_ms = first.record.arrival_ms / length_ms * length_ms;
    window_ = Window{
        .start_ms = start_ms, .end_ms = start_ms + length_ms, .last_added_ms = first.read_ms};
}

// The records from the front on that fit into one batch. At least one, whatever its size.
StreamLane::Gathered StreamLane::gather() const {
    const auto records_max = static_cast<std::size_t>(options_.settings.batch_size);
    std::size_t bytes = EventText().size();
    if (window_) bytes += kWindowStateBytesMax + kWindowMembersBytes;
    Gathered gathered;
    for (const Entry& entry : entries_) {
        const std::size_t comma = gathered.records == 0 ? 0 : 1;
        bytes += comma + entry.record.json.size();
        if (gathered.records > 0 && (gathered.records == records_max || bytes > kEventBytesMax ||
                                     (window_ && entry.record.arrival_ms >= window_->end_ms))) {
            gathered.full = true;
            return gathered;
        }
        ++gathered.records;
    }
    gathered.full = gathered.records == records_max || bytes == kEventBytesMax;
    return gathered;
}

bool StreamLane::form_batch(base::EpochMs now_ms) {
    open_window();
    const Gathered gathered = gather();
    if (gathered.records == 0) return false;
    const std::int64_t window_ms = options_.settings.maximum_batching_window_s * 1000;
    if (!gathered.full && !flushed_ && now_ms < entries_.front().read_ms + window_ms) return false;
    batches_.push_back({.records = gathered.records});
    return true;
}

std::string StreamLane::write_event(std::size_t records, bool is_final) const {
    EventText event;
    for (std::size_t i = 0; i < records; ++i)
        event.add(entries_[i].record.json);
    if (!window_) return std::move(event).take();
    return std::move(event).take(window_members({.start_ms = window_->start_ms,
                                                 .end_ms = window_->end_ms,
                                                 .state = window_->state,
                                                 .shard_id = options_.shard_id,
                                                 .stream_arn = options_.stream_arn,
                                                 .is_final = is_final,
                                                 .terminated_early = window_->terminated_early}));
}

std::optional<std::string> StreamLane::next_event(base::EpochMs now_ms) {
    assert(!in_flight_);
    if (now_ms < not_before_ms_) return std::nullopt;
    drop_aged(now_ms);
    if (window_closes(now_ms)) {
        in_flight_ = ending_window_ = true;
        return write_event(0, true);
    }
    if (batches_.empty() && !form_batch(now_ms)) return std::nullopt;
    in_flight_ = true;
    return write_event(batches_.front().records, false);
}

std::optional<base::EpochMs> StreamLane::due_ms() const {
    if (in_flight_) return std::nullopt;
    if (window_closes(not_before_ms_)) return not_before_ms_;
    if (entries_.empty()) {
        if (!window_) return std::nullopt;
        return std::max({not_before_ms_, window_->end_ms, window_->last_added_ms + kWindowIdleMs});
    }
    if (!batches_.empty() || flushed_ || gather().full) return not_before_ms_;
    return std::max(not_before_ms_,
                    entries_.front().read_ms + options_.settings.maximum_batching_window_s * 1000);
}

void StreamLane::take(const Outcome& outcome, base::EpochMs now_ms) {
    assert(in_flight_);
    in_flight_ = false;
    last_request_id_ = outcome.request_id;
    ++counts_.invoked;
    if (ending_window_) return take_window_end(outcome, now_ms);

    Batch& batch = batches_.front();
    if (batch.invoke_count++ > 0) ++counts_.retried;
    std::vector<std::string_view> sequence_numbers;
    sequence_numbers.reserve(batch.records);
    for (std::size_t i = 0; i < batch.records; ++i)
        sequence_numbers.push_back(entries_[i].record.sequence_number);
    const BatchAnswer answer = read_batch_answer(outcome, sequence_numbers, options_.settings);
    last_was_error_ = answer.kind == BatchAnswer::Kind::function_error;
    switch (answer.kind) {
        case BatchAnswer::Kind::succeeded:
            keep_state(answer.state);
            acknowledge(batch.records);
            batches_.pop_front();
            failures_in_a_row_ = 0;
            return;
        case BatchAnswer::Kind::failed_from:
            ++counts_.rewinds;
            keep_state(answer.state);
            return take_partial(answer.first_failed, now_ms);
        case BatchAnswer::Kind::failed:
            ++counts_.malformed;
            return take_failure(now_ms);
        case BatchAnswer::Kind::function_error:
            ++counts_.function_errors;
            return take_failure(now_ms);
    }
}

// A window's end is tried until it succeeds: processing stands still meanwhile.
void StreamLane::take_window_end(const Outcome& outcome, base::EpochMs now_ms) {
    ending_window_ = false;
    const BatchAnswer answer = read_batch_answer(outcome, {}, options_.settings);
    if (answer.kind == BatchAnswer::Kind::succeeded) {
        window_.reset();
        failures_in_a_row_ = 0;
        return;
    }
    ++(answer.kind == BatchAnswer::Kind::function_error ? counts_.function_errors
                                                        : counts_.malformed);
    back_off(now_ms);
}

void StreamLane::keep_state(const std::string& state) {
    if (!window_) return;
    window_->state = state;
    // The state that is too large is still handed to the window's last invocation: nothing is lost.
    window_->terminated_early = state.size() > kWindowStateBytesMax;
}

// With bisecting, the batch is split at the returned number, and a split uses no attempt.
void StreamLane::take_partial(std::size_t first_failed, base::EpochMs now_ms) {
    if (first_failed == 0) return take_failure(now_ms);
    acknowledge(first_failed);
    batches_.front().records -= first_failed;
    failures_in_a_row_ = 0;
    if (options_.settings.bisect_batch_on_function_error) {
        back_off(now_ms);
    } else {
        use_attempt(now_ms);
    }
}

void StreamLane::take_failure(base::EpochMs now_ms) {
    Batch& batch = batches_.front();
    if (!options_.settings.bisect_batch_on_function_error || batch.records == 1)
        return use_attempt(now_ms);
    Batch first_half = batch;
    first_half.records = batch.records / 2;
    batch.records -= first_half.records;
    batches_.push_front(first_half);
    back_off(now_ms);
}

void StreamLane::use_attempt(base::EpochMs now_ms) {
    Batch& batch = batches_.front();
    const std::int64_t retries_max = options_.settings.maximum_retry_attempts;
    if (retries_max < 0 || batch.attempts_used++ < retries_max) return back_off(now_ms);
    discard(batch.records, DiscardedBatch::Condition::retry_attempts_exhausted, batch.invoke_count,
            now_ms);
    batches_.pop_front();
    failures_in_a_row_ = 0;
}

void StreamLane::back_off(base::EpochMs now_ms) {
    const auto doublings = std::min(failures_in_a_row_++, kDoublingsMax);
    not_before_ms_ =
        now_ms + std::min(options_.back_off.base_ms << doublings, options_.back_off.most_ms);
}

void StreamLane::take_not_invoked(base::EpochMs now_ms) {
    assert(in_flight_);
    in_flight_ = ending_window_ = false;
    ++counts_.not_invoked;
    back_off(now_ms);
}

void StreamLane::acknowledge(std::size_t records) {
    counts_.delivered += static_cast<std::int64_t>(records);
    drop_front(records);
}

void StreamLane::discard(std::size_t records, DiscardedBatch::Condition condition,
                         std::int64_t invoke_count, base::EpochMs now_ms) {
    DiscardedBatch batch{.condition = condition,
                         .stream_arn = options_.stream_arn,
                         .shard_id = options_.shard_id,
                         .invoke_count = invoke_count,
                         .request_id = invoke_count > 0 ? last_request_id_ : "",
                         .function_error = invoke_count > 0 && last_was_error_,
                         .discarded_ms = now_ms};
    for (std::size_t i = 0; i < records; ++i)
        batch.records.push_back(entries_[i].record);
    discarded_.push_back(std::move(batch));
    counts_.discarded += static_cast<std::int64_t>(records);
    drop_front(records);
}

void StreamLane::drop_front(std::size_t records) {
    for (std::size_t i = 0; i < records; ++i) {
        bytes_pending_ -= entries_.front().record.json.size();
        entries_.pop_front();
    }
}

std::vector<DiscardedBatch> StreamLane::take_discarded() {
    return std::exchange(discarded_, {});
}

}  // namespace local

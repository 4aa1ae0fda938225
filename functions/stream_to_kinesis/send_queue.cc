#include "functions/stream_to_kinesis/send_queue.h"

#include <utility>

#include "common/aws/kinesis_client.h"

namespace stream_to_kinesis {

void SendQueue::add_at(base::EpochMs due_ms, std::vector<std::size_t> records) {
    if (!closed_ && !records.empty()) waiting_.emplace(due_ms, std::move(records));
}

void SendQueue::add_apart(std::vector<std::size_t> records) {
    if (!closed_ && !records.empty()) apart_.push_back(std::move(records));
}

void SendQueue::close() {
    closed_ = true;
    ready_ = {};
    waiting_.clear();
    apart_.clear();
}

std::optional<base::EpochMs> SendQueue::due_ms() const {
    if (!ready_.empty() || !apart_.empty()) return 0;
    if (!waiting_.empty()) return waiting_.begin()->first;
    return std::nullopt;
}

// A record that is larger than what a request usually holds goes alone.
bool SendQueue::fits(std::size_t entries, std::size_t bytes, std::size_t more_bytes) {
    return entries == 0 ||
           (entries < aws::kPutRecordsEntriesMax && bytes + more_bytes <= aws::kPutRecordsBytesMax);
}

std::vector<std::size_t> SendQueue::take_apart() {
    std::vector<std::size_t> taken = std::move(apart_.back());
    apart_.pop_back();
    return taken;
}

void SendQueue::wake(base::EpochMs now_ms) {
    while (!waiting_.empty() && waiting_.begin()->first <= now_ms) {
        for (const std::size_t record : waiting_.begin()->second)
            ready_.push(record);
        waiting_.erase(waiting_.begin());
    }
}

}  // namespace stream_to_kinesis

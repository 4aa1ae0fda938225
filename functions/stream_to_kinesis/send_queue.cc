#include "functions/stream_to_kinesis/send_queue.h"

#include "common/aws/kinesis_client.h"

namespace stream_to_kinesis {

void SendQueue::add(std::size_t record, std::uint64_t item) {
    const auto [last, first_of_item] = last_of_item_.try_emplace(item, record);
    if (first_of_item) {
        ready_.insert(record);
        return;
    }
    follower_.emplace(last->second, record);
    last->second = record;
}

void SendQueue::confirm(std::size_t record) {
    const auto found = follower_.find(record);
    if (found != follower_.end()) ready_.insert(found->second);
}

void SendQueue::retry_at(base::EpochMs due_ms, const std::vector<std::size_t>& records) {
    if (!records.empty()) waiting_.emplace(due_ms, records);
}

void SendQueue::close() {
    ready_.clear();
    waiting_.clear();
}

std::optional<base::EpochMs> SendQueue::due_ms() const {
    if (!ready_.empty()) return 0;
    if (!waiting_.empty()) return waiting_.begin()->first;
    return std::nullopt;
}

// A record that is larger than what a request usually holds goes alone.
bool SendQueue::fits(std::size_t entries, std::size_t bytes, std::size_t more_bytes) {
    return entries == 0 ||
           (entries < aws::kPutRecordsEntriesMax && bytes + more_bytes <= aws::kPutRecordsBytesMax);
}

void SendQueue::wake(base::EpochMs now_ms) {
    while (!waiting_.empty() && waiting_.begin()->first <= now_ms) {
        ready_.insert(waiting_.begin()->second.begin(), waiting_.begin()->second.end());
        waiting_.erase(waiting_.begin());
    }
}

}  // namespace stream_to_kinesis

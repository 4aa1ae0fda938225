// The records that one stream may get: those that may go now, those that wait for their time, and
// those that go in a request of their own.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"

namespace stream_to_kinesis {

// Records are named by their index, which is also their order.
class SendQueue {
  public:
    explicit SendQueue(std::string_view stream) : stream_(stream) {}
    [[nodiscard]] const std::string& stream() const { return stream_; }

    // It may go at once.
    void add(std::size_t record) {
        if (!closed_) ready_.push(record);
    }
    // They may go from that time on, all of them together.
    void add_at(base::EpochMs due_ms, std::vector<std::size_t> records);
    // They go at once, together and with no other record; what was added last goes first.
    void add_apart(std::vector<std::size_t> records);
    // Nothing goes any more, whatever is added.
    void close();

    // Takes out what goes into one request now: the oldest records first, as many as the limits of
    // PutRecords allow, and at least one if any may go. `bytes_of(record)` is what the limits
    // count.
    template <typename BytesOf>
    std::vector<std::size_t> take(base::EpochMs now_ms, const BytesOf& bytes_of) {
        if (!apart_.empty()) return take_apart();
        wake(now_ms);
        std::vector<std::size_t> taken;
        std::size_t bytes = 0;
        while (!ready_.empty() && fits(taken.size(), bytes, bytes_of(ready_.top()))) {
            bytes += bytes_of(ready_.top());
            taken.push_back(ready_.top());
            ready_.pop();
        }
        return taken;
    }

    // When take() gives something: the past, if it would now; nothing where nothing is left to go.
    [[nodiscard]] std::optional<base::EpochMs> due_ms() const;

  private:
    static bool fits(std::size_t entries, std::size_t bytes, std::size_t more_bytes);
    std::vector<std::size_t> take_apart();
    void wake(base::EpochMs now_ms);

    std::string stream_;
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready_;
    std::multimap<base::EpochMs, std::vector<std::size_t>> waiting_;
    std::vector<std::vector<std::size_t>> apart_;
    bool closed_ = false;
};

}  // namespace stream_to_kinesis

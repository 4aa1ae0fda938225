// The records that one stream still has to get: which may go now, which wait, and which stand
// behind another record of their item.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/base/clock.h"

namespace stream_to_kinesis {

// Records are named by their index, which is also their order.
class SendQueue {
  public:
    explicit SendQueue(std::string_view stream) : stream_(stream) {}
    [[nodiscard]] const std::string& stream() const { return stream_; }

    // In order. The first record of its item may go at once, any other after the one before it.
    void add(std::size_t record, std::uint64_t item);

    // Takes out the records that go into one request now: at most one of an item, the oldest first,
    // as many as the limits of PutRecords allow, and at least one if any may go.
    // `bytes_of(record)` is what the limits count.
    template <typename BytesOf>
    std::vector<std::size_t> take(base::EpochMs now_ms, const BytesOf& bytes_of) {
        wake(now_ms);
        std::vector<std::size_t> taken;
        std::size_t bytes = 0;
        while (!ready_.empty() && fits(taken.size(), bytes, bytes_of(*ready_.begin()))) {
            bytes += bytes_of(*ready_.begin());
            taken.push_back(*ready_.begin());
            ready_.erase(ready_.begin());
        }
        return taken;
    }

    // A taken record is stored: the next of its item may go.
    void confirm(std::size_t record);
    // Taken records may go again at that time, all together. (A record that is neither confirmed
    // nor named here has failed for good, and those behind it stay where they are.)
    void retry_at(base::EpochMs due_ms, const std::vector<std::size_t>& records);
    // Nothing goes any more.
    void close();

    // When take() gives something: the past, if it would now; nothing where nothing is left to go.
    [[nodiscard]] std::optional<base::EpochMs> due_ms() const;

  private:
    static bool fits(std::size_t entries, std::size_t bytes, std::size_t more_bytes);
    void wake(base::EpochMs now_ms);

    std::string stream_;
    std::set<std::size_t> ready_;
    std::multimap<base::EpochMs, std::vector<std::size_t>> waiting_;
    std::unordered_map<std::size_t, std::size_t> follower_;  // of the same item
    std::unordered_map<std::uint64_t, std::size_t> last_of_item_;
};

}  // namespace stream_to_kinesis

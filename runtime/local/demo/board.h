// What the demo has done so far: its parts write here, the panel and the report read.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace demo {

struct Counts {
    std::string phase = {};  // what goes on now, for a person
    std::int64_t planned = 0;
    std::int64_t made = 0;  // changes that the table took: of these inserts, modifies, removes
    std::int64_t inserts = 0;
    std::int64_t modifies = 0;
    std::int64_t removes = 0;
    std::int64_t api_items = 0;
    std::int64_t sent = 0;  // to Kinesis and acknowledged
    std::int64_t batches = 0;
    std::int64_t batches_again = 0;
    std::int64_t transformed = 0;
    std::int64_t in_lake = 0;     // different changes in objects that were put
    std::int64_t lake_lines = 0;  // with those that are there twice
    std::int64_t lake_objects = 0;
    std::int64_t in_s3 = 0;  // stored and acknowledged by stream_to_s3
    std::int64_t exports = 0;
    std::int64_t snapshot_items = 0;
    std::int64_t statements = 0;  // that Snowflake was sent
    std::int64_t retries = 0;     // of invocations that failed, but for the mappings'
    std::map<std::string, std::int64_t> faults = {};

    // Made and not yet in the lake.
    [[nodiscard]] std::int64_t lag() const { return made > in_lake ? made - in_lake : 0; }
    [[nodiscard]] std::int64_t faults_suffered() const;
};

// "partial 3, throttle 2"; empty where there were none.
std::string faults_text(const std::map<std::string, std::int64_t>& faults);

class Board {
  public:
    void change(const std::function<void(Counts&)>& change) {
        const std::scoped_lock lock(mutex_);
        change(counts_);
    }
    void phase(std::string_view text) {
        change([&](Counts& counts) { counts.phase = text; });
    }
    [[nodiscard]] Counts counts() const {
        const std::scoped_lock lock(mutex_);
        return counts_;
    }

  private:
    mutable std::mutex mutex_;
    Counts counts_;
};

}  // namespace demo

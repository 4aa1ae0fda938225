// Lambda's event source mapping for a DynamoDB stream, on this machine: reads a source's shards,
// each after its parent, spreads their records over lanes by the item's key, and sends each lane's
// batches to a function, in order per item and at least once (Lambda's page "Process DynamoDB
// records with Lambda").
//
//   StreamMapping mapping({.settings = …}, source, invoke, clock);
//   auto counts = mapping.drain(stop);
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "runtime/local/runtime_api_emulator.h"
#include "runtime/local/stream_lane.h"
#include "runtime/local/stream_source.h"

namespace local {

// Called by several threads, but never twice at a time with the same `worker`: 0, 1, … up to
// ParallelizationFactor x open shards. A FunctionProcess takes one call at a time, so give each
// worker one of its own. A worker's thread is the same for the life of the mapping.
// An Error of kind throttled, service_failed or connect_failed means that the function was not
// invoked: the batch is tried again and no attempt is counted. Any other Error ends the run.
using InvokeFunction = std::function<base::Result<Outcome>(
    const std::string& event, std::size_t worker, const std::stop_token& stop)>;

struct StreamMappingOptions {
    StreamMappingSettings settings = {};
    BackOff back_off = {};
    std::int64_t poll_interval_ms = 250;  // between reads of a shard that had nothing
    int drain_polls = 3;                  // reads without a record after which a source is empty
    // Takes what was given up; an Error counts as lost, as it is with Lambda. By several threads.
    std::function<base::Result<base::Done>(const DiscardedBatch&)> on_failure = {};
};

class StreamMapping {
  public:
    // All that is given must outlive the mapping.
    StreamMapping(StreamMappingOptions options, StreamSource& source, InvokeFunction invoke,
                  const base::Clock& clock);
    StreamMapping(const StreamMapping&) = delete;
    StreamMapping& operator=(const StreamMapping&) = delete;
    StreamMapping(StreamMapping&&) = delete;
    StreamMapping& operator=(StreamMapping&&) = delete;
    ~StreamMapping();

    // Until stopped. Either may be called again and goes on where the last one ended; one at a
    // time. Kind config_invalid where the settings are faulty; else the error of the source or of
    // `invoke` that ended it. What was in flight at the end is sent again by the next call.
    base::Result<MappingCounts> run(const std::stop_token& stop);
    // Until the source has nothing more and every record is delivered or discarded. Batching and
    // tumbling windows end when the source is empty. Kind deadline_near where it was stopped
    // before.
    base::Result<MappingCounts> drain(const std::stop_token& stop);
    // So far; from any thread.
    [[nodiscard]] MappingCounts counts() const;

  private:
    struct Shard {
        enum class Phase { waiting, reading, ended, done };
        std::string parent_id = {};
        Phase phase = Phase::waiting;
        bool opened = false;
        std::vector<std::unique_ptr<StreamLane>> lanes = {};
        std::vector<std::size_t> workers = {};  // of each lane
    };
    struct Worker {
        StreamLane* lane = nullptr;
        bool busy = false;  // it uses the lane
        std::thread thread = {};
    };
    enum class Until { stopped, drained };
    // What one round over the source's shards found.
    struct Poll {
        bool progressed = false;  // records, or a shard that began or ended
        bool held = false;        // a shard was not read: enough of it is pending
    };

    base::Result<MappingCounts> go(Until until, const std::stop_token& stop);
    base::Result<base::Done> loop(Until until);
    base::Result<Poll> poll_source();
    base::Result<base::Done> note_shards();
    base::Result<base::Done> open_shards(Poll& poll);
    base::Result<base::Done> read_shard(const std::string& shard_id, Shard& shard, Poll& poll);
    void make_lanes(const std::string& shard_id, Shard& shard);
    std::size_t free_worker();
    void spread(Shard& shard, ShardPage page);
    void finish_shards(Poll& poll);
    bool drain_lanes();

    [[nodiscard]] bool over() const { return running_.stop_requested() || failure_; }
    [[nodiscard]] bool idle(const Shard& shard) const;
    void wait_for_records(const Poll& poll);
    void pause();

    void work(std::size_t index);
    void step(std::unique_lock<std::mutex>& lock, std::size_t index);
    void settle(StreamLane& lane, const base::Result<Outcome>& outcome);
    void hand_over_discarded(std::unique_lock<std::mutex>& lock, StreamLane& lane);
    void wait_for_work(std::unique_lock<std::mutex>& lock, const StreamLane* lane);

    StreamMappingOptions options_;
    StreamSource& source_;
    InvokeFunction invoke_;
    const base::Clock& clock_;
    bool first_listing_ = true;

    // Guards what follows; the shards are changed by the caller's thread alone.
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, Shard> shards_;
    std::vector<std::unique_ptr<Worker>> workers_;
    MappingCounts finished_;  // of lanes that are gone, and what belongs to none
    std::optional<base::Error> failure_;
    std::stop_source running_;  // of the current call
    std::uint64_t steps_ = 0;
    bool sending_ = false;
    bool ending_ = false;
};

}  // namespace local

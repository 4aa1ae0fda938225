// The caller's thread reads the source; a thread per lane sends.
#include "runtime/local/stream_mapping.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

namespace local {
namespace {

// A shard is not read on while this much of it waits to be sent.
constexpr std::size_t kShardBytesPendingMax = 64UL * 1024 * 1024;
// Rounds in a row that a source may fail in a way that passes.
constexpr int kFailedPollsMax = 20;

bool passes(const base::Error& error) {
    return error.kind == base::ErrorKind::throttled ||
           error.kind == base::ErrorKind::service_failed ||
           error.kind == base::ErrorKind::connect_failed;
}

// FNV-1a, 64 bits: the same on every machine.
std::uint64_t hash_of(std::string_view key) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char letter : key) {
        hash ^= static_cast<unsigned char>(letter);
        hash *= 0x100000001b3U;
    }
    return hash;
}

std::chrono::milliseconds at_least_one(std::int64_t wait_ms) {
    return std::chrono::milliseconds(std::max<std::int64_t>(wait_ms, 1));
}

}  // namespace

StreamMapping::StreamMapping(StreamMappingOptions options, StreamSource& source,
                             InvokeFunction invoke, const base::Clock& clock)
    : options_(std::move(options)), source_(source), invoke_(std::move(invoke)), clock_(clock) {}

StreamMapping::~StreamMapping() {
    {
        const std::scoped_lock lock(mutex_);
        ending_ = true;
        changed_.notify_all();
    }
    for (const auto& worker : workers_)
        worker->thread.join();
}

base::Result<MappingCounts> StreamMapping::run(const std::stop_token& stop) {
    return go(Until::stopped, stop);
}

base::Result<MappingCounts> StreamMapping::drain(const std::stop_token& stop) {
    return go(Until::drained, stop);
}

base::Result<MappingCounts> StreamMapping::go(Until until, const std::stop_token& stop) {
    if (auto checked = check_settings(options_.settings); !checked)
        return std::move(checked).error();
    {
        const std::scoped_lock lock(mutex_);
        running_ = std::stop_source();
        failure_.reset();
        sending_ = true;
        changed_.notify_all();
    }
    base::Result<base::Done> ended = base::Done{};
    {
        const std::stop_callback stopped(stop, [this] {
            running_.request_stop();
            const std::scoped_lock lock(mutex_);
            changed_.notify_all();
        });
        ended = loop(until);
    }
    pause();
    if (failure_) return *failure_;
    if (!ended) return std::move(ended).error();
    return counts();
}

// Ends what is in flight and waits for it.
void StreamMapping::pause() {
    running_.request_stop();
    std::unique_lock lock(mutex_);
    sending_ = false;
    changed_.notify_all();
    changed_.wait(lock, [this] {
        return std::ranges::none_of(workers_, [](const auto& worker) { return worker->busy; });
    });
}

base::Result<base::Done> StreamMapping::loop(Until until) {
    int failed_polls = 0;
    int empty_polls = 0;
    while (true) {
        {
            const std::scoped_lock lock(mutex_);
            if (failure_ || (until == Until::stopped && over())) return base::Done{};
            if (over())
                return base::Error{base::ErrorKind::deadline_near,
                                   "drain the stream: stopped before its end"};
        }
        const auto poll = poll_source();
        if (!poll) {
            if (!passes(poll.error()) || ++failed_polls > kFailedPollsMax) return poll.error();
            wait_for_records({});
            continue;
        }
        failed_polls = 0;
        empty_polls = poll->progressed || poll->held ? 0 : empty_polls + 1;
        if (until == Until::drained && empty_polls >= options_.drain_polls) {
            if (drain_lanes()) return base::Done{};
            empty_polls = 0;
        } else if (!poll->progressed) {
            wait_for_records(*poll);
        }
    }
}

base::Result<StreamMapping::Poll> StreamMapping::poll_source() {
    Poll poll;
    if (auto noted = note_shards(); !noted) return std::move(noted).error();
    if (auto opened = open_shards(poll); !opened) return std::move(opened).error();
    for (auto& [shard_id, shard] : shards_) {
        if (shard.phase != Shard::Phase::reading) continue;
        if (auto read = read_shard(shard_id, shard, poll); !read) return std::move(read).error();
    }
    finish_shards(poll);
    return poll;
}

// LATEST holds for the shards that are there at first; those that come later are read whole.
base::Result<base::Done> StreamMapping::note_shards() {
    auto listed = source_.list_shards();
    if (!listed) return std::move(listed).error();
    const bool at_latest =
        first_listing_ && options_.settings.starting_position == StartingPosition::latest;
    for (StreamShard& found : *listed) {
        const auto known = shards_.find(found.id);
        if (known != shards_.end()) continue;
        if (at_latest) {
            if (auto opened = source_.open(found.id, StartingPosition::latest); !opened)
                return opened;
        }
        const std::scoped_lock lock(mutex_);
        shards_[found.id] = Shard{.parent_id = found.parent_id, .opened = at_latest};
    }
    first_listing_ = false;
    return base::Done{};
}

// A shard's turn comes when its parent is done with, or is none that the stream still has.
base::Result<base::Done> StreamMapping::open_shards(Poll& poll) {
    for (auto& [shard_id, shard] : shards_) {
        if (shard.phase != Shard::Phase::waiting) continue;
        const auto parent = shards_.find(shard.parent_id);
        if (parent != shards_.end() && parent->second.phase != Shard::Phase::done) continue;
        if (!shard.opened) {
            if (auto opened = source_.open(shard_id, StartingPosition::trim_horizon); !opened)
                return opened;
        }
        const std::scoped_lock lock(mutex_);
        shard.opened = true;
        shard.phase = Shard::Phase::reading;
        make_lanes(shard_id, shard);
        poll.progressed = true;
    }
    return base::Done{};
}

void StreamMapping::make_lanes(const std::string& shard_id, Shard& shard) {
    for (std::int64_t i = 0; i < options_.settings.parallelization_factor; ++i) {
        shard.lanes.push_back(
            std::make_unique<StreamLane>(LaneOptions{.settings = options_.settings,
                                                     .back_off = options_.back_off,
                                                     .stream_arn = source_.stream_arn(),
                                                     .shard_id = shard_id}));
        const std::size_t index = free_worker();
        workers_[index]->lane = shard.lanes.back().get();
        shard.workers.push_back(index);
    }
}

std::size_t StreamMapping::free_worker() {
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        if (workers_[i]->lane == nullptr) return i;
    }
    const std::size_t index = workers_.size();
    workers_.push_back(std::make_unique<Worker>());
    workers_.back()->thread = std::thread([this, index] { work(index); });
    return index;
}

base::Result<base::Done> StreamMapping::read_shard(const std::string& shard_id, Shard& shard,
                                                   Poll& poll) {
    {
        const std::scoped_lock lock(mutex_);
        std::size_t bytes = 0;
        for (const auto& lane : shard.lanes)
            bytes += lane->bytes_pending();
        if (bytes >= kShardBytesPendingMax) {
            poll.held = true;
            return base::Done{};
        }
    }
    auto page = source_.read(shard_id);
    if (!page) return std::move(page).error();
    poll.progressed = poll.progressed || !page->records.empty() || page->ended;
    spread(shard, *std::move(page));
    return base::Done{};
}

void StreamMapping::spread(Shard& shard, ShardPage page) {
    const base::EpochMs now_ms = clock_.now_ms();
    const std::scoped_lock lock(mutex_);
    if (page.trimmed) ++finished_.trimmed;
    for (StreamRecord& record : page.records) {
        const std::size_t lane = hash_of(record.key) % shard.lanes.size();
        shard.lanes[lane]->add(std::move(record), now_ms);
    }
    if (page.ended) {
        shard.phase = Shard::Phase::ended;
        for (const auto& lane : shard.lanes)
            lane->flush();
    }
    changed_.notify_all();
}

bool StreamMapping::idle(const Shard& shard) const {
    for (std::size_t i = 0; i < shard.lanes.size(); ++i) {
        if (!shard.lanes[i]->idle() || workers_[shard.workers[i]]->busy) return false;
    }
    return true;
}

void StreamMapping::finish_shards(Poll& poll) {
    const std::scoped_lock lock(mutex_);
    for (auto& [shard_id, shard] : shards_) {
        if (shard.phase != Shard::Phase::ended || !idle(shard)) continue;
        for (std::size_t i = 0; i < shard.lanes.size(); ++i) {
            finished_ += shard.lanes[i]->counts();
            workers_[shard.workers[i]]->lane = nullptr;
        }
        shard.lanes.clear();
        shard.workers.clear();
        shard.phase = Shard::Phase::done;
        poll.progressed = true;
    }
}

// Sends what is gathered and waits for it. True where nothing is left and no shard waits.
bool StreamMapping::drain_lanes() {
    std::unique_lock lock(mutex_);
    for (const auto& [shard_id, shard] : shards_) {
        for (const auto& lane : shard.lanes)
            lane->flush();
    }
    changed_.notify_all();
    changed_.wait(lock, [this] {
        return over() || std::ranges::all_of(
                             shards_, [this](const auto& shard) { return idle(shard.second); });
    });
    return !over() && std::ranges::all_of(shards_, [](const auto& shard) {
        return shard.second.phase == Shard::Phase::reading ||
               shard.second.phase == Shard::Phase::done;
    });
}

// A lane's step ends the wait where something waits for the lanes.
void StreamMapping::wait_for_records(const Poll& poll) {
    std::unique_lock lock(mutex_);
    const bool lanes_matter = poll.held || std::ranges::any_of(shards_, [](const auto& shard) {
                                  return shard.second.phase == Shard::Phase::ended;
                              });
    changed_.wait_for(lock, at_least_one(options_.poll_interval_ms),
                      [this, lanes_matter, steps = steps_] {
                          return over() || (lanes_matter && steps_ != steps);
                      });
}

MappingCounts StreamMapping::counts() const {
    const std::scoped_lock lock(mutex_);
    MappingCounts counts = finished_;
    for (const auto& [shard_id, shard] : shards_) {
        for (const auto& lane : shard.lanes)
            counts += lane->counts();
    }
    return counts;
}

void StreamMapping::work(std::size_t index) {
    std::unique_lock lock(mutex_);
    while (!ending_) {
        const StreamLane* lane = workers_[index]->lane;
        if (sending_ && !over() && lane != nullptr) {
            const auto due_ms = lane->due_ms();
            if (due_ms && *due_ms <= clock_.now_ms()) {
                step(lock, index);
                continue;
            }
        }
        wait_for_work(lock, lane);
    }
}

void StreamMapping::wait_for_work(std::unique_lock<std::mutex>& lock, const StreamLane* lane) {
    const auto due_ms = lane == nullptr || !sending_ || over() ? std::nullopt : lane->due_ms();
    if (due_ms) {
        changed_.wait_for(lock, at_least_one(*due_ms - clock_.now_ms()));
    } else {
        changed_.wait(lock);
    }
}

void StreamMapping::step(std::unique_lock<std::mutex>& lock, std::size_t index) {
    Worker& worker = *workers_[index];
    StreamLane& lane = *worker.lane;
    worker.busy = true;
    if (const auto event = lane.next_event(clock_.now_ms())) {
        const std::stop_token stop = running_.get_token();
        lock.unlock();
        const auto outcome = invoke_(*event, index, stop);
        lock.lock();
        settle(lane, outcome);
    }
    hand_over_discarded(lock, lane);
    worker.busy = false;
    ++steps_;
    changed_.notify_all();
}

void StreamMapping::settle(StreamLane& lane, const base::Result<Outcome>& outcome) {
    if (!outcome) {
        if (passes(outcome.error())) return lane.take_not_invoked(clock_.now_ms());
        failure_ = outcome.error();
        return lane.take_interrupted();
    }
    if (outcome->kind != Outcome::Kind::interrupted) return lane.take(*outcome, clock_.now_ms());
    if (running_.stop_requested()) return lane.take_interrupted();
    lane.take_not_invoked(clock_.now_ms());
}

void StreamMapping::hand_over_discarded(std::unique_lock<std::mutex>& lock, StreamLane& lane) {
    const std::vector<DiscardedBatch> discarded = lane.take_discarded();
    if (discarded.empty() || !options_.on_failure) return;
    MappingCounts sent;
    lock.unlock();
    for (const DiscardedBatch& batch : discarded)
        ++(options_.on_failure(batch) ? sent.on_failure_sent : sent.on_failure_lost);
    lock.lock();
    finished_ += sent;
}

}  // namespace local

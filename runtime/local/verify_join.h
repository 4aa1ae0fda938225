// Partitions of the lake's lines and the export's items: each is brought together by key within a
// bound of memory, and what differs is tallied.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "runtime/local/verify_history.h"
#include "runtime/local/verify_line.h"
#include "runtime/local/verify_result.h"
#include "runtime/local/verify_spill.h"

namespace local {

// Records of both sides (verify_record.h) whose keys share their partition at one level.
class Partition {
  public:
    explicit Partition(SpillSpace& space) : lines(space), items(space) {}
    SpillFile lines;
    SpillFile items;
};

using Fan = std::array<std::unique_ptr<Partition>, kFan>;
Fan make_fan(SpillSpace& space);

// How far the joining is; safe to look at meanwhile.
struct JoinProgress {
    std::atomic<std::int64_t> items = 0;  // of the export
    std::atomic<std::uint64_t> bytes = 0;
};

// What the joining of all partitions shares.
struct JoinSettings {
    SpillSpace& space;
    VerifyTally& tally;
    const KeySchema& schema;
    const LakeSettings& lake;
    const std::vector<std::string>& files;  // the names of the lake's files
    std::size_t memory_bytes;               // for what is held of one partition
    std::stop_token stop;
    JoinProgress& progress;
};

// `level` is the one of the fan that the partition is from. One that needs more memory is split by
// the next bits of its keys' hashes. Kind data_invalid where the export is faulty (an item twice,
// an attribute that is none), deadline_near where it was stopped.
base::Result<base::Done> join(Partition& partition, unsigned level, const JoinSettings& settings);

}  // namespace local

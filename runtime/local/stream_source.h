// Where an event source mapping reads: shards, each after its parent, and their records in order.
#pragma once

#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "runtime/local/stream_mapping_settings.h"

namespace local {

struct StreamRecord {
    std::string sequence_number = {};
    base::EpochMs arrival_ms = 0;  // ApproximateCreationDateTime
    std::string key = {};          // the same bytes for the same item; decides the lane
    std::string json = {};         // the record as it stands in an event's Records
};

struct StreamShard {
    std::string id = {};
    std::string parent_id = {};  // empty where it has none; may be one that is gone
};

struct ShardPage {
    std::vector<StreamRecord> records = {};
    bool ended = false;    // a closed shard, read to its end
    bool trimmed = false;  // records were lost before these: the stream keeps them for 24 hours
};

// Used by one thread at a time.
class StreamSource {
  public:
    virtual ~StreamSource() = default;
    [[nodiscard]] virtual const std::string& stream_arn() const = 0;
    // All shards of the stream, open and closed.
    virtual base::Result<std::vector<StreamShard>> list_shards() = 0;
    // Before the first read of a shard: at its oldest record, or behind its newest.
    virtual base::Result<base::Done> open(const std::string& shard_id,
                                          StartingPosition position) = 0;
    // The next records; none where there are none yet.
    virtual base::Result<ShardPage> read(const std::string& shard_id) = 0;
};

}  // namespace local

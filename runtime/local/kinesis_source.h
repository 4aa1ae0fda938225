// Reads a Kinesis stream of the local AWS from its beginning, shard by shard (API reference:
// "ListShards", "GetShardIterator", "GetRecords"). A shard that came of a split or a merge is read
// when its parents are read to their end, so that the order of a key holds.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"

namespace local {

struct KinesisRecord {
    std::string shard_id = {};
    std::string partition_key = {};
    std::string sequence_number = {};
    base::EpochMs arrival_ms = 0;  // ApproximateArrivalTimestamp
    std::string data = {};
};

class KinesisSource {
  public:
    // `stream` is a name, on the server at 127.0.0.1:port.
    KinesisSource(std::uint16_t port, std::string stream)
        : port_(port), stream_(std::move(stream)) {}

    // One round over the shards that can be read: at most one GetRecords for each. Nothing lost by
    // an error: what was read before it in this round is given, and the next round meets it again.
    // Kind throttled where the service asks to slow down, data_invalid for an answer that is none.
    base::Result<std::vector<KinesisRecord>> read();

    // Whether the last round found nothing more in any shard.
    [[nodiscard]] bool at_end() const { return at_end_; }
    // Shard id -> the sequence number that was read last.
    [[nodiscard]] std::map<std::string, std::string> positions() const;

  private:
    struct Shard {
        std::vector<std::string> parents = {};
        std::string iterator = {};  // empty: none yet, or it expired
        std::string position = {};  // empty: nothing read
        bool ended = false;
    };

    [[nodiscard]] base::Result<std::string> call(std::string_view operation,
                                                 const std::string& body) const;
    base::Result<base::Done> find_shards();
    base::Result<base::Done> find_iterator(const std::string& id, Shard& shard) const;
    base::Result<base::Done> read_shard(const std::string& id, Shard& shard,
                                        std::vector<KinesisRecord>& records);
    [[nodiscard]] bool can_be_read(const Shard& shard) const;

    std::uint16_t port_;
    std::string stream_;
    std::map<std::string, Shard> shards_;
    bool shards_known_ = false;
    bool at_end_ = false;
};

}  // namespace local

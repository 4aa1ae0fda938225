// AGGREGATION=kpl: packs what is to go out into KPL records, so that Kinesis and its readers count
// far fewer records.
//
// The hash space of a stream is cut into kHashBuckets equal ranges. A record belongs to the range
// that the MD5 of its partition key lies in, which is Kinesis' own rule, and records of one range
// are packed together, in order. Each range has one explicit hash key, in its middle; the Kinesis
// record and all its members carry it. So
// - an item's records all lie on one shard, as without aggregation, and a reader that checks the
//   hash of a member (KCL 2) finds it in the shard that it reads;
// - an item's order is kept: the range takes the item's place in OutgoingRecord::item, so that one
//   Kinesis record of a range is on its way at a time.
//
// Why 64 ranges: each shard gets a whole number of them, so up to 64 shards are fed, and up to
// about ten evenly (6 or 7 ranges each); a batch of 1,000 records has some 16 in each, of 6,000
// some 94. More ranges would leave less to pack; fewer would leave shards idle. The number is part
// of where an item lies: changing it moves items to other shards.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/codec/digest.h"
#include "functions/stream_to_kinesis/plan.h"

namespace stream_to_kinesis {

inline constexpr std::size_t kHashBuckets = 64;

// Of a Kinesis record with its partition key. A whole number of Kinesis' 25 KB payload units (ten),
// far below a stream's record limit of 1 MiB and what readers take (Firehose: 1,000 KiB), and a
// quarter of what a shard takes in a second, so that a throttled one finds room again soon.
inline constexpr std::size_t kAggregateBytesMax = 256'000;

class Aggregator {
  public:
    Aggregator();

    // Packs plan.outgoing anew and says so in plan.records. A record that would not fit with
    // another goes alone, as it is, in its range's order. The plan then points into this object.
    void pack(Plan& plan);

    // Of the range that a partition key belongs to.
    std::size_t bucket_of(std::string_view partition_key);
    [[nodiscard]] std::string_view explicit_hash_key(std::size_t bucket) const {
        return explicit_hash_keys_.at(bucket);
    }

  private:
    std::array<std::string, kHashBuckets> explicit_hash_keys_;
    codec::Md5 md5_;
};

}  // namespace stream_to_kinesis

// Many user records in one Kinesis record, as the Kinesis Producer Library aggregates them. Format:
// "KPL Aggregated Record Format" (awslabs/amazon-kinesis-producer, aggregation-format.md):
//   F3 89 9A C2 | AggregatedRecord as protobuf 2 | MD5 of the protobuf bytes
//   AggregatedRecord: 1 repeated string partition_key_table, 2 repeated string
//     explicit_hash_key_table, 3 repeated Record
//   Record: 1 uint64 partition_key_index, 2 uint64 explicit_hash_key_index, 3 bytes data
//
// All members get the same explicit hash key here: KCL 2 drops, without a word, members whose hash
// lies outside the shard that it reads.
#pragma once

#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/codec/digest.h"

namespace stream_to_kinesis {

// The data is `data` and, right behind it, `data_end`.
struct KplMember {
    std::string_view partition_key;
    std::string_view data;
    std::string_view data_end = {};
};

// Only measures until write(); the views must hold until then.
class KplRecord {
  public:
    // Decimal.
    explicit KplRecord(std::string_view explicit_hash_key);

    void add(const KplMember& member);
    [[nodiscard]] std::size_t members() const { return members_.size(); }
    // Of the Kinesis record's data, as it is and with one more member.
    [[nodiscard]] std::size_t bytes() const { return bytes_; }
    [[nodiscard]] std::size_t bytes_with(const KplMember& member) const;

    // Writes bytes() bytes to `out`. `md5` is a fresh object or one that was finished.
    void write(char* out, codec::Md5& md5) const;

  private:
    struct Entry {
        KplMember member;
        std::size_t key_index;
        bool is_first_of_key;
    };
    [[nodiscard]] Entry entry_of(const KplMember& member) const;
    [[nodiscard]] static std::size_t added_bytes(const Entry& entry);

    std::string_view explicit_hash_key_;
    std::vector<Entry> members_;
    std::unordered_map<std::string_view, std::size_t> keys_;  // partition key -> its index
    std::size_t bytes_;
};

}  // namespace stream_to_kinesis

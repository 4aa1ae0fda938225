// The Kinesis Producer Library's aggregation, taken apart as Firehose does it before it calls the
// function (awslabs/kinesis-aggregation, "KPL Aggregated Record Format"):
//   F3 89 9A C2 | AggregatedRecord (protobuf, proto2) | MD5 of the protobuf bytes
//   AggregatedRecord: 1 repeated string partition_key_table, 2 repeated string
//                     explicit_hash_key_table, 3 repeated Record
//   Record:           1 required uint64 partition_key_index, 2 optional uint64
//                     explicit_hash_key_index, 3 required bytes data, 4 repeated Tag
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace local {

struct KplUserRecord {
    std::string partition_key = {};
    std::optional<std::string> explicit_hash_key = {};
    std::string data = {};
};

// The records within, in their order. Nothing where `data` is no aggregated record, or only looks
// like one (wrong digest, broken protobuf, an index beyond its table): it is then a record itself.
std::optional<std::vector<KplUserRecord>> take_apart_kpl_record(std::string_view data);

}  // namespace local

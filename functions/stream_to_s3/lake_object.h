// The objects that a batch becomes: one for each table and day of its changes (UTC, of the event
// time).
//
//   <LAKE_URI>dt=20261121/orders-111-999-1a2b3c4d.json.gz
//
// The name has the table, the lowest and the highest sequence number, and the first 8 hex digits of
// the SHA-256 over all sequence numbers, one a line: the same changes have the same name, so that a
// retry overwrites what it wrote before and nothing else.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "functions/stream_to_s3/config.h"

namespace stream_to_s3 {

struct LakeObject {
    std::string table;
    std::string dt;                    // yyyymmdd
    std::vector<std::size_t> records;  // their places in the batch, in order
    std::vector<std::string_view> sequence_numbers;
    std::string text;  // lines, or rows
};

// The key, and the bucket before it.
struct ObjectPlace {
    std::string bucket;
    std::string key;
};

ObjectPlace place_of(const LakeObject& object, const Config& config);

// What is stored: gzipped lines, or rows as they are.
std::string body_of(const LakeObject& object, Format format);
std::string_view content_type_of(Format format);

}  // namespace stream_to_s3

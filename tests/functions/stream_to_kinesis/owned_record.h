// A record that is to go out and holds its own texts, for tests of the sending.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "functions/stream_to_kinesis/send.h"

namespace tests {

struct OwnedRecord {
    std::string stream;
    std::string item;
    std::string partition_key;
    std::string data;
};

// They hold as long as `owned` stays as it is.
inline std::vector<stream_to_kinesis::OutgoingRecord> views_of(
    const std::vector<OwnedRecord>& owned) {
    std::vector<stream_to_kinesis::OutgoingRecord> views;
    views.reserve(owned.size());
    for (const OwnedRecord& record : owned) {
        views.push_back({.stream = record.stream,
                         .item = std::hash<std::string>()(record.item),
                         .partition_key = record.partition_key,
                         .data = record.data});
    }
    return views;
}

}  // namespace tests

// Records of a DynamoDB stream as Lambda gives them, for the tests of this folder.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tests {

struct StreamRecord {
    std::string key;  // the value of the item's one key attribute, pk
    std::size_t number = 1;
    std::string event_name = "INSERT";
    std::string table = "orders";
    std::string extra = {};  // more members of NewImage: ,"name":{"S":"x"}
    bool ttl_delete = false;
};

// The sequence number of record `number`.
std::string sequence_number(std::size_t number);

std::string record_json(const StreamRecord& record);
std::string event_json(const std::vector<std::string>& records);

}  // namespace tests

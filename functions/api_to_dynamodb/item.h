// One item, of the API's answer for one place.
#pragma once

#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "functions/api_to_dynamodb/item_map.h"

namespace api_to_dynamodb {

struct ItemSource {
    std::string_view answer;  // the API's, any text
    std::string_view place;   // empty where there is none
    base::EpochMs slot_ms = 0;
};

// The item in DynamoDB's JSON: {"city":{"S":"Paris"},…}. Kind data_invalid, naming the attribute
// and its pointer, never a value: the answer is no JSON, lacks a member, or DynamoDB cannot hold
// it.
base::Result<std::string> make_item(const ItemMap& map, const ItemSource& source);

}  // namespace api_to_dynamodb

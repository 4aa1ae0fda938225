// ITEM_MAP: which attribute of an item comes from where.
//   {"city":{"place":true},"time":{"now":"iso8601"},"source":{"const":"weather"},
//    "temp":"/current/temp_c","note":{"pointer":"/note","optional":true},
//    "pressure":{"pointer":"/current/pressure","type":"number"}}
// A text is a JSON pointer into the API's answer. `optional`: without the member the attribute is
// left out; else its place fails. `type` is text or number, whatever the answer has there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "functions/api_to_dynamodb/attribute_json.h"
#include "functions/api_to_dynamodb/json_pointer.h"

namespace api_to_dynamodb {

enum class SourceKind { pointer, constant, now_iso8601, now_epoch_ms, place };

struct MappedAttribute {
    std::string name;
    SourceKind kind = SourceKind::pointer;
    JsonPointer pointer;
    bool is_optional = false;
    AttributeType type = AttributeType::as_it_is;
    std::string constant;  // as an attribute value
};

using ItemMap = std::vector<MappedAttribute>;

// Kind config_invalid, naming the attribute.
base::Result<ItemMap> parse_item_map(std::string_view text);

}  // namespace api_to_dynamodb

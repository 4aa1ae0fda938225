// The key of an item, found in a line of the lake and in an item of an export alike.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/dynamodb/line_settings.h"
#include "runtime/local/verify_members.h"

namespace local {

// `any`: not known, as the export has no item.
enum class KeyType { text, number, binary, any };

struct KeyAttribute {
    std::string name;  // in the table; in lower case where only the lake's lines told it
    KeyType type = KeyType::any;
};

// The partition key, then the sort key where the table has one.
using KeySchema = std::vector<KeyAttribute>;

// Both give the same text for the same key, one JSON object that a person can read:
// {"customer":"anne","order":12}; numbers in their canonical form, binaries as base64.

// `attributes` are the line's, or those of an envelope's keys. Kind data_invalid where one is
// missing or of the wrong type.
base::Result<std::string> key_of_line(const KeySchema& schema, const JsonMembers& attributes,
                                      const dynamodb::LineSettings& settings);
// `item` is {"id":{"S":"x"},…}. Kind data_invalid too.
base::Result<std::string> key_of_item(const KeySchema& schema, std::string_view item);

// The schema for these names as this item has them, which gives the types. A name that is not in
// the item stands for the one attribute whose lower case it is. Kind config_invalid where there is
// no such attribute, or several.
base::Result<KeySchema> learn_key(const std::vector<std::string>& names, std::string_view item);

}  // namespace local

// Plain JSON -> DynamoDB's attribute values (API reference: AttributeValue), numbers with their own
// digits:
//   "text" -> {"S":"text"}   12.50 -> {"N":"12.50"}   true -> {"BOOL":true}   null -> {"NULL":true}
//   [1,"a"] -> {"L":[{"N":"1"},{"S":"a"}]}            {"a":1} -> {"M":{"a":{"N":"1"}}}
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace api_to_dynamodb {

// DynamoDB's limits ("Supported data types and naming rules", "Limits").
constexpr std::size_t kNumberDigitsMax = 38;
constexpr int kNumberExponentMax = 125;   // below 1E+126
constexpr int kNumberExponentMin = -130;  // 1E-130
constexpr std::size_t kAttributeDepthMax = 32;

// What an attribute is to be, whatever the JSON's type is.
enum class AttributeType { as_it_is, text, number };

// Appends the attribute value. `json` was checked as JSON. Kind data_invalid, without the value,
// where DynamoDB cannot hold it: a number of more than 38 digits or beyond its range, lists and
// maps in one another to more than 32 levels, a text that is to be a number and is none.
base::Result<base::Done> append_attribute(std::string_view json, AttributeType type,
                                          std::string& out);

}  // namespace api_to_dynamodb

// The flat change line of a record, made the slow and obvious way from RapidJSON's tree: the oracle
// of the property tests. It shares no scanner with the product.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/dynamodb/line_settings.h"

namespace tests {

// The line without its newline, its texts in canonical_texts' form; nothing where the record is no
// change record. Settings other than the prefix, the metadata and the numbers are not looked at.
std::optional<std::string> reference_line(std::string_view record,
                                          const dynamodb::LineSettings& settings);

// Not of a record with a number beyond a double, such as 1E999 in a member that nobody reads:
// RapidJSON refuses it, and the product does not care.
bool oracle_can_judge(std::string_view record);

// JSON whose texts are all escaped in the same way, and all else as it stands. Empty where a text
// is none.
std::string canonical_texts(std::string_view json);

}  // namespace tests

// Numbers as exact decimals, of any number of digits: 1, 1.0 and 10E-1 are the same one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace local {

// One text for each number: "-1.5", "0", "1e130" where the point lies far outside the digits.
// Nothing where `text` is no number as JSON writes them, or its exponent passes 15 digits.
std::optional<std::string> canonical_decimal(std::string_view text);

}  // namespace local

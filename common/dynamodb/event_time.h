// ApproximateCreationDateTime: a number, or a number as text, in seconds (1684934517,
// 1.684934517E9), milliseconds or microseconds. Read exactly, without floating point.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace dynamodb {

// `by_size` tells the unit from the whole part: up to 11 digits are seconds (until the year 5138),
// up to 14 milliseconds (from 1973 on), more are microseconds.
enum class TimeUnit { by_size, seconds, milliseconds, microseconds };

// Milliseconds since 1970, floored. Nothing where the text is no JSON number, or the time does not
// lie in the years 1 to 9999.
std::optional<std::int64_t> parse_epoch_ms(std::string_view number, TimeUnit unit);

}  // namespace dynamodb

// The timestamps of AWS's JSON protocol: seconds since 1970-01-01T00:00:00Z as a JSON number, which
// may have a fraction and an exponent: 1604632434, 1604632434.028, 1.604632434028E9.
// Specification: "Timestamp serialization and deserialization", epoch-seconds (Smithy).
#pragma once

#include <optional>
#include <string_view>

#include "common/base/clock.h"

namespace aws {

// The number's own text, read exactly (never through a double); what is finer than a millisecond is
// cut off towards zero. Nothing where the text is no JSON number, or too far from now for EpochMs.
std::optional<base::EpochMs> parse_epoch_seconds(std::string_view number);

}  // namespace aws

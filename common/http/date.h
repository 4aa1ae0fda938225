// The Date header (RFC 9110, section 5.6.7).
#pragma once

#include <optional>
#include <string_view>

#include "common/base/clock.h"

namespace http {

// Reads "Fri, 20 Nov 2026 01:00:00 GMT" (IMF-fixdate, the one form that is still sent). Nothing
// where the text is anything else or the date does not exist.
std::optional<base::EpochMs> parse_http_date(std::string_view text);

}  // namespace http

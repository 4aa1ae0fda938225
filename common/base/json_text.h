// Text as a JSON string (RFC 8259 section 7). Quotes, backslashes and control bytes are escaped, so
// that it is one line whatever it holds; a byte that is no UTF-8 becomes U+FFFD.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

namespace base {

// Whether it is ASCII that needs no escape, so that it stands between quotes as it is.
bool is_plain_json_text(std::string_view text);

// With its quotes. Where the escaped text would be longer than `bytes_max`, it ends early, with
// "…".
void append_json_text(std::string& out, std::string_view text,
                      std::size_t bytes_max = std::numeric_limits<std::size_t>::max());

// The same without quotes, for lines that are no JSON.
void append_escaped_text(std::string& out, std::string_view text,
                         std::size_t bytes_max = std::numeric_limits<std::size_t>::max());

}  // namespace base

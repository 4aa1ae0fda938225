// UTF-8 (RFC 3629): no surrogates, no overlong forms, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string_view>

namespace base {

// The length in bytes of the valid sequence at the start of `text` (not empty), or 0 where it is
// not valid.
std::size_t utf8_sequence_length(std::string_view text);

bool is_utf8(std::string_view text);

// Unicode characters of a valid UTF-8 text.
std::size_t utf8_character_count(std::string_view text);

}  // namespace base

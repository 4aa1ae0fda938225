// Base64 (RFC 4648 section 4) and base64url without padding (section 5, as JWT wants it).
//
// Decoding is strict: the standard alphabet alone, whole groups of four, padding at the end only,
// bits behind the last byte zero, no white space. So each byte string has exactly one text.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace codec {

constexpr std::size_t base64_encoded_size(std::size_t bytes) {
    return (bytes + 2) / 3 * 4;
}

// Writes base64_encoded_size(bytes.size()) characters to `out`, and returns where they end. `out`
// and `bytes` do not overlap.
char* base64_encode_to(char* out, std::string_view bytes);

std::string base64_encode(std::string_view bytes);
void append_base64(std::string& out, std::string_view bytes);
// The base64 of `head` followed by `tail`, which need not be joined for it.
void append_base64(std::string& out, std::string_view head, std::string_view tail);

// Room that decoding `characters` characters needs at most.
constexpr std::size_t base64_decoded_size_max(std::size_t characters) {
    return characters / 4 * 3;
}

// Writes the decoded bytes to `out`, which has room for base64_decoded_size_max(text.size()), and
// returns their number; nothing where `text` is no base64 (what `out` holds then means nothing).
std::optional<std::size_t> base64_decode_to(char* out, std::string_view text);

// Kind data_invalid, with the byte offset and what is wrong there; the text is not in the message.
base::Result<std::string> base64_decode(std::string_view text);

// Whether base64_decode would take it.
bool is_base64(std::string_view text);

std::string base64url_encode(std::string_view bytes);

}  // namespace codec

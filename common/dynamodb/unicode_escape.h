// \uXXXX in JSON texts: a UTF-16 code unit in four hexadecimal digits (RFC 8259, section 7).
#pragma once

#include <optional>
#include <string_view>

namespace dynamodb {

// The value of four hexadecimal digits at the start of `text`.
inline std::optional<unsigned> read_hex4(std::string_view text) {
    if (text.size() < 4) return std::nullopt;
    unsigned value = 0;
    for (const char c : text.substr(0, 4)) {
        if (c >= '0' && c <= '9') {
            value = value * 16 + static_cast<unsigned>(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            value = value * 16 + static_cast<unsigned>(c - 'a') + 10;
        } else if (c >= 'A' && c <= 'F') {
            value = value * 16 + static_cast<unsigned>(c - 'A') + 10;
        } else {
            return std::nullopt;
        }
    }
    return value;
}

inline bool is_high_surrogate(unsigned unit) {
    return unit >= 0xD800 && unit <= 0xDBFF;
}

inline bool is_low_surrogate(unsigned unit) {
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

}  // namespace dynamodb

// One hexadecimal digit, for the codecs that are made of them.
#pragma once

namespace codec {

// 0 to 15, or -1 where `c` is no hexadecimal digit.
constexpr int hex_digit_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace codec

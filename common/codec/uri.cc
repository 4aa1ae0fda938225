#include "common/codec/uri.h"

#include <fmt/format.h>

#include "common/codec/hex_digit.h"

namespace codec {
namespace {

bool is_unreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

}  // namespace

std::string uri_encode(std::string_view bytes, KeepSlash keep_slash) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    out.reserve(bytes.size());
    for (const char c : bytes) {
        if (is_unreserved(c) || (c == '/' && keep_slash == KeepSlash::yes)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += kDigits[byte >> 4U];
        out += kDigits[byte & 0xFU];
    }
    return out;
}

base::Result<std::string> uri_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const bool whole = i + 2 < text.size();
        const int high = whole ? hex_digit_value(text[i + 1]) : -1;
        const int low = whole ? hex_digit_value(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            return base::Error{
                base::ErrorKind::data_invalid,
                fmt::format("URI text: no two hexadecimal digits behind the % at byte {}", i)};
        }
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

}  // namespace codec

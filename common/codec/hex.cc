#include "common/codec/hex.h"

#include <array>

#include <fmt/format.h>

#include "common/codec/hex_digit.h"

namespace codec {
namespace {

// The two digits of each byte.
constexpr auto kByteDigits = [] {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::array<std::array<char, 2>, 256> table = {};
    for (std::size_t byte = 0; byte < table.size(); ++byte)
        table[byte] = {kDigits[byte >> 4U], kDigits[byte & 0xFU]};
    return table;
}();

}  // namespace

std::string hex_lower(std::string_view bytes) {
    std::string out(bytes.size() * 2, '\0');
    hex_lower_to(out.data(), bytes);
    return out;
}

char* hex_lower_to(char* out, std::string_view bytes) {
    for (const char byte : bytes) {
        const auto& digits = kByteDigits[static_cast<unsigned char>(byte)];
        *out++ = digits[0];
        *out++ = digits[1];
    }
    return out;
}

base::Result<std::string> hex_decode(std::string_view text) {
    if (text.size() % 2 != 0) {
        return base::Error{
            base::ErrorKind::data_invalid,
            fmt::format("hexadecimal text of {} digits: the count is odd", text.size())};
    }
    std::string out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_digit_value(text[i]);
        const int low = hex_digit_value(text[i + 1]);
        if (high < 0 || low < 0) {
            return base::Error{
                base::ErrorKind::data_invalid,
                fmt::format("hexadecimal text: no digit at byte {}", high < 0 ? i : i + 1)};
        }
        out += static_cast<char>(high * 16 + low);
    }
    return out;
}

}  // namespace codec

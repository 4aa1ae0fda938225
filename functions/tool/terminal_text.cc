#include "functions/tool/terminal_text.h"

#include <cstdint>

#include <fmt/format.h>

#include "common/base/utf8.h"

namespace tool {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// Of a valid sequence.
std::uint32_t code_point(std::string_view sequence) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
    if (sequence.size() == 1) return byte(0);
    std::uint32_t point = byte(0) & (0xFFU >> (sequence.size() + 1));
    for (std::size_t i = 1; i < sequence.size(); ++i)
        point = (point << 6U) | (byte(i) & 0x3FU);
    return point;
}

bool commands_the_terminal(std::uint32_t point) {
    const bool control = point < 0x20 || (point >= 0x7F && point <= 0x9F);
    const bool separator = point == 0x2028 || point == 0x2029;
    const bool direction = point == 0x061C || point == 0x200E || point == 0x200F ||
                           (point >= 0x202A && point <= 0x202E) ||
                           (point >= 0x2066 && point <= 0x2069);
    return control || separator || direction;
}

}  // namespace

std::string for_terminal(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = base::utf8_sequence_length(text);
        if (length == 0) {
            out += kReplacement;
            text.remove_prefix(1);
            continue;
        }
        const std::string_view sequence = text.substr(0, length);
        const std::uint32_t point = code_point(sequence);
        if (commands_the_terminal(point)) {
            out += fmt::format("\\u{:04x}", point);
        } else {
            out += sequence;
        }
        text.remove_prefix(length);
    }
    return out;
}

}  // namespace tool

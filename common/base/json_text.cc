#include "common/base/json_text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "common/base/utf8.h"

namespace base {
namespace {

// ASCII that stands for itself.
constexpr std::array<bool, 256> kIsPlain = [] {
    std::array<bool, 256> plain{};
    for (std::size_t byte = 0x20; byte < 0x7F; ++byte)
        plain[byte] = byte != '"' && byte != '\\';
    return plain;
}();

std::size_t plain_length(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size() && kIsPlain[static_cast<unsigned char>(text[length])])
        ++length;
    return length;
}

void append_escaped_byte(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
    }
}

}  // namespace

void append_escaped_text(std::string& out, std::string_view text, std::size_t bytes_max) {
    const std::size_t begin = out.size();
    while (!text.empty()) {
        const std::size_t before = out.size();
        const std::size_t plain = plain_length(text);
        const std::size_t sequence = plain > 0 ? 0 : utf8_sequence_length(text);
        if (plain > 0 || sequence > 1) {
            out.append(text.substr(0, std::max(plain, sequence)));
        } else if (sequence == 1) {
            append_escaped_byte(out, text.front());
        } else {
            out += "\xEF\xBF\xBD";
        }
        if (out.size() - begin > bytes_max) {
            // Plain text may be cut anywhere, all else stands whole or not at all.
            out.resize(plain > 0 ? begin + bytes_max : before);
            out += "…";
            return;
        }
        text.remove_prefix(std::max({plain, sequence, std::size_t{1}}));
    }
}

void append_json_text(std::string& out, std::string_view text, std::size_t bytes_max) {
    out += '"';
    append_escaped_text(out, text, bytes_max);
    out += '"';
}

}  // namespace base

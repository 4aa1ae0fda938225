#include "common/base/json_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

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

// Each byte of a word set to this one.
constexpr std::uint64_t each_byte(std::uint64_t byte) {
    return byte * 0x0101'0101'0101'0101U;
}

// Whether all eight bytes are plain: what is found in a byte shows in its highest bit.
bool is_plain_word(std::uint64_t word) {
    const auto has_zero = [](std::uint64_t bytes) { return (bytes - each_byte(1)) & ~bytes; };
    const std::uint64_t control = (word - each_byte(0x20)) & ~word;
    const std::uint64_t delete_or_beyond = word | (word + each_byte(1));
    const std::uint64_t quote = has_zero(word ^ each_byte('"'));
    const std::uint64_t backslash = has_zero(word ^ each_byte('\\'));
    return ((control | delete_or_beyond | quote | backslash) & each_byte(0x80)) == 0;
}

std::size_t plain_length(std::string_view text) {
    std::size_t length = 0;
    for (std::uint64_t word = 0; text.size() - length >= sizeof word; length += sizeof word) {
        std::memcpy(&word, text.data() + length, sizeof word);
        if (!is_plain_word(word)) break;
    }
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

bool is_plain_json_text(std::string_view text) {
    return plain_length(text) == text.size();
}

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

#include <string>
#include <string_view>

#include "common/dynamodb/json_scanner.h"
#include "common/dynamodb/unicode_escape.h"

namespace dynamodb {
namespace {

void append_utf8(std::string& out, unsigned code_point) {
    const auto put = [&out](unsigned byte) { out += static_cast<char>(byte); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xC0U | (code_point >> 6U));
        put(0x80U | (code_point & 0x3FU));
    } else if (code_point < 0x10000) {
        put(0xE0U | (code_point >> 12U));
        put(0x80U | ((code_point >> 6U) & 0x3FU));
        put(0x80U | (code_point & 0x3FU));
    } else {
        put(0xF0U | (code_point >> 18U));
        put(0x80U | ((code_point >> 12U) & 0x3FU));
        put(0x80U | ((code_point >> 6U) & 0x3FU));
        put(0x80U | (code_point & 0x3FU));
    }
}

char unescaped(char letter) {
    switch (letter) {
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return letter;  // '"', '\\', '/'
    }
}

}  // namespace

std::string unescape_json(std::string_view contents) {
    std::string text;
    text.reserve(contents.size());
    for (std::size_t i = 0; i < contents.size(); ++i) {
        if (contents[i] != '\\') {
            text += contents[i];
            continue;
        }
        const char letter = contents[++i];
        if (letter != 'u') {
            text += unescaped(letter);
            continue;
        }
        unsigned code_point = read_hex4(contents.substr(i + 1)).value_or(0);
        i += 4;
        if (is_high_surrogate(code_point)) {
            const unsigned low = read_hex4(contents.substr(i + 3)).value_or(0);
            code_point = 0x10000 + ((code_point - 0xD800) << 10U) + (low - 0xDC00);
            i += 6;
        }
        append_utf8(text, code_point);
    }
    return text;
}

}  // namespace dynamodb

#include "tests/support/sql_reader.h"

#include <cstdlib>

namespace tests {
namespace {

// The length of what the quote at text[0] opens, with both quotes; 0 where it is not closed. A
// backslash escapes inside single quotes only.
std::size_t quoted_length(std::string_view text) {
    const char quote = text[0];
    std::size_t at = 1;
    while (at < text.size()) {
        if (quote == '\'' && text[at] == '\\') {
            at += 2;
        } else if (text[at] == quote && at + 1 < text.size() && text[at + 1] == quote) {
            at += 2;
        } else if (text[at] == quote) {
            return at + 1;
        } else {
            ++at;
        }
    }
    return 0;
}

// What the escape whose letter stands at text[at] says; `at` is its last character afterwards.
char unescaped(std::string_view text, std::size_t& at) {
    switch (text[at]) {
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        case 'x': {
            const std::string digits(text.substr(at + 1, 2));
            at += 2;
            return static_cast<char>(std::strtol(digits.c_str(), nullptr, 16));
        }
        default:
            return text[at];
    }
}

}  // namespace

bool SqlReader::take(std::string_view text) {
    if (failed_ || !rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
}

void SqlReader::need(std::string_view text) {
    if (!take(text)) failed_ = true;
}

std::string SqlReader::name() {
    std::string name = quoted('"');
    need(".");
    name += "." + quoted('"');
    need(".");
    return name += "." + quoted('"');
}

std::string SqlReader::identifier() {
    const std::string text = quoted('"');
    std::string name;
    for (std::size_t at = 1; at + 1 < text.size(); ++at) {
        name += text[at];
        if (text[at] == '"') ++at;
    }
    return name;
}

std::string SqlReader::literal() {
    const std::string text = quoted('\'');
    std::string said;
    for (std::size_t at = 1; at + 1 < text.size(); ++at) {
        if (text[at] == '\\') {
            said += unescaped(text, ++at);
        } else {
            said += text[at];
            if (text[at] == '\'') ++at;
        }
    }
    return said;
}

bool SqlReader::boolean() {
    if (take("TRUE")) return true;
    need("FALSE");
    return false;
}

std::string SqlReader::until(std::string_view ends) {
    int depth = 0;
    for (std::size_t at = 0; !failed_ && at < rest_.size(); ++at) {
        const char byte = rest_[at];
        if (depth == 0 && ends.find(byte) != std::string_view::npos) return cut(at);
        if (byte == '\'' || byte == '"') {
            const std::size_t length = quoted_length(rest_.substr(at));
            if (length == 0) return fail();
            at += length - 1;
        }
        if (byte == '(') ++depth;
        if (byte == ')') --depth;
    }
    return failed_ || depth != 0 ? fail() : cut(rest_.size());
}

std::string SqlReader::in_brackets() {
    need("(");
    std::string text = until(")");
    need(")");
    return text;
}

std::string SqlReader::quoted(char quote) {
    if (failed_ || rest_.empty() || rest_[0] != quote) return fail();
    const std::size_t length = quoted_length(rest_);
    return length == 0 ? fail() : cut(length);
}

std::string SqlReader::fail() {
    failed_ = true;
    return {};
}

std::string SqlReader::cut(std::size_t length) {
    std::string text(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return text;
}

}  // namespace tests

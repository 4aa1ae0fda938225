#include "functions/glue_to_snowflake/definition/date_pattern.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace glue_to_snowflake {
namespace {

bool is_letter(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

// Fields of digits that both sides write alike, with zeros in front.
std::string_view format_of(std::string_view field) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kFormats{
        {{"yyyy", "YYYY"},
         {"uuuu", "YYYY"},
         {"MM", "MM"},
         {"dd", "DD"},
         {"HH", "HH24"},
         {"mm", "MI"},
         {"ss", "SS"}}};
    for (const auto& [java, snowflake] : kFormats) {
        if (field == java) return snowflake;
    }
    return "";
}

void append_field(DatePiece& piece, std::string_view field) {
    constexpr std::string_view kDigitFields = "yuMdDHhkKmsSn";
    const bool is_name = field.starts_with("MMM");
    if (is_name || kDigitFields.find(field[0]) == std::string_view::npos) {
        piece.regex += ".+";
        piece.is_fixed_width = false;
    } else if (field.size() == 1) {
        piece.regex += "[0-9]+";
        piece.is_fixed_width = false;
    } else {
        piece.regex += fmt::format("[0-9]{{{}}}", field.size());
    }
    std::string format(format_of(field));
    if (field[0] == 'S' && field.size() <= 9) format = fmt::format("FF{}", field.size());
    if (format.empty()) piece.format.reset();
    if (piece.format) *piece.format += format;
}

void append_text(DatePiece& piece, std::string_view text) {
    constexpr std::string_view kPlain = "-_.,: ";
    piece.regex += regex_quote(text);
    if (!piece.format) return;
    for (const char byte : text) {
        if (kPlain.find(byte) != std::string_view::npos) {
            *piece.format += byte;
        } else if (byte == '"') {
            piece.format.reset();
            return;
        } else {
            *piece.format += fmt::format("\"{}\"", byte);
        }
    }
}

// The text in quotes that begins at `at`, which is left behind it; two quotes are one.
std::string take_quoted(std::string_view pattern, std::size_t& at) {
    std::string text;
    for (++at; at < pattern.size(); ++at) {
        if (pattern[at] != '\'') {
            text += pattern[at];
        } else if (at + 1 < pattern.size() && pattern[at + 1] == '\'') {
            text += pattern[++at];
        } else {
            ++at;
            break;
        }
    }
    return text.empty() ? "'" : text;
}

void append_slashed(std::vector<DatePiece>& pieces, std::string_view text) {
    for (;;) {
        const std::size_t slash = text.find('/');
        append_text(pieces.back(), text.substr(0, slash));
        if (slash == std::string_view::npos) return;
        pieces.push_back({.regex = "", .format = ""});
        text.remove_prefix(slash + 1);
    }
}

}  // namespace

std::vector<DatePiece> date_pieces(std::string_view pattern) {
    std::vector<DatePiece> pieces{{.regex = "", .format = ""}};
    for (std::size_t at = 0; at < pattern.size();) {
        const char first = pattern[at];
        if (is_letter(first)) {
            const std::size_t end = std::min(pattern.find_first_not_of(first, at), pattern.size());
            append_field(pieces.back(), pattern.substr(at, end - at));
            at = end;
        } else if (first == '\'') {
            append_slashed(pieces, take_quoted(pattern, at));
        } else {
            append_slashed(pieces, pattern.substr(at, 1));
            ++at;
        }
    }
    return pieces;
}

std::string regex_quote(std::string_view text) {
    constexpr std::string_view kSpecial = R"(\.[]{}()*+?^$|)";
    std::string quoted;
    for (const char byte : text) {
        if (kSpecial.find(byte) != std::string_view::npos) quoted += '\\';
        quoted += byte;
    }
    return quoted;
}

}  // namespace glue_to_snowflake

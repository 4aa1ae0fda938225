// The date patterns of partition projection: letters of Java's DateTimeFormatter.
//
//   yyyy/MM/dd'T'HH:mm    letters are fields, text in single quotes and all else stands for itself
//
// Snowflake's page: "Date and time input and output formats".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glue_to_snowflake {

// A part of a pattern between slashes: a folder's name, or a part of one.
struct DatePiece {
    std::string regex;                       // of the text that the pattern writes
    std::optional<std::string> format = {};  // Snowflake's; nothing where there is none
    bool is_fixed_width = true;
};

// At least one piece.
std::vector<DatePiece> date_pieces(std::string_view pattern);

// The text as itself in a regular expression.
std::string regex_quote(std::string_view text);

}  // namespace glue_to_snowflake

// The words of a SQL text: identifiers, literals, numbers, stages and symbols.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/local/sql/refusal.h"

namespace sql {

enum class TokenKind { word, quoted, literal, number, stage, symbol, end };

struct Token {
    TokenKind kind = TokenKind::end;
    std::string text = {};  // a word in upper case; the inside of quotes, unescaped; a stage's path
    std::string raw = {};   // a word as it was written
    std::vector<std::string> parts = {};  // of a stage's name, as they resolve
    std::size_t position = 0;             // bytes from the start
};

// Comments are refused: no statement of ours has one. The last token is `end`.
std::variant<std::vector<Token>, Refusal> split(std::string_view text);

// "name" or 'text', with what must be doubled inside doubled.
std::string quoted(std::string_view text, char quote);

}  // namespace sql

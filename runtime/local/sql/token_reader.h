// A place in a statement's tokens, with the words that every part of the grammar reads by. A reader
// function gives false where the text does not go on as it must; what is wrong is then in
// refusal().
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/local/sql/refusal.h"
#include "runtime/local/sql/tokens.h"

namespace sql {

constexpr std::size_t kNameCharactersMax = 255;

// Parts as they resolve: unquoted ones in upper case.
struct Name {
    std::string database;
    std::string schema;
    std::string object;
    auto operator<=>(const Name&) const = default;
};

// DB.SCHEMA.OBJECT, without quotes: for messages.
std::string written(const Name& name);

class TokenReader {
  public:
    explicit TokenReader(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

    [[nodiscard]] const Token& peek() const { return tokens_[at_]; }
    Token take();
    [[nodiscard]] bool is_word(std::string_view text) const;
    [[nodiscard]] bool is_symbol(std::string_view text) const;
    // Takes it where it is the next one.
    bool word(std::string_view text);
    bool words(std::string_view first, std::string_view second);
    bool symbol(std::string_view text);
    // = 'text'
    bool equals_literal(std::string& text);
    bool literal(std::string& text);
    bool boolean(bool& value);
    // Quoted, or a word that is not reserved.
    bool identifier(std::string& name);
    // Three parts: the double's sessions have no database and no schema.
    bool name(Name& name);
    // DB.SCHEMA
    bool schema(std::string& database, std::string& schema);
    // IF EXISTS, IF NOT EXISTS: optional, but whole.
    bool if_exists(bool& found);
    bool if_not_exists(bool& found);
    // Nothing but one semicolon is left.
    bool end();

    // False, with what is wrong: the first that is said stays.
    bool stop(Refusal refusal);
    // What was said, or else a syntax error at the next token.
    [[nodiscard]] Refusal refusal() const;

  private:
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    std::optional<Refusal> refusal_;
};

// Words that no unquoted identifier may be (page "Reserved & limited keywords").
bool is_reserved(std::string_view word);

}  // namespace sql

// Clauses that may stand in any order, each once:
//   Clauses clauses(reader);
//   while (clauses.more() && (clauses.literal("PATTERN", pattern) || …)) {}
//   if (!clauses.whole()) …
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "runtime/local/sql/token_reader.h"

namespace sql {

class Clauses {
  public:
    explicit Clauses(TokenReader& reader) : reader_(reader) {}

    // Whether another one may follow.
    [[nodiscard]] bool more() const { return whole_ && reader_.peek().kind == TokenKind::word; }
    // Whether none broke off in its middle.
    [[nodiscard]] bool whole() const { return whole_; }
    [[nodiscard]] bool seen(std::string_view word) const { return seen_.contains(word); }

    // True where the clause of that word stands here, for the first time; `read` reads the rest.
    template <typename Read>
    bool clause(std::string_view word, Read read) {
        if (seen(word) || !reader_.word(word)) return false;
        seen_.emplace(word);
        whole_ = read();
        return true;
    }
    // WORD = '…'
    bool literal(std::string_view word, std::string& text) {
        return clause(word, [&] { return reader_.equals_literal(text); });
    }
    // WORD = TRUE|FALSE
    bool boolean(std::string_view word, bool& value) {
        return clause(word, [&] { return reader_.symbol("=") && reader_.boolean(value); });
    }

  private:
    TokenReader& reader_;
    std::set<std::string, std::less<>> seen_;
    bool whole_ = true;
};

}  // namespace sql

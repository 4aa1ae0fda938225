// Reads a SQL statement piece by piece, for tests that check what was sent.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tests {

// Reads front to back. Once something is not as asked for, all answers are empty.
class SqlReader {
  public:
    explicit SqlReader(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool failed() const { return failed_; }
    [[nodiscard]] bool at_end() const { return !failed_ && rest_.empty(); }

    bool take(std::string_view text);
    void need(std::string_view text);

    // "DB"."S"."T", as it is written.
    std::string name();
    // What the quotes hold.
    std::string identifier();
    std::string literal();
    // TRUE or FALSE.
    bool boolean();
    // Up to one of `ends` outside of quotes and brackets, which is not taken.
    std::string until(std::string_view ends);
    // What stands between brackets.
    std::string in_brackets();

  private:
    std::string quoted(char quote);
    std::string fail();
    std::string cut(std::size_t length);

    std::string_view rest_;
    bool failed_ = false;
};

}  // namespace tests

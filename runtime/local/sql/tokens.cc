#include "runtime/local/sql/tokens.h"

#include <optional>

namespace local {
namespace {

base::Error fault(std::string_view message) {
    return {base::ErrorKind::data_invalid, "SQL compilation error: " + std::string(message)};
}

bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

bool is_word_start(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

bool is_word(char byte) {
    return is_word_start(byte) || is_digit(byte) || byte == '$';
}

bool is_stage_path(char byte) {
    return is_word(byte) || byte == '.' || byte == '/' || byte == '=' || byte == '-';
}

int hex_value(char byte) {
    if (is_digit(byte)) return byte - '0';
    if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
    return -1;
}

class Splitter {
  public:
    explicit Splitter(std::string_view text) : text_(text) {}

    base::Result<std::vector<SqlToken>> split() {
        for (skip_blanks(); at_ < text_.size(); skip_blanks()) {
            if (!take_token()) return fault(problem_);
        }
        tokens_.push_back({});
        return std::move(tokens_);
    }

  private:
    bool take_token() {
        const char byte = text_[at_];
        if (text_.substr(at_).starts_with("--") || text_.substr(at_).starts_with("/*") ||
            text_.substr(at_).starts_with("//")) {
            return stop("a comment");
        }
        if (byte == '"') return take_quoted();
        if (byte == '\'') return take_literal();
        if (byte == '@') {
            ++at_;
            return take_run(SqlTokenKind::stage, is_stage_path);
        }
        if (is_word_start(byte)) return take_run(SqlTokenKind::word, is_word);
        if (is_digit(byte)) return take_run(SqlTokenKind::number, is_digit);
        constexpr std::string_view kSymbols = "(),.=:;";
        if (kSymbols.find(byte) == std::string_view::npos) return stop("an unexpected character");
        tokens_.push_back({SqlTokenKind::symbol, {byte}});
        ++at_;
        return true;
    }

    bool take_run(SqlTokenKind kind, bool (*belongs)(char)) {
        SqlToken token{kind, {}};
        for (; at_ < text_.size() && belongs(text_[at_]); ++at_) {
            const char byte = text_[at_];
            const bool folds = kind == SqlTokenKind::word && byte >= 'a' && byte <= 'z';
            token.text += folds ? static_cast<char>(byte - 'a' + 'A') : byte;
        }
        tokens_.push_back(std::move(token));
        return true;
    }

    bool take_quoted() {
        SqlToken token{SqlTokenKind::quoted, {}};
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] == '"') {
                if (!text_.substr(at_ + 1).starts_with('"')) {
                    ++at_;
                    tokens_.push_back(std::move(token));
                    return true;
                }
                ++at_;
            }
            token.text += text_[at_];
        }
        return stop("an identifier without its closing quote");
    }

    bool take_literal() {
        SqlToken token{SqlTokenKind::literal, {}};
        for (++at_; at_ < text_.size();) {
            const char byte = text_[at_++];
            if (byte == '\'') {
                if (!text_.substr(at_).starts_with('\'')) {
                    tokens_.push_back(std::move(token));
                    return true;
                }
                ++at_;
                token.text += byte;
            } else if (byte == '\\' && at_ < text_.size()) {
                token.text += take_escape();
            } else {
                token.text += byte;
            }
        }
        return stop("a literal without its closing quote");
    }

    // What follows a backslash inside single quotes.
    char take_escape() {
        const char byte = text_[at_++];
        switch (byte) {
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case '0':
                return '\0';
            case 'x':
                break;
            default:
                return byte;
        }
        if (at_ + 2 > text_.size() || hex_value(text_[at_]) < 0 || hex_value(text_[at_ + 1]) < 0)
            return byte;
        const int code = hex_value(text_[at_]) * 16 + hex_value(text_[at_ + 1]);
        at_ += 2;
        return static_cast<char>(code);
    }

    void skip_blanks() {
        constexpr std::string_view kBlanks = " \t\r\n";
        while (at_ < text_.size() && kBlanks.find(text_[at_]) != std::string_view::npos)
            ++at_;
    }

    bool stop(std::string_view problem) {
        problem_ = problem;
        return false;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string_view problem_;
    std::vector<SqlToken> tokens_;
};

}  // namespace

base::Result<std::vector<SqlToken>> split_sql(std::string_view text) {
    return Splitter(text).split();
}

}  // namespace local

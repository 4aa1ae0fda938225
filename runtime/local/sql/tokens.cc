#include "runtime/local/sql/tokens.h"

#include <algorithm>
#include <array>

namespace sql {
namespace {

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

char upper(char byte) {
    return byte >= 'a' && byte <= 'z' ? static_cast<char>(byte - 'a' + 'A') : byte;
}

int hex_value(char byte) {
    if (is_digit(byte)) return byte - '0';
    const char letter = upper(byte);
    return letter >= 'A' && letter <= 'F' ? letter - 'A' + 10 : -1;
}

class Splitter {
  public:
    explicit Splitter(std::string_view text) : text_(text) {}

    std::variant<std::vector<Token>, Refusal> split() {
        for (skip_blanks(); at_ < text_.size(); skip_blanks()) {
            const std::size_t start = at_;
            if (!take_token()) return syntax_error(start, problem_);
            tokens_.back().position = start;
        }
        tokens_.push_back({.position = text_.size()});
        return std::move(tokens_);
    }

  private:
    [[nodiscard]] bool ahead(std::string_view text) const {
        return text_.substr(at_).starts_with(text);
    }

    bool take_token() {
        const char byte = text_[at_];
        if (ahead("--") || ahead("/*") || ahead("//")) return stop("a comment");
        if (byte == '"') {
            Token token{.kind = TokenKind::quoted};
            if (!take_quoted(token.text)) return false;
            tokens_.push_back(std::move(token));
            return true;
        }
        if (byte == '\'') return take_literal();
        if (byte == '@') return take_stage();
        if (is_word_start(byte) || (byte == '$' && at_ + 1 < text_.size() &&
                                    is_word(text_[at_ + 1]) && text_[at_ + 1] != '$')) {
            return take_word();
        }
        if (is_digit(byte)) return take_number();
        return take_symbol();
    }

    bool take_symbol() {
        constexpr std::array<std::string_view, 6> kPairs{"::", "||", "<>", "!=", "<=", ">="};
        constexpr std::string_view kSingles = "(),.=:;[]+-*/%<>?";
        for (const std::string_view pair : kPairs) {
            if (!ahead(pair)) continue;
            tokens_.push_back({.kind = TokenKind::symbol, .text = std::string(pair)});
            at_ += pair.size();
            return true;
        }
        if (kSingles.find(text_[at_]) == std::string_view::npos) return stop("a character");
        tokens_.push_back({.kind = TokenKind::symbol, .text = {text_[at_]}});
        ++at_;
        return true;
    }

    std::string take_run(bool (*belongs)(char)) {
        const std::size_t start = at_;
        while (at_ < text_.size() && belongs(text_[at_]))
            ++at_;
        return std::string(text_.substr(start, at_ - start));
    }

    bool take_word() {
        Token token{.kind = TokenKind::word};
        const std::size_t start = at_++;
        take_run(is_word);
        token.raw = text_.substr(start, at_ - start);
        token.text = token.raw;
        std::transform(token.text.begin(), token.text.end(), token.text.begin(), upper);
        tokens_.push_back(std::move(token));
        return true;
    }

    // 12 and 1.5; no word may follow at once.
    bool take_number() {
        Token token{.kind = TokenKind::number, .text = take_run(is_digit)};
        if (at_ + 1 < text_.size() && text_[at_] == '.' && is_digit(text_[at_ + 1])) {
            ++at_;
            token.text += '.' + take_run(is_digit);
        }
        if (at_ < text_.size() && is_word(text_[at_])) return stop("a number with letters");
        tokens_.push_back(std::move(token));
        return true;
    }

    bool take_quoted(std::string& name) {
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] == '"') {
                if (!text_.substr(at_ + 1).starts_with('"')) {
                    ++at_;
                    return !name.empty() || stop("an empty identifier");
                }
                ++at_;
            }
            name += text_[at_];
        }
        return stop("an identifier without its closing quote");
    }

    // @DB.SCHEMA.STAGE/path or @"DB"."SCHEMA"."STAGE"/path.
    bool take_stage() {
        Token token{.kind = TokenKind::stage};
        do {
            ++at_;
            std::string part;
            if (at_ < text_.size() && text_[at_] == '"') {
                if (!take_quoted(part)) return false;
            } else if (at_ < text_.size() && is_word_start(text_[at_])) {
                part = take_run(is_word);
                std::transform(part.begin(), part.end(), part.begin(), upper);
            } else {
                return stop("a stage without a name");
            }
            token.parts.push_back(std::move(part));
        } while (at_ < text_.size() && text_[at_] == '.');
        if (at_ < text_.size() && text_[at_] == '/') {
            ++at_;
            token.text = take_run(is_stage_path);
        }
        tokens_.push_back(std::move(token));
        return true;
    }

    bool take_literal() {
        Token token{.kind = TokenKind::literal};
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
        constexpr std::string_view kLetters = "nrtbf0";
        constexpr std::string_view kMeanings("\n\r\t\b\f\0", 6);
        const char byte = text_[at_++];
        if (const std::size_t found = kLetters.find(byte); found != std::string_view::npos)
            return kMeanings[found];
        const bool is_hex = byte == 'x' && at_ + 2 <= text_.size() && hex_value(text_[at_]) >= 0 &&
                            hex_value(text_[at_ + 1]) >= 0;
        if (!is_hex) return byte;
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
    std::vector<Token> tokens_;
};

}  // namespace

std::string quoted(std::string_view text, char quote) {
    std::string out(1, quote);
    for (const char byte : text) {
        if (byte == quote || (quote == '\'' && byte == '\\')) out += byte;
        out += byte;
    }
    return out += quote;
}

std::variant<std::vector<Token>, Refusal> split(std::string_view text) {
    return Splitter(text).split();
}

}  // namespace sql

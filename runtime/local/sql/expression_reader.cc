// From the weakest binding to the strongest: OR, AND, NOT, comparisons, + - ||, * / %, a sign, and
// what follows a value: ::TYPE, :path, .path, [ … ].
#include <array>
#include <utility>

#include "runtime/local/sql/expression.h"

namespace sql {
namespace {

constexpr int kNestingMax = 100;

class ExpressionReader {
  public:
    explicit ExpressionReader(TokenReader& reader) : reader_(reader) {}

    bool read(Expression& out) {
        if (++depth_ > kNestingMax) return reader_.stop(unsupported("so many nested expressions"));
        const bool is_read = read_disjunction(out);
        --depth_;
        return is_read;
    }

  private:
    static Expression operation(std::string text, std::vector<Expression> parts) {
        return {
            .kind = ExpressionKind::operation, .text = std::move(text), .parts = std::move(parts)};
    }

    // left OPERATOR right …, of one strength.
    template <std::size_t Count>
    bool read_chain(Expression& out, const std::array<std::string_view, Count>& operators,
                    bool (ExpressionReader::*stronger)(Expression&)) {
        if (!(this->*stronger)(out)) return false;
        for (bool more = true; more;) {
            more = false;
            for (const std::string_view text : operators) {
                if (!reader_.word(text) && !reader_.symbol(text)) continue;
                Expression right;
                if (!(this->*stronger)(right)) return false;
                out = operation(std::string(text), {std::move(out), std::move(right)});
                more = true;
                break;
            }
        }
        return true;
    }

    bool read_disjunction(Expression& out) {
        return read_chain(out, std::array<std::string_view, 1>{"OR"},
                          &ExpressionReader::read_conjunction);
    }
    bool read_conjunction(Expression& out) {
        return read_chain(out, std::array<std::string_view, 1>{"AND"},
                          &ExpressionReader::read_negation);
    }

    bool read_negation(Expression& out) {
        if (!reader_.word("NOT")) return read_comparison(out);
        Expression inner;
        if (++depth_ > kNestingMax) return reader_.stop(unsupported("so many nested expressions"));
        if (!read_negation(inner)) return false;
        --depth_;
        out = operation("NOT", {std::move(inner)});
        return true;
    }

    bool read_comparison(Expression& out) {
        constexpr std::array<std::string_view, 7> kOperators{"=", "<>", "!=", "<=", ">=", "<", ">"};
        if (!read_sum(out)) return false;
        for (const std::string_view text : kOperators) {
            if (!reader_.symbol(text)) continue;
            Expression right;
            if (!read_sum(right)) return false;
            out = operation(std::string(text), {std::move(out), std::move(right)});
            return true;
        }
        if (reader_.word("IS")) {
            const bool is_negated = reader_.word("NOT");
            if (!reader_.word("NULL")) return false;
            out = operation(is_negated ? "IS NOT NULL" : "IS NULL", {std::move(out)});
            return true;
        }
        const bool is_negated = reader_.word("NOT");
        constexpr std::array<std::string_view, 5> kMemberships{"IN", "LIKE", "ILIKE", "RLIKE",
                                                               "BETWEEN"};
        for (const std::string_view text : kMemberships) {
            if (!reader_.word(text)) continue;
            std::vector<Expression> parts;
            parts.push_back(std::move(out));
            out = operation((is_negated ? "NOT " : "") + std::string(text), {});
            const bool is_read = read_members(text, parts);
            out.parts = std::move(parts);
            return is_read;
        }
        return !is_negated;
    }

    // What follows IN, LIKE and BETWEEN.
    bool read_members(std::string_view text, std::vector<Expression>& parts) {
        if (text == "IN") return reader_.symbol("(") && read_list(parts);
        if (!read_sum(parts.emplace_back())) return false;
        return text != "BETWEEN" || (reader_.word("AND") && read_sum(parts.emplace_back()));
    }

    bool read_sum(Expression& out) {
        return read_chain(out, std::array<std::string_view, 3>{"+", "-", "||"},
                          &ExpressionReader::read_product);
    }
    bool read_product(Expression& out) {
        return read_chain(out, std::array<std::string_view, 3>{"*", "/", "%"},
                          &ExpressionReader::read_signed);
    }

    bool read_signed(Expression& out) {
        if (!reader_.is_symbol("-") && !reader_.is_symbol("+")) return read_postfix(out);
        const std::string sign = reader_.take().text;
        Expression inner;
        if (!read_postfix(inner)) return false;
        out = operation(sign, {std::move(inner)});
        return true;
    }

    bool read_postfix(Expression& out) {
        if (!read_primary(out)) return false;
        while (true) {
            if (reader_.symbol("::")) {
                DataType type;
                if (!read_data_type(reader_, type)) return false;
                out = {.kind = ExpressionKind::cast, .type = type, .parts = {std::move(out)}};
            } else if (reader_.symbol("[")) {
                Expression index;
                const TokenKind kind = reader_.peek().kind;
                if (kind != TokenKind::number && kind != TokenKind::literal) return false;
                if (!read_primary(index) || !reader_.symbol("]")) return false;
                out = {.kind = ExpressionKind::subscript,
                       .parts = {std::move(out), std::move(index)}};
            } else if (reader_.symbol(":") ||
                       (out.kind == ExpressionKind::element && reader_.symbol("."))) {
                const Token step = reader_.take();
                if (step.kind != TokenKind::word && step.kind != TokenKind::quoted) return false;
                out = {.kind = ExpressionKind::element,
                       .text = step.kind == TokenKind::word ? step.raw : step.text,
                       .parts = {std::move(out)}};
            } else {
                return true;
            }
        }
    }

    bool read_primary(Expression& out) {
        const Token token = reader_.peek();
        if (token.kind == TokenKind::literal || token.kind == TokenKind::number) {
            const bool is_text = token.kind == TokenKind::literal;
            out = {.kind = is_text ? ExpressionKind::literal : ExpressionKind::number,
                   .text = token.text};
            reader_.take();
            return true;
        }
        if (reader_.symbol("?")) return reader_.stop(bind_variable());
        if (reader_.symbol("(")) {
            if (reader_.is_word("SELECT") || reader_.is_word("WITH"))
                return reader_.stop(subquery());
            return read(out) && reader_.symbol(")");
        }
        if (token.kind == TokenKind::quoted) {
            out = {.kind = ExpressionKind::column, .text = reader_.take().text};
            return true;
        }
        return token.kind == TokenKind::word && read_word(out);
    }

    bool read_word(Expression& out) {
        if (reader_.is_word("TRUE") || reader_.is_word("FALSE")) {
            out = {.kind = ExpressionKind::boolean, .text = reader_.take().text};
            return true;
        }
        if (reader_.word("NULL")) {
            out = {.kind = ExpressionKind::null};
            return true;
        }
        if (reader_.word("CASE")) return read_case(out);
        if (reader_.is_word("CAST") || reader_.is_word("TRY_CAST")) return read_cast(out);
        if (reader_.peek().text.starts_with('$')) return read_dollar(out);
        const Token word = reader_.peek();
        const bool may_be_function = !is_reserved(word.text) || word.text == "LEFT" ||
                                     word.text == "RIGHT" || word.text == "INSERT";
        if (!may_be_function) return false;
        reader_.take();
        if (!reader_.symbol("(")) {
            if (is_reserved(word.text)) return false;
            out = {.kind = ExpressionKind::column, .text = word.text};
            return true;
        }
        out = {.kind = ExpressionKind::call, .text = word.text};
        if (!reader_.symbol(")") && !read_list(out.parts)) return false;
        return !reader_.is_word("OVER") || reader_.stop(not_deterministic(word.text));
    }

    // $1 is VALUE; other positions and session variables are refused.
    bool read_dollar(Expression& out) {
        const std::string text = reader_.take().text;
        if (text == "$1") {
            out = {.kind = ExpressionKind::column, .text = "VALUE"};
            return true;
        }
        const bool is_position = text[1] >= '0' && text[1] <= '9';
        return reader_.stop(is_position ? positional_reference() : session_variable());
    }

    bool read_list(std::vector<Expression>& parts) {
        do {
            Expression part;
            if (!read(part)) return false;
            parts.push_back(std::move(part));
        } while (reader_.symbol(","));
        return reader_.symbol(")");
    }

    bool read_cast(Expression& out) {
        const bool tries = reader_.take().text == "TRY_CAST";
        out.kind = tries ? ExpressionKind::try_cast : ExpressionKind::cast;
        Expression inner;
        if (!reader_.symbol("(") || !read(inner) || !reader_.word("AS")) return false;
        if (!read_data_type(reader_, out.type)) return false;
        out.parts.push_back(std::move(inner));
        return reader_.symbol(")");
    }

    // CASE WHEN condition THEN value … [ELSE value] END
    bool read_case(Expression& out) {
        out.kind = ExpressionKind::condition;
        if (!reader_.is_word("WHEN")) return false;
        while (reader_.word("WHEN")) {
            Expression condition;
            Expression value;
            if (!read(condition) || !reader_.word("THEN") || !read(value)) return false;
            out.parts.push_back(std::move(condition));
            out.parts.push_back(std::move(value));
        }
        if (reader_.word("ELSE")) {
            Expression value;
            if (!read(value)) return false;
            out.parts.push_back(std::move(value));
        }
        return reader_.word("END");
    }

    TokenReader& reader_;
    int depth_ = 0;
};

}  // namespace

bool read_expression(TokenReader& reader, Expression& expression) {
    return ExpressionReader(reader).read(expression);
}

}  // namespace sql

#include "runtime/local/sql/expression.h"

#include <fmt/format.h>

namespace sql {
namespace {

std::string list(const std::vector<Expression>& parts, std::size_t first = 0) {
    std::string out;
    for (std::size_t i = first; i < parts.size(); ++i)
        out += (i == first ? "" : ", ") + written(parts[i]);
    return out;
}

std::string condition(const Expression& expression) {
    std::string out = "CASE";
    std::size_t at = 0;
    for (; at + 1 < expression.parts.size(); at += 2) {
        out += fmt::format(" WHEN {} THEN {}", written(expression.parts[at]),
                           written(expression.parts[at + 1]));
    }
    if (at < expression.parts.size()) out += " ELSE " + written(expression.parts[at]);
    return out + " END";
}

std::string operation(const Expression& expression) {
    const std::string first = written(expression.parts[0]);
    const std::string& text = expression.text;
    if (text.ends_with("NULL")) return fmt::format("{} {}", first, text);
    if (expression.parts.size() == 1) return fmt::format("{} ({})", text, first);
    if (text.ends_with("IN"))
        return fmt::format("{} {} ({})", first, text, list(expression.parts, 1));
    if (text.ends_with("BETWEEN")) {
        return fmt::format("{} {} {} AND {}", first, text, written(expression.parts[1]),
                           written(expression.parts[2]));
    }
    return fmt::format("({}) {} ({})", first, text, written(expression.parts[1]));
}

}  // namespace

std::string written(const Expression& expression) {
    switch (expression.kind) {
        case ExpressionKind::literal:
            return quoted(expression.text, '\'');
        case ExpressionKind::number:
        case ExpressionKind::boolean:
            return expression.text;
        case ExpressionKind::null:
            return "NULL";
        case ExpressionKind::column:
            if (expression.text == "VALUE") return "$1";
            return expression.text.starts_with("METADATA$") ? expression.text
                                                            : quoted(expression.text, '"');
        case ExpressionKind::element:
            return fmt::format("GET({}, {})", written(expression.parts[0]),
                               quoted(expression.text, '\''));
        case ExpressionKind::subscript:
            return fmt::format("GET({}, {})", written(expression.parts[0]),
                               written(expression.parts[1]));
        case ExpressionKind::cast:
        case ExpressionKind::try_cast:
            return fmt::format("{}({} AS {})",
                               expression.kind == ExpressionKind::cast ? "CAST" : "TRY_CAST",
                               written(expression.parts[0]), written(expression.type));
        case ExpressionKind::call:
            return fmt::format("{}({})", expression.text, list(expression.parts));
        case ExpressionKind::operation:
            return operation(expression);
        case ExpressionKind::condition:
            break;
    }
    return condition(expression);
}

}  // namespace sql

#include "runtime/local/sql/token_reader.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "common/base/utf8.h"

namespace sql {
namespace {

constexpr std::array<std::string_view, 79> kReserved{
    "ACCOUNT", "ALL",       "ALTER",   "AND",         "ANY",    "AS",        "BETWEEN",
    "BY",      "CASE",      "CAST",    "CHECK",       "COLUMN", "CONNECT",   "CONSTRAINT",
    "CREATE",  "CROSS",     "CURRENT", "DATABASE",    "DELETE", "DISTINCT",  "DROP",
    "ELSE",    "EXISTS",    "FALSE",   "FOLLOWING",   "FOR",    "FROM",      "FULL",
    "GRANT",   "GROUP",     "HAVING",  "ILIKE",       "IN",     "INCREMENT", "INNER",
    "INSERT",  "INTERSECT", "INTO",    "IS",          "ISSUE",  "JOIN",      "LATERAL",
    "LEFT",    "LIKE",      "MINUS",   "NATURAL",     "NOT",    "NULL",      "OF",
    "ON",      "OR",        "ORDER",   "QUALIFY",     "REGEXP", "REVOKE",    "RIGHT",
    "RLIKE",   "ROW",       "ROWS",    "SAMPLE",      "SCHEMA", "SELECT",    "SET",
    "SOME",    "START",     "TABLE",   "TABLESAMPLE", "THEN",   "TO",        "TRIGGER",
    "TRUE",    "TRY_CAST",  "UNION",   "UNIQUE",      "UPDATE", "USING",     "VALUES",
    "WHERE",   "WITH"};

}  // namespace

bool is_reserved(std::string_view word) {
    return std::find(kReserved.begin(), kReserved.end(), word) != kReserved.end();
}

std::string written(const Name& name) {
    return fmt::format("{}.{}.{}", name.database, name.schema, name.object);
}

Token TokenReader::take() {
    Token token = peek();
    if (token.kind != TokenKind::end) ++at_;
    return token;
}

bool TokenReader::is_word(std::string_view text) const {
    return peek().kind == TokenKind::word && peek().text == text;
}

bool TokenReader::is_symbol(std::string_view text) const {
    return peek().kind == TokenKind::symbol && peek().text == text;
}

bool TokenReader::word(std::string_view text) {
    if (!is_word(text)) return false;
    ++at_;
    return true;
}

bool TokenReader::words(std::string_view first, std::string_view second) {
    return word(first) && word(second);
}

bool TokenReader::symbol(std::string_view text) {
    if (!is_symbol(text)) return false;
    ++at_;
    return true;
}

bool TokenReader::equals_literal(std::string& text) {
    return symbol("=") && literal(text);
}

bool TokenReader::literal(std::string& text) {
    if (peek().kind != TokenKind::literal) return false;
    text = take().text;
    return true;
}

bool TokenReader::boolean(bool& value) {
    value = is_word("TRUE");
    return word("TRUE") || word("FALSE");
}

bool TokenReader::identifier(std::string& name) {
    const bool is_unquoted = peek().kind == TokenKind::word && !is_reserved(peek().text) &&
                             !peek().text.starts_with('$');
    if (peek().kind != TokenKind::quoted && !is_unquoted) return false;
    if (base::utf8_character_count(peek().text) > kNameCharactersMax)
        return stop(name_too_long(peek().text));
    name = take().text;
    return true;
}

bool TokenReader::name(Name& name) {
    std::string first;
    std::string second;
    if (!identifier(first)) return false;
    if (!is_symbol(".")) return stop(no_current_database());
    if (!symbol(".") || !identifier(second)) return false;
    if (!is_symbol(".")) return stop(no_current_database());
    name = {std::move(first), std::move(second), {}};
    return symbol(".") && identifier(name.object);
}

bool TokenReader::schema(std::string& database, std::string& schema) {
    if (!identifier(database)) return false;
    if (!is_symbol(".")) return stop(no_current_database());
    return symbol(".") && identifier(schema);
}

bool TokenReader::if_exists(bool& found) {
    found = is_word("IF");
    return !found || words("IF", "EXISTS");
}

bool TokenReader::if_not_exists(bool& found) {
    found = is_word("IF");
    return !found || (words("IF", "NOT") && word("EXISTS"));
}

bool TokenReader::end() {
    const bool has_semicolon = symbol(";");
    if (peek().kind == TokenKind::end) return true;
    return has_semicolon ? stop(several_statements()) : false;
}

bool TokenReader::stop(Refusal refusal) {
    if (!refusal_) refusal_ = std::move(refusal);
    return false;
}

Refusal TokenReader::refusal() const {
    if (refusal_) return *refusal_;
    const bool is_end = peek().kind == TokenKind::end;
    return syntax_error(peek().position, is_end ? std::string_view("<EOF>") : peek().text);
}

}  // namespace sql

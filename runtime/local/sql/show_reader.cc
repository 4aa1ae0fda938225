#include <charconv>

#include "runtime/local/sql/statement.h"

namespace sql {
namespace {

bool read_scope(TokenReader& reader, Show& show) {
    if (!reader.word("IN")) return true;
    if (reader.word("ACCOUNT")) return true;
    if (reader.word("DATABASE")) return reader.identifier(show.database);
    return reader.word("SCHEMA") && reader.schema(show.database, show.schema);
}

bool read_limit(TokenReader& reader, Show& show) {
    if (!reader.word("LIMIT")) return true;
    if (reader.peek().kind != TokenKind::number) return false;
    const std::string text = reader.take().text;
    const auto [stop, error] =
        std::from_chars(text.data(), text.data() + text.size(), show.limit.emplace());
    if (error != std::errc() || stop != text.data() + text.size()) return false;
    return !reader.word("FROM") || reader.literal(show.from.emplace());
}

}  // namespace

bool read_show(TokenReader& reader, Statement& statement) {
    Show& show = statement.emplace<Show>();
    if (reader.word("STAGES")) {
        show.kind = ObjectKind::stage;
    } else if (reader.word("ICEBERG")) {
        show.kind = ObjectKind::iceberg_table;
        if (!reader.word("TABLES")) return false;
    } else if (!reader.words("EXTERNAL", "TABLES")) {
        return false;
    }
    if (reader.word("LIKE") && !reader.literal(show.like.emplace())) return false;
    if (!read_scope(reader, show)) return false;
    if (reader.word("STARTS") &&
        (!reader.word("WITH") || !reader.literal(show.starts_with.emplace()))) {
        return false;
    }
    return read_limit(reader, show);
}

}  // namespace sql

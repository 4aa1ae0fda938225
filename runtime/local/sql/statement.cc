#include "runtime/local/sql/statement.h"

namespace sql {
namespace {

bool read_comment(TokenReader& reader, Statement& statement) {
    CommentOnTable comment;
    const bool is_read = reader.if_exists(comment.target.if_exists) &&
                         reader.words("ON", "TABLE") && reader.name(comment.target.name) &&
                         reader.word("IS") && reader.literal(comment.comment);
    statement = std::move(comment);
    return is_read;
}

bool read_drop(TokenReader& reader, Statement& statement) {
    Drop drop;
    if (reader.word("STAGE")) {
        drop.kind = ObjectKind::stage;
    } else if (reader.word("ICEBERG")) {
        drop.kind = ObjectKind::iceberg_table;
        if (!reader.word("TABLE")) return false;
    } else if (!reader.words("EXTERNAL", "TABLE")) {
        return false;
    }
    const bool is_read = reader.if_exists(drop.target.if_exists) && reader.name(drop.target.name);
    statement = std::move(drop);
    return is_read;
}

bool read_describe(TokenReader& reader, Statement& statement) {
    Describe describe;
    const bool is_read = reader.words("EXTERNAL", "TABLE") && reader.name(describe.name);
    statement = std::move(describe);
    return is_read;
}

// GET_DDL('TABLE', '"DB"."SCHEMA"."TABLE"')
bool read_get_ddl(TokenReader& reader, Statement& statement) {
    GetDdl get_ddl;
    std::string kind;
    std::string name;
    if (!reader.word("GET_DDL") || !reader.symbol("(") || !reader.literal(kind) ||
        (kind != "TABLE" && kind != "table") || !reader.symbol(",") || !reader.literal(name) ||
        !reader.symbol(")")) {
        return false;
    }
    auto tokens = split(name);
    if (auto* refusal = std::get_if<Refusal>(&tokens)) return reader.stop(std::move(*refusal));
    TokenReader inside(std::get<std::vector<Token>>(std::move(tokens)));
    if (!inside.name(get_ddl.name) || inside.peek().kind != TokenKind::end)
        return reader.stop(inside.refusal());
    statement = std::move(get_ddl);
    return true;
}

bool read(TokenReader& reader, Statement& statement) {
    if (reader.word("CREATE")) return read_create(reader, statement);
    if (reader.word("ALTER")) return read_alter(reader, statement);
    if (reader.word("COMMENT")) return read_comment(reader, statement);
    if (reader.word("DROP")) return read_drop(reader, statement);
    if (reader.word("SHOW")) return read_show(reader, statement);
    if (reader.word("DESC") || reader.word("DESCRIBE")) return read_describe(reader, statement);
    return reader.word("SELECT") && read_get_ddl(reader, statement);
}

}  // namespace

std::variant<Statement, Refusal> read_statement(std::string_view text) {
    auto tokens = split(text);
    if (auto* refusal = std::get_if<Refusal>(&tokens)) return std::move(*refusal);
    TokenReader reader(std::get<std::vector<Token>>(std::move(tokens)));
    Statement statement;
    if (!read(reader, statement) || !reader.end()) return reader.refusal();
    return statement;
}

}  // namespace sql

#include "runtime/local/sql/statement.h"

namespace sql {
namespace {

bool read_target(TokenReader& reader, Target& target) {
    return reader.if_exists(target.if_exists) && reader.name(target.name);
}

// ALTER TABLE: the actions on columns of an external table, one column each, and RENAME TO.
bool read_table(TokenReader& reader, Statement& statement) {
    Target target;
    if (!read_target(reader, target)) return false;
    if (reader.word("RENAME")) {
        RenameTable& rename = statement.emplace<RenameTable>();
        rename.target = std::move(target);
        return reader.word("TO") && reader.name(rename.to);
    }
    if (reader.word("ADD")) {
        AddColumn& add = statement.emplace<AddColumn>();
        add.target = std::move(target);
        reader.word("COLUMN");
        return reader.if_not_exists(add.if_not_exists) && read_column(reader, add.column);
    }
    DropColumn& drop = statement.emplace<DropColumn>();
    drop.target = std::move(target);
    if (!reader.word("DROP")) return false;
    reader.word("COLUMN");
    return reader.if_exists(drop.if_exists) && reader.identifier(drop.column);
}

// ( <column> = '<value>', … ) LOCATION '<path>'
bool read_add_partition(TokenReader& reader, AddPartition& add) {
    if (!reader.symbol("(")) return false;
    do {
        std::string column;
        std::string value;
        if (!reader.identifier(column) || !reader.equals_literal(value)) return false;
        add.values.emplace_back(std::move(column), std::move(value));
    } while (reader.symbol(","));
    return reader.symbol(")") && reader.word("LOCATION") && reader.literal(add.path);
}

bool read_partition(TokenReader& reader, Target target, Statement& statement) {
    if (reader.word("ADD")) {
        AddPartition& add = statement.emplace<AddPartition>();
        add.target = std::move(target);
        return reader.word("PARTITION") && read_add_partition(reader, add);
    }
    DropPartition& drop = statement.emplace<DropPartition>();
    drop.target = std::move(target);
    return reader.words("DROP", "PARTITION") && reader.word("LOCATION") &&
           reader.literal(drop.path);
}

// SET AUTO_REFRESH = …, REFRESH ['…'] of both kinds of table; partitions of an external one.
bool read_lake_table(TokenReader& reader, ObjectKind kind, Statement& statement) {
    Target target;
    if (!reader.word("TABLE") || !read_target(reader, target)) return false;
    if (reader.word("SET")) {
        SetAutoRefresh& set = statement.emplace<SetAutoRefresh>();
        set.target = std::move(target);
        set.kind = kind;
        return reader.word("AUTO_REFRESH") && reader.symbol("=") &&
               reader.boolean(set.auto_refresh);
    }
    if (reader.word("REFRESH")) {
        Refresh& refresh = statement.emplace<Refresh>();
        refresh.target = std::move(target);
        refresh.kind = kind;
        if (kind == ObjectKind::external_table && reader.peek().kind == TokenKind::literal)
            return reader.literal(refresh.path);
        return true;
    }
    return kind == ObjectKind::external_table &&
           read_partition(reader, std::move(target), statement);
}

}  // namespace

bool read_alter(TokenReader& reader, Statement& statement) {
    if (reader.word("TABLE")) return read_table(reader, statement);
    if (reader.word("ICEBERG"))
        return read_lake_table(reader, ObjectKind::iceberg_table, statement);
    return reader.word("EXTERNAL") &&
           read_lake_table(reader, ObjectKind::external_table, statement);
}

}  // namespace sql

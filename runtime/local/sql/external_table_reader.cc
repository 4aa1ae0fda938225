#include "runtime/local/sql/clauses.h"
#include "runtime/local/sql/statement.h"

namespace sql {
namespace {

// ( <column> <type> AS ( <expression> ) [NOT NULL], … )
bool read_columns(TokenReader& reader, std::vector<Column>& columns) {
    if (!reader.symbol("(")) return false;
    do {
        Column column;
        if (!read_column(reader, column)) return false;
        columns.push_back(std::move(column));
    } while (reader.symbol(","));
    return reader.symbol(")");
}

bool read_partition_by(TokenReader& reader, std::vector<std::string>& columns) {
    if (!reader.word("PARTITION")) return true;
    if (!reader.word("BY") || !reader.symbol("(")) return false;
    do {
        if (!reader.identifier(columns.emplace_back())) return false;
    } while (reader.symbol(","));
    return reader.symbol(")");
}

bool read_location(TokenReader& reader, CreateExternalTable& table) {
    if (!reader.symbol("=") || reader.peek().kind != TokenKind::stage) return false;
    Token stage = reader.take();
    if (stage.parts.size() > 3) return false;
    if (stage.parts.size() < 3) return reader.stop(no_current_database());
    for (const std::string& part : stage.parts) {
        if (part.size() > kNameCharactersMax) return reader.stop(name_too_long(part));
    }
    table.stage = {stage.parts[0], stage.parts[1], stage.parts[2]};
    table.path = stage.text;
    return true;
}

bool read_row_access_policy(TokenReader& reader, CreateExternalTable& table) {
    Name policy;
    const bool is_read = reader.words("ACCESS", "POLICY") && reader.name(policy) &&
                         reader.word("ON") && reader.symbol("(") && reader.word("VALUE") &&
                         reader.symbol(")");
    table.row_access_policy = written(policy);
    return is_read;
}

bool read_clauses(TokenReader& reader, CreateExternalTable& table) {
    Clauses clauses(reader);
    const auto file_format = [&] {
        return reader.symbol("=") && read_file_format(reader, table.file_format);
    };
    const auto partition_type = [&] { return reader.symbol("=") && reader.word("USER_SPECIFIED"); };
    const auto table_format = [&] { return reader.symbol("=") && reader.word("DELTA"); };
    const auto location = [&] { return read_location(reader, table); };
    const auto policy = [&] { return read_row_access_policy(reader, table); };
    bool auto_refresh = true;
    bool refresh_on_create = true;
    std::string pattern;
    std::string sns_topic;
    while (clauses.more()) {
        const bool has_with = reader.word("WITH");
        const bool is_known =
            clauses.clause("LOCATION", location) || clauses.clause("ROW", policy) ||
            (!has_with &&
             (clauses.clause("FILE_FORMAT", file_format) || clauses.literal("PATTERN", pattern) ||
              clauses.literal("AWS_SNS_TOPIC", sns_topic) ||
              clauses.boolean("AUTO_REFRESH", auto_refresh) ||
              clauses.boolean("REFRESH_ON_CREATE", refresh_on_create) ||
              clauses.clause("PARTITION_TYPE", partition_type) ||
              clauses.clause("TABLE_FORMAT", table_format) ||
              clauses.clause("COPY", [&] { return reader.word("GRANTS"); }) ||
              clauses.literal("COMMENT", table.comment)));
        if (!is_known) return false;
    }
    table.is_user_specified = clauses.seen("PARTITION_TYPE");
    table.is_delta = clauses.seen("TABLE_FORMAT");
    table.copy_grants = clauses.seen("COPY");
    if (clauses.seen("AUTO_REFRESH")) table.auto_refresh = auto_refresh;
    if (clauses.seen("REFRESH_ON_CREATE")) table.refresh_on_create = refresh_on_create;
    if (clauses.seen("PATTERN")) table.pattern = pattern;
    if (clauses.seen("AWS_SNS_TOPIC")) table.sns_topic = sns_topic;
    return clauses.whole() && clauses.seen("LOCATION") && clauses.seen("FILE_FORMAT");
}

}  // namespace

bool read_column(TokenReader& reader, Column& column) {
    if (!reader.identifier(column.name) || !read_data_type(reader, column.type)) return false;
    if (!reader.word("AS") || !reader.symbol("(")) return false;
    if (!read_expression(reader, column.expression) || !reader.symbol(")")) return false;
    return !reader.word("NOT") || reader.word("NULL");
}

bool read_external_table(TokenReader& reader, CreateExternalTable& table) {
    return read_columns(reader, table.columns) && read_partition_by(reader, table.partition_by) &&
           read_clauses(reader, table);
}

}  // namespace sql

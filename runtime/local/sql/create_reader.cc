#include "runtime/local/sql/clauses.h"
#include "runtime/local/sql/statement.h"

namespace sql {
namespace {

bool read_iceberg_table(TokenReader& reader, CreateIcebergTable& table) {
    Clauses clauses(reader);
    bool ignored = false;
    while (clauses.more() && (clauses.literal("EXTERNAL_VOLUME", table.external_volume) ||
                              clauses.literal("CATALOG", table.catalog) ||
                              clauses.literal("CATALOG_TABLE_NAME", table.catalog_table_name) ||
                              clauses.literal("CATALOG_NAMESPACE", table.catalog_namespace) ||
                              clauses.literal("COMMENT", table.comment) ||
                              clauses.boolean("AUTO_REFRESH", table.auto_refresh) ||
                              clauses.boolean("REPLACE_INVALID_CHARACTERS", ignored))) {
    }
    return clauses.whole() && clauses.seen("CATALOG_TABLE_NAME");
}

bool read_stage(TokenReader& reader, CreateStage& stage) {
    Clauses clauses(reader);
    const auto integration = [&] {
        return reader.symbol("=") && reader.identifier(stage.storage_integration);
    };
    while (clauses.more() && (clauses.literal("URL", stage.url) ||
                              clauses.clause("STORAGE_INTEGRATION", integration) ||
                              clauses.literal("COMMENT", stage.comment))) {
    }
    return clauses.whole() && clauses.seen("URL") && clauses.seen("STORAGE_INTEGRATION");
}

// [IF NOT EXISTS] <name>
bool read_name(TokenReader& reader, CreateForm& form) {
    if (!reader.if_not_exists(form.if_not_exists)) return false;
    if (form.if_not_exists && form.or_replace) {
        return reader.stop(
            unsupported("options OR REPLACE and IF NOT EXISTS, which are incompatible"));
    }
    return reader.name(form.name);
}

}  // namespace

bool read_create(TokenReader& reader, Statement& statement) {
    CreateForm form;
    form.or_replace = reader.word("OR");
    if (form.or_replace && !reader.word("REPLACE")) return false;
    if (reader.word("STAGE")) {
        if (!read_name(reader, form)) return false;
        CreateStage& stage = statement.emplace<CreateStage>();
        stage.form = std::move(form);
        return read_stage(reader, stage);
    }
    if (reader.word("ICEBERG")) {
        if (!reader.word("TABLE") || !read_name(reader, form)) return false;
        CreateIcebergTable& table = statement.emplace<CreateIcebergTable>();
        table.form = std::move(form);
        return read_iceberg_table(reader, table);
    }
    if (!reader.words("EXTERNAL", "TABLE") || !read_name(reader, form)) return false;
    CreateExternalTable& table = statement.emplace<CreateExternalTable>();
    table.form = std::move(form);
    return read_external_table(reader, table);
}

}  // namespace sql

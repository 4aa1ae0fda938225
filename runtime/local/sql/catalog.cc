#include "runtime/local/sql/catalog.h"

#include <fmt/format.h>

#include "runtime/local/text.h"

namespace local {
namespace {

constexpr std::size_t kLikeTextBytesMax = 1'024;
constexpr std::string_view kExternalTable = "EXTERNAL TABLE";

SqlRows refused(std::string code, std::string sql_state, std::string message) {
    return {{}, {}, SqlRefusal{std::move(code), std::move(sql_state), std::move(message)}};
}

SqlRows missing(std::string_view kind, std::string_view name) {
    return refused("002003", "02000",
                   fmt::format("SQL compilation error:\n{} '{}' does not exist or not authorized.",
                               kind, name));
}

std::string written(const SqlName& name) {
    return fmt::format("{}.{}.{}", name.database, name.schema, name.object);
}

SqlRows status(std::string text) {
    return {{"status"}, {{std::move(text)}}, std::nullopt};
}

// LIKE of SHOW: case does not count, % is any text, _ any character, a backslash takes the next one
// as it is. Row by row over the pattern: reached[i] says whether the text up to i matches.
bool like_matches(std::string_view pattern, std::string_view text) {
    if (text.size() > kLikeTextBytesMax) return false;
    std::vector<bool> reached(text.size() + 1, false);
    reached[0] = true;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        std::vector<bool> next(text.size() + 1, false);
        const bool is_escaped = pattern[at] == '\\' && at + 1 < pattern.size();
        if (is_escaped) ++at;
        const bool is_any_text = !is_escaped && pattern[at] == '%';
        const bool is_any_byte = !is_escaped && pattern[at] == '_';
        for (std::size_t i = 0; i <= text.size(); ++i) {
            if (is_any_text) {
                next[i] = reached[i] || (i > 0 && next[i - 1]);
            } else if (i > 0 && reached[i - 1]) {
                next[i] = is_any_byte || lower(pattern[at]) == lower(text[i - 1]);
            }
        }
        reached = std::move(next);
    }
    return reached[text.size()];
}

}  // namespace

void SqlCatalog::create_schema(const std::string& database, const std::string& schema) {
    schemas_.emplace(database, schema);
}

void SqlCatalog::put_object(const SqlName& name, SqlObject object) {
    schemas_.emplace(name.database, name.schema);
    objects_[name] = std::move(object);
}

const SqlObject* SqlCatalog::find_object(const SqlName& name) const {
    const auto found = objects_.find(name);
    return found == objects_.end() ? nullptr : &found->second;
}

SqlRows SqlCatalog::run(std::string_view text) {
    const auto statement = read_sql_statement(text);
    if (!statement) return refused("001003", "42000", statement.error().message);
    switch (statement->kind) {
        case SqlKind::create:
            return create(*statement, text);
        case SqlKind::show:
            return show(*statement);
        case SqlKind::describe:
            return describe(*statement);
        case SqlKind::get_ddl:
            return get_ddl(*statement);
        case SqlKind::drop:
            break;
    }
    return drop(*statement);
}

SqlRows SqlCatalog::create(const SqlStatement& statement, std::string_view text) {
    const SqlName& name = statement.name;
    if (!schemas_.contains({name.database, name.schema}))
        return missing("Schema", fmt::format("{}.{}", name.database, name.schema));
    const auto old = objects_.find(name);
    if (old != objects_.end() && statement.if_not_exists)
        return status(fmt::format("{} already exists, statement succeeded.", name.object));
    if (old != objects_.end() && (!statement.or_replace || old->second.kind != kExternalTable)) {
        return refused(
            "002002", "42710",
            fmt::format("SQL compilation error:\nObject '{}' already exists.", written(name)));
    }
    if (!stages_.contains(statement.stage)) return missing("Stage", statement.stage);
    std::set<std::string> grants;
    if (old != objects_.end() && statement.copy_grants) grants = old->second.grants;
    objects_[name] = {.kind = std::string(kExternalTable),
                      .comment = statement.comment,
                      .ddl = std::string(text),
                      .location = fmt::format("@{}/{}", statement.stage, statement.path),
                      .file_format_type = statement.file_format_type,
                      .columns = statement.columns,
                      .grants = std::move(grants)};
    return status(fmt::format("Table {} successfully created.", name.object));
}

SqlRows SqlCatalog::show(const SqlStatement& statement) const {
    const bool in_schema = !statement.name.schema.empty();
    if (in_schema && !schemas_.contains({statement.name.database, statement.name.schema})) {
        return missing("Schema",
                       fmt::format("{}.{}", statement.name.database, statement.name.schema));
    }
    SqlRows shown{{"created_on", "name", "database_name", "schema_name", "invalid",
                   "invalid_reason", "owner", "comment", "stage", "location", "file_format_name",
                   "file_format_type", "cloud", "region", "notification_channel"},
                  {},
                  std::nullopt};
    for (const auto& [name, object] : objects_) {
        if (object.kind != kExternalTable) continue;
        if (in_schema &&
            (name.database != statement.name.database || name.schema != statement.name.schema)) {
            continue;
        }
        if (statement.like && !like_matches(*statement.like, name.object)) continue;
        shown.rows.push_back({"1795136400.000000000", name.object, name.database, name.schema,
                              "false", std::nullopt, "SYNC_ROLE", object.comment,
                              object.location.substr(0, object.location.find('/')), object.location,
                              "", object.file_format_type, "AWS", "us-east-1", std::nullopt});
    }
    return shown;
}

SqlRows SqlCatalog::describe(const SqlStatement& statement) const {
    const SqlObject* object = find_object(statement.name);
    if (object == nullptr || object->kind != kExternalTable)
        return missing("Table", written(statement.name));
    SqlRows described{{"name", "type", "kind", "expression"},
                      {{"VALUE", "VARIANT", "COLUMN", std::nullopt}},
                      std::nullopt};
    for (const SqlColumn& column : object->columns)
        described.rows.push_back({column.name, column.type, "VIRTUAL", column.expression});
    return described;
}

SqlRows SqlCatalog::get_ddl(const SqlStatement& statement) const {
    const SqlObject* object = find_object(statement.name);
    if (object == nullptr) return missing("Table", written(statement.name));
    return {{"GET_DDL"}, {{object->ddl}}, std::nullopt};
}

SqlRows SqlCatalog::drop(const SqlStatement& statement) {
    const auto found = objects_.find(statement.name);
    if (found != objects_.end() && found->second.kind == kExternalTable) {
        objects_.erase(found);
        return status(fmt::format("{} successfully dropped.", statement.name.object));
    }
    if (!statement.if_exists) return missing("Table", written(statement.name));
    return status(fmt::format("Drop statement executed successfully ({} already dropped).",
                              statement.name.object));
}

}  // namespace local

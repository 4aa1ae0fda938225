#include "runtime/local/sql/catalog.h"

#include <fmt/format.h>

namespace sql {

Rows status(std::string text) {
    return {{"status"}, {{std::move(text)}}, std::nullopt};
}

Rows refused(Refusal refusal) {
    return {{}, {}, std::move(refusal)};
}

void Catalog::put_stage(const Name& name, Stage stage) {
    stage.id = ++stage_ids_;
    stages_[name] = std::move(stage);
}

void Catalog::put_table(const Name& name, Table table) {
    account_.schemas.emplace(name.database, name.schema);
    tables_[name] = std::move(table);
}

const Table* Catalog::find_table(const Name& name) const {
    const auto found = tables_.find(name);
    return found == tables_.end() ? nullptr : &found->second;
}

std::string Catalog::invalid_reason(const Table& table) const {
    if (!table.invalid_reason.empty() || table.stage_id == 0) return table.invalid_reason;
    const auto stage = stages_.find(table.stage);
    if (stage != stages_.end() && stage->second.id == table.stage_id) return {};
    return fmt::format("Missing stage {}.", written(table.stage));
}

Rows Catalog::run(std::string_view text, std::string_view role) {
    if (text.size() > kStatementBytesMax) return refused(unsupported("a statement over 1 MB"));
    auto read = read_statement(text);
    if (auto* refusal = std::get_if<Refusal>(&read)) return refused(std::move(*refusal));
    role_ = role;
    return std::visit([this](const auto& statement) { return apply(statement); },
                      std::get<Statement>(read));
}

std::optional<Refusal> Catalog::refuse_in_schema(const Name& name,
                                                 std::string_view privilege) const {
    if (!account_.schemas.contains({name.database, name.schema}))
        return missing("Schema", fmt::format("{}.{}", name.database, name.schema));
    if (account_.revoked.contains({name.database, name.schema, std::string(privilege)}))
        return insufficient("schema", name.schema);
    return std::nullopt;
}

Rows Catalog::apply(const Drop& statement) {
    if (statement.kind == ObjectKind::stage) return drop_stage(statement);
    const std::string_view kind =
        statement.kind == ObjectKind::external_table ? kExternalTable : kIcebergTable;
    const Name& name = statement.target.name;
    const auto found = tables_.find(name);
    if (found == tables_.end()) {
        if (!statement.target.if_exists) return refused(missing("Table", written(name)));
        return status(
            fmt::format("Drop statement executed successfully ({} already dropped).", name.object));
    }
    if (found->second.kind != kind) return refused(wrong_kind(found->second.kind, kind));
    if (!may_change(found->second.owner)) return refused(insufficient("table", name.object));
    tables_.erase(found);
    return status(fmt::format("{} successfully dropped.", name.object));
}

Rows Catalog::drop_stage(const Drop& statement) {
    const Name& name = statement.target.name;
    const auto found = stages_.find(name);
    if (found == stages_.end()) {
        if (!statement.target.if_exists) return refused(missing("Stage", written(name)));
        return status(
            fmt::format("Drop statement executed successfully ({} already dropped).", name.object));
    }
    if (!may_change(found->second.owner)) return refused(insufficient("stage", name.object));
    stages_.erase(found);
    return status(fmt::format("{} successfully dropped.", name.object));
}

}  // namespace sql

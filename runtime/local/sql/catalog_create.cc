#include <algorithm>

#include <fmt/format.h>

#include "runtime/local/sql/catalog.h"
#include "runtime/local/sql/table_checks.h"

namespace sql {
namespace {

constexpr std::string_view kOwnership = "OWNERSHIP";

// Names in literals resolve as unquoted identifiers do.
std::string folded(std::string_view name) {
    std::string upper(name);
    std::transform(upper.begin(), upper.end(), upper.begin(), [](char byte) {
        return byte >= 'a' && byte <= 'z' ? static_cast<char>(byte - 'a' + 'A') : byte;
    });
    return upper;
}

bool is_storage_url(std::string_view url) {
    return url.starts_with("s3://") || url.starts_with("s3gov://") || url.starts_with("s3china://");
}

}  // namespace

std::optional<Rows> Catalog::before_create(const CreateForm& form, std::string_view kind) {
    if (auto refusal = refuse_in_schema(form.name, fmt::format("CREATE {}", kind)))
        return refused(*std::move(refusal));
    const Table* old = find_table(form.name);
    if (old == nullptr) return std::nullopt;
    if (old->kind != kind) return refused(exists_as(form.name.object, old->kind));
    if (form.if_not_exists)
        return status(fmt::format("{} already exists, statement succeeded.", form.name.object));
    if (!form.or_replace) return refused(exists(written(form.name)));
    if (!may_change(old->owner)) return refused(insufficient("table", form.name.object));
    return std::nullopt;
}

Rows Catalog::finish_create(const CreateForm& form, Table table) {
    table.owner = role_;
    tables_[form.name] = std::move(table);
    return status(fmt::format("Table {} successfully created.", form.name.object));
}

Rows Catalog::apply(const CreateExternalTable& statement) {
    if (auto refusal = refuse_external_table(statement)) return refused(*std::move(refusal));
    if (auto rows = before_create(statement.form, kExternalTable)) return *std::move(rows);
    const auto stage = stages_.find(statement.stage);
    if (stage == stages_.end()) return refused(missing("Stage", written(statement.stage)));
    Table table;
    table.kind = kExternalTable;
    table.comment = statement.comment;
    table.row_access_policy = statement.row_access_policy;
    table.auto_refresh = statement.auto_refresh.value_or(!statement.is_user_specified);
    table.columns = statement.columns;
    table.partition_by = statement.partition_by;
    table.stage = statement.stage;
    table.stage_id = stage->second.id;
    table.path = statement.path;
    table.pattern = statement.pattern.value_or("");
    table.file_format = statement.file_format;
    table.is_user_specified = statement.is_user_specified;
    if (const Table* old = find_table(statement.form.name);
        old != nullptr && statement.copy_grants) {
        for (const std::string& grant : old->grants) {
            if (!grant.starts_with(kOwnership)) table.grants.insert(grant);
        }
    }
    return finish_create(statement.form, std::move(table));
}

Rows Catalog::apply(const CreateIcebergTable& statement) {
    if (auto rows = before_create(statement.form, kIcebergTable)) return *std::move(rows);
    const auto integration = account_.iceberg_integrations.find(folded(statement.catalog));
    if (integration == account_.iceberg_integrations.end())
        return refused(missing("Integration", statement.catalog));
    const bool has_volume = account_.external_volumes.contains(folded(statement.external_volume));
    if (!statement.external_volume.empty() && !has_volume)
        return refused(missing("External volume", statement.external_volume));
    if (statement.external_volume.empty() && !integration->second.vends_credentials)
        return refused(unsupported("an Iceberg table without EXTERNAL_VOLUME"));
    Table table;
    table.kind = kIcebergTable;
    table.comment = statement.comment;
    table.auto_refresh = statement.auto_refresh;
    table.external_volume = statement.external_volume;
    table.catalog = statement.catalog;
    table.catalog_namespace = statement.catalog_namespace;
    table.catalog_table_name = statement.catalog_table_name;
    return finish_create(statement.form, std::move(table));
}

Rows Catalog::apply(const CreateStage& statement) {
    const Name& name = statement.form.name;
    if (auto refusal = refuse_in_schema(name, "CREATE STAGE")) return refused(*std::move(refusal));
    const auto old = stages_.find(name);
    if (old != stages_.end()) {
        if (statement.form.if_not_exists)
            return status(fmt::format("{} already exists, statement succeeded.", name.object));
        if (!statement.form.or_replace) return refused(exists(written(name)));
        if (!may_change(old->second.owner)) return refused(insufficient("stage", name.object));
    }
    if (!is_storage_url(statement.url))
        return refused(unsupported(fmt::format("a stage with URL '{}'", statement.url)));
    if (!account_.storage_integrations.contains(statement.storage_integration))
        return refused(missing("Integration", statement.storage_integration));
    put_stage(name, {.url = statement.url,
                     .storage_integration = statement.storage_integration,
                     .comment = statement.comment,
                     .owner = role_});
    return status(fmt::format("Stage area {} successfully created.", name.object));
}

}  // namespace sql

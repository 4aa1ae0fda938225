#include "functions/glue_to_snowflake/sync/catalog_reader.h"

#include <utility>

#include "functions/glue_to_snowflake/plan/planner.h"

namespace glue_to_snowflake {
namespace {

std::string text_of(const Plan& plan) {
    std::string text;
    for (const PlannedStatement& statement : plan.statements)
        text.append(statement.sql.text()).append(";\n");
    return text;
}

}  // namespace

bool is_not_found(const base::Error& error) {
    return error.code == "EntityNotFoundException";
}

base::Result<Wanted> CatalogReader::read(const aws::GlueTableId& source,
                                         const snowflake::TableName& name,
                                         base::Deadline deadline) {
    auto table = glue_.get_table(source, deadline);
    if (table) return define(source, name, *std::move(table));
    if (!is_not_found(table.error())) return std::move(table).error();
    auto catalog = catalog_of(source.catalog_id, deadline);
    if (!catalog) return std::move(catalog).error();
    Wanted wanted{.source = source};
    wanted.source.catalog_id = *std::move(catalog);
    return wanted;
}

base::Result<Wanted> CatalogReader::define(const aws::GlueTableId& source,
                                           const snowflake::TableName& name,
                                           aws::GlueTable table) const {
    // The mark names the table as the request did, so that it is the same whatever the answer
    // leaves out; only the catalog may be the answer's to tell.
    Wanted wanted{.source = source};
    if (!table.id.catalog_id.empty()) wanted.source.catalog_id = table.id.catalog_id;
    auto definition = define_table(table, name, config_, settings_);
    if (!definition) return std::move(definition).error();
    if (auto* external = std::get_if<TableDefinition>(&*definition)) {
        wanted.text = text_of(plan_table(*external, wanted.source, std::nullopt));
        wanted.definition = std::move(*external);
    } else if (auto* iceberg = std::get_if<IcebergDefinition>(&*definition)) {
        wanted.text = text_of(plan_iceberg(*iceberg, wanted.source, std::nullopt));
        wanted.definition = std::move(*iceberg);
    } else {
        wanted.definition = std::get<Skip>(*std::move(definition));
    }
    wanted.table = std::move(table);
    return wanted;
}

// A mark names its catalog. Where the request does not, it is the caller's own, which the answer of
// GetTable would have told; any of the catalog's databases tells it as well.
base::Result<std::string> CatalogReader::catalog_of(const std::string& catalog_id,
                                                    base::Deadline deadline) {
    if (!catalog_id.empty()) return catalog_id;
    const auto databases = glue_.get_databases("", deadline);
    if (!databases) return databases.error();
    for (const auto& database : *databases) {
        if (database && !database->catalog_id.empty() && !database->is_resource_link)
            return database->catalog_id;
    }
    return base::Error{base::ErrorKind::data_invalid,
                       "the catalog has no database that tells the catalog's id: which of "
                       "Snowflake's tables mirror it is not known"};
}

}  // namespace glue_to_snowflake

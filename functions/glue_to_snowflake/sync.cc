#include "functions/glue_to_snowflake/sync.h"

#include <fmt/format.h>

namespace glue_to_snowflake {
namespace {

// A second look is for a table that somebody else created between the look and the CREATE.
constexpr int kLooksMax = 2;

std::string name_text(const snowflake::TableName& name) {
    return snowflake::Sql().table(name).text();
}

TableOutcome with_plan(TableOutcome outcome, const Plan& plan) {
    outcome.action = plan.action;
    outcome.reason = plan.reason;
    outcome.statements = plan.statements;
    return outcome;
}

}  // namespace

base::Result<TableOutcome> TableSync::sync(const SyncRequest& request) {
    const aws::GlueTableId& source = request.source;
    TableOutcome outcome{.glue = fmt::format("{}.{}", source.database, source.name)};
    auto target = target_name(source.database, source.name, config_);
    if (!target) return std::move(target).error();
    if (const auto* skip = std::get_if<Skip>(&*target)) {
        outcome.reason = skip->reason;
        return outcome;
    }
    const auto& name = std::get<snowflake::TableName>(*target);
    outcome.snowflake = name_text(name);
    auto table = services_.glue.get_table(source, request.deadline);
    if (!table && table.error().code == "EntityNotFoundException") {
        outcome.reason = "the catalog does not have it any more";
        return outcome;
    }
    if (!table) return std::move(table).error();
    auto definition = define_table(*table, name, config_, settings_);
    if (!definition) return std::move(definition).error();
    if (const auto* skip = std::get_if<Skip>(&*definition)) {
        outcome.reason = skip->reason;
        return outcome;
    }
    // The mark names the table as the event did, so that it is the same whatever the answer leaves
    // out; only the catalog may be the answer's to tell.
    aws::GlueTableId marked = source;
    if (!table->id.catalog_id.empty()) marked.catalog_id = table->id.catalog_id;
    return apply(std::get<TableDefinition>(*definition), marked, request, std::move(outcome));
}

base::Result<TableOutcome> TableSync::apply(const TableDefinition& definition,
                                            const aws::GlueTableId& source,
                                            const SyncRequest& request, TableOutcome outcome) {
    if (services_.sql_api == nullptr) {
        Plan plan = plan_table(definition, source, std::nullopt);
        plan.reason = fmt::format(
            "TARGET_TYPE is LOGGING: nothing was sent, and what Snowflake has "
            "is not known; {}",
            plan.reason);
        return with_plan(std::move(outcome), plan);
    }
    const snowflake::TableName& name = definition.table.name;
    for (int looks = 1; looks <= kLooksMax; ++looks) {
        auto shown = show(name, request);
        if (!shown) return std::move(shown).error();
        const Plan plan = plan_table(definition, source, *shown);
        bool done = true;
        for (const PlannedStatement& statement : plan.statements) {
            auto executed = execute(statement, request);
            if (!executed) return std::move(executed).error();
            done = done && *executed;
        }
        if (done) return with_plan(std::move(outcome), plan);
    }
    return base::Error{
        base::ErrorKind::rejected,
        fmt::format("CREATE EXTERNAL TABLE {}: another object has that name", name_text(name))};
}

base::Result<std::optional<Shown>> TableSync::show(const snowflake::TableName& name,
                                                   const SyncRequest& request) {
    auto result = services_.sql_api->execute(
        {.sql = show_table_like(snowflake::TableKind::external, name),
         .subject = fmt::format("SHOW EXTERNAL TABLES LIKE {}", name_text(name)),
         .query_tag = std::string(request.query_tag),
         .deadline = request.deadline});
    if (!result) return std::move(result).error();
    for (std::size_t row = 0; row < result->rows.size(); ++row) {
        const auto found = result->value(row, "name");
        if (!found) {
            return base::Error{base::ErrorKind::data_invalid,
                               "SHOW EXTERNAL TABLES: a row of the answer has no name"};
        }
        if (*found != name.table.name()) continue;
        return std::optional(
            Shown{{.name = std::string(*found),
                   .comment = std::string(result->value(row, "comment").value_or(""))},
                  {}});
    }
    return std::optional<Shown>();
}

base::Result<bool> TableSync::execute(const PlannedStatement& statement,
                                      const SyncRequest& request) {
    auto result = services_.sql_api->execute({.sql = statement.sql,
                                              .subject = statement.subject,
                                              .query_tag = std::string(request.query_tag),
                                              .deadline = request.deadline});
    if (!result) return std::move(result).error();
    // IF NOT EXISTS succeeds without doing anything where any object of that name is there.
    const auto status = result->rows.empty() ? std::nullopt : result->value(0, "status");
    return !status || status->find("already exists") == std::string_view::npos;
}

}  // namespace glue_to_snowflake

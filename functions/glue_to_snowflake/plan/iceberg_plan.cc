#include <fmt/format.h>

#include "functions/glue_to_snowflake/plan/claim.h"
#include "functions/glue_to_snowflake/plan/planner.h"
#include "functions/glue_to_snowflake/plan/rebuild.h"
#include "functions/glue_to_snowflake/plan/table_statements.h"

namespace glue_to_snowflake {
namespace {

Plan create_plan(const IcebergDefinition& definition, const aws::GlueTableId& source) {
    const std::string comment =
        write_comment(definition.description.value_or(""), make_mark(definition, source));
    return {Action::create,
            reason_text({"the table is new"}, definition.notes),
            {planned_create(definition.table, comment, "the table is new")}};
}

// The hash that the table would have with the other AUTO_REFRESH.
std::string other_hash(snowflake::IcebergTable table) {
    table.auto_refresh = table.auto_refresh == snowflake::AutoRefresh::on
                             ? snowflake::AutoRefresh::off
                             : snowflake::AutoRefresh::on;
    return definition_hash(table);
}

}  // namespace

Plan plan_iceberg(const IcebergDefinition& definition, const aws::GlueTableId& source,
                  const std::optional<Shown>& shown, const PlanOptions& options) {
    const snowflake::TableName& name = definition.table.name;
    if (!shown) return create_plan(definition, source);
    const auto claimed = claim(shown->table, source);
    if (const auto* skip = std::get_if<Skip>(&claimed)) return {Action::skip, skip->reason, {}};
    const auto& old = std::get<Mark>(claimed);
    const Rebuild rebuild{name, *shown, old, options};
    if (shown->table.kind != snowflake::TableKind::iceberg) {
        return rebuild_by_policy(rebuild,
                                 "an external table of it is there, and it is an Iceberg table now",
                                 create_plan(definition, source));
    }
    const std::string_view text_there = text_before_mark(shown->table.comment);
    const std::string text = definition.description.value_or(std::string(text_there));
    const Mark mark = make_mark(definition, source);
    Plan plan{Action::alter, "", {}};
    std::vector<std::string> reasons;
    if (old.definition != mark.definition) {
        if (old.definition != other_hash(definition.table)) {
            return rebuild_by_policy(
                rebuild,
                "its catalog integration or its external volume changed, and no statement "
                "changes them and keeps the grants",
                create_plan(definition, source));
        }
        reasons.emplace_back(auto_refresh_text(definition.table.auto_refresh));
        plan.statements.push_back(planned_set_auto_refresh(
            shown->table.kind, name, definition.table.auto_refresh, reasons.back()));
    }
    if (text != text_there) reasons.emplace_back("the description changed");
    if (reasons.empty())
        return {Action::none, reason_text({"the definition is the same"}, definition.notes), {}};
    plan.reason = reason_text(reasons, definition.notes);
    plan.statements.push_back(
        planned_comment_on(name, write_comment(text, mark), list_text(reasons, "; ")));
    return plan;
}

}  // namespace glue_to_snowflake

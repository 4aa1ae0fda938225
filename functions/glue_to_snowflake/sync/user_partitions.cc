#include "functions/glue_to_snowflake/sync/user_partitions.h"

#include <utility>

#include <fmt/format.h>

#include "functions/glue_to_snowflake/plan/mark.h"
#include "functions/glue_to_snowflake/plan/table_statements.h"

namespace glue_to_snowflake {
namespace {

bool makes_table(const Plan& plan) {
    for (const PlannedStatement& statement : plan.statements) {
        const std::string& text = statement.sql.text();
        if (text.starts_with("CREATE EXTERNAL TABLE") ||
            text.starts_with("CREATE OR REPLACE EXTERNAL TABLE")) {
            return true;
        }
    }
    return false;
}

}  // namespace

Plan plan_user_partitions(Plan plan, const Wanted& wanted, const std::optional<Shown>& shown,
                          const UserPartitions& partitions) {
    const bool is_made = makes_table(plan);
    if (!is_made && plan.action != Action::none && plan.action != Action::alter) return plan;
    const auto& definition = std::get<TableDefinition>(wanted.definition);
    const std::string there(shown ? text_before_mark(shown->table.comment) : "");
    const std::string text = definition.description.value_or(there);
    Mark mark = make_mark(definition, wanted.source);
    KnownPartitions known;
    if (const auto old = shown ? parse_mark(shown->table.comment) : std::nullopt; old && !is_made)
        known = old->known_partitions.value_or(KnownPartitions());
    PartitionPlan added = plan_partitions(
        {partitions.table, definition.table, partitions.partitions, partitions.named}, known);
    if (added.replace_reason && !is_made) {
        mark.known_partitions = KnownPartitions();
        plan = {
            Action::replace,
            *added.replace_reason,
            {planned_replace(definition.table, write_comment(text, mark), *added.replace_reason)}};
    }
    if (!added.left_out.empty())
        plan.reason = reason_text({plan.reason, list_text(added.left_out, "; ")});
    if (added.statements.empty() && known == added.known) return plan;
    if (!added.statements.empty()) {
        plan.reason = reason_text({plan.reason, fmt::format("{} partitions are added or dropped",
                                                            added.statements.size())});
    }
    if (plan.action == Action::none) plan.action = Action::alter;
    plan.statements.insert(plan.statements.end(), added.statements.begin(), added.statements.end());
    mark.known_partitions = std::move(added.known);
    plan.statements.push_back(planned_comment_on(definition.table.name, write_comment(text, mark),
                                                 "the comment knows the table's partitions"));
    return plan;
}

}  // namespace glue_to_snowflake

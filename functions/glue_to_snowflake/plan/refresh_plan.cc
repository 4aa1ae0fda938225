#include "functions/glue_to_snowflake/plan/refresh_plan.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "functions/glue_to_snowflake/plan/table_statements.h"

namespace glue_to_snowflake {
namespace {

// An empty path is the whole table, and so is one that leaves it.
bool is_below(std::string_view path) {
    return !path.empty() && path.front() != '/' && path.back() == '/';
}

std::string add_refreshes(std::vector<PlannedStatement>& statements,
                          const snowflake::TableName& name, const ChangedPartitions& changed) {
    const std::set<std::string> paths(changed.paths.begin(), changed.paths.end());
    if (!changed.is_complete || paths.size() > kRefreshesMax ||
        !std::all_of(paths.begin(), paths.end(), is_below)) {
        std::string reason = changed.is_complete
                                 ? fmt::format("{} partitions changed", paths.size())
                                 : "which of its partitions changed is not known";
        statements.push_back(planned_refresh(name, "", reason));
        return reason;
    }
    for (const std::string& path : paths)
        statements.push_back(
            planned_refresh(name, path, fmt::format("partition {} changed", path)));
    if (paths.size() == 1) return statements.back().reason;
    return fmt::format("{} partitions changed", paths.size());
}

}  // namespace

Plan plan_refresh(Plan plan, const TableDefinition& definition, const ChangedPartitions& changed) {
    if (plan.action != Action::none && plan.action != Action::alter) return plan;
    if (changed.is_complete && changed.paths.empty()) return plan;
    if (definition.table.partition_type == snowflake::PartitionType::user_specified) return plan;
    if (definition.table.auto_refresh == snowflake::AutoRefresh::on) {
        if (plan.action == Action::alter) return plan;
        return {
            Action::skip, "AUTO_REFRESH is on: Snowflake finds the files of partitions itself", {}};
    }
    std::string reason = add_refreshes(plan.statements, definition.table.name, changed);
    if (plan.action == Action::none) return {Action::refresh, reason, std::move(plan.statements)};
    plan.reason += "; " + reason;
    return plan;
}

}  // namespace glue_to_snowflake

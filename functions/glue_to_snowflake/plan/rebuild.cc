#include "functions/glue_to_snowflake/plan/rebuild.h"

#include <fmt/format.h>

namespace glue_to_snowflake {

Plan rebuild_by_policy(const Rebuild& rebuild, std::string_view why, Plan created) {
    const DeletePolicy policy = rebuild.options.delete_policy;
    if (policy == DeletePolicy::ignore) {
        return {Action::skip,
                fmt::format("{}; DELETE_POLICY is ignore: the old table stays, and the new one is "
                            "made when it is dropped or renamed",
                            why),
                {}};
    }
    Plan plan{Action::replace, "", {}};
    plan.reason = fmt::format("{}; DELETE_POLICY is {}", why,
                              policy == DeletePolicy::drop ? "drop" : "rename");
    plan.statements = removal({rebuild.name, rebuild.shown, rebuild.mark, std::string(why)}, policy,
                              rebuild.options.tombstone);
    for (PlannedStatement& statement : created.statements) {
        statement.reason = why;
        plan.statements.push_back(std::move(statement));
    }
    return plan;
}

}  // namespace glue_to_snowflake

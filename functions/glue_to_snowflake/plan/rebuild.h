// Tables that neither ALTER nor a replace that keeps the grants brings in step: DELETE_POLICY says
// whether they are built anew.
#pragma once

#include <string>
#include <string_view>

#include "functions/glue_to_snowflake/plan/delete_plan.h"
#include "functions/glue_to_snowflake/plan/planner.h"

namespace glue_to_snowflake {

struct Rebuild {
    const snowflake::TableName& name;
    const Shown& shown;
    const Mark& mark;
    const PlanOptions& options;
};

// ignore: a skip; drop: DROP, then what `created` does; rename: RENAME with the tombstone's comment
// and the same. `why` is a clause: "it is an Iceberg table now".
Plan rebuild_by_policy(const Rebuild& rebuild, std::string_view why, Plan created);

}  // namespace glue_to_snowflake

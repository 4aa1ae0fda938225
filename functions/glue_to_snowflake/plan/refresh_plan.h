// What an event about partitions adds to the plan of a table whose partitions are expressions.
#pragma once

#include <string>
#include <vector>

#include "functions/glue_to_snowflake/definition/table_definition.h"
#include "functions/glue_to_snowflake/plan/plan.h"

namespace glue_to_snowflake {

// More of them are one REFRESH of the whole table.
constexpr std::size_t kRefreshesMax = 100;

struct ChangedPartitions {
    std::vector<std::string> paths;  // below the table's location, each ending in a slash
    bool is_complete = false;        // false: any other may have changed too
};

// `plan` is the table's own plan. With AUTO_REFRESH on, Snowflake learns of new files by itself;
// off, each path is refreshed, once, or the whole table. A table that is created or replaced reads
// all that is there, and one that is left alone stays so; a user-specified one knows no REFRESH.
Plan plan_refresh(Plan plan, const TableDefinition& definition, const ChangedPartitions& changed);

}  // namespace glue_to_snowflake

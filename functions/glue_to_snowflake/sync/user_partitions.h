// What the partitions of a user-specified table add to the table's plan. Pure.
#pragma once

#include <optional>
#include <vector>

#include "common/aws/glue_client.h"
#include "functions/glue_to_snowflake/plan/partition_list.h"
#include "functions/glue_to_snowflake/plan/plan.h"
#include "functions/glue_to_snowflake/sync/catalog_reader.h"

namespace glue_to_snowflake {

// More partitions than these are not looked at: the table fails, and says so.
constexpr std::size_t kUserPartitionsMax = 100'000;

struct UserPartitions {
    const aws::GlueTable& table;                        // the effective one (spark_schema.h)
    const std::vector<aws::GluePartition>& partitions;  // all that the catalog has
    std::vector<PartitionValues> named = {};            // those that a partition event names
};

// `plan` is the table's own plan, for a `wanted` that is a user-specified TableDefinition. The
// partitions' statements follow it, then the comment that knows of them.
Plan plan_user_partitions(Plan plan, const Wanted& wanted, const std::optional<Shown>& shown,
                          const UserPartitions& partitions);

}  // namespace glue_to_snowflake

// The partitions of a user-specified table: those that the catalog has against those that the mark
// knows, as ADD and DROP PARTITION. Pure.
//
// Snowflake has no statement without a warehouse that lists a table's partitions, so the mark keeps
// them: each one's path below the table's location with a hash of its values, or, over
// kListedPartitionsMax or kListedBytesMax, only their count and one digest.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/aws/glue_client.h"
#include "common/snowflake/external_table.h"
#include "functions/glue_to_snowflake/plan/planned_statement.h"

namespace glue_to_snowflake {

constexpr std::size_t kListedPartitionsMax = 500;
// Of the paths together: a mark that has no room for them would know no partition at all.
constexpr std::size_t kListedBytesMax = 24UL * 1024;

// What a mark knows of the partitions.
struct KnownPartitions {
    std::map<std::string, std::string, std::less<>> listed;  // dt=2026-11-20/ -> 8 hex of values
    std::size_t count = 0;                                   // listed or not
    std::string digest;                                      // 16 hex over all; empty: all listed
    bool operator==(const KnownPartitions&) const = default;
};

using PartitionValues = std::vector<std::string>;  // in the order of the table's partition keys

struct PartitionRequest {
    const aws::GlueTable& source;
    const snowflake::ExternalTable& table;              // user-specified
    const std::vector<aws::GluePartition>& partitions;  // all that the catalog has
    // Those that a partition event names. One that is there is added again, for its new files.
    // Where the mark has a digest only, these are all that is added or dropped.
    std::vector<PartitionValues> named = {};
};

struct PartitionPlan {
    // Only a replace brings the table in step: the mark's digest is another one and does not tell
    // which partitions to drop. The statements then add all partitions to the new table.
    std::optional<std::string> replace_reason = {};
    std::vector<PlannedStatement> statements = {};  // one partition each, the drops first
    KnownPartitions known = {};  // for the mark, to be written when all statements are done
    // Partitions that Snowflake cannot have, each with the reason: partition (2026, 11): …
    // Of many, the first and how many more (notes.h).
    std::vector<std::string> left_out = {};
};

// `known` of a table that is created or replaced now is empty.
PartitionPlan plan_partitions(const PartitionRequest& request, const KnownPartitions& known);

}  // namespace glue_to_snowflake

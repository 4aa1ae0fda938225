// Whether a table's partitions lie where the partition columns' expressions read them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/aws/glue_client.h"

namespace glue_to_snowflake {

// Partitions that are enough to judge by.
constexpr std::size_t kLayoutPartitionsMax = 10;

// Of some of the table's partitions: the reason why the expressions would misread one of them. Each
// must lie below the table's location, in a folder for each key, in the keys' order, that is named
// key=value or value; and its files must be read as the table's are. Nothing where all do, where
// there are none, and for a table of partition projection, which needs no partitions in the
// catalog.
std::optional<std::string> reason_layout_unfit(const aws::GlueTable& table,
                                               const std::vector<aws::GluePartition>& partitions);

// Whether the partition's files are read as the table's are: one external table has one
// FILE_FORMAT.
bool is_read_alike(const aws::GlueTable& table, const aws::GluePartition& partition);

}  // namespace glue_to_snowflake

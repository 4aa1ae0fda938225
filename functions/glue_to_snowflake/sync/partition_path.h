// Where a partition's files are below its table's own folder: what REFRESH takes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/aws/glue_client.h"

namespace glue_to_snowflake {

// dt=2026-11-20/ of s3://lake/orders/dt=2026-11-20/ in the table at s3://lake/orders/; nothing
// where it is not below the table's folder.
std::optional<std::string> partition_path(const aws::GlueTable& table, std::string_view location);

// Where Hive puts the partition of these values, one for each key: dt=2026-11-20/code=a%3Ab/.
std::string hive_partition_path(const aws::GlueTable& table,
                                const std::vector<std::string>& values);

}  // namespace glue_to_snowflake

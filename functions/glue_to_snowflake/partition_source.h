// Partition columns: values that stand in the folders of a file's key, not in the file.
//
// METADATA$FILENAME is the key from the bucket's root, whatever folder the stage begins at. So the
// folder of the first partition key is the one after the table's own folders. A folder is key=value
// (Hive) or the value alone; one expression reads both, by length, so that an = in the value stays.
#pragma once

#include <cstddef>
#include <string_view>

#include "common/base/result.h"
#include "common/snowflake/sql.h"
#include "functions/glue_to_snowflake/hive_type.h"

namespace glue_to_snowflake {

struct PartitionKey {
    std::string_view name;
    HiveType type;
    std::size_t folder = 1;  // counted from 1 at the bucket's root
};

// Kind data_invalid for a type that a folder's name cannot hold.
base::Result<snowflake::Sql> partition_expression(const PartitionKey& key);

}  // namespace glue_to_snowflake

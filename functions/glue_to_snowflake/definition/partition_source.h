// Partition columns: values that stand in the folders of a file's key, not in the file.
//
// METADATA$FILENAME is the key from the bucket's root, whatever folder the stage begins at. So the
// folder of the first partition key is the one after the table's own folders. A folder is key=value
// (Hive) or the value alone; one expression reads both, by length, so that an = in the value stays.
//
// Hive writes some characters of a value as %XX (org.apache.hadoop.hive.common.FileUtils,
// escapePathName), in key=value folders only. They are undone for the types that may hold them. One
// parse of a JSON text does so, where %XX is \u00XX: forty-eight nested REPLACE would be more than
// parsers of SQL bear.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/snowflake/sql.h"
#include "functions/glue_to_snowflake/definition/hive_type.h"

namespace glue_to_snowflake {

// Where the text of a key's value stands.
struct KeyPlace {
    std::size_t folder = 1;                   // whole folder, counted from 1 at the root
    std::optional<snowflake::Sql> text = {};  // instead: SQL of a text that is no whole folder
    std::string format = {};                  // Snowflake's, of a date or time; empty: Hive's
};

struct PartitionKey {
    std::string_view name;
    HiveType type;
    KeyPlace place;
};

// SPLIT_PART(METADATA$FILENAME, '/', folder)
snowflake::Sql folder_name(std::size_t folder);

// Kind data_invalid for a type that a folder's name cannot hold.
base::Result<snowflake::Sql> partition_expression(const PartitionKey& key);

// Of a user-specified table: the value that ADD PARTITION gave to `column`. Kind data_invalid as
// above.
base::Result<snowflake::Sql> user_specified_expression(const snowflake::Identifier& column,
                                                       const HiveType& type);

}  // namespace glue_to_snowflake

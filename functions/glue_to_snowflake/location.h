// Where a table's files are: S3 locations, and the stage that covers one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/snowflake/sql.h"

namespace glue_to_snowflake {

// s3://bucket/folder/folder/ (s3a and s3n are the same): a folder, whole.
struct S3Location {
    std::string bucket;
    std::string prefix;  // empty, or ends in a slash

    // Folders between the bucket's root and the files.
    [[nodiscard]] std::size_t depth() const;
};

// Nothing where the text is no S3 location.
std::optional<S3Location> parse_s3_location(std::string_view text);

struct Stage {
    snowflake::StageName name;
    S3Location location;
};

// The stage with the longest prefix of whole folders, the first of equals; null where none covers
// it.
const Stage* find_stage(const std::vector<Stage>& stages, const S3Location& location);

// The location as a path below the stage that covers it. Kind data_invalid where LOCATION cannot
// hold it.
base::Result<snowflake::StagePath> stage_path(const Stage& stage, const S3Location& location);

}  // namespace glue_to_snowflake

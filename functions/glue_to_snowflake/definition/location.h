// Where a table's files are: S3 locations, and the stage that covers one.
//
//   location := ("s3" | "s3a" | "s3n" | "s3china" | "s3gov") "://" bucket [ "/" { segment "/" } ]
//
// A location is a folder, whole: a slash at its end is understood, as Athena does. S3 itself has no
// folders, so a doubled slash is a segment that is empty, and counts. Snowflake's page: "CREATE
// STAGE"; buckets of the China and the GovCloud regions have schemes of their own there.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/snowflake/sql.h"
#include "common/snowflake/stage.h"

namespace glue_to_snowflake {

struct S3Location {
    std::string bucket;
    std::string prefix;  // empty, or ends in a slash

    // Segments between the bucket's root and the files.
    [[nodiscard]] std::size_t depth() const;
    // Whether `other` is this folder or one below it.
    [[nodiscard]] bool covers(const S3Location& other) const;
    bool operator==(const S3Location&) const = default;
};

// Nothing where the text is no S3 location.
std::optional<S3Location> parse_s3_location(std::string_view text);

// s3://bucket/folder/; s3china:// and s3gov:// where the region is one of theirs.
std::string stage_url(const S3Location& location, std::string_view region);

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

// A stage for one table alone, in the table's schema, at the very URL: TABLE_<8 hex of the URL's
// SHA-256>, the table's name cut so that the whole is a name.
snowflake::ExternalStage own_stage(const snowflake::TableName& table, std::string url,
                                   const snowflake::Identifier& storage_integration);

// Where the location looks like a single file, which Athena and Snowflake read as a folder: what to
// tell of it. Empty where it does not.
std::string note_on_file(std::string_view location);

}  // namespace glue_to_snowflake

// The options of delimited text: Hive's defaults are not Snowflake's, so each one that differs is
// written out.
//
// MULTI_LINE is TRUE by itself: a line's end inside quotes is a part of the field. A blank line
// would be an error to Snowflake, which skips the rest of its file; so blank lines are skipped
// (Hive reads each as a row of nothing).
#pragma once

#include "common/aws/glue_client.h"
#include "common/base/result.h"
#include "functions/glue_to_snowflake/definition/file_format.h"

namespace glue_to_snowflake {

// From TYPE on, but without COMPRESSION. Kind data_invalid, naming the property, for what Snowflake
// cannot express.
base::Result<FormatOptions> csv_options(const aws::GlueTable& table);

}  // namespace glue_to_snowflake

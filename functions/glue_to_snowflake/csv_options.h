// The options of delimited text: Hive's defaults are not Snowflake's, so each one is written out.
#pragma once

#include "common/aws/glue_client.h"
#include "common/base/result.h"
#include "functions/glue_to_snowflake/file_format.h"

namespace glue_to_snowflake {

base::Result<FormatOptions> csv_options(const aws::GlueTable& table);

}  // namespace glue_to_snowflake

// Whether a table that Snowflake shows is ours to change.
#pragma once

#include <variant>

#include "common/aws/glue_client.h"
#include "common/snowflake/show.h"
#include "functions/glue_to_snowflake/definition/table_definition.h"
#include "functions/glue_to_snowflake/plan/mark.h"

namespace glue_to_snowflake {

// Its mark, where it mirrors `source`; otherwise why it stays as it is: it has no mark, or a newer
// release's, or it mirrors another table, or none any more (a tombstone).
std::variant<Mark, Skip> claim(const snowflake::ShownTable& shown, const aws::GlueTableId& source);

}  // namespace glue_to_snowflake

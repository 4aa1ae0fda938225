// What glue_to_snowflake answers.
//   {"tables":[{"glue":"db.table","snowflake":"\"DB\".\"S\".\"T\"","action":"create","reason":…,
//               "statements":[…]}]}
#pragma once

#include <string>
#include <vector>

#include "functions/glue_to_snowflake/sync.h"

namespace glue_to_snowflake {

std::string write_response(const std::vector<TableOutcome>& tables);

}  // namespace glue_to_snowflake

// What glue_to_snowflake answers, for events and for a reconcile.
//   {"tables":[{"glue":"db.table","snowflake":"\"DB\".\"S\".\"T\"","action":"create","reason":…,
//               "statements":[…]}]}
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "functions/glue_to_snowflake/sync/sync.h"

namespace glue_to_snowflake {

// Lambda's limit. A longer answer would turn work that is done into an error.
constexpr std::size_t kResponseBytesMax = 6UL * 1024 * 1024;

// One of the tables above.
std::string write_table(const TableOutcome& table);

// Where all does not fit, tables go without their statements, which their reason then says; and
// where even that is too long, the last entry, of no table, says how many are missing. The log has
// all of them.
std::string write_response(const std::vector<TableOutcome>& tables,
                           std::size_t bytes_max = kResponseBytesMax);

}  // namespace glue_to_snowflake

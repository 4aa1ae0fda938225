// lake_query.py and deploy/sql/newest_state.duckdb.sql, so that the lakefeed command needs no file
// beside it.
#pragma once

#include <string_view>

namespace demo {

std::string_view lake_query_program();
std::string_view newest_state_sql();

}  // namespace demo

// What the SQL API's answers hold; see sql_api_client.h for their form.
#pragma once

#include <string>
#include <string_view>

#include "common/http/http.h"
#include "common/snowflake/sql_api_client.h"

namespace snowflake {

struct StatementAnswer {
    std::string statement_handle;
    std::size_t partitions = 1;
    ResultSet result;  // of partition 0
};

// The body of a 200. Kind data_invalid where it is not as the API has it, rejected for a code other
// than 090001.
base::Result<StatementAnswer> parse_statement_answer(std::string_view body);

// Adds the rows of a further partition.
base::Result<base::Done> add_partition(ResultSet& result, std::string_view body);

// The handle in a 202's body: letters, digits and hyphens only, as it becomes part of a URL.
base::Result<std::string> parse_statement_handle(std::string_view body);

// The error of a status that is not 200 or 202: "<subject>: 422 002003 (02000): <message>".
base::Error error_of(const http::Response& response, std::string_view subject);

}  // namespace snowflake

// What the SQL API's answers hold; see sql_api_client.h for their form.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/http/http.h"
#include "common/snowflake/sql_api_client.h"

namespace snowflake {

struct StatementAnswer {
    std::string statement_handle;
    std::vector<std::int64_t> partition_rows;  // of each partition, the first included
    ResultSet result;                          // of partition 0
};

// The body of a 200. Where it says that the statement was done, and is not as the API has it
// otherwise, the kind is data_invalid; where it does not say so, outcome_unknown.
base::Result<StatementAnswer> parse_statement_answer(std::string_view body);

// Adds the rows of a further partition, which comes gzipped: `rows` of them, so that a result that
// was cut is never taken for a whole one.
base::Result<base::Done> add_partition(ResultSet& result, std::string_view body, std::int64_t rows);

// The handle in a 202's body: letters, digits and hyphens only, as it becomes part of a URL.
base::Result<std::string> parse_statement_handle(std::string_view body);

// Whether an answer about a statement tells its end: it was done (200), or it was not and never
// will be (408: cancelled by its timeout, 422: refused or cancelled). A 422 that does not know the
// handle (000709) tells nothing.
bool tells_the_end(const http::Response& response);

// Whether the statement was ended by a cancel: not done.
bool was_cancelled(const http::Response& response);

// Whether the statement was refused because others were in its way at that moment: not done, and
// another try may be.
bool is_transient_refusal(const http::Response& response);

// The error of a status that is not 200 or 202: "422 002003 (02000): <message>". What stands in
// `hidden` is left out of the message.
base::Error error_of(const http::Response& response, const std::vector<std::string>& hidden);

// What a message about a statement must not repeat: the text of its literals.
std::vector<std::string> literals_of(std::string_view sql);

}  // namespace snowflake

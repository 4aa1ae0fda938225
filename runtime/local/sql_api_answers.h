// The answers of the SQL API double, as the API writes them (snowflake-rest-api-specs,
// sqlapi.yaml).
#pragma once

#include <string>
#include <string_view>

#include "runtime/local/http_connection.h"
#include "runtime/local/sql/catalog.h"

namespace local {

constexpr std::string_view kStatementsPath = "/api/v2/statements";

// QueryFailureStatus; with a handle where there is one.
struct ApiFailure {
    int status = 400;
    std::string_view code = {};
    std::string_view sql_state = {};
    std::string_view message = {};
    std::string_view handle = {};
};
HttpAnswer api_failure(const ApiFailure& failure);

// QueryStatus of a statement that runs.
HttpAnswer api_running(std::string_view handle);

// ResultSet: rows, columns and the first partition, of `rows_per_partition` rows each; 0: one
// partition of all.
HttpAnswer api_result(const sql::Rows& rows, std::string_view handle,
                      std::size_t rows_per_partition);

// A partition, without metadata and gzipped: {"data":[…]}. 400 for a number that there is not.
HttpAnswer api_partition(const sql::Rows& rows, std::size_t partition,
                         std::size_t rows_per_partition);

}  // namespace local

// Snowflake's SQL API, version 2: one statement a request, run to its end. Page: "Snowflake SQL API
// reference".
//
//   POST /api/v2/statements?requestId=<uuid>[&retry=true]
//        {"statement":…,"timeout":…,"role":…,"parameters":{"query_tag":…}}
//   200  {"code":"090001","statementHandle":…,"resultSetMetaData":{"rowType":[{"name":…}],
//         "partitionInfo":[…]},"data":[["text",null],…]}
//   202  {"code":"333334","statementHandle":…}       still running: GET /api/v2/statements/<handle>
//   422  {"code":"002003","sqlState":"02000","message":…}                        refused for good
//
// A request whose outcome is not known, and one that got 429 or 5xx, is sent again with the same
// requestId and retry=true, so that the statement never runs twice. 401 renews the token once; 408
// (cancelled by the statement's timeout) begins once more; the rest is final.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/deadline.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/http/http.h"
#include "common/snowflake/sql.h"
#include "common/snowflake/token.h"

namespace snowflake {

struct Statement {
    Sql sql;              // safe to run again after it was cancelled
    std::string subject;  // for messages: CREATE EXTERNAL TABLE "DB"."S"."T"
    std::string query_tag;
    base::Deadline deadline;
};

struct ResultSet {
    std::vector<std::string> columns;
    std::vector<std::vector<std::optional<std::string>>> rows;  // each as long as `columns`

    // The value of the column of that name; nothing where it is NULL or there is no such column.
    [[nodiscard]] std::optional<std::string_view> value(std::size_t row,
                                                        std::string_view column) const;
};

struct SqlApiSettings {
    std::string url;   // https://myorg-myaccount.snowflakecomputing.com
    std::string role;  // empty: the user's default role
};

// They outlive the client.
struct SqlApiSeams {
    http::HttpClient& http;
    TokenProvider& tokens;
    base::Clock& clock;
    base::Random& random;
};

class SqlApiClient {
  public:
    SqlApiClient(SqlApiSettings settings, SqlApiSeams seams)
        : settings_(std::move(settings)), seams_(seams) {}

    // Errors: rejected (with Snowflake's code), access_denied, throttled, service_failed,
    // connect_failed, outcome_unknown, data_invalid (an answer that cannot be read), and
    // deadline_near, after the statement was asked to be cancelled.
    base::Result<ResultSet> execute(const Statement& statement);

  private:
    SqlApiSettings settings_;
    SqlApiSeams seams_;
};

}  // namespace snowflake

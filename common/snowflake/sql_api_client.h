// Snowflake's SQL API, version 2: one statement a request, run to its end. Page: "Snowflake SQL API
// reference".
//
//   POST /api/v2/statements?requestId=<uuid>[&retry=true]
//        {"statement":…,"timeout":…,"database":…,"schema":…,"warehouse":…,"role":…,
//         "parameters":{"query_tag":…}}
//   200  {"code":"090001","statementHandle":…,"resultSetMetaData":{"rowType":[{"name":…}],
//         "partitionInfo":[{"rowCount":…}]},"data":[["text",null],…]}
//   202  {"code":"333334","statementHandle":…}       still running: GET /api/v2/statements/<handle>
//   408  cancelled by the statement's timeout
//   422  {"code":"002003","sqlState":"02000","message":…}                        refused for good
//
// A request whose outcome is not known, and one that got 429 or 5xx, is sent again with the same
// requestId and retry=true, so that the statement never runs twice (sql_api_requests.h has the
// rules). A statement that was certainly not done for a reason that passes (408, a full queue for a
// lock) begins once more, with a requestId of its own. A running statement that the deadline
// overtakes is cancelled, and looked at once more, so that the error says what became of it.
#pragma once

#include <cstdint>
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
    Sql sql;                // safe to run again after it was cancelled
    std::string subject;    // for messages: CREATE EXTERNAL TABLE "DB"."S"."T"
    std::string query_tag;  // cut to what Snowflake takes: 2,000 bytes
    base::Deadline deadline;
    // As SHOW prints them: case counts. An empty one is left out.
    std::string warehouse = {};  // DDL, SHOW, DESC and GET_DDL run without one
    std::string database = {};
    std::string schema = {};
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
    std::string role;  // as SHOW ROLES prints it; empty: the user's default role
};

// What a client has met so far; for metrics.
struct SqlApiCounts {
    std::int64_t statements = 0;  // that were asked for
    std::int64_t failed = 0;      // of these; `unknown` are part of them
    std::int64_t unknown = 0;     // whether they were done is not known
    std::int64_t milliseconds = 0;
    std::int64_t requests = 0;
    std::int64_t retries = 0;
    std::int64_t throttles = 0;
    std::int64_t polls = 0;
    std::int64_t cancels = 0;
    std::int64_t tokens_renewed = 0;
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

    // Errors, by what became of the statement:
    //   certainly not done: rejected (with Snowflake's code), access_denied, throttled,
    //     connect_failed, config_invalid (no token), deadline_near (cancelled, or never begun)
    //   done, but its result could not be had: data_invalid, service_failed
    //   not known: outcome_unknown
    base::Result<ResultSet> execute(const Statement& statement);

    [[nodiscard]] const SqlApiCounts& counts() const { return counts_; }

  private:
    SqlApiSettings settings_;
    SqlApiSeams seams_;
    SqlApiCounts counts_;
};

}  // namespace snowflake

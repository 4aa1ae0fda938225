// The requests of one statement to the SQL API: each with its token, sent again as long as that may
// help. Page: "Snowflake SQL API reference", "Response codes for all operations".
//
//   429, 5xx (but 522), no answer   again after a wait: full jitter below a bound that doubles from
//                                   250 ms to 20 s, or what Retry-After asks, up to a minute; eight
//                                   attempts, none of them after the deadline
//   401                             the token is renewed once in a statement's life
//   all else, redirects included    is given back
#pragma once

#include <string>

#include "common/base/deadline.h"
#include "common/base/result.h"
#include "common/http/http.h"
#include "common/snowflake/sql_api_client.h"

namespace snowflake {

struct ApiCall {
    std::string method = "GET";
    std::string url;
    std::string url_when_repeated;
    std::string body;
};

struct ApiAnswer {
    base::Result<http::Response> response;  // the last one
    // Whether the service may have done what an attempt asked, without our knowing.
    bool may_be_done = false;
};

class ApiRequests {
  public:
    // Both outlive it.
    ApiRequests(SqlApiSeams& seams, SqlApiCounts& counts) : seams_(seams), counts_(counts) {}

    ApiAnswer send(const ApiCall& call, base::Deadline deadline);
    // A single attempt.
    base::Result<http::Response> send_once(const ApiCall& call, const std::string& url,
                                           base::Deadline deadline);
    // The token that was sent last: no message must hold it.
    [[nodiscard]] const base::Secret& last_token() const { return last_token_; }

  private:
    std::int64_t wait_ms(const base::Result<http::Response>& response, int attempt);

    SqlApiSeams& seams_;
    SqlApiCounts& counts_;
    base::Secret last_token_;
    bool token_renewed_ = false;
};

}  // namespace snowflake

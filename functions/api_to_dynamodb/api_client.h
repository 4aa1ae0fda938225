// GET on the API, with retries: up to three attempts where the connection broke, or the answer was
// 408, 429 or 5xx. Messages name the host, never the path or the query, which may hold the key.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/deadline.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/http/http.h"
#include "functions/api_to_dynamodb/api_key.h"
#include "functions/api_to_dynamodb/config.h"

namespace api_to_dynamodb {

constexpr int kAttemptsMax = 3;
constexpr std::size_t kAnswerBytesMax = 4UL << 20U;

// They outlive the client.
struct ApiSeams {
    http::HttpClient& http;
    base::Clock& clock;
    base::Random& random;
    ApiKey* key;  // null where the API needs none
};

class ApiClient {
  public:
    ApiClient(const Config& config, ApiSeams seams) : config_(config), seams_(seams) {}

    // The answer's body. Errors: throttled (429), access_denied (401 and 403, after the key was
    // read again), rejected (3xx and other 4xx), service_failed (5xx), connect_failed,
    // outcome_unknown (no whole answer), deadline_near, and those of reading the key.
    base::Result<std::string> get(std::string_view place, base::Deadline deadline);

  private:
    base::Result<http::Request> make_request(std::string_view place, base::Deadline deadline);
    base::Result<std::string> attempt(std::string_view place, base::Deadline deadline,
                                      std::optional<std::int64_t>& retry_after_ms);

    const Config& config_;
    ApiSeams seams_;
};

}  // namespace api_to_dynamodb

// One signed call to an AWS service, with the retries, the clock correction and the errors that all
// services share. The service clients (kinesis_client, dynamodb_client, …) are a few lines on top
// of it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/aws/attempt.h"
#include "common/aws/client_settings.h"
#include "common/aws/credentials.h"
#include "common/aws/retry.h"
#include "common/base/clock.h"
#include "common/base/deadline.h"
#include "common/base/log.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/http/http.h"

namespace aws {

// A call in the JSON protocol (POST / with X-Amz-Target).
struct JsonCall {
    const Service& service;
    std::string_view operation;  // "PutRecords"
    std::string body;            // JSON
    std::string subject;         // what it is about, for messages: "stream orders"
    // Whether the call may be done again after an unknown outcome: no whole answer came, or a 500,
    // 502 or 504. (Throttled and refused calls were certainly not done and are always sent again.)
    http::Repeatable repeatable = http::Repeatable::no;
    base::Deadline deadline = {};
    http::Connection connection = http::Connection::kept_or_new;
};

// A call in a REST protocol (S3). `path` and `query` are not yet encoded.
struct RestCall {
    const Service& service;
    std::string_view operation;  // "PutObject", for messages
    std::string method;
    std::string path;  // "/bucket/key", encoded once when it is sent (S3's rule)
    std::vector<std::pair<std::string, std::string>> query = {};
    http::Headers headers = {};
    std::string body = {};
    std::string subject = {};
    http::Repeatable repeatable = http::Repeatable::yes;
    base::Deadline deadline = {};
    std::int64_t first_byte_timeout_ms = http::Request().first_byte_timeout_ms;
    std::size_t response_bytes_max = http::Request().response_bytes_max;
    Status200 status_200 = Status200::is_final;
};

// What the attempts of a client have met so far; for metrics.
struct CallCounts {
    std::int64_t attempts = 0;
    std::int64_t retries = 0;
    std::int64_t throttles = 0;
    std::int64_t unknown_outcomes = 0;
};

// What came of a started attempt.
struct Attempt {
    http::Ticket ticket = 0;
    // The answer's body, or an error of those of Client::call().
    base::Result<std::string> answer;
    // Where it is an error:
    int status = 0;                                   // of the answer; 0: there was none
    std::optional<std::int64_t> retry_after_ms = {};  // what the service asks to wait
    // It was refused, certainly not done, and what was at fault is mended (the clock was corrected,
    // the credentials are read again): another attempt may go at once.
    bool is_mended = false;
};

// The parts of a client that come from outside; they outlive it.
struct ClientSeams {
    http::HttpMulti& http;
    CredentialsProvider& credentials;
    base::Clock& clock;
    base::Random& random;
    base::Log& log;
};

class Client {
  public:
    Client(ClientSettings settings, ClientSeams seams);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // The answer's body. Errors: access_denied, throttled, rejected, service_failed,
    // connect_failed, outcome_unknown, deadline_near, config_invalid (no endpoint, no credentials);
    // Error::code is the service's code, such as "ResourceNotFoundException"; the status ("404") of
    // an answer without a body to name one. Where one attempt had an unknown outcome and no later
    // one settled it, the kind is outcome_unknown. Where S3 says that the bucket is in another
    // region, the message names it.
    base::Result<std::string> call(const JsonCall& call);
    base::Result<http::Response> call(RestCall call);

    // A single attempt at a call, beside others and without any retry: those are the caller's to
    // decide. Begins it and comes back at once; wait() tells what came of it. As many at once as
    // http::kRequestsAtOnceMax.
    http::Ticket start(JsonCall call);
    // One that is done, in no order; nothing where the time came first, or nothing is on its way.
    std::optional<Attempt> wait(base::EpochMs until_ms);
    // Ends one that wait() did not tell yet: the answer if it is there by now, else connect_failed
    // or outcome_unknown.
    Attempt cancel(http::Ticket ticket);

    [[nodiscard]] const CallCounts& counts() const { return counts_; }
    [[nodiscard]] const ClientSettings& settings() const { return settings_; }
    [[nodiscard]] base::Log& log() const { return seams_.log; }

  private:
    struct Progress;
    struct Started {
        http::Ticket ticket = 0;  // the caller's
        std::string described;
        Signed with;
    };

    base::Result<http::Response> send(const Operation& operation, http::Request request);
    bool again(const Operation& operation, const Failure& failure, Progress& progress);
    bool again_at_once(const Failure& failure, Progress& progress);
    bool again_after_wait(const Operation& operation, const Failure& failure, Progress& progress);
    void count(const Failure& failure);
    Attempt judge(const Started& started, base::Result<http::Response> answer);

    const ClientSettings settings_;
    ClientSeams seams_;
    Signer signer_;
    CallCounts counts_;
    RetryQuota quota_;
    http::Ticket last_ticket_ = 0;
    std::map<http::Ticket, Started> started_;  // by the HTTP client's ticket
    std::deque<Attempt> not_begun_;            // to be told by wait()
};

}  // namespace aws

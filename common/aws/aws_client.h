// One signed call to an AWS service, with the retries, the clock correction and the errors that all
// services share. The service clients (kinesis_client, dynamodb_client, …) are a few lines on top
// of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/aws/credentials.h"
#include "common/aws/retry.h"
#include "common/base/clock.h"
#include "common/base/deadline.h"
#include "common/base/environment.h"
#include "common/base/log.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/http/http.h"

namespace aws {

// What is fixed for a service.
struct Service {
    std::string_view id;             // of AWS_ENDPOINT_URL_<id>: "SECRETS_MANAGER"
    std::string_view host_prefix;    // "secretsmanager" of secretsmanager.us-east-1.amazonaws.com
    std::string_view signing_name;   // of the credential scope: "secretsmanager"
    std::string_view target_prefix;  // of X-Amz-Target; empty for REST services: "Kinesis_20131202"
    std::string_view json_version;   // of Content-Type application/x-amz-json-<version>
};

inline constexpr Service kDynamoDb{"DYNAMODB", "dynamodb", "dynamodb", "DynamoDB_20120810", "1.0"};
inline constexpr Service kKinesis{"KINESIS", "kinesis", "kinesis", "Kinesis_20131202", "1.1"};
inline constexpr Service kFirehose{"FIREHOSE", "firehose", "firehose", "Firehose_20150804", "1.1"};
inline constexpr Service kGlue{"GLUE", "glue", "glue", "AWSGlue", "1.1"};
inline constexpr Service kSecretsManager{"SECRETS_MANAGER", "secretsmanager", "secretsmanager",
                                         "secretsmanager", "1.1"};
inline constexpr Service kSqs{"SQS", "sqs", "sqs", "AmazonSQS", "1.0"};
inline constexpr Service kS3{"S3", "s3", "s3", "", ""};

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
};

// A call in a REST protocol (S3). `path` and `query` are not yet encoded.
struct RestCall {
    const Service& service;
    std::string_view operation;  // "PutObject", for messages
    std::string method;
    std::string path;  // "/bucket/key", encoded once when it is sent (S3's rule)
    std::vector<std::pair<std::string, std::string>> query;
    http::Headers headers;
    std::string body;
    std::string subject;
    http::Repeatable repeatable = http::Repeatable::yes;
    base::Deadline deadline = {};
};

// What the attempts of a client have met so far; for metrics.
struct CallCounts {
    std::int64_t attempts = 0;
    std::int64_t retries = 0;
    std::int64_t throttles = 0;
    std::int64_t unknown_outcomes = 0;
};

struct ClientSettings {
    std::string region;
    std::string endpoint_url;  // AWS_ENDPOINT_URL; empty: by region and partition
    std::vector<std::pair<std::string, std::string>>
        service_endpoint_urls;  // id -> AWS_ENDPOINT_URL_<id>
    int attempts_max = 0;       // AWS_MAX_ATTEMPTS; 0: the service's default (3, DynamoDB 4)

    // AWS_REGION (else AWS_DEFAULT_REGION), AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<id> of the services
    // above, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, AWS_MAX_ATTEMPTS.
    // Faults (no region, an override that is neither https nor loopback http …) go to the reader.
    static ClientSettings from_environment(base::SettingsReader& settings,
                                           const base::Environment& environment);
};

// The parts of a client that come from outside; they outlive it.
struct ClientSeams {
    http::HttpClient& http;
    CredentialsProvider& credentials;
    base::Clock& clock;
    base::Random& random;
    base::Log& log;
};

class Client {
  public:
    Client(ClientSettings settings, ClientSeams seams);

    // The answer's body. Errors: access_denied, throttled, rejected, service_failed,
    // connect_failed, outcome_unknown, deadline_near, config_invalid (no endpoint, no credentials);
    // Error::code is the service's code, such as "ResourceNotFoundException". Where one attempt had
    // an unknown outcome and no later one settled it, the kind is outcome_unknown.
    base::Result<std::string> call(const JsonCall& call);
    base::Result<http::Response> call(const RestCall& call);

    [[nodiscard]] const CallCounts& counts() const { return counts_; }
    [[nodiscard]] const ClientSettings& settings() const { return settings_; }

  private:
    struct Operation;
    struct Failure;
    struct Progress;

    base::Result<http::Response> send(const Operation& operation, http::Request request);
    base::Result<http::Response> attempt(const Operation& operation, http::Request& request,
                                         base::EpochMs& signed_at_ms);
    bool again(const Operation& operation, const Failure& failure, Progress& progress);
    bool again_at_once(const Failure& failure, Progress& progress);
    bool again_after_wait(const Operation& operation, const Failure& failure, Progress& progress);
    bool correct_clock(const Failure& failure, base::EpochMs signed_at_ms);

    ClientSettings settings_;
    ClientSeams seams_;
    CallCounts counts_;
    RetryQuota quota_;
    std::int64_t clock_offset_ms_ = 0;  // what the service's clock is ahead of ours
};

}  // namespace aws

// The services, and what a client is told of them: where they are and how often to ask.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/environment.h"

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
inline constexpr Service kSts{"STS", "sts", "sts", "", ""};

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

}  // namespace aws

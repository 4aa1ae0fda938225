// The record of a batch that a mapping gave up (DestinationConfig.OnFailure). Lambda's page "Retain
// discarded records for a DynamoDB event source": SQS and SNS get where the records lay in the
// stream, an S3 object holds the whole event as well.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "runtime/local/stream_source.h"

namespace local {

struct DiscardedBatch {
    enum class Condition { retry_attempts_exhausted, record_age_exceeded };
    Condition condition = Condition::retry_attempts_exhausted;
    std::string stream_arn = {};
    std::string shard_id = {};
    std::vector<StreamRecord> records = {};  // at least one
    std::int64_t invoke_count = 0;
    std::string request_id = {};  // of the last invocation; empty: there was none
    bool function_error = false;  // of the last invocation; else it reported an item
    base::EpochMs discarded_ms = 0;
};

// What a mapping is to those who read its records.
struct MappingIdentity {
    std::string function_arn = "arn:aws:lambda:us-east-1:123456789012:function:local";
    std::string mapping_uuid = "00000000-0000-4000-8000-000000000000";
};

struct OnFailureObject {
    std::string key = {};  // aws/lambda/<mapping>/<shard>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<UUID>
    std::string body = {};
};

// For SQS and SNS.
std::string on_failure_message(const DiscardedBatch& batch, const MappingIdentity& identity,
                               base::Random& random);
// For S3: the message with `payload`, the event as a text.
OnFailureObject on_failure_object(const DiscardedBatch& batch, const MappingIdentity& identity,
                                  base::Random& random);

}  // namespace local

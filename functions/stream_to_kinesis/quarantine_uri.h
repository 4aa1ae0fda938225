// Where poison records are kept: QUARANTINE_URI.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "common/aws/sqs_client.h"
#include "common/base/result.h"

namespace stream_to_kinesis {

struct S3Folder {
    std::string bucket;
    std::string prefix;  // of the keys: empty, or with a slash at its end
};

// Nothing where it is not set.
using QuarantineUri = std::variant<std::monostate, S3Folder, aws::QueueUrl>;

// "s3://bucket/prefix/" or a queue's URL. Kind config_invalid; the message is the remedy.
base::Result<QuarantineUri> parse_quarantine_uri(std::string_view uri);

}  // namespace stream_to_kinesis

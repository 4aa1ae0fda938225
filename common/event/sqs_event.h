// A batch of an SQS queue's messages ("Using Lambda with Amazon SQS"):
//   {"Records":[{"messageId":"…","receiptHandle":"…","body":"…","eventSource":"aws:sqs",…}]}
// answered by the ids of those that failed (batch_response.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace event {

struct SqsMessage {
    std::string message_id;
    std::string body;  // empty where the message has none
};

// Nothing where `text` is no such batch. Kind event_invalid where it is no JSON, or is such a batch
// with a record of another source, or a message has no messageId to answer with.
base::Result<std::optional<std::vector<SqsMessage>>> parse_sqs_event(std::string_view text);

}  // namespace event

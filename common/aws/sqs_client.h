// Amazon SQS: SendMessageBatch in the JSON protocol. API reference: "SendMessageBatch" (Amazon
// SQS).
//
//   {"QueueUrl":"https://…","Entries":[{"Id":"0","MessageBody":"…","MessageGroupId":"…",
//                                       "MessageDeduplicationId":"…"},…]}
//   {"Successful":[{"Id":"0","MessageId":"…","MD5OfMessageBody":"…"}],
//    "Failed":[{"Id":"1","Code":"…","SenderFault":true,"Message":"…"}]}
//
// The HTTP status is 200 though messages failed: only an entry of Successful with the MD5 of what
// was sent says that a message is stored.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/aws/aws_client.h"
#include "common/base/deadline.h"
#include "common/base/result.h"

namespace aws {

inline constexpr std::size_t kSqsBatchMessagesMax = 10;
// Of one message, and of a batch. It was 256 KiB until 2025, and a queue may have a lower limit of
// its own; what passes that is refused by the queue.
inline constexpr std::size_t kSqsBytesMax = std::size_t{1} << 20U;

// "https://sqs.us-east-1.amazonaws.com/123456789012/NAME", or the queue of another host (a VPC
// endpoint, a stand-in).
struct QueueUrl {
    std::string url;           // as given
    std::string endpoint_url;  // scheme and host of it
    std::string region;        // of the host's name; empty where it tells none
    bool is_fifo = false;      // its name ends with .fifo
};

// Kind config_invalid; the message is the remedy.
base::Result<QueueUrl> parse_queue_url(std::string_view url);

// The settings of a client for that queue: its region, and its host where no AWS_ENDPOINT_URL names
// another.
ClientSettings settings_for_queue(ClientSettings settings, const QueueUrl& queue);

// The views hold until the call returns. The last two are for FIFO queues alone.
struct SqsMessage {
    std::string_view body;  // XML's characters; the caller keeps to kSqsBytesMax
    std::string_view group_id = {};
    std::string_view deduplication_id = {};
};

class SqsClient {
  public:
    // The client outlives it.
    explicit SqsClient(Client& client) : client_(&client) {}

    // At most kSqsBatchMessagesMax messages, of kSqsBytesMax together. One outcome for each, in
    // their order; an error is about the request as a whole. A batch of unknown outcome is sent
    // again: a message may then be there twice.
    base::Result<std::vector<base::Result<base::Done>>> send_message_batch(
        const QueueUrl& queue, std::span<const SqsMessage> messages, base::Deadline deadline);

  private:
    Client* client_;
};

}  // namespace aws

#include "common/event/sqs_event.h"

#include <algorithm>
#include <utility>

#include "common/codec/json.h"

namespace event {
namespace {

base::Error invalid(std::string message) {
    return {base::ErrorKind::event_invalid, std::move(message)};
}

bool is_message(const codec::JsonValue& record) {
    return codec::find_text(record, "eventSource") == "aws:sqs";
}

}  // namespace

base::Result<std::optional<std::vector<SqsMessage>>> parse_sqs_event(std::string_view text) {
    using Messages = std::optional<std::vector<SqsMessage>>;
    const auto document = codec::parse_json(text, "the event");
    if (!document) return invalid(document.error().message);
    const codec::JsonValue* records = codec::find_array(*document, "Records");
    if (records == nullptr) return Messages();
    const auto array = records->GetArray();
    if (std::none_of(array.begin(), array.end(), is_message)) return Messages();
    std::vector<SqsMessage> messages;
    for (const codec::JsonValue& record : array) {
        if (!is_message(record))
            return invalid("the event's Records are not all those of an SQS queue");
        const auto message_id = codec::find_text(record, "messageId");
        if (!message_id || message_id->empty())
            return invalid("a message of the SQS batch has no messageId");
        messages.push_back(
            {std::string(*message_id), std::string(codec::find_text(record, "body").value_or(""))});
    }
    return Messages(std::move(messages));
}

}  // namespace event

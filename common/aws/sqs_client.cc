#include "common/aws/sqs_client.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "common/aws/endpoint.h"
#include "common/codec/digest.h"
#include "common/codec/hex.h"
#include "common/codec/json.h"
#include "common/http/url.h"

namespace aws {
namespace {

constexpr std::string_view kFifoEnd = ".fifo";
constexpr std::size_t kQueueNameCharactersMax = 80;
constexpr std::string_view kRemedy =
    "use a queue's URL, such as https://sqs.us-east-1.amazonaws.com/123456789012/NAME";

bool is_word(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

bool is_queue_name(std::string_view name) {
    if (name.size() > kQueueNameCharactersMax) return false;
    if (name.ends_with(kFifoEnd)) name.remove_suffix(kFifoEnd.size());
    return is_word(name);
}

// "/123456789012/orders" -> "orders"; empty where it is not that form.
std::string_view queue_name(std::string_view target) {
    target.remove_prefix(target.starts_with('/') ? 1 : 0);
    const std::size_t slash = target.find('/');
    if (slash == std::string_view::npos || !is_word(target.substr(0, slash))) return {};
    const std::string_view name = target.substr(slash + 1);
    return is_queue_name(name) ? name : std::string_view();
}

// "sqs.us-east-1.amazonaws.com", "vpce-1a.sqs.us-east-1.vpce.amazonaws.com": what follows the
// service's name. The old "us-east-1.queue.amazonaws.com" has it in front.
std::string region_of_host(std::string_view host) {
    if (host.find("amazonaws") == std::string_view::npos) return {};
    std::string_view before;
    while (!host.empty()) {
        const std::size_t dot = std::min(host.find('.'), host.size());
        const std::string_view label = host.substr(0, dot);
        host.remove_prefix(std::min(dot + 1, host.size()));
        if (label == "sqs" || label == "sqs-fips")
            return std::string(host.substr(0, host.find('.')));
        if (label == "queue") return std::string(before.empty() ? "us-east-1" : before);
        before = label;
    }
    return {};
}

std::string request_body(const QueueUrl& queue, std::span<const SqsMessage> messages) {
    codec::JsonWriter json;
    json.begin_object().member("QueueUrl", queue.url).key("Entries").begin_array();
    for (std::size_t i = 0; i < messages.size(); ++i) {
        json.begin_object().member("Id", std::to_string(i)).member("MessageBody", messages[i].body);
        if (queue.is_fifo) {
            json.member("MessageGroupId", messages[i].group_id)
                .member("MessageDeduplicationId", messages[i].deduplication_id);
        }
        json.end_object();
    }
    json.end_array().end_object();
    return json.take();
}

// The place of the message that an entry of the answer is about; `messages` where it is none.
std::size_t index_of(const codec::JsonValue& entry, std::size_t messages) {
    const auto id = codec::find_text(entry, "Id").value_or(std::string_view());
    std::size_t index = messages;
    const auto read = std::from_chars(id.data(), id.data() + id.size(), index);
    return read.ec == std::errc() && read.ptr == id.data() + id.size() ? std::min(index, messages)
                                                                       : messages;
}

base::Error failure(const codec::JsonValue& entry, std::string_view subject) {
    const auto code = codec::find_text(entry, "Code").value_or("no code");
    const bool is_refused = codec::find_bool(entry, "SenderFault").value_or(false);
    return {is_refused ? base::ErrorKind::rejected : base::ErrorKind::service_failed,
            fmt::format("SendMessageBatch on {}: a message came back with {}", subject, code),
            std::string(code)};
}

}  // namespace

base::Result<QueueUrl> parse_queue_url(std::string_view url) {
    const auto fault = [](std::string_view remedy) {
        return base::Error{base::ErrorKind::config_invalid, std::string(remedy)};
    };
    const auto parts = http::parse_url(url);
    if (!parts) return fault(kRemedy);
    const std::string_view name = queue_name(parts->target);
    if (name.empty()) return fault(kRemedy);
    QueueUrl queue{.url = std::string(url),
                   .endpoint_url = parts->scheme + "://" + parts->authority,
                   .region = region_of_host(parts->host),
                   .is_fifo = name.ends_with(kFifoEnd)};
    if (const auto endpoint = parse_endpoint_url(queue.endpoint_url); !endpoint)
        return fault(endpoint.error().message);
    if (!queue.region.empty() && !is_region(queue.region)) return fault(kRemedy);
    return queue;
}

ClientSettings settings_for_queue(ClientSettings settings, const QueueUrl& queue) {
    if (!queue.region.empty()) settings.region = queue.region;
    const bool is_overridden =
        !settings.endpoint_url.empty() ||
        std::any_of(settings.service_endpoint_urls.begin(), settings.service_endpoint_urls.end(),
                    [](const auto& service) { return service.first == kSqs.id; });
    if (!is_overridden)
        settings.service_endpoint_urls.emplace_back(std::string(kSqs.id), queue.endpoint_url);
    return settings;
}

base::Result<std::vector<base::Result<base::Done>>> SqsClient::send_message_batch(
    const QueueUrl& queue, std::span<const SqsMessage> messages, base::Deadline deadline) {
    assert(!messages.empty() && messages.size() <= kSqsBatchMessagesMax);
    const std::string subject = "queue " + queue.url.substr(queue.url.rfind('/') + 1);
    auto answer = client_->call(JsonCall{.service = kSqs,
                                         .operation = "SendMessageBatch",
                                         .body = request_body(queue, messages),
                                         .subject = subject,
                                         .repeatable = http::Repeatable::yes,
                                         .deadline = deadline});
    if (!answer) return std::move(answer).error();
    std::vector<base::Result<base::Done>> outcomes(
        messages.size(),
        base::Error{base::ErrorKind::outcome_unknown,
                    fmt::format("SendMessageBatch on {}: the answer does not tell", subject)});
    const auto document = codec::parse_json(*answer, "the answer of SendMessageBatch");
    if (!document) return outcomes;
    if (const auto* successful = codec::find_array(*document, "Successful")) {
        for (const codec::JsonValue& entry : successful->GetArray()) {
            const std::size_t index = index_of(entry, messages.size());
            if (index == messages.size()) continue;
            const std::string md5 = codec::hex_lower(codec::md5(messages[index].body));
            if (codec::find_text(entry, "MD5OfMessageBody") == md5) outcomes[index] = base::Done{};
        }
    }
    if (const auto* failed = codec::find_array(*document, "Failed")) {
        for (const codec::JsonValue& entry : failed->GetArray()) {
            const std::size_t index = index_of(entry, messages.size());
            if (index < messages.size()) outcomes[index] = failure(entry, subject);
        }
    }
    return outcomes;
}

}  // namespace aws

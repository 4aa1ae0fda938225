#include "common/aws/batch_write_item.h"

#include <fmt/format.h>

#include "common/aws/retry.h"
#include "common/codec/json.h"

namespace aws {
namespace {

constexpr int kUnprocessedAttemptsMax = 6;
constexpr RetryRules kUnprocessedRules{.attempts_max = kUnprocessedAttemptsMax,
                                       .transient_base_ms = 50};

std::string puts_of(const std::vector<std::string_view>& items) {
    std::string puts = "[";
    for (const std::string_view item : items)
        puts.append(puts.size() > 1 ? "," : "")
            .append(R"({"PutRequest":{"Item":)")
            .append(item)
            .append("}}");
    return puts + "]";
}

std::string request_of(std::string_view table_name, std::string_view puts) {
    codec::JsonWriter json;
    json.begin_object().key("RequestItems").begin_object();
    json.key(table_name).raw(puts).end_object().end_object();
    return json.take();
}

// The puts that are still to be done, as JSON; empty where there are none.
base::Result<std::string> unprocessed_of(std::string_view answer, const std::string& subject) {
    const auto document = codec::parse_json(answer, "the answer");
    const codec::JsonValue* unprocessed =
        document ? codec::find_member(*document, "UnprocessedItems") : nullptr;
    const bool is_known =
        document && document->IsObject() && (unprocessed == nullptr || unprocessed->IsObject());
    if (!is_known) {
        return base::Error{
            base::ErrorKind::service_failed,
            fmt::format("BatchWriteItem to {}: the answer is not the API's", subject)};
    }
    if (unprocessed == nullptr || unprocessed->ObjectEmpty()) return std::string();
    // Only the one table was written to; whether it is named or its ARN is, is not looked at.
    const codec::JsonValue& puts = unprocessed->MemberBegin()->value;
    if (!puts.IsArray() || unprocessed->MemberCount() != 1) {
        return base::Error{
            base::ErrorKind::service_failed,
            fmt::format("BatchWriteItem to {}: its UnprocessedItems are not the API's", subject)};
    }
    return puts.Empty() ? std::string() : codec::write_json(puts);
}

}  // namespace

std::optional<base::Error> BatchWriter::put_batch(std::string_view table_name,
                                                  const std::vector<std::string_view>& items,
                                                  base::Deadline deadline) {
    const std::string subject = fmt::format("table {}", table_name);
    std::string puts = puts_of(items);
    for (int attempts = 1;; ++attempts) {
        const auto answer = client_.call(JsonCall{.service = kDynamoDb,
                                                  .operation = "BatchWriteItem",
                                                  .body = request_of(table_name, puts),
                                                  .subject = subject,
                                                  .repeatable = http::Repeatable::yes,
                                                  .deadline = deadline});
        if (!answer) return answer.error();
        auto unprocessed = unprocessed_of(*answer, subject);
        if (!unprocessed) return std::move(unprocessed).error();
        if (unprocessed->empty()) return std::nullopt;
        const std::int64_t wait_ms =
            backoff_ms(kUnprocessedRules, RetryReason::transient, attempts, random_);
        if (attempts >= kUnprocessedAttemptsMax || wait_ms >= deadline.remaining_ms(clock_)) {
            return base::Error{base::ErrorKind::throttled,
                               fmt::format("BatchWriteItem to {}: items were left unprocessed "
                                           "{} times",
                                           subject, attempts)};
        }
        puts = *std::move(unprocessed);
        clock_.sleep_ms(wait_ms);
    }
}

std::vector<std::optional<base::Error>> BatchWriter::put_items(
    std::string_view table_name, const std::vector<std::string>& items, base::Deadline deadline) {
    std::vector<std::optional<base::Error>> outcomes(items.size());
    for (std::size_t begin = 0; begin < items.size();) {
        std::vector<std::string_view> batch;
        std::size_t bytes = 0;
        while (begin + batch.size() < items.size() && batch.size() < kBatchItemsMax) {
            const std::string& item = items[begin + batch.size()];
            if (!batch.empty() && bytes + item.size() > kBatchBytesMax / 2) break;
            bytes += item.size();
            batch.emplace_back(item);
        }
        auto error = put_batch(table_name, batch, deadline);
        const bool tells_items_apart =
            error && batch.size() > 1 &&
            (error->kind == base::ErrorKind::rejected || error->kind == base::ErrorKind::throttled);
        for (std::size_t i = 0; i < batch.size(); ++i) {
            outcomes[begin + i] =
                tells_items_apart ? put_batch(table_name, {batch[i]}, deadline) : error;
        }
        begin += batch.size();
    }
    return outcomes;
}

}  // namespace aws

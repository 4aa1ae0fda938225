#include "common/aws/kinesis_client.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "common/base/json_text.h"
#include "common/codec/base64.h"
#include "common/codec/json.h"

namespace aws {
namespace {

constexpr std::string_view kThroughputExceeded = "ProvisionedThroughputExceededException";
// The frames of put_records_body, without what fills them and without commas.
constexpr std::size_t kRequestFrameBytes = std::string_view(R"({"":"","Records":[]})").size();
constexpr std::size_t kEntryFrameBytes =
    std::string_view(R"({"Data":"","PartitionKey":""})").size();
constexpr std::size_t kHashKeyFrameBytes = std::string_view(R"(,"ExplicitHashKey":"")").size();

bool is_sequence_number(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// How much longer a text gets by base::append_json_text, without its quotes.
std::size_t escape_bytes(std::string_view text) {
    if (base::is_plain_json_text(text)) return 0;
    std::string escaped;
    base::append_json_text(escaped, text);
    return escaped.size() - 2 - text.size();
}

std::size_t body_bytes(const PutRecordsRequest& request, std::string_view name) {
    std::size_t bytes = kRequestFrameBytes + name.size() + request.stream.size() +
                        escape_bytes(request.stream) + request.entries.size() - 1;
    for (const PutRecordsEntry& entry : request.entries) {
        bytes += kEntryFrameBytes +
                 codec::base64_encoded_size(entry.data.size() + entry.data_end.size()) +
                 entry.partition_key.size() + escape_bytes(entry.partition_key);
        if (!entry.explicit_hash_key.empty())
            bytes += kHashKeyFrameBytes + entry.explicit_hash_key.size();
    }
    return bytes;
}

PutRecordsResult parse_entry(const codec::JsonValue& entry) {
    const std::string_view sequence_number =
        codec::find_text(entry, "SequenceNumber").value_or(std::string_view());
    const std::string_view error_code =
        codec::find_text(entry, "ErrorCode").value_or(std::string_view());
    if (sequence_number.empty() == error_code.empty()) {
        return {PutRecordsState::unknown, "neither stored nor refused, or both"};
    }
    if (!error_code.empty()) {
        return {error_code == kThroughputExceeded ? PutRecordsState::throttled
                                                  : PutRecordsState::failed,
                std::string(error_code)};
    }
    if (!is_sequence_number(sequence_number)) {
        return {PutRecordsState::unknown, "a sequence number that is none"};
    }
    return {PutRecordsState::confirmed, std::string(sequence_number)};
}

std::vector<PutRecordsResult> all_unknown(std::size_t entries, std::string_view reason) {
    return {entries, {PutRecordsState::unknown, std::string(reason)}};
}

// A count that is missing or null is let pass: the entries say it themselves. An entry that says
// nothing may have been counted or not.
bool count_fits(const codec::JsonValue& answer, const std::vector<PutRecordsResult>& results) {
    const codec::JsonValue* count = codec::find_member(answer, "FailedRecordCount");
    if (count == nullptr || count->IsNull()) return true;
    if (!count->IsInt64()) return false;
    std::int64_t refused = 0;
    std::int64_t unknown = 0;
    for (const PutRecordsResult& result : results) {
        if (result.state == PutRecordsState::unknown) {
            ++unknown;
        } else if (result.state != PutRecordsState::confirmed) {
            ++refused;
        }
    }
    return count->GetInt64() >= refused && count->GetInt64() <= refused + unknown;
}

}  // namespace

std::vector<PutRecordsResult> parse_put_records_answer(std::string_view answer,
                                                       std::size_t entries) {
    const auto document = codec::parse_json(answer, "the answer of PutRecords");
    if (!document) return all_unknown(entries, "no JSON");
    const codec::JsonValue* records = codec::find_array(*document, "Records");
    if (records == nullptr || records->Size() != entries) {
        return all_unknown(entries, "another number of entries than was sent");
    }
    std::vector<PutRecordsResult> results;
    results.reserve(entries);
    for (const codec::JsonValue& entry : records->GetArray())
        results.push_back(parse_entry(entry));
    if (!count_fits(*document, results)) {
        return all_unknown(entries, "a FailedRecordCount that does not fit the entries");
    }
    return results;
}

std::string put_records_body(const PutRecordsRequest& request) {
    assert(!request.entries.empty());
    const std::string_view name = request.stream.starts_with("arn:") ? "StreamARN" : "StreamName";
    std::string body;
    body.reserve(body_bytes(request, name));
    body.append(R"({")").append(name).append(R"(":)");
    base::append_json_text(body, request.stream);
    body += R"(,"Records":[)";
    for (const PutRecordsEntry& entry : request.entries) {
        if (&entry != request.entries.data()) body += ',';
        body += R"({"Data":")";
        codec::append_base64(body, entry.data, entry.data_end);
        body += R"(","PartitionKey":)";
        base::append_json_text(body, entry.partition_key);
        if (!entry.explicit_hash_key.empty())
            body.append(R"(,"ExplicitHashKey":")").append(entry.explicit_hash_key) += '"';
        body += '}';
    }
    body += "]}";
    return body;
}

std::optional<base::Error> entry_fault(const PutRecordsEntry& entry) {
    const auto fault = [](std::string message) {
        return base::Error{base::ErrorKind::data_invalid, std::move(message)};
    };
    if (entry.partition_key.empty()) return fault("a partition key of no characters");
    if (entry.partition_key.size() > kPartitionKeyCharactersMax) {
        // A byte that goes on with a character is 10xxxxxx.
        const auto characters =
            std::count_if(entry.partition_key.begin(), entry.partition_key.end(),
                          [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
        if (static_cast<std::size_t>(characters) > kPartitionKeyCharactersMax)
            return fault(fmt::format("a partition key of {} characters: {} are allowed", characters,
                                     kPartitionKeyCharactersMax));
    }
    if (entry.bytes() > kPutRecordsRecordBytesMax)
        return fault(fmt::format("a record of {} bytes with its partition key: {} are allowed",
                                 entry.bytes(), kPutRecordsRecordBytesMax));
    return std::nullopt;
}

// The messages of a service's validation name what is wrong:
//   1 validation error detected: Value '…' at 'records.3.member.partitionKey' failed to satisfy …
//   1 validation error detected: Value '…' at 'streamName' failed to satisfy constraint: …
RefusedFor refused_for(const base::Error& error, int status) {
    constexpr int kTooLarge = 413;
    const auto names = [&error](std::string_view member) {
        return error.message.find(member) != std::string::npos;
    };
    if (error.kind != base::ErrorKind::rejected) return RefusedFor::request;
    if (status == kTooLarge || error.code == "RequestEntityTooLarge") return RefusedFor::its_entry;
    if (error.code != "ValidationException" && error.code != "InvalidArgumentException" &&
        error.code != "SerializationException")
        return RefusedFor::request;
    if (names(" at 'stream")) return RefusedFor::request;
    return names(" at 'records.") ? RefusedFor::its_entry : RefusedFor::some_entry;
}

// Not repeatable: where a connection breaks, the records may be stored, and that is to be known to
// the caller before they are sent again.
http::Ticket KinesisClient::start(const PutRecordsRequest& request) {
    assert(!request.entries.empty() && request.entries.size() <= kPutRecordsEntriesMax);
    const http::Ticket ticket = client_->start(JsonCall{.service = kKinesis,
                                                        .operation = "PutRecords",
                                                        .body = put_records_body(request),
                                                        .subject = std::string(request.stream),
                                                        .repeatable = http::Repeatable::no,
                                                        .deadline = request.deadline,
                                                        .connection = request.connection});
    entries_.emplace(ticket, request.entries.size());
    return ticket;
}

std::optional<PutRecordsAnswer> KinesisClient::wait(base::EpochMs until_ms) {
    auto attempt = client_->wait(until_ms);
    if (!attempt) return std::nullopt;
    return read(*std::move(attempt));
}

PutRecordsAnswer KinesisClient::cancel(http::Ticket ticket) {
    return read(client_->cancel(ticket));
}

PutRecordsAnswer KinesisClient::read(Attempt attempt) {
    const auto found = entries_.find(attempt.ticket);
    assert(found != entries_.end());
    const std::size_t entries = found->second;
    entries_.erase(found);
    if (attempt.answer) return {attempt.ticket, parse_put_records_answer(*attempt.answer, entries)};
    const RefusedFor refused = refused_for(attempt.answer.error(), attempt.status);
    return {attempt.ticket, std::move(attempt.answer).error(), refused, attempt.retry_after_ms,
            attempt.is_mended};
}

}  // namespace aws

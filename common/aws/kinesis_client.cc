#include "common/aws/kinesis_client.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <utility>

#include "common/base/json_text.h"
#include "common/codec/base64.h"
#include "common/codec/json.h"

namespace aws {
namespace {

constexpr std::string_view kThroughputExceeded = "ProvisionedThroughputExceededException";
// {"Data":"","PartitionKey":"","ExplicitHashKey":""}, and a comma.
constexpr std::size_t kEntryFrameBytes = 51;

bool is_sequence_number(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Base64 of the two parts as one; they meet within a group of three bytes, so that group is joined.
void append_data(std::string& body, const PutRecordsEntry& entry) {
    const std::size_t whole =
        entry.data_end.empty() ? entry.data.size() : entry.data.size() / 3 * 3;
    codec::append_base64(body, entry.data.substr(0, whole));
    if (entry.data_end.empty()) return;
    const std::string rest = std::string(entry.data.substr(whole)).append(entry.data_end);
    codec::append_base64(body, rest);
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

std::string put_records_body(const PutRecordsRequest& request) {
    std::size_t bytes = 64 + request.stream.size();
    for (const PutRecordsEntry& entry : request.entries) {
        bytes += kEntryFrameBytes + (entry.data.size() + entry.data_end.size() + 2) / 3 * 4 +
                 entry.partition_key.size() + entry.explicit_hash_key.size();
    }
    std::string body;
    body.reserve(bytes);
    body += request.stream.starts_with("arn:") ? R"({"StreamARN":)" : R"({"StreamName":)";
    base::append_json_text(body, request.stream);
    body += R"(,"Records":[)";
    for (const PutRecordsEntry& entry : request.entries) {
        if (&entry != request.entries.data()) body += ',';
        body += R"({"Data":")";
        append_data(body, entry);
        body += R"(","PartitionKey":)";
        base::append_json_text(body, entry.partition_key);
        if (!entry.explicit_hash_key.empty())
            body.append(R"(,"ExplicitHashKey":")").append(entry.explicit_hash_key) += '"';
        body += '}';
    }
    body += "]}";
    return body;
}

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

base::Result<std::vector<PutRecordsResult>> KinesisClient::put_records(
    const PutRecordsRequest& request) {
    assert(!request.entries.empty() && request.entries.size() <= kPutRecordsEntriesMax);
    // Repeating is safe for what is promised: a record that is stored twice is a duplicate, never
    // out of order, because no later record of its item is on its way before it is confirmed.
    auto answer = client_->call(JsonCall{.service = kKinesis,
                                         .operation = "PutRecords",
                                         .body = put_records_body(request),
                                         .subject = std::string(request.stream),
                                         .repeatable = http::Repeatable::yes,
                                         .deadline = request.deadline});
    if (!answer) return std::move(answer).error();
    return parse_put_records_answer(*answer, request.entries.size());
}

}  // namespace aws

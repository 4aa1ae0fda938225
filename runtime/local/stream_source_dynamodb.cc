// POST /, X-Amz-Target: DynamoDBStreams_20120810.<Operation>; an error is 4xx or 5xx with
// {"__type":"…#ExpiredIteratorException","Message":…}.
#include "runtime/local/stream_source_dynamodb.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "common/dynamodb/json_scanner.h"
#include "runtime/local/http_connection.h"
#include "runtime/local/stream_source_record.h"

namespace local {
namespace {

using dynamodb::JsonKind;
using dynamodb::JsonScanner;

// The servers look at the form of a signature and at its region, not at its value.
constexpr std::string_view kAuthorization =
    "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=0000";
constexpr std::int64_t kRecordsMax = 1'000;
constexpr int kPagesMax = 1'000;
constexpr std::int64_t kTimeRoundingMs = 60'000;

// The last word of "com.amazonaws.dynamodb.v20120810#ExpiredIteratorException".
std::string error_code(std::string_view body) {
    const auto document = codec::parse_json(body, "an error's body");
    const auto type = document ? codec::find_text(*document, "__type") : std::nullopt;
    if (!type) return "";
    return std::string(type->substr(type->find('#') + 1));
}

base::ErrorKind kind_of(int status, std::string_view code) {
    if (code == "LimitExceededException" || code == "ThrottlingException")
        return base::ErrorKind::throttled;
    return status >= 500 ? base::ErrorKind::service_failed : base::ErrorKind::rejected;
}

base::Result<std::string> call_streams(std::uint16_t port, std::string_view operation,
                                       std::string_view body) {
    auto answer = call_loopback(
        {.port = port,
         .method = "POST",
         .headers = {{"Content-Type", "application/x-amz-json-1.0"},
                     {"X-Amz-Target", fmt::format("DynamoDBStreams_20120810.{}", operation)},
                     {"Authorization", std::string(kAuthorization)}},
         .body = body});
    if (!answer) {
        // The calls only read, so that an unknown outcome is as good as none.
        return base::Error{base::ErrorKind::connect_failed, answer.error().message};
    }
    if (answer->status == 200) return std::move(answer->body);
    const std::string code = error_code(answer->body);
    return base::Error{kind_of(answer->status, code),
                       fmt::format("{}: {} {}", operation, answer->status, code), code};
}

base::Error unexpected_answer(std::string_view operation) {
    return {base::ErrorKind::data_invalid,
            fmt::format("{}: the answer lacks what the API names", operation)};
}

}  // namespace

base::Result<std::string> find_stream(std::uint16_t port, std::string_view table) {
    std::string newest_label;
    std::string newest_arn;
    std::string last;
    for (int page = 0; page < kPagesMax; ++page) {
        codec::JsonWriter request;
        request.begin_object().member("TableName", table);
        if (!last.empty()) request.member("ExclusiveStartStreamArn", last);
        const auto body = call_streams(port, "ListStreams", request.end_object().take());
        if (!body) return body.error();
        const auto answer = codec::parse_json(*body, "the answer of ListStreams");
        if (!answer) return answer.error();
        const auto* streams = codec::find_array(*answer, "Streams");
        if (streams == nullptr) return unexpected_answer("ListStreams");
        for (const codec::JsonValue& stream : streams->GetArray()) {
            const std::string label(codec::find_text(stream, "StreamLabel").value_or(""));
            if (label < newest_label) continue;
            newest_label = label;
            newest_arn = codec::find_text(stream, "StreamArn").value_or("");
        }
        last = codec::find_text(*answer, "LastEvaluatedStreamArn").value_or("");
        if (last.empty()) break;
    }
    if (newest_arn.empty())
        return base::Error{base::ErrorKind::rejected,
                           fmt::format("ListStreams: the table {} has no stream", table)};
    return newest_arn;
}

base::Result<std::vector<StreamShard>> DynamoDbStreamSource::list_shards() {
    std::vector<StreamShard> shards;
    std::string last;
    for (int page = 0; page < kPagesMax; ++page) {
        codec::JsonWriter request;
        request.begin_object().member("StreamArn", stream_arn_);
        if (!last.empty()) request.member("ExclusiveStartShardId", last);
        const auto body = call_streams(port_, "DescribeStream", request.end_object().take());
        if (!body) return body.error();
        const auto answer = codec::parse_json(*body, "the answer of DescribeStream");
        if (!answer) return answer.error();
        const auto* stream = codec::find_object(*answer, "StreamDescription");
        const auto* found = stream == nullptr ? nullptr : codec::find_array(*stream, "Shards");
        if (found == nullptr) return unexpected_answer("DescribeStream");
        for (const codec::JsonValue& shard : found->GetArray()) {
            shards.push_back({std::string(codec::find_text(shard, "ShardId").value_or("")),
                              std::string(codec::find_text(shard, "ParentShardId").value_or(""))});
            if (shards.back().id.empty()) return unexpected_answer("DescribeStream");
        }
        last = codec::find_text(*stream, "LastEvaluatedShardId").value_or("");
        if (last.empty()) break;
    }
    return shards;
}

base::Result<std::string> DynamoDbStreamSource::get_iterator(const std::string& shard_id,
                                                             std::string_view type,
                                                             std::string_view sequence_number) {
    codec::JsonWriter request;
    request.begin_object()
        .member("StreamArn", stream_arn_)
        .member("ShardId", shard_id)
        .member("ShardIteratorType", type);
    if (!sequence_number.empty()) request.member("SequenceNumber", sequence_number);
    const auto body = call_streams(port_, "GetShardIterator", request.end_object().take());
    if (!body) return body.error();
    const auto answer = codec::parse_json(*body, "the answer of GetShardIterator");
    if (!answer) return answer.error();
    const auto iterator = codec::find_text(*answer, "ShardIterator");
    if (!iterator) return unexpected_answer("GetShardIterator");
    return std::string(*iterator);
}

base::Result<base::Done> DynamoDbStreamSource::open(const std::string& shard_id,
                                                    StartingPosition position) {
    const bool latest = position == StartingPosition::latest;
    auto iterator = get_iterator(shard_id, latest ? "LATEST" : "TRIM_HORIZON", "");
    if (!iterator) return std::move(iterator).error();
    positions_[shard_id] = Position{.iterator = *std::move(iterator),
                                    .last_read = {},
                                    .opened_at_end_ms = latest ? clock_.now_ms() : 0};
    return base::Done{};
}

// A shard that was opened at its end and has given nothing yet has no number to go on from: it is
// read from its beginning, less what had come before the minute in which it was opened (DynamoDB
// Local rounds the records' times down to minutes).
base::Result<base::Done> DynamoDbStreamSource::renew(const std::string& shard_id,
                                                     Position& position) {
    auto iterator = position.last_read.empty()
                        ? get_iterator(shard_id, "TRIM_HORIZON", "")
                        : get_iterator(shard_id, "AFTER_SEQUENCE_NUMBER", position.last_read);
    if (!iterator) return std::move(iterator).error();
    position.iterator = *std::move(iterator);
    if (position.last_read.empty())
        position.skip_before_ms = position.opened_at_end_ms / kTimeRoundingMs * kTimeRoundingMs;
    return base::Done{};
}

base::Result<ShardPage> DynamoDbStreamSource::read(const std::string& shard_id) {
    Position& position = positions_[shard_id];
    if (position.ended) return ShardPage{.ended = true};
    auto page = get_records(position);
    if (page || page.error().kind != base::ErrorKind::rejected) return page;

    const bool trimmed = page.error().code == "TrimmedDataAccessException";
    if (trimmed) {
        position.last_read.clear();
    } else if (page.error().code != "ExpiredIteratorException") {
        return page;
    }
    if (auto renewed = renew(shard_id, position); !renewed) return std::move(renewed).error();
    page = get_records(position);
    if (page) page->trimmed = trimmed;
    return page;
}

base::Result<ShardPage> DynamoDbStreamSource::get_records(Position& position) {
    const auto body = call_streams(port_, "GetRecords",
                                   codec::JsonWriter()
                                       .begin_object()
                                       .member("ShardIterator", position.iterator)
                                       .member_integer("Limit", kRecordsMax)
                                       .end_object()
                                       .take());
    if (!body) return body.error();
    ShardPage page;
    std::string next;
    bool has_records = false;
    std::optional<base::Error> fault;
    JsonScanner scanner(*body);
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name)) {
        if (name == "NextShardIterator" && scanner.kind() == JsonKind::string) {
            next = dynamodb::unescape_json(scanner.read_string());
        } else if (name == "Records") {
            has_records = true;
            scanner.open_array();
            while (scanner.next_element()) {
                auto record = read_stream_record(scanner.skip_value(), stream_arn_);
                if (!record && !fault) fault = record.error();
                if (record) page.records.push_back(*std::move(record));
            }
        } else {
            scanner.skip_value();
        }
    }
    scanner.expect_end();
    if (!scanner.ok()) return scanner.error("the answer of GetRecords");
    if (fault) return *fault;
    if (!has_records) return unexpected_answer("GetRecords");
    if (!page.records.empty()) position.last_read = page.records.back().sequence_number;
    std::erase_if(page.records, [&position](const StreamRecord& record) {
        return record.arrival_ms < position.skip_before_ms;
    });
    position.iterator = next;
    position.ended = page.ended = next.empty();
    return page;
}

}  // namespace local

#include "runtime/local/kinesis_source.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "common/codec/base64.h"
#include "common/codec/json.h"
#include "runtime/local/http_connection.h"
#include "runtime/local/json_compare.h"

namespace local {
namespace {

constexpr std::int64_t kRecordsMax = 10'000;  // of GetRecords
constexpr int kShardPagesMax = 100;
// The local Kinesis reads the service's name there and checks nothing.
constexpr std::string_view kAuthorization =
    "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/kinesis/aws4_request, "
    "SignedHeaders=host, Signature=0";

base::Error bad_answer(std::string_view operation, std::string_view what) {
    return {base::ErrorKind::data_invalid, fmt::format("the answer of {}: {}", operation, what)};
}

// "com.amazonaws.kinesis#ExpiredIteratorException" -> "ExpiredIteratorException".
std::string error_code(std::string_view body) {
    const auto json = codec::parse_json(body, "the error");
    if (!json) return {};
    const auto type = codec::find_text(*json, "__type").value_or(std::string_view());
    return std::string(type.substr(type.rfind('#') + 1));
}

base::Error refused(std::string_view operation, const HttpAnswer& answer) {
    std::string code = error_code(answer.body);
    base::ErrorKind kind =
        answer.status >= 500 ? base::ErrorKind::service_failed : base::ErrorKind::rejected;
    if (code == "ProvisionedThroughputExceededException" || code == "LimitExceededException")
        kind = base::ErrorKind::throttled;
    return {kind, fmt::format("{}: {} {}", operation, answer.status, shorten(answer.body)),
            std::move(code)};
}

base::Result<KinesisRecord> parse_record(const codec::JsonValue& json, const std::string& shard) {
    const auto key = codec::find_text(json, "PartitionKey");
    const auto sequence_number = codec::find_text(json, "SequenceNumber");
    const auto data = codec::find_text(json, "Data");
    if (!key || !sequence_number || !data)
        return bad_answer("GetRecords", "a record without PartitionKey, SequenceNumber and Data");
    auto decoded = codec::base64_decode(*data);
    if (!decoded) return bad_answer("GetRecords", "Data is not base64");
    KinesisRecord record{.shard_id = shard,
                         .partition_key = std::string(*key),
                         .sequence_number = std::string(*sequence_number),
                         .arrival_ms = 0,
                         .data = *std::move(decoded)};
    const auto* time = codec::find_member(json, "ApproximateArrivalTimestamp");
    if (time != nullptr && time->IsNumber())
        record.arrival_ms = std::llround(time->GetDouble() * 1000);
    return record;
}

}  // namespace

base::Result<std::string> KinesisSource::call(std::string_view operation,
                                              const std::string& body) const {
    auto answer =
        call_loopback({.port = port_,
                       .method = "POST",
                       .target = "/",
                       .headers = {{"Content-Type", "application/x-amz-json-1.1"},
                                   {"X-Amz-Target", fmt::format("Kinesis_20131202.{}", operation)},
                                   {"X-Amz-Date", "20260101T000000Z"},
                                   {"Authorization", std::string(kAuthorization)}},
                       .body = body});
    if (!answer) return std::move(answer).error();
    if (answer->status != 200) return refused(operation, *answer);
    return std::move(answer->body);
}

base::Result<base::Done> KinesisSource::find_shards() {
    std::string next;
    for (int page = 0; page < kShardPagesMax; ++page) {
        codec::JsonWriter request;
        request.begin_object();
        if (next.empty()) {
            request.member("StreamName", stream_);
        } else {
            request.member("NextToken", next);
        }
        const auto body = call("ListShards", request.end_object().take());
        if (!body) return body.error();
        const auto answer = codec::parse_json(*body, "the answer of ListShards");
        if (!answer) return answer.error();
        const auto* shards = codec::find_array(*answer, "Shards");
        if (shards == nullptr) return bad_answer("ListShards", "no array Shards");
        for (const codec::JsonValue& json : shards->GetArray()) {
            const auto id = codec::find_text(json, "ShardId");
            if (!id) return bad_answer("ListShards", "a shard without ShardId");
            Shard shard;
            for (const std::string_view member : {"ParentShardId", "AdjacentParentShardId"}) {
                if (const auto parent = codec::find_text(json, member))
                    shard.parents.emplace_back(*parent);
            }
            shards_.try_emplace(std::string(*id), std::move(shard));
        }
        next = codec::find_text(*answer, "NextToken").value_or(std::string_view());
        if (next.empty()) {
            shards_known_ = true;
            return base::Done{};
        }
    }
    return bad_answer("ListShards", "more pages than a stream has");
}

base::Result<base::Done> KinesisSource::find_iterator(const std::string& id, Shard& shard) const {
    codec::JsonWriter request;
    request.begin_object().member("StreamName", stream_).member("ShardId", id);
    if (shard.position.empty()) {
        request.member("ShardIteratorType", "TRIM_HORIZON");
    } else {
        request.member("ShardIteratorType", "AFTER_SEQUENCE_NUMBER")
            .member("StartingSequenceNumber", shard.position);
    }
    const auto body = call("GetShardIterator", request.end_object().take());
    if (!body) return body.error();
    const auto answer = codec::parse_json(*body, "the answer of GetShardIterator");
    if (!answer) return answer.error();
    const auto iterator = codec::find_text(*answer, "ShardIterator");
    if (!iterator) return bad_answer("GetShardIterator", "no ShardIterator");
    shard.iterator = *iterator;
    return base::Done{};
}

base::Result<base::Done> KinesisSource::read_shard(const std::string& id, Shard& shard,
                                                   std::vector<KinesisRecord>& records) {
    if (shard.iterator.empty()) {
        if (auto found = find_iterator(id, shard); !found) return found;
    }
    codec::JsonWriter request;
    request.begin_object()
        .member("ShardIterator", shard.iterator)
        .member_integer("Limit", kRecordsMax)
        .end_object();
    const auto body = call("GetRecords", request.take());
    if (!body) {
        // Whatever is wrong, the position finds the same place again.
        shard.iterator.clear();
        if (body.error().code != "ExpiredIteratorException") return body.error();
        at_end_ = false;
        return base::Done{};
    }
    const auto answer = codec::parse_json(*body, "the answer of GetRecords");
    if (!answer) return answer.error();
    const auto* list = codec::find_array(*answer, "Records");
    if (list == nullptr) return bad_answer("GetRecords", "no array Records");
    std::vector<KinesisRecord> read;
    for (const codec::JsonValue& json : list->GetArray()) {
        auto record = parse_record(json, id);
        if (!record) return std::move(record).error();
        read.push_back(*std::move(record));
    }
    if (!read.empty()) shard.position = read.back().sequence_number;
    shard.iterator = codec::find_text(*answer, "NextShardIterator").value_or(std::string_view());
    shard.ended = shard.iterator.empty();
    const bool behind = codec::find_integer(*answer, "MillisBehindLatest").value_or(0) > 0;
    if (!read.empty() || behind || shard.ended) at_end_ = false;
    if (shard.ended) shards_known_ = false;  // it may have children by now
    std::ranges::move(read, std::back_inserter(records));
    return base::Done{};
}

// A parent that is not listed any more was trimmed: nothing can be read of it.
bool KinesisSource::can_be_read(const Shard& shard) const {
    return !shard.ended && std::ranges::all_of(shard.parents, [&](const std::string& parent) {
        const auto known = shards_.find(parent);
        return known == shards_.end() || known->second.ended;
    });
}

base::Result<std::vector<KinesisRecord>> KinesisSource::read() {
    at_end_ = false;
    if (!shards_known_) {
        if (auto found = find_shards(); !found) return std::move(found).error();
    }
    std::vector<KinesisRecord> records;
    at_end_ = true;
    for (auto& [id, shard] : shards_) {
        if (!can_be_read(shard)) continue;
        auto done = read_shard(id, shard, records);
        if (done) continue;
        at_end_ = false;
        if (records.empty()) return std::move(done).error();
        break;
    }
    return records;
}

std::map<std::string, std::string> KinesisSource::positions() const {
    std::map<std::string, std::string> positions;
    for (const auto& [id, shard] : shards_) {
        if (!shard.position.empty()) positions[id] = shard.position;
    }
    return positions;
}

}  // namespace local

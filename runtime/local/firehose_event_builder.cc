#include "runtime/local/firehose_event_builder.h"

#include "common/codec/base64.h"
#include "common/codec/json.h"
#include "runtime/local/runtime_api_emulator.h"

namespace local {
namespace {

constexpr std::string_view kEnd = "]}";

std::string record_json(const SourceRecord& record) {
    codec::JsonWriter json;
    json.begin_object()
        .member("recordId", record.record_id)
        .member_integer("approximateArrivalTimestamp", record.arrival_ms)
        .member("data", codec::base64_encode(record.data));
    if (record.kinesis) {
        json.key("kinesisRecordMetadata")
            .begin_object()
            .member("sequenceNumber", record.kinesis->sequence_number)
            .member_integer("subsequenceNumber", record.kinesis->subsequence_number)
            .member("partitionKey", record.kinesis->partition_key)
            .member("shardId", record.kinesis->shard_id)
            .member_integer("approximateArrivalTimestamp", record.kinesis->arrival_ms)
            .end_object();
    }
    return json.end_object().take();
}

}  // namespace

FirehoseEventBuilder::FirehoseEventBuilder(const FirehoseStream& stream,
                                           std::string_view invocation_id) {
    codec::JsonWriter json;
    json.begin_object()
        .member("invocationId", invocation_id)
        .member("deliveryStreamArn", stream.arn);
    if (!stream.source_arn.empty()) json.member("sourceKinesisStreamArn", stream.source_arn);
    json.member("region", stream.region).key("records").begin_array();
    event_ = json.written();
}

bool FirehoseEventBuilder::add(const SourceRecord& record) {
    const std::string json = record_json(record);
    const std::size_t comma = records_ == 0 ? 0 : 1;
    if (event_.size() + comma + json.size() + kEnd.size() > kPayloadBytesMax) return false;
    if (comma == 1) event_ += ',';
    event_ += json;
    ++records_;
    return true;
}

std::string FirehoseEventBuilder::take() {
    event_ += kEnd;
    return std::move(event_);
}

}  // namespace local

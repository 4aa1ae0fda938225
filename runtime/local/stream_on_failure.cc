// {"requestContext":{"requestId","functionArn","condition","approximateInvokeCount"},
//  "responseContext":{"statusCode","executedVersion","functionError"},"version":"1.0","timestamp",
//  "DDBStreamBatchInfo":{"shardId","startSequenceNumber","endSequenceNumber",
//   "approximateArrivalOfFirstRecord","approximateArrivalOfLastRecord","batchSize","streamArn"},
//  "payload"}
#include "runtime/local/stream_on_failure.h"

#include <cassert>
#include <string_view>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "runtime/local/stream_event.h"

namespace local {
namespace {

std::string_view condition_name(DiscardedBatch::Condition condition) {
    return condition == DiscardedBatch::Condition::retry_attempts_exhausted
               ? "RetryAttemptsExhausted"
               : "RecordAgeExceeded";
}

void write_contexts(codec::JsonWriter& json, const DiscardedBatch& batch,
                    const MappingIdentity& identity, base::Random& random) {
    json.key("requestContext")
        .begin_object()
        .member("requestId", batch.request_id.empty() ? base::make_uuid(random) : batch.request_id)
        .member("functionArn", identity.function_arn)
        .member("condition", condition_name(batch.condition))
        .member_integer("approximateInvokeCount", batch.invoke_count)
        .end_object();
    json.key("responseContext")
        .begin_object()
        .member_integer("statusCode", 200)
        .member("executedVersion", "$LATEST");
    if (batch.function_error) json.member("functionError", "Unhandled");
    json.end_object();
}

void write_batch_info(codec::JsonWriter& json, const DiscardedBatch& batch) {
    json.key("DDBStreamBatchInfo")
        .begin_object()
        .member("shardId", batch.shard_id)
        .member("startSequenceNumber", batch.records.front().sequence_number)
        .member("endSequenceNumber", batch.records.back().sequence_number)
        .member("approximateArrivalOfFirstRecord",
                base::format_iso8601(batch.records.front().arrival_ms))
        .member("approximateArrivalOfLastRecord",
                base::format_iso8601(batch.records.back().arrival_ms))
        .member_integer("batchSize", static_cast<std::int64_t>(batch.records.size()))
        .member("streamArn", batch.stream_arn)
        .end_object();
}

codec::JsonWriter begin_record(const DiscardedBatch& batch, const MappingIdentity& identity,
                               base::Random& random) {
    assert(!batch.records.empty());
    codec::JsonWriter json;
    json.begin_object();
    write_contexts(json, batch, identity, random);
    json.member("version", "1.0").member("timestamp", base::format_iso8601_ms(batch.discarded_ms));
    write_batch_info(json, batch);
    return json;
}

}  // namespace

std::string on_failure_message(const DiscardedBatch& batch, const MappingIdentity& identity,
                               base::Random& random) {
    return begin_record(batch, identity, random).end_object().take();
}

OnFailureObject on_failure_object(const DiscardedBatch& batch, const MappingIdentity& identity,
                                  base::Random& random) {
    EventText event;
    for (const StreamRecord& record : batch.records)
        event.add(record.json);
    codec::JsonWriter json = begin_record(batch, identity, random);
    json.member("payload", std::move(event).take());
    const base::UtcTime time = base::utc_time(batch.discarded_ms);
    return {.key = fmt::format("aws/lambda/{}/{}/{:04}/{:02}/{:02}/"
                               "{:04}-{:02}-{:02}T{:02}.{:02}.{:02}-{}",
                               identity.mapping_uuid, batch.shard_id, time.year, time.month,
                               time.day, time.year, time.month, time.day, time.hour, time.minute,
                               time.second, base::make_uuid(random)),
            .body = json.end_object().take()};
}

}  // namespace local

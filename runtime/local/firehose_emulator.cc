#include "runtime/local/firehose_emulator.h"

#include <cassert>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "runtime/local/firehose_failed_record.h"
#include "runtime/local/kpl_aggregation.h"

namespace local {
namespace {

constexpr std::size_t kMebibyte = std::size_t{1} << 20U;
constexpr std::size_t kBufferBytesMin = kMebibyte / 5;
constexpr std::size_t kBufferBytesMax = 3 * kMebibyte;
constexpr std::int64_t kBufferMsMax = 900'000;
constexpr std::string_view kProcessingFailed = "processing-failed";
constexpr std::string_view kIcebergFailed = "iceberg-failed";

DeliveryOptions delivery_options(const FirehoseOptions& options) {
    DeliveryOptions delivery = options.delivery;
    delivery.stream_name = options.stream.name;
    return delivery;
}

}  // namespace

base::Result<base::Done> check_firehose(const FirehoseOptions& options) {
    std::string faults;
    const auto add_fault = [&](std::string_view fault) {
        faults += faults.empty() ? "" : "; ";
        faults += fault;
    };
    if (options.buffer_bytes < kBufferBytesMin || options.buffer_bytes > kBufferBytesMax)
        add_fault("BufferSizeInMBs is 0.2 to 3");
    if (options.buffer_ms < 0 || options.buffer_ms > kBufferMsMax)
        add_fault("BufferIntervalInSeconds is 0 to 900");
    if (options.retries_max < 0 || options.retries_max > kRetriesMax)
        add_fault(fmt::format("NumberOfRetries is 0 to {}", kRetriesMax));
    if (const auto delivery = check_delivery(options.delivery); !delivery)
        add_fault(delivery.error().message);
    if (faults.empty()) return base::Done{};
    return base::Error{base::ErrorKind::config_invalid, faults};
}

FirehoseEmulator::FirehoseEmulator(FirehoseOptions options, FirehoseSeams seams)
    : options_(std::move(options)),
      seams_(std::move(seams)),
      delivery_(delivery_options(options_), seams_.store, seams_.clock, seams_.random),
      tables_(options_.tables),
      tables_put_ms_(seams_.clock.now_ms()) {}

void FirehoseEmulator::put(KinesisRecord record) {
    ++report_.source_records;
    KinesisOrigin origin{.shard_id = std::move(record.shard_id),
                         .partition_key = std::move(record.partition_key),
                         .sequence_number = std::move(record.sequence_number),
                         .subsequence_number = 0,
                         .arrival_ms = record.arrival_ms};
    auto user_records = take_apart_kpl_record(record.data);
    if (!user_records) {
        take_in(std::move(record.data), record.arrival_ms, std::move(origin));
        return;
    }
    for (KplUserRecord& user_record : *user_records) {
        origin.partition_key = std::move(user_record.partition_key);
        take_in(std::move(user_record.data), record.arrival_ms, origin);
        ++origin.subsequence_number;
    }
}

base::Result<base::Done> FirehoseEmulator::put(std::string data) {
    if (data.size() > kDirectPutBytesMax)
        return base::Error{base::ErrorKind::rejected,
                           fmt::format("PutRecord: 400 ValidationException: a record of {} bytes; "
                                       "the limit is {}",
                                       data.size(), kDirectPutBytesMax)};
    ++report_.source_records;
    take_in(std::move(data), seams_.clock.now_ms(), std::nullopt);
    return base::Done{};
}

void FirehoseEmulator::take_in(std::string data, base::EpochMs arrival_ms,
                               std::optional<KinesisOrigin> origin) {
    ++report_.records_in;
    report_.bytes_in += static_cast<std::int64_t>(data.size());
    waiting_bytes_ += data.size();
    waiting_.push_back({.record = {.record_id = fmt::format("{:050}000000", ++records_taken_),
                                   .data = std::move(data),
                                   .arrival_ms = arrival_ms,
                                   .kinesis = std::move(origin)},
                        .since_ms = seams_.clock.now_ms()});
}

bool FirehoseEmulator::batch_is_due() const {
    if (waiting_.empty()) return false;
    return waiting_bytes_ >= options_.buffer_bytes ||
           seams_.clock.now_ms() - waiting_.front().since_ms >= options_.buffer_ms;
}

// As many of the waiting records as the hint and Lambda's limit allow; none where not even the
// first fits into a request.
FirehoseEmulator::Batch FirehoseEmulator::make_batch() {
    FirehoseEventBuilder builder(options_.stream, base::make_uuid(seams_.random));
    std::size_t bytes = 0;
    for (const Waiting& waiting : waiting_) {
        bytes += waiting.record.data.size();
        if (builder.records() > 0 && bytes > options_.buffer_bytes) break;
        if (!builder.add(waiting.record)) break;
    }
    return {.event = builder.take(), .records = builder.records()};
}

void FirehoseEmulator::drop_waiting(std::size_t records) {
    for (std::size_t i = 0; i < records; ++i) {
        waiting_bytes_ -= waiting_.front().record.data.size();
        waiting_.pop_front();
    }
}

base::Result<base::Done> FirehoseEmulator::do_batch() {
    const Batch batch = make_batch();
    if (batch.records == 0) {
        fail(waiting_.front().record,
             {.error_output_type = std::string(kProcessingFailed),
              .failure = {.code = "Lambda.InvocationFailure",
                          .message = "RequestEntityTooLargeException: the record alone is larger "
                                     "than Lambda's limit of a request"}},
             1);
        drop_waiting(1);
        return base::Done{};
    }
    std::vector<std::string_view> record_ids;
    record_ids.reserve(batch.records);
    for (std::size_t i = 0; i < batch.records; ++i)
        record_ids.emplace_back(waiting_[i].record.record_id);
    const auto invoked =
        invoke_batch(seams_.invoke, batch.event, record_ids, options_.retries_max, seams_.clock);
    if (!invoked) return invoked.error();

    report_.invocations += invoked->attempts;
    report_.retries += invoked->attempts - 1;
    const TransformVerdict& verdict = invoked->verdict;
    if (verdict.failure) ++report_.batches_failed;
    for (std::size_t i = 0; i < batch.records; ++i) {
        const SourceRecord& record = waiting_[i].record;
        if (verdict.failure) {
            fail(record,
                 {.error_output_type = std::string(kProcessingFailed), .failure = *verdict.failure},
                 invoked->attempts);
        } else {
            apply(record, verdict.records[i], *invoked);
        }
    }
    drop_waiting(batch.records);
    return base::Done{};
}

void FirehoseEmulator::apply(const SourceRecord& record, const TransformedRecord& transformed,
                             const InvokedBatch& batch) {
    if (transformed.result == TransformResult::dropped) {
        ++report_.dropped;
        return;
    }
    std::optional<DeliveryProblem> problem;
    if (transformed.result == TransformResult::processing_failed) {
        problem = DeliveryProblem{.error_output_type = std::string(kProcessingFailed),
                                  .failure = processing_failed_status()};
    } else if (options_.tables.empty()) {
        problem = delivery_.add(transformed.data, record.arrival_ms, transformed.partition_keys);
    } else if (auto failure = tables_.apply(transformed)) {
        problem = DeliveryProblem{.error_output_type = std::string(kIcebergFailed),
                                  .failure = *std::move(failure)};
    }
    if (problem) {
        fail(record, *problem, batch.attempts);
        return;
    }
    ++report_.ok;
    report_.bytes_out += static_cast<std::int64_t>(transformed.data.size());
}

void FirehoseEmulator::fail(const SourceRecord& record, const DeliveryProblem& problem,
                            std::int64_t attempts) {
    ++report_.failed;
    delivery_.add_error(problem.error_output_type,
                        failed_record_line({.attempts = attempts,
                                            .arrival_ms = record.arrival_ms,
                                            .ended_ms = seams_.clock.now_ms(),
                                            .failure = problem.failure,
                                            .raw_data = record.data,
                                            .lambda_arn = options_.lambda_arn}),
                        record.arrival_ms);
}

base::Result<base::Done> FirehoseEmulator::deliver(FirehoseDelivery::Due due) {
    const base::EpochMs now_ms = seams_.clock.now_ms();
    if (due == FirehoseDelivery::Due::all ||
        now_ms - tables_put_ms_ >= options_.delivery.buffer_ms) {
        for (auto& [key, bytes] : tables_.take_changed())
            delivery_.add_object(std::move(key), std::move(bytes));
        tables_put_ms_ = now_ms;
    }
    return delivery_.deliver(due);
}

base::Result<base::Done> FirehoseEmulator::run() {
    while (batch_is_due()) {
        if (auto done = do_batch(); !done) return done;
        if (auto done = deliver(FirehoseDelivery::Due::now); !done) return done;
    }
    return deliver(FirehoseDelivery::Due::now);
}

base::Result<base::Done> FirehoseEmulator::drain() {
    while (!waiting_.empty()) {
        if (auto done = do_batch(); !done) return done;
        if (auto done = deliver(FirehoseDelivery::Due::now); !done) return done;
    }
    return deliver(FirehoseDelivery::Due::all);
}

FirehoseReport FirehoseEmulator::report() const {
    FirehoseReport report = report_;
    report.waiting = static_cast<std::int64_t>(waiting_.size());
    report.undelivered = static_cast<std::int64_t>(delivery_.waiting());
    report.delivery = delivery_.counts();
    report.iceberg = tables_.counts();
    return report;
}

std::string firehose_report_json(const FirehoseReport& report) {
    codec::JsonWriter json;
    json.begin_object()
        .member_integer("source_records", report.source_records)
        .member_integer("records_in", report.records_in)
        .member_integer("ok", report.ok)
        .member_integer("dropped", report.dropped)
        .member_integer("failed", report.failed)
        .member_integer("waiting", report.waiting)
        .member_integer("bytes_in", report.bytes_in)
        .member_integer("bytes_out", report.bytes_out)
        .member_integer("invocations", report.invocations)
        .member_integer("retries", report.retries)
        .member_integer("batches_failed", report.batches_failed)
        .member_integer("undelivered", report.undelivered)
        .member_integer("objects", report.delivery.objects)
        .member_integer("object_bytes", report.delivery.object_bytes)
        .member_integer("error_objects", report.delivery.error_objects)
        .member_integer("put_retries", report.delivery.put_retries)
        .member_integer("rows_inserted", report.iceberg.inserted)
        .member_integer("rows_updated", report.iceberg.updated)
        .member_integer("rows_deleted", report.iceberg.deleted);
    return json.end_object().take();
}

}  // namespace local

// A Firehose stream on this machine: records in (Direct PUT, or those of a Kinesis stream), through
// the function in batches, out to objects or tables; what fails goes to the error prefix. The
// limits, the buffering and the response's contract are Firehose's (developer guide, "Transform
// source data in Amazon Data Firehose", "Amazon Data Firehose quota").
//
//   FirehoseEmulator firehose(options, {invoke, store, clock, random});
//   for each round: firehose.put(record)…; firehose.run();
//   at the end:     firehose.drain();
//
// put() only takes a record in. run() does what is due, drain() all there is; after an error
// everything that was not done is kept, and the next call goes on with it. Each record that was
// taken ends up in exactly one of ok, dropped and failed of the report.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "runtime/local/firehose_delivery.h"
#include "runtime/local/firehose_event_builder.h"
#include "runtime/local/firehose_invoker.h"
#include "runtime/local/firehose_tables.h"
#include "runtime/local/kinesis_source.h"

namespace local {

constexpr std::size_t kDirectPutBytesMax = std::size_t{1'000} * 1024;  // of a record

struct FirehoseOptions {
    FirehoseStream stream = {};
    std::string lambda_arn = "arn:aws:lambda:us-east-1:123456789012:function:firehose_transform";
    std::size_t buffer_bytes = std::size_t{1} << 20U;  // BufferSizeInMBs: 0.2 to 3 MiB
    std::int64_t buffer_ms = 60'000;                   // BufferIntervalInSeconds: 0 to 900 s
    int retries_max = kRetriesDefault;                 // NumberOfRetries
    DeliveryOptions delivery = {};                     // its stream_name is stream.name
    std::vector<IcebergTable> tables = {};  // not empty: the destination is Iceberg, not S3
};

// Kind config_invalid, with all that Firehose would not take.
base::Result<base::Done> check_firehose(const FirehoseOptions& options);

struct FirehoseSeams {
    Invoke invoke;
    ObjectStore& store;
    base::Clock& clock;
    base::Random& random;
};

struct FirehoseReport {
    std::int64_t source_records = 0;  // as they were put
    std::int64_t records_in = 0;      // after de-aggregation: ok + dropped + failed + waiting
    std::int64_t ok = 0;              // handed to the delivery
    std::int64_t dropped = 0;
    std::int64_t failed = 0;  // to the error prefix
    std::int64_t waiting = 0;
    std::int64_t bytes_in = 0;   // of the records' data
    std::int64_t bytes_out = 0;  // of the data of those that were ok
    std::int64_t invocations = 0;
    std::int64_t retries = 0;  // of invocations
    std::int64_t batches_failed = 0;
    std::int64_t undelivered = 0;  // objects and buffers that are not put yet
    DeliveryCounts delivery = {};
    IcebergCounts iceberg = {};
};

std::string firehose_report_json(const FirehoseReport& report);

class FirehoseEmulator {
  public:
    // `options` as check_firehose took them; the seams outlive it.
    FirehoseEmulator(FirehoseOptions options, FirehoseSeams seams);

    // De-aggregates what the Kinesis Producer Library aggregated.
    void put(KinesisRecord record);
    // Direct PUT, as of now. Kind rejected for a record of more than 1,000 KiB.
    base::Result<base::Done> put(std::string data);

    base::Result<base::Done> run();
    base::Result<base::Done> drain();
    [[nodiscard]] FirehoseReport report() const;

  private:
    struct Waiting {
        SourceRecord record = {};
        base::EpochMs since_ms = 0;
    };
    struct Batch {
        std::string event = {};
        std::size_t records = 0;
    };
    void take_in(std::string data, base::EpochMs arrival_ms, std::optional<KinesisOrigin> origin);
    [[nodiscard]] bool batch_is_due() const;
    Batch make_batch();
    base::Result<base::Done> do_batch();
    void apply(const SourceRecord& record, const TransformedRecord& transformed,
               const InvokedBatch& batch);
    void fail(const SourceRecord& record, const DeliveryProblem& problem, std::int64_t attempts);
    void drop_waiting(std::size_t records);
    base::Result<base::Done> deliver(FirehoseDelivery::Due due);

    FirehoseOptions options_;
    FirehoseSeams seams_;
    FirehoseDelivery delivery_;
    IcebergTables tables_;
    base::EpochMs tables_put_ms_;
    std::deque<Waiting> waiting_;
    std::size_t waiting_bytes_ = 0;
    std::int64_t records_taken_ = 0;
    FirehoseReport report_;
};

}  // namespace local

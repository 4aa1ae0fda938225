#include "runtime/local/demo/flow.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "runtime/local/demo/change_generator.h"
#include "runtime/local/demo/stall_watch.h"
#include "runtime/local/demo/world.h"
#include "runtime/local/proxied_function.h"
#include "runtime/local/stream_source.h"
#include "runtime/local/stream_source_dynamodb.h"

namespace demo {
namespace {

constexpr std::int64_t kFunctionTimeoutMs = 60'000;
constexpr std::chrono::seconds kWatchEvery{1};
constexpr local::BackOff kBackOff{.base_ms = 50, .most_ms = 1'000};

// As deploy/template.yaml has it, but for the times, which are a demo's.
local::StreamMappingSettings mapping_settings(std::int64_t lanes) {
    local::StreamMappingSettings settings;
    settings.batch_size = 100;
    settings.parallelization_factor = lanes;
    settings.report_batch_item_failures = true;
    settings.bisect_batch_on_function_error = true;
    return settings;
}

local::FirehoseOptions firehose_options() {
    local::FirehoseOptions firehose;
    firehose.buffer_ms = 250;
    firehose.delivery.buffer_ms = 1'000;
    firehose.delivery.prefix = fmt::format("lake/{}/dt=!{{partitionKeyFromLambda:dt}}/", kTable);
    firehose.delivery.error_prefix = "firehose-errors/!{firehose:error-output-type}/";
    firehose.delivery.partitioning = local::Partitioning::dynamic;
    firehose.delivery.compression = local::Compression::gzip;
    firehose.delivery.file_extension = ".json.gz";
    return firehose;
}

base::Error stalled(const Counts& counts) {
    return {base::ErrorKind::rejected,
            fmt::format("nothing arrived for {} s: {} changes made, {} sent to Kinesis, {} in the "
                        "lake, {} stored by stream_to_s3; --verbose shows what the functions say",
                        kStalledMs / 1000, counts.made, counts.sent, counts.in_lake, counts.in_s3)};
}

// Notes what the stream had.
class NotingSource final : public local::StreamSource {
  public:
    NotingSource(local::StreamSource& source, SequenceNumbers& numbers)
        : source_(source), numbers_(numbers) {}
    [[nodiscard]] const std::string& stream_arn() const override { return source_.stream_arn(); }
    base::Result<std::vector<local::StreamShard>> list_shards() override {
        return source_.list_shards();
    }
    base::Result<base::Done> open(const std::string& shard_id,
                                  local::StartingPosition position) override {
        return source_.open(shard_id, position);
    }
    base::Result<local::ShardPage> read(const std::string& shard_id) override {
        auto page = source_.read(shard_id);
        if (!page) return page;
        for (const local::StreamRecord& record : page->records)
            numbers_.insert(record.sequence_number);
        return page;
    }

  private:
    local::StreamSource& source_;
    SequenceNumbers& numbers_;
};

}  // namespace

Flow::Flow(FlowOptions options, Board& board, const base::Clock& clock, std::stop_source& failed)
    : options_(std::move(options)),
      board_(board),
      clock_(clock),
      failed_(failed),
      pipeline_thread_([this] { run_pipeline(); }),
      to_s3_thread_([this] { run_to_s3(); }) {}

Flow::~Flow() {
    stop_.request_stop();
    for (std::thread* const thread : {&pipeline_thread_, &to_s3_thread_}) {
        if (thread->joinable()) thread->join();
    }
}

base::Result<FlowReport> Flow::finish() {
    const std::stop_callback on_failure(failed_.get_token(), [this] { stop_.request_stop(); });
    source_ended_.request_stop();
    {
        const std::jthread watcher([this](const std::stop_token& done) { watch(done); });
        pipeline_thread_.join();
        to_s3_thread_.join();
    }
    if (stalled_) return stalled(board_.counts());
    if (!pipeline_) return pipeline_.error();
    if (!to_s3_) return to_s3_.error();
    return FlowReport{*pipeline_, *to_s3_, std::move(in_stream_)};
}

void Flow::watch(const std::stop_token& done) {
    std::mutex mutex;
    std::condition_variable_any waiting;
    std::unique_lock lock(mutex);
    StallWatch stall(clock_.now_ms());
    while (!done.stop_requested()) {
        const Counts counts = board_.counts();
        const std::int64_t arrived =
            counts.sent + counts.transformed + counts.in_lake + counts.in_s3;
        if (stall.is_stalled(arrived, clock_.now_ms())) {
            stalled_ = true;
            stop_.request_stop();
            return;
        }
        waiting.wait_for(lock, done, kWatchEvery, [] { return false; });
    }
}

void Flow::run_pipeline() {
    local::StreamPipelineOptions pipeline;
    pipeline.dynamodb_port = pipeline.aws_port = options_.aws_port;
    pipeline.stream_arn = options_.stream_arn;
    pipeline.kinesis_stream = kKinesisStream;
    pipeline.bucket = kBucket;
    pipeline.forwarder = options_.stream_to_kinesis;
    pipeline.transform = options_.firehose_transform;
    pipeline.transform_settings = {{"PARTITION_KEYS", "dt"}};
    pipeline.mapping = mapping_settings(2);
    pipeline.back_off = kBackOff;
    pipeline.firehose = firehose_options();
    pipeline.dial = options_.dial;
    pipeline.on_output = options_.on_output;
    pipeline.on_progress = [this](const local::StreamPipelineReport& report) {
        board_.change([&](Counts& counts) {
            counts.sent = report.mapping.delivered;
            counts.batches = report.mapping.invoked;
            counts.batches_again = report.mapping.retried;
            counts.transformed = report.firehose.ok;
            counts.faults = report.faults;
        });
    };
    // What is no line is found at the end, where the lake is read as a whole.
    pipeline.on_object = [this](std::string_view key, std::string_view bytes) {
        if (!key.starts_with("lake/") || !delivered_.add_object(bytes)) return;
        board_.change([&](Counts& counts) {
            counts.in_lake = static_cast<std::int64_t>(delivered_.changes().size());
            counts.lake_lines = delivered_.stream_lines();
            counts.lake_objects = delivered_.objects();
        });
    };
    pipeline_ = local::run_stream_pipeline(pipeline, source_ended_.get_token(), stop_.get_token());
    if (!pipeline_) {
        failed_.request_stop();
    } else {
        pipeline.on_progress(*pipeline_);
    }
}

void Flow::run_to_s3() {
    local::DynamoDbStreamSource stream(options_.aws_port, options_.stream_arn, clock_);
    NotingSource source(stream, in_stream_);
    local::ProxiedFunction function(
        {.name = "stream_to_s3",
         .bootstrap = options_.stream_to_s3,
         .environment = {{"LAKE_URI", fmt::format("s3://{}/stream/{{table}}/", kBucket)}},
         .timeout_ms = kFunctionTimeoutMs,
         .on_output = options_.on_output},
        options_.aws_port, options_.dial, clock_);
    local::StreamMapping* running = nullptr;
    local::StreamMapping mapping(
        {.settings = mapping_settings(1), .back_off = kBackOff}, source,
        [&](const std::string& event, std::size_t, const std::stop_token& stop) {
            board_.change([&](Counts& counts) { counts.in_s3 = running->counts().delivered; });
            return function.invoke({.body = event}, stop);
        },
        clock_);
    running = &mapping;
    to_s3_ = local::run_mapping(mapping, source_ended_.get_token(), stop_.get_token());
    if (!to_s3_) {
        failed_.request_stop();
    } else {
        board_.change([this](Counts& counts) { counts.in_s3 = to_s3_->delivered; });
    }
}

}  // namespace demo

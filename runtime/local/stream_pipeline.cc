#include "runtime/local/stream_pipeline.h"

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/codec/json.h"
#include "runtime/local/kinesis_source.h"
#include "runtime/local/object_store.h"
#include "runtime/local/recording_proxy.h"
#include "runtime/local/stream_source_dynamodb.h"

namespace local {
namespace {

constexpr std::int64_t kFunctionTimeoutMs = 60'000;
constexpr std::chrono::milliseconds kKinesisPoll{100};

Variables with(Variables variables, const Variables& more) {
    for (const auto& [name, value] : more)
        variables[name] = value;
    return variables;
}

// What a lane of the mapping calls: a process of its own, behind a proxy of its own, so that a
// fault that kills the function kills the one whose request it is.
class ForwarderLane {
  public:
    ForwarderLane(const StreamPipelineOptions& options, std::shared_ptr<FaultDial> dial,
                  const base::Clock& clock)
        : options_(options), dial_(std::move(dial)), clock_(clock) {}

    base::Result<Outcome> invoke(const std::string& event, const std::stop_token& stop) {
        if (!function_) {
            if (auto started = start(); !started) return std::move(started).error();
        }
        return function_->invoke({.body = event}, stop);
    }

  private:
    base::Result<base::Done> start() {
        if (auto started = proxy_.start(); !started) return started;
        proxy_.forward_to(options_.aws_port);
        proxy_.keep_no_calls();
        const Variables own{{"AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"},
                            {"AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
                            {"AWS_REGION", "us-east-1"},
                            {"AWS_ENDPOINT_URL", proxy_.url()},
                            {"KINESIS_STREAM_NAME", options_.kinesis_stream}};
        function_ = std::make_unique<FunctionProcess>(
            FunctionOptions{.name = "stream_to_kinesis",
                            .bootstrap = options_.forwarder,
                            .environment = with(own, options_.forwarder_settings),
                            .timeout_ms = kFunctionTimeoutMs,
                            .on_output = options_.on_output},
            clock_, random_);
        proxy_.set_faults(dial_, [this] { function_->kill(); });
        return base::Done{};
    }

    const StreamPipelineOptions& options_;
    std::shared_ptr<FaultDial> dial_;
    const base::Clock& clock_;
    base::SystemRandom random_;
    std::unique_ptr<FunctionProcess> function_;  // outlives the proxy, which may kill it
    RecordingProxy proxy_;
};

// The mapping's workers, each with a lane.
class Forwarder {
  public:
    Forwarder(const StreamPipelineOptions& options, std::shared_ptr<FaultDial> dial,
              const base::Clock& clock)
        : options_(options), dial_(std::move(dial)), clock_(clock) {}

    base::Result<Outcome> invoke(const std::string& event, std::size_t worker,
                                 const std::stop_token& stop) {
        return lane(worker).invoke(event, stop);
    }

  private:
    ForwarderLane& lane(std::size_t worker) {
        const std::scoped_lock lock(mutex_);
        while (lanes_.size() <= worker)
            lanes_.emplace_back(options_, dial_, clock_);
        return lanes_[worker];
    }

    const StreamPipelineOptions& options_;
    std::shared_ptr<FaultDial> dial_;
    const base::Clock& clock_;
    std::mutex mutex_;
    std::deque<ForwarderLane> lanes_;
};

// Kinesis -> Firehose -> S3, in one thread.
class Delivery {
  public:
    Delivery(const StreamPipelineOptions& options, base::Clock& clock, std::stop_token stop)
        : source_(options.aws_port, options.kinesis_stream),
          store_(options.aws_port, options.bucket),
          stop_(std::move(stop)),
          function_({.name = "firehose_transform",
                     .bootstrap = options.transform,
                     .environment = options.transform_settings,
                     .timeout_ms = kFunctionTimeoutMs,
                     .on_output = options.on_output},
                    clock, random_),
          firehose_(options.firehose, {[this](const std::string& event) {
                                           return function_.invoke({.body = event}, stop_);
                                       },
                                       store_, clock, random_}) {}

    // Until `all_sent` and everything was read after it.
    base::Result<base::Done> run(const std::stop_token& all_sent) {
        while (!stop_.stop_requested()) {
            const bool last = all_sent.stop_requested();
            auto records = source_.read();
            if (!records) return std::move(records).error();
            const bool nothing = records->empty();
            for (KinesisRecord& record : *records)
                firehose_.put(std::move(record));
            if (last && nothing && source_.at_end()) return firehose_.drain();
            if (auto done = firehose_.run(); !done) return done;
            if (nothing) std::this_thread::sleep_for(kKinesisPoll);
        }
        return base::Error{base::ErrorKind::deadline_near, "the pipeline was stopped"};
    }

    [[nodiscard]] FirehoseReport report() const { return firehose_.report(); }

  private:
    KinesisSource source_;
    S3Store store_;
    std::stop_token stop_;
    base::SystemRandom random_;
    FunctionProcess function_;
    FirehoseEmulator firehose_;
};

// Drained again and again, not stopped at the end: what is on its way then would be sent again.
base::Result<MappingCounts> run_mapping(StreamMapping& mapping, const std::stop_token& source_ended,
                                        const std::stop_token& stop) {
    bool last = false;
    while (true) {
        auto counts = mapping.drain(stop);
        if (!counts || last) return counts;
        last = source_ended.stop_requested();
    }
}

}  // namespace

std::string stream_pipeline_json(const StreamPipelineReport& report) {
    codec::JsonWriter json;
    json.begin_object().key("mapping").begin_object();
    json.member_integer("polled", report.mapping.polled)
        .member_integer("delivered", report.mapping.delivered)
        .member_integer("discarded", report.mapping.discarded)
        .member_integer("invoked", report.mapping.invoked)
        .member_integer("retried", report.mapping.retried)
        .member_integer("function_errors", report.mapping.function_errors)
        .member_integer("rewinds", report.mapping.rewinds)
        .member_integer("malformed", report.mapping.malformed)
        .end_object();
    json.key("firehose").raw(firehose_report_json(report.firehose)).key("faults").begin_object();
    for (const auto& [name, count] : report.faults)
        json.member_integer(name, count);
    return json.end_object().end_object().take();
}

base::Result<StreamPipelineReport> run_stream_pipeline(const StreamPipelineOptions& options,
                                                       const std::stop_token& source_ended,
                                                       const std::stop_token& stop) {
    if (auto checked = check_firehose(options.firehose); !checked)
        return std::move(checked).error();
    base::SystemClock clock;
    const auto dial = std::make_shared<FaultDial>(options.faults, options.seed);
    std::stop_source broken_off;  // by the caller, or since one half cannot go on
    const std::stop_callback on_stop(stop, [&] { broken_off.request_stop(); });
    std::stop_source all_sent;

    Delivery delivery(options, clock, broken_off.get_token());
    base::Result<base::Done> delivered = base::Done{};
    std::thread deliverer([&] {
        delivered = delivery.run(all_sent.get_token());
        if (!delivered) broken_off.request_stop();
    });
    base::Result<MappingCounts> sent = [&] {
        DynamoDbStreamSource source(options.dynamodb_port, options.stream_arn, clock);
        Forwarder forwarder(options, dial, clock);
        StreamMapping mapping(
            {.settings = options.mapping, .back_off = options.back_off}, source,
            [&](const std::string& event, std::size_t worker, const std::stop_token& worker_stop) {
                return forwarder.invoke(event, worker, worker_stop);
            },
            clock);
        return run_mapping(mapping, source_ended, broken_off.get_token());
    }();
    all_sent.request_stop();
    if (!sent) broken_off.request_stop();
    deliverer.join();
    if (!delivered) return std::move(delivered).error();
    if (!sent) return std::move(sent).error();
    return StreamPipelineReport{*sent, delivery.report(), dial->counts()};
}

}  // namespace local

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
#include "runtime/local/proxied_function.h"
#include "runtime/local/stream_source_dynamodb.h"

namespace local {
namespace {

constexpr std::int64_t kFunctionTimeoutMs = 60'000;
constexpr std::chrono::milliseconds kKinesisPoll{100};

// The mapping's workers, each with a function of its own.
class Forwarder {
  public:
    Forwarder(const StreamPipelineOptions& options, std::shared_ptr<FaultDial> dial,
              const base::Clock& clock)
        : options_(options), dial_(std::move(dial)), clock_(clock) {}

    base::Result<Outcome> invoke(const std::string& event, std::size_t worker,
                                 const std::stop_token& stop) {
        return function(worker).invoke({.body = event}, stop);
    }

  private:
    ProxiedFunction& function(std::size_t worker) {
        const std::scoped_lock lock(mutex_);
        while (functions_.size() <= worker) {
            Variables environment = options_.forwarder_settings;
            environment.insert({"KINESIS_STREAM_NAME", options_.kinesis_stream});
            functions_.emplace_back(FunctionOptions{.name = "stream_to_kinesis",
                                                    .bootstrap = options_.forwarder,
                                                    .environment = std::move(environment),
                                                    .timeout_ms = kFunctionTimeoutMs,
                                                    .on_output = options_.on_output},
                                    options_.aws_port, dial_, clock_);
        }
        return functions_[worker];
    }

    const StreamPipelineOptions& options_;
    std::shared_ptr<FaultDial> dial_;
    const base::Clock& clock_;
    std::mutex mutex_;
    std::deque<ProxiedFunction> functions_;
};

// Tells of each object that was put.
class WatchedStore final : public ObjectStore {
  public:
    WatchedStore(const StreamPipelineOptions& options)
        : store_(options.aws_port, options.bucket), on_object_(options.on_object) {}
    base::Result<base::Done> put(std::string_view key, std::string_view bytes) override {
        auto done = store_.put(key, bytes);
        if (done && on_object_) on_object_(key, bytes);
        return done;
    }

  private:
    S3Store store_;
    std::function<void(std::string_view, std::string_view)> on_object_;
};

// Kinesis -> Firehose -> S3, in one thread.
class Delivery {
  public:
    Delivery(const StreamPipelineOptions& options, base::Clock& clock, std::stop_token stop)
        : source_(options.aws_port, options.kinesis_stream),
          store_(options),
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

    // Until `all_sent` and everything was read after it; calls `each_round`.
    base::Result<base::Done> run(const std::stop_token& all_sent,
                                 const std::function<void()>& each_round) {
        while (!stop_.stop_requested()) {
            const bool last = all_sent.stop_requested();
            auto records = source_.read();
            if (!records) return std::move(records).error();
            const bool nothing = records->empty();
            for (KinesisRecord& record : *records)
                firehose_.put(std::move(record));
            if (last && nothing && source_.at_end()) return firehose_.drain();
            if (auto done = firehose_.run(); !done) return done;
            each_round();
            if (nothing) std::this_thread::sleep_for(kKinesisPoll);
        }
        return base::Error{base::ErrorKind::deadline_near, "the pipeline was stopped"};
    }

    [[nodiscard]] FirehoseReport report() const { return firehose_.report(); }

  private:
    KinesisSource source_;
    WatchedStore store_;
    std::stop_token stop_;
    base::SystemRandom random_;
    FunctionProcess function_;
    FirehoseEmulator firehose_;
};

}  // namespace

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
    const auto dial =
        options.dial ? options.dial : std::make_shared<FaultDial>(FaultShares{}, std::uint64_t{0});
    std::stop_source broken_off;  // by the caller, or since one half cannot go on
    const std::stop_callback on_stop(stop, [&] { broken_off.request_stop(); });
    std::stop_source all_sent;

    DynamoDbStreamSource source(options.dynamodb_port, options.stream_arn, clock);
    Forwarder forwarder(options, dial, clock);
    StreamMapping mapping(
        {.settings = options.mapping, .back_off = options.back_off}, source,
        [&](const std::string& event, std::size_t worker, const std::stop_token& worker_stop) {
            return forwarder.invoke(event, worker, worker_stop);
        },
        clock);
    Delivery delivery(options, clock, broken_off.get_token());
    const auto report = [&] {
        return StreamPipelineReport{mapping.counts(), delivery.report(), dial->counts()};
    };
    base::Result<base::Done> delivered = base::Done{};
    std::thread deliverer([&] {
        delivered = delivery.run(all_sent.get_token(), [&] {
            if (options.on_progress) options.on_progress(report());
        });
        if (!delivered) broken_off.request_stop();
    });
    const auto sent = run_mapping(mapping, source_ended, broken_off.get_token());
    all_sent.request_stop();
    if (!sent) broken_off.request_stop();
    deliverer.join();
    if (!delivered) return std::move(delivered).error();
    if (!sent) return sent.error();
    return report();
}

}  // namespace local

// stream_to_kinesis in process, from the bytes of the event to the bodies of its PutRecords
// requests, and the parts of that; one core, warm caches, no network.
//
//   forward_bench [--json] [--records N] [--seconds S] [--only NAME]
//   forward_bench --event FILE       writes the event of `forward` to FILE
//
// Each line: bytes of the event, the best and the median processor time of many runs in
// microseconds, and MB/s (10^6 bytes of the event per second) of the median. `forward` is an event
// of 6 MB with records of 1 KB (or N of them), native: parse, plan, the order of sending, and each
// request's body, which a Kinesis in the same process takes whole. `forward_100` is the same of 100
// records, `forward_line` and `forward_kpl` with these settings, `forward_parse` and `forward_plan`
// its first steps alone. `forward_largest` is the event of the most bytes a record, and the last
// line is the process's peak memory. --json: one object per line instead. Exit status: 0, 1 a run
// failed, 2 usage.
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/change_payload.h"
#include "common/aws/kinesis_client.h"
#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/event/dynamodb_event.h"
#include "functions/stream_to_kinesis/aggregate.h"
#include "functions/stream_to_kinesis/config.h"
#include "functions/stream_to_kinesis/plan.h"
#include "functions/stream_to_kinesis/send.h"

namespace {

using stream_to_kinesis::Config;
constexpr std::size_t kRecordsOfSixMegabytes = 10'000;  // the payload ends at 6 MB before that

struct Options {
    bool json = false;
    std::size_t records = kRecordsOfSixMegabytes;
    double seconds = 1;
    std::string only;
    std::string event_file;
};

// Of this process on a processor: what else the machine does is not counted.
double processor_seconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// Runs `work` until the time is over, and prints its line. `work` gives false where it failed.
bool measure(const Options& options, std::string_view name, std::size_t bytes,
             const std::function<bool()>& work) {
    if (!options.only.empty() && options.only != name) return true;
    std::vector<double> runs;
    const double begin = processor_seconds();
    while (runs.size() < 10 || processor_seconds() - begin < options.seconds) {
        const double start = processor_seconds();
        if (!work()) {
            fmt::print(stderr, "forward_bench: {} failed\n", name);
            return false;
        }
        runs.push_back(processor_seconds() - start);
    }
    std::sort(runs.begin(), runs.end());
    const double best = runs.front();
    const double median = runs[runs.size() / 2];
    const double mb_per_second = static_cast<double>(bytes) / median / 1e6;
    if (options.json) {
        fmt::print(
            R"({{"bench":"forward","name":"{}","bytes":{},"best_us":{:.1f},"median_us":{:.1f},"mb_per_second":{:.0f}}})"
            "\n",
            name, bytes, best * 1e6, median * 1e6, mb_per_second);
    } else {
        fmt::print("{:<20} {:>9} bytes  best {:>8.1f} us  median {:>8.1f} us  {:>6.0f} MB/s\n",
                   name, bytes, best * 1e6, median * 1e6, mb_per_second);
    }
    return true;
}

// Stores every record at once.
class InstantKinesis final : public aws::PutRecordsClient {
  public:
    http::Ticket start(const aws::PutRecordsRequest& request) override {
        const std::string body = aws::put_records_body(request);
        if (!body.ends_with("]}")) std::abort();
        done_.push_back(
            {++last_ticket_, std::vector<aws::PutRecordsResult>(
                                 request.entries.size(), {aws::PutRecordsState::confirmed, "1"})});
        return last_ticket_;
    }
    std::optional<aws::PutRecordsAnswer> wait(base::EpochMs /*until_ms*/) override {
        if (done_.empty()) return std::nullopt;
        aws::PutRecordsAnswer answer = std::move(done_.back());
        done_.pop_back();
        return answer;
    }
    aws::PutRecordsAnswer cancel(http::Ticket /*ticket*/) override { std::abort(); }

  private:
    std::vector<aws::PutRecordsAnswer> done_;
    http::Ticket last_ticket_ = 0;
};

// The function without runtime and network.
class Forwarder {
  public:
    explicit Forwarder(Config config) : config_(std::move(config)), transform_(config_, random_) {}

    bool parse(std::string_view event) {
        const auto records = event::parse_dynamodb_event(event);
        return records.ok() && records->front().record.ok();
    }
    bool plan(std::string_view event) {
        const auto planned = plan_event(event, config_, transform_);
        return planned && planned->outgoing.size() == planned->records.size();
    }
    bool forward(std::string_view event) {
        auto planned = plan_event(event, config_, transform_);
        if (!planned) return false;
        if (config_.aggregation == stream_to_kinesis::Aggregation::kpl) aggregator_.pack(*planned);
        const auto sent = send_records(planned->outgoing, {}, {kinesis_, clock_, random_, quota_});
        return planned->poison.empty() &&
               std::all_of(sent.deliveries.begin(), sent.deliveries.end(), [](auto delivery) {
                   return delivery == stream_to_kinesis::Delivery::confirmed;
               });
    }

  private:
    Config config_;
    base::SystemClock clock_;
    base::SystemRandom random_;
    aws::RetryQuota quota_;
    stream_to_kinesis::Transform transform_;
    stream_to_kinesis::Aggregator aggregator_;
    InstantKinesis kinesis_;
};

// 6 MB of records of two images of 400 KB, which is DynamoDB's largest item.
std::string largest_event() {
    const std::string image =
        R"("id":{"S":"largest"},"body":{"S":")" + std::string(409'000, 'x') + R"("})";
    std::string event = R"({"Records":[)";
    for (int i = 0; i < 7; ++i) {
        event += fmt::format(
            R"({}{{"eventID":"{}","eventName":"MODIFY","dynamodb":{{"Keys":{{"id":{{"S":"{}"}}}},)"
            R"("NewImage":{{{}}},"OldImage":{{{}}},"SequenceNumber":"{:021}"}},)"
            R"("eventSourceARN":"arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/x"}})",
            i == 0 ? "" : ",", i, i, image, image, 400'000'000'000 + i);
    }
    return event + "]}";
}

Config config() {
    Config made;
    made.stream = "changes";
    return made;
}

bool measure_all(const Options& options) {
    Config line = config();
    line.record_format = stream_to_kinesis::RecordFormat::line;
    Config kpl = config();
    kpl.aggregation = stream_to_kinesis::Aggregation::kpl;
    Forwarder native(config());
    Forwarder lines(line);
    Forwarder packed(kpl);
    const std::string event = bench::kilobyte_stream_event(options.records);
    const std::string small = bench::kilobyte_stream_event(100);
    const std::string largest = largest_event();
    const bool good =
        measure(options, "forward_parse", event.size(), [&] { return native.parse(event); }) &&
        measure(options, "forward_plan", event.size(), [&] { return native.plan(event); }) &&
        measure(options, "forward", event.size(), [&] { return native.forward(event); }) &&
        measure(options, "forward_100", small.size(), [&] { return native.forward(small); }) &&
        measure(options, "forward_line", event.size(), [&] { return lines.forward(event); }) &&
        measure(options, "forward_kpl", event.size(), [&] { return packed.forward(event); }) &&
        measure(options, "forward_largest", largest.size(),
                [&] { return native.forward(largest); });
    if (!good) return false;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    if (options.json) {
        fmt::print(R"({{"bench":"forward","name":"peak_memory","kib":{}}})"
                   "\n",
                   usage.ru_maxrss);
    } else {
        fmt::print("{:<20} {:>9} KiB, with the payloads of the bench\n", "peak memory",
                   usage.ru_maxrss);
    }
    return true;
}

bool read_options(int count, char** arguments, Options& options) {
    for (int i = 1; i < count; ++i) {
        const std::string_view name = arguments[i];
        const bool has_value = i + 1 < count;
        if (name == "--json") {
            options.json = true;
        } else if (name == "--records" && has_value) {
            options.records = std::strtoul(arguments[++i], nullptr, 10);
        } else if (name == "--seconds" && has_value) {
            options.seconds = std::strtod(arguments[++i], nullptr);
        } else if (name == "--only" && has_value) {
            options.only = arguments[++i];
        } else if (name == "--event" && has_value) {
            options.event_file = arguments[++i];
        } else {
            return false;
        }
    }
    return options.records > 0;
}

}  // namespace

int main(int count, char** arguments) {
    Options options;
    if (!read_options(count, arguments, options)) {
        fmt::print(stderr,
                   "usage: forward_bench [--json] [--records N] [--seconds S] [--only NAME] "
                   "[--event FILE]\n");
        return 2;
    }
    if (!options.event_file.empty()) {
        std::ofstream file(options.event_file, std::ios::binary);
        file << bench::kilobyte_stream_event(options.records);
        return file.good() ? 0 : 1;
    }
    return measure_all(options) ? 0 : 1;
}

// The alternative of dom_baseline.h in process, beside transform_bench and forward_bench: one core,
// warm caches.
//
//   dom_bench transform|forward [--json] [--seconds S]
//
// One line: bytes of the event, the best and the median time of many runs in microseconds, and MB/s
// (10^6 bytes of the event per second) of the median. Exit status: 0, 1 a run failed, 2 usage.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "bench/change_payload.h"
#include "bench/dom_baseline.h"
#include "bench/statistics.h"

namespace {

using Time = std::chrono::steady_clock;

constexpr std::size_t kRecords = 1'000;

struct Options {
    bool is_forward = false;
    bool json = false;
    double seconds = 2;
};

bool read_options(const std::vector<std::string_view>& arguments, Options& options) {
    if (arguments.empty() || (arguments[0] != "transform" && arguments[0] != "forward"))
        return false;
    options.is_forward = arguments[0] == "forward";
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        if (arguments[i] == "--json") {
            options.json = true;
        } else if (arguments[i] == "--seconds" && i + 1 < arguments.size()) {
            options.seconds = std::atof(arguments[++i].data());
        } else {
            return false;
        }
    }
    return options.seconds > 0;
}

double seconds_since(Time::time_point begin) {
    return std::chrono::duration<double>(Time::now() - begin).count();
}

// What each run took, in seconds; empty where one failed.
std::vector<double> measure(const Options& options, const std::string& event) {
    std::vector<double> runs;
    for (const auto begin = Time::now(); seconds_since(begin) < options.seconds;) {
        const auto start = Time::now();
        const bool good = options.is_forward ? !bench::dom_forward(event).empty()
                                             : !bench::dom_transform(event).empty();
        if (!good) return {};
        runs.push_back(seconds_since(start));
    }
    return runs;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    if (!read_options({argv + 1, argv + argc}, options)) {
        fmt::print(stderr, "usage: dom_bench transform|forward [--json] [--seconds S]\n");
        return 2;
    }
    const std::string event = options.is_forward ? bench::kilobyte_stream_event(SIZE_MAX)
                                                 : bench::firehose_event(kRecords);
    const std::vector<double> runs = measure(options, event);
    if (runs.empty()) {
        fmt::print(stderr, "dom_bench: a record could not be read\n");
        return 1;
    }
    const double best = bench::percentile(runs, 0);
    const double median = bench::median(runs);
    const double mb_per_second = static_cast<double>(event.size()) / median / 1e6;
    const std::string_view bench = options.is_forward ? "forward" : "transform";
    if (options.json) {
        fmt::print(R"({{"bench":"{}","name":"rapidjson_dom","bytes":{},"best_us":{:.1f},)"
                   R"("median_us":{:.1f},"mb_per_second":{:.0f}}})"
                   "\n",
                   bench, event.size(), best * 1e6, median * 1e6, mb_per_second);
    } else {
        fmt::print("{:<28} {:>9} bytes  best {:>8.1f} us  median {:>8.1f} us  {:>6.0f} MB/s\n",
                   "rapidjson_dom", event.size(), best * 1e6, median * 1e6, mb_per_second);
    }
    return 0;
}

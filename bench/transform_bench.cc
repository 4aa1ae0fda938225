// firehose_transform in process, from the bytes of the event to the bytes of the response, and the
// parts that it stands on; one core, its processor time (so that a busy machine does little harm),
// warm caches.
//
//   transform_bench [--json] [--records N] [--seconds S] [--only NAME]
//   transform_bench --event FILE      writes the event of the first line (1,000 records) to FILE
//   transform_bench --check N         checks N random records, half of them hostile: the fast way,
//   the
//                                     plain way and RapidJSON's tree must give the same lines
//
// Each line: bytes of the input, the best and the median time of many runs in microseconds, and
// MB/s (10^6 bytes of input per second) of the median. `firehose_transform` is native records to
// lines; `stream_event` and `firehose_event` are the parsers alone, validating. The last line is
// the largest legal event (6 MB) with the process's peak memory. --json: one object per line
// instead. Exit status: 0, 1 a run failed, 2 usage.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <string>
#include <sys/resource.h>
#include <vector>

#include <fmt/format.h>

#include "bench/change_payload.h"
#include "common/codec/base64.h"
#include "common/dynamodb/line_walk.h"
#include "common/event/dynamodb_event.h"
#include "common/event/firehose_event.h"
#include "functions/firehose_transform/config.h"
#include "functions/firehose_transform/response.h"
#include "functions/firehose_transform/transform.h"
#include "tests/functions/firehose_transform/change_generator.h"
#include "tests/functions/firehose_transform/one_pass_check.h"

namespace {

using Time = std::chrono::steady_clock;

struct Options {
    bool json = false;
    std::size_t records = 1'000;
    double seconds = 1;
    std::string only;
    std::size_t check = 0;
    std::string event_file;
};

double seconds_since(Time::time_point begin) {
    return std::chrono::duration<double>(Time::now() - begin).count();
}

double processor_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// Runs `work` until the time is over, and prints its line. `work` gives false where it failed.
bool measure(const Options& options, std::string_view name, std::size_t bytes,
             const std::function<bool()>& work) {
    if (!options.only.empty() && options.only != name) return true;
    std::vector<double> runs;
    const auto begin = Time::now();
    while (runs.size() < 10 || seconds_since(begin) < options.seconds) {
        const double start = processor_seconds();
        if (!work()) {
            fmt::print(stderr, "transform_bench: {} failed\n", name);
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
            R"({{"bench":"transform","name":"{}","bytes":{},"best_us":{:.1f},"median_us":{:.1f},"mb_per_second":{:.0f}}})"
            "\n",
            name, bytes, best * 1e6, median * 1e6, mb_per_second);
    } else {
        fmt::print("{:<28} {:>9} bytes  best {:>8.1f} us  median {:>8.1f} us  {:>6.0f} MB/s\n",
                   name, bytes, best * 1e6, median * 1e6, mb_per_second);
    }
    return true;
}

bool transform(std::string_view event, firehose_transform::RecordTransform& transform,
               std::size_t ok_wanted) {
    const auto records = event::parse_firehose_event(event);
    if (!records) return false;
    const auto response = firehose_transform::transform_batch(*records, transform);
    return response.ok() && response->ok == ok_wanted;
}

bool measure_lines(const Options& options) {
    std::vector<std::string> records;
    std::size_t bytes = 0;
    for (std::uint64_t i = 0; i < options.records; ++i)
        bytes += records.emplace_back(bench::change_record(i)).size();
    dynamodb::LineWalk walk({});
    return measure(options, "change_line", bytes, [&] {
        return std::all_of(records.begin(), records.end(), [&](const std::string& record) {
            return walk.write(record) != nullptr;
        });
    });
}

bool measure_codec(const Options& options) {
    std::string json;
    for (std::uint64_t i = 0; i < options.records; ++i)
        json += bench::change_record(i);
    const std::string base64 = codec::base64_encode(json);
    std::string out(base64.size(), '\0');
    return measure(options, "base64_encode", json.size(),
                   [&] { return codec::base64_encode_to(out.data(), json) != nullptr; }) &&
           measure(options, "base64_decode", base64.size(), [&] {
               return codec::base64_decode_to(out.data(), base64).value_or(0) == json.size();
           });
}

bool measure_all(const Options& options) {
    const firehose_transform::Config config;
    firehose_transform::RecordTransform native(config);
    const std::string event = bench::firehose_event(options.records);
    const std::string largest = bench::largest_firehose_event();
    const std::size_t largest_records = event::parse_firehose_event(largest)->size();
    const std::string stream = bench::stream_event(options.records);
    const bool good = measure(options, "firehose_transform", event.size(),
                              [&] { return transform(event, native, options.records); }) &&
                      measure(options, "firehose_event", event.size(),
                              [&] { return event::parse_firehose_event(event).ok(); }) &&
                      measure(options, "stream_event", stream.size(),
                              [&] {
                                  const auto records = event::parse_dynamodb_event(stream);
                                  return records.ok() && records->size() == options.records &&
                                         records->front().record.ok();
                              }) &&
                      measure_lines(options) && measure_codec(options) &&
                      measure(options, "firehose_transform_largest", largest.size(),
                              [&] { return transform(largest, native, largest_records); });
    if (!good) return false;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    if (options.json) {
        fmt::print(R"({{"bench":"transform","name":"peak_memory","kib":{}}})"
                   "\n",
                   usage.ru_maxrss);
    } else {
        fmt::print("{:<28} {:>9} KiB, with the payloads of the bench\n", "peak memory",
                   usage.ru_maxrss);
    }
    return true;
}

bool check_records(std::size_t records) {
    tests::ChangeGenerator changes(records);
    tests::OnePassCheck check({});
    for (std::size_t i = 0; i < records; ++i) {
        const std::string record = i % 2 == 0 ? changes.record() : changes.hostile_record();
        const std::string difference = check.difference(record);
        if (difference.empty()) continue;
        fmt::print(stderr, "transform_bench: record {}: {}\n{}\n", i, difference, record);
        return false;
    }
    fmt::print("{} records agree; {} have a line, {} of them by the fast way\n", records,
               check.lines(), check.walked());
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
        } else if (name == "--check" && has_value) {
            options.check = std::strtoul(arguments[++i], nullptr, 10);
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
                   "usage: transform_bench [--json] [--records N] [--seconds S] [--only NAME] "
                   "[--event FILE] [--check N]\n");
        return 2;
    }
    if (!options.event_file.empty()) {
        std::ofstream file(options.event_file, std::ios::binary);
        file << bench::firehose_event(options.records);
        return file.good() ? 0 : 1;
    }
    if (options.check > 0) return check_records(options.check) ? 0 : 1;
    return measure_all(options) ? 0 : 1;
}

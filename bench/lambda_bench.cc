// lakefeed's functions against the same functions in other languages: whole invocations through a
// loopback Runtime API, and for the forwarder a Kinesis that takes its time.
//
//   lambda_bench transform|forward [--json] [--event small|usual|largest] [--rounds N]
//                [--invocations N] [--latency-ms N] [--floor NAME=COMMAND…] NAME=COMMAND…
//
// The first candidate is the reference of the ratios, and all others must give the same answer as
// it does, record by record (canonical.h); one that does not fails the bench. A --floor is measured
// beside them and may answer what it likes: what the transport alone takes. Candidates take turns
// in short blocks, so that whatever else the machine does falls on all of them; a ratio is the
// median of the ratios of the rounds. Times of wall are from the event's first byte sent to the
// following `next`; processor time is that of the candidate's process alone; the peak is that of
// its resident size. Exit status: 0, 1 where a candidate failed, 2 for wrong arguments.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/candidate.h"
#include "bench/canonical.h"
#include "bench/change_payload.h"
#include "bench/cost.h"
#include "bench/fake_kinesis.h"
#include "bench/loop_server.h"
#include "bench/statistics.h"

namespace {

constexpr std::size_t kWarmUps = 5;
constexpr std::size_t kMemoriesMb[] = {128, 256, 512};
constexpr std::string_view kNoFailures = R"({"batchItemFailures":[]})";

struct Contestant {
    bench::Candidate candidate;
    bool is_floor = false;
};

struct Options {
    bool json = false;
    bool is_forward = false;
    std::string event = "usual";
    std::size_t rounds = 40;
    std::size_t invocations = 5;  // of each candidate in a round
    std::size_t latency_ms = 20;
    std::vector<Contestant> contestants;
};

struct Figures {
    std::vector<double> wall_ms;             // of all invocations
    std::vector<double> wall_round_p50;      // one for each round
    std::vector<double> processor_round_ms;  // of one invocation, one for each round
    double peak_mb = 0;
};

std::optional<std::size_t> parse_count(std::string_view text) {
    std::size_t count = 0;
    const auto [stop, error] = std::from_chars(text.begin(), text.end(), count);
    if (error != std::errc() || stop != text.end()) return std::nullopt;
    return count;
}

bool set_option(Options& options, std::string_view name, std::string_view value) {
    if (name == "--event") {
        options.event = value;
        return value == "small" || value == "usual" || value == "largest";
    }
    if (name == "--floor") {
        auto candidate = bench::parse_candidate(value);
        if (candidate) options.contestants.push_back({std::move(*candidate), true});
        return candidate.has_value();
    }
    const auto count = parse_count(value);
    if (!count) return false;
    if (name == "--rounds") {
        options.rounds = *count;
    } else if (name == "--invocations") {
        options.invocations = *count;
    } else if (name == "--latency-ms") {
        options.latency_ms = *count;
        return true;
    } else {
        return false;
    }
    return *count > 0;
}

std::optional<Options> parse_options(const std::vector<std::string_view>& arguments) {
    Options options;
    if (arguments.empty() || (arguments[0] != "transform" && arguments[0] != "forward"))
        return std::nullopt;
    options.is_forward = arguments[0] == "forward";
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        if (arguments[i] == "--json") {
            options.json = true;
        } else if (arguments[i].starts_with("--")) {
            if (i + 1 == arguments.size()) return std::nullopt;
            if (!set_option(options, arguments[i], arguments[i + 1])) return std::nullopt;
            ++i;
        } else {
            auto candidate = bench::parse_candidate(arguments[i]);
            if (!candidate) return std::nullopt;
            options.contestants.push_back({std::move(*candidate)});
        }
    }
    std::ranges::stable_partition(options.contestants,
                                  [](const Contestant& one) { return !one.is_floor; });
    if (options.contestants.empty() || options.contestants[0].is_floor) return std::nullopt;
    return options;
}

struct Payload {
    std::string event;
    std::size_t records = 0;
};

std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos;
         at = text.find(part, at + part.size()))
        ++count;
    return count;
}

Payload make_payload(const Options& options) {
    constexpr std::size_t kSmall = 100;
    constexpr std::size_t kUsual = 1'000;
    Payload payload;
    if (options.is_forward) {
        payload.event = bench::kilobyte_stream_event(options.event == "small" ? kSmall : SIZE_MAX);
        payload.records = count_of(payload.event, R"("eventID":)");
    } else {
        payload.event = options.event == "largest"
                            ? bench::largest_firehose_event()
                            : bench::firehose_event(options.event == "small" ? kSmall : kUsual);
        payload.records = count_of(payload.event, R"("recordId":)");
    }
    return payload;
}

std::vector<std::string> make_environment(const bench::FakeKinesis& kinesis) {
    return {"KINESIS_STREAM_NAME=orders",
            "AWS_ENDPOINT_URL_KINESIS=" + kinesis.url(),
            "AWS_ACCESS_KEY_ID=AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            "AWS_DEFAULT_REGION=us-east-1",
            "AWS_EC2_METADATA_DISABLED=true"};
}

// Runs the candidates and keeps what they took.
class Race {
  public:
    explicit Race(const Options& options)
        : options_(options),
          payload_(make_payload(options)),
          kinesis_(std::chrono::milliseconds(options.latency_ms)) {
        for (const Contestant& contestant : options.contestants) {
            bench::Candidate candidate = contestant.candidate;
            std::ranges::move(make_environment(kinesis_),
                              std::back_inserter(candidate.environment));
            servers_.emplace_back(std::move(candidate));
        }
        figures_.resize(servers_.size());
    }

    bool run() {
        for (std::size_t i = 0; i < servers_.size(); ++i) {
            if (servers_[i].start() < 0 || !check(i) || !run_block(i, kWarmUps, nullptr))
                return fail(i, "did not start or ended");
        }
        bench::Orders orders(servers_.size());
        for (std::size_t round = 0; round < options_.rounds; ++round) {
            for (const std::size_t i : orders.next()) {
                if (!run_block(i, options_.invocations, &figures_[i])) return fail(i, "ended");
            }
        }
        for (std::size_t i = 0; i < servers_.size(); ++i)
            figures_[i].peak_mb = static_cast<double>(servers_[i].peak_bytes()) / 1048576;
        return true;
    }

    [[nodiscard]] const Payload& payload() const { return payload_; }
    [[nodiscard]] const std::vector<Figures>& figures() const { return figures_; }

  private:
    bool fail(std::size_t at, std::string_view what) const {
        fmt::print(stderr, "lambda_bench: {} {}\n", servers_[at].name(), what);
        return false;
    }

    // The same work as the first candidate's.
    bool check(std::size_t at) {
        if (options_.contestants[at].is_floor) return true;
        kinesis_.keep_bodies(true);
        const auto invocation = servers_[at].invoke(payload_.event);
        kinesis_.keep_bodies(false);
        const auto bodies = kinesis_.take_bodies();
        if (!invocation) return fail(at, "did not answer");
        auto lines = options_.is_forward ? bench::canonical_forward(bodies)
                                         : bench::canonical_transform(invocation->answer);
        if (options_.is_forward && bench::canonical_json(invocation->answer) != kNoFailures)
            return fail(at, "did not forward all records");
        if (!lines || lines->size() != payload_.records)
            return fail(at, "gave an answer that cannot be read, or not one for each record");
        if (at == 0) reference_ = std::move(*lines);
        const auto [ours, theirs] =
            std::ranges::mismatch(reference_, at == 0 ? reference_ : *lines);
        if (ours == reference_.end()) return true;
        fmt::print(stderr, "lambda_bench: {} answered\n  {}\nand not\n  {}\n", servers_[at].name(),
                   *theirs, *ours);
        return false;
    }

    // `figures` may be null: nothing is kept then.
    bool run_block(std::size_t at, std::size_t count, Figures* figures) {
        bench::LoopServer& server = servers_[at];
        std::vector<double> block;
        const std::int64_t processor_before_ns = server.processor_ns();
        for (std::size_t i = 0; i < count; ++i) {
            const auto invocation = server.invoke(payload_.event);
            if (!invocation) return false;
            block.push_back(static_cast<double>(invocation->took_ns) / 1e6);
        }
        const auto processor_ns = static_cast<double>(server.processor_ns() - processor_before_ns);
        if (figures == nullptr) return true;
        figures->processor_round_ms.push_back(processor_ns / 1e6 / static_cast<double>(count));
        figures->wall_ms.insert(figures->wall_ms.end(), block.begin(), block.end());
        figures->wall_round_p50.push_back(bench::median(std::move(block)));
        return true;
    }

    const Options& options_;
    Payload payload_;
    bench::FakeKinesis kinesis_;
    std::deque<bench::LoopServer> servers_;
    std::vector<Figures> figures_;
    std::vector<std::string> reference_;
};

// What is printed of one candidate.
struct Row {
    std::string_view name;
    double wall_p50_ms, wall_p99_ms, wall_best_ms, wall_ratio;
    double processor_ms, processor_ratio;
    double peak_mb;
    std::vector<std::optional<double>> cost;  // for each of kMemoriesMb; none where it does not fit
};

std::vector<Row> make_rows(const Options& options, const Race& race) {
    std::vector<Row> rows;
    const Figures& first = race.figures().front();
    for (std::size_t i = 0; i < race.figures().size(); ++i) {
        const Figures& f = race.figures()[i];
        Row row = {.name = options.contestants[i].candidate.name,
                   .wall_p50_ms = bench::median(f.wall_ms),
                   .wall_p99_ms = bench::percentile(f.wall_ms, 0.99),
                   .wall_best_ms = bench::percentile(f.wall_ms, 0),
                   .wall_ratio = bench::ratio(f.wall_round_p50, first.wall_round_p50),
                   .processor_ms = bench::median(f.processor_round_ms),
                   .processor_ratio = bench::ratio(f.processor_round_ms, first.processor_round_ms),
                   .peak_mb = f.peak_mb,
                   .cost = {}};
        for (const std::size_t mb : kMemoriesMb) {
            const auto memory_mb = static_cast<double>(mb);
            const bench::InvocationTime time = {row.wall_p50_ms, row.processor_ms};
            row.cost.push_back(row.peak_mb <= memory_mb
                                   ? std::optional(bench::cost_per_million_records(
                                         time, memory_mb, race.payload().records))
                                   : std::nullopt);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

std::string cost_text(const std::optional<double>& cost, std::string_view absent) {
    return cost ? fmt::format("{:.5f}", *cost) : std::string(absent);
}

void print_table(const Options& options, const Race& race) {
    fmt::print("{} records, {} bytes, {} invocations each", race.payload().records,
               race.payload().event.size(), options.rounds * options.invocations);
    if (options.is_forward) fmt::print(", PutRecords takes {} ms", options.latency_ms);
    fmt::print("\n{:<22}{:>9}{:>9}{:>9}{:>8}{:>9}{:>8}{:>9}{:>27}\n", "", "wall", "wall", "wall",
               "ratio", "cpu", "ratio", "peak", "$ per million records at");
    fmt::print("{:<22}{:>9}{:>9}{:>9}{:>8}{:>9}{:>8}{:>9}{:>9}{:>9}{:>9}\n", "candidate", "p50 ms",
               "p99 ms", "best ms", "p50", "p50 ms", "p50", "MB", "128 MB", "256 MB", "512 MB");
    for (const Row& row : make_rows(options, race)) {
        fmt::print("{:<22}{:>9.2f}{:>9.2f}{:>9.2f}{:>8.2f}{:>9.2f}{:>8.2f}{:>9.1f}", row.name,
                   row.wall_p50_ms, row.wall_p99_ms, row.wall_best_ms, row.wall_ratio,
                   row.processor_ms, row.processor_ratio, row.peak_mb);
        for (const auto& cost : row.cost)
            fmt::print("{:>9}", cost_text(cost, "-"));
        fmt::print("\n");
    }
    fmt::print("{}\n", bench::kCostNote);
}

void print_json(const Options& options, const Race& race) {
    fmt::print(R"({{"bench":"{}","event":"{}","records":{},"event_bytes":{},"invocations":{},)"
               R"("latency_ms":{},"cost_note":"{}","candidates":[)",
               options.is_forward ? "forward" : "transform", options.event, race.payload().records,
               race.payload().event.size(), options.rounds * options.invocations,
               options.is_forward ? options.latency_ms : 0, bench::kCostNote);
    std::string_view comma;
    for (const Row& row : make_rows(options, race)) {
        fmt::print(R"({}{{"name":"{}","wall_p50_ms":{:.3f},"wall_p99_ms":{:.3f},)"
                   R"("wall_best_ms":{:.3f},"wall_ratio":{:.3f},"cpu_p50_ms":{:.3f},)"
                   R"("cpu_ratio":{:.3f},"peak_mb":{:.2f},"usd_per_million_records":{{)",
                   std::exchange(comma, ","), row.name, row.wall_p50_ms, row.wall_p99_ms,
                   row.wall_best_ms, row.wall_ratio, row.processor_ms, row.processor_ratio,
                   row.peak_mb);
        for (std::size_t i = 0; i < row.cost.size(); ++i) {
            fmt::print(R"({}"{}":{})", i == 0 ? "" : ",", kMemoriesMb[i],
                       cost_text(row.cost[i], "null"));
        }
        fmt::print("}}}}");
    }
    fmt::print("]}}\n");
}

}  // namespace

int main(int argc, char** argv) {
    const auto options = parse_options({argv + 1, argv + argc});
    if (!options) {
        fmt::print(stderr,
                   "usage: lambda_bench transform|forward [--json] [--event small|usual|largest] "
                   "[--rounds N] [--invocations N] [--latency-ms N] [--floor NAME=COMMAND…] "
                   "NAME=COMMAND…\n");
        return 2;
    }
    Race race(*options);
    if (!race.run()) return 1;
    options->json ? print_json(*options, race) : print_table(*options, race);
    return 0;
}

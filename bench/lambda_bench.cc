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
// following `next`; processor time is that of the candidate's process alone, the mean of a
// block; the peak is that of its resident size. On a busy machine the best figures say most. Exit
// status: 0, 1 where a candidate failed, 2 for wrong arguments.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/candidate.h"
#include "bench/cost.h"
#include "bench/race.h"
#include "bench/statistics.h"

namespace {

constexpr std::size_t kMemoriesMb[] = {128, 256, 512};

struct Options {
    bool json = false;
    bench::RaceSettings race;
};

std::optional<std::size_t> parse_count(std::string_view text) {
    std::size_t count = 0;
    const auto [stop, error] = std::from_chars(text.begin(), text.end(), count);
    if (error != std::errc() || stop != text.end()) return std::nullopt;
    return count;
}

bool set_option(Options& options, std::string_view name, std::string_view value) {
    if (name == "--event") {
        options.race.event = value;
        return value == "small" || value == "usual" || value == "largest";
    }
    if (name == "--floor") {
        auto candidate = bench::parse_candidate(value);
        if (candidate) options.race.contestants.push_back({std::move(*candidate), true});
        return candidate.has_value();
    }
    const auto count = parse_count(value);
    if (!count) return false;
    if (name == "--rounds") {
        options.race.rounds = *count;
    } else if (name == "--invocations") {
        options.race.invocations = *count;
    } else if (name == "--latency-ms") {
        options.race.latency_ms = *count;
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
    options.race.is_forward = arguments[0] == "forward";
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
            options.race.contestants.push_back({std::move(*candidate)});
        }
    }
    std::ranges::stable_partition(options.race.contestants,
                                  [](const bench::Contestant& one) { return !one.is_floor; });
    if (options.race.contestants.empty() || options.race.contestants[0].is_floor)
        return std::nullopt;
    return options;
}

// What is printed of one candidate.
struct Row {
    std::string_view name;
    double wall_p50_ms, wall_p99_ms, wall_best_ms, wall_ratio, wall_best_ratio;
    double processor_ms, processor_best_ms, processor_ratio;
    double peak_mb;
    std::vector<std::optional<double>> cost;  // for each of kMemoriesMb; none where it does not fit
};

std::vector<Row> make_rows(const Options& options, const bench::Race& race) {
    std::vector<Row> rows;
    const bench::Figures& first = race.figures().front();
    for (std::size_t i = 0; i < race.figures().size(); ++i) {
        const bench::Figures& f = race.figures()[i];
        Row row = {.name = options.race.contestants[i].candidate.name,
                   .wall_p50_ms = bench::median(f.wall_ms),
                   .wall_p99_ms = bench::percentile(f.wall_ms, 0.99),
                   .wall_best_ms = bench::percentile(f.wall_ms, 0),
                   .wall_ratio = bench::ratio(f.wall_round_p50, first.wall_round_p50),
                   .wall_best_ratio =
                       bench::percentile(f.wall_ms, 0) / bench::percentile(first.wall_ms, 0),
                   .processor_ms = bench::median(f.processor_round_ms),
                   .processor_best_ms = bench::percentile(f.processor_round_ms, 0),
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

void print_table(const Options& options, const bench::Race& race) {
    fmt::print("{} records, {} bytes, {} invocations each", race.payload().records,
               race.payload().event.size(), options.race.rounds * options.race.invocations);
    if (options.race.is_forward) fmt::print(", PutRecords takes {} ms", options.race.latency_ms);
    fmt::print("\n{:<22}{:>9}{:>9}{:>9}{:>8}{:>8}{:>9}{:>9}{:>8}{:>8}{:>27}\n", "", "wall", "wall",
               "wall", "ratio", "ratio", "cpu", "cpu", "ratio", "peak", "$ per million records at");
    fmt::print("{:<22}{:>9}{:>9}{:>9}{:>8}{:>8}{:>9}{:>9}{:>8}{:>8}{:>9}{:>9}{:>9}\n", "candidate",
               "p50 ms", "p99 ms", "best ms", "p50", "best", "p50 ms", "best ms", "p50", "MB",
               "128 MB", "256 MB", "512 MB");
    for (const Row& row : make_rows(options, race)) {
        fmt::print("{:<22}{:>9.2f}{:>9.2f}{:>9.2f}{:>8.2f}{:>8.2f}{:>9.2f}{:>9.2f}{:>8.2f}{:>8.1f}",
                   row.name, row.wall_p50_ms, row.wall_p99_ms, row.wall_best_ms, row.wall_ratio,
                   row.wall_best_ratio, row.processor_ms, row.processor_best_ms,
                   row.processor_ratio, row.peak_mb);
        for (const auto& cost : row.cost)
            fmt::print("{:>9}", cost_text(cost, "-"));
        fmt::print("\n");
    }
    fmt::print("{}\n", bench::kCostNote);
}

void print_json(const Options& options, const bench::Race& race) {
    fmt::print(R"({{"bench":"{}","event":"{}","records":{},"event_bytes":{},"invocations":{},)"
               R"("latency_ms":{},"cost_note":"{}","candidates":[)",
               options.race.is_forward ? "forward" : "transform", options.race.event,
               race.payload().records, race.payload().event.size(),
               options.race.rounds * options.race.invocations,
               options.race.is_forward ? options.race.latency_ms : 0, bench::kCostNote);
    std::string_view comma;
    for (const Row& row : make_rows(options, race)) {
        fmt::print(
            R"({}{{"name":"{}","wall_p50_ms":{:.3f},"wall_p99_ms":{:.3f},)"
            R"("wall_best_ms":{:.3f},"wall_ratio":{:.3f},"wall_best_ratio":{:.3f},)"
            R"("cpu_p50_ms":{:.3f},"cpu_best_ms":{:.3f},"cpu_ratio":{:.3f},"peak_mb":{:.2f},"usd_per_million_records":{{)",
            std::exchange(comma, ","), row.name, row.wall_p50_ms, row.wall_p99_ms, row.wall_best_ms,
            row.wall_ratio, row.wall_best_ratio, row.processor_ms, row.processor_best_ms,
            row.processor_ratio, row.peak_mb);
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
    bench::Race race(options->race);
    if (!race.run()) return 1;
    options->json ? print_json(*options, race) : print_table(*options, race);
    return 0;
}

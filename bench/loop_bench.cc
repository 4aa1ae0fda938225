// What the invocation loop costs, against bare sockets and other runtimes.
//
//   loop_bench [--json] [--invocations N] [--spawns N] [--event-bytes N] NAME=COMMAND…
//
// Measured for each candidate: an invocation that gives its event back, from the event sent to the
// next `next` received; and the time from before the start of the process to its first `next`. The
// first candidate is the baseline of the ratios. Candidates take turns in short blocks, so that
// whatever else the machine does falls on all of them; a ratio is the median of the ratios of the
// rounds. Exit status: 0, 1 where a candidate failed, 2 for wrong arguments.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/candidate.h"
#include "bench/loop_server.h"
#include "bench/statistics.h"

namespace {

constexpr std::size_t kRounds = 40;
constexpr std::size_t kWarmUps = 200;
// Of a round's first invocations, while caches fill again.
constexpr std::size_t kLeftOut = 20;

struct Options {
    bool json = false;
    std::size_t invocations = 20'000;
    std::size_t spawns = 200;
    std::size_t event_bytes = 2;
    std::vector<bench::Candidate> candidates;
};

struct Figures {
    std::vector<double> invocation_us;         // of all rounds
    std::vector<double> invocation_round_p50;  // one for each round
    std::vector<double> spawn_ms;
};

std::optional<std::size_t> parse_count(std::string_view text) {
    std::size_t count = 0;
    const auto [stop, error] = std::from_chars(text.begin(), text.end(), count);
    if (error != std::errc() || stop != text.end() || count == 0) return std::nullopt;
    return count;
}

std::optional<Options> parse_options(const std::vector<std::string_view>& arguments) {
    Options options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        if (argument == "--json") {
            options.json = true;
        } else if (argument.starts_with("--")) {
            const auto count = i + 1 < arguments.size() ? parse_count(arguments[++i])
                                                        : std::optional<std::size_t>();
            if (!count) return std::nullopt;
            if (argument == "--invocations") {
                options.invocations = *count;
            } else if (argument == "--spawns") {
                options.spawns = *count;
            } else if (argument == "--event-bytes") {
                options.event_bytes = std::max<std::size_t>(*count, 2);
            } else {
                return std::nullopt;
            }
        } else {
            auto candidate = bench::parse_candidate(argument);
            if (!candidate) return std::nullopt;
            options.candidates.push_back(std::move(*candidate));
        }
    }
    if (options.candidates.empty()) return std::nullopt;
    return options;
}

bool measure_spawns(std::deque<bench::LoopServer>& servers, std::size_t spawns,
                    std::vector<Figures>& figures) {
    for (std::size_t round = 0; round < spawns; ++round) {
        for (std::size_t i = 0; i < servers.size(); ++i) {
            // Each round begins with another one, as a start is slower after that of a large
            // program.
            const std::size_t turn = (i + round) % servers.size();
            const std::int64_t took_ns = servers[turn].start();
            servers[turn].stop();
            if (took_ns < 0) {
                fmt::print(stderr, "loop_bench: {} did not ask for an invocation\n",
                           servers[turn].name());
                return false;
            }
            figures[turn].spawn_ms.push_back(static_cast<double>(took_ns) / 1e6);
        }
    }
    return true;
}

// One candidate's block of a round.
bool measure_block(bench::LoopServer& server, const std::string& event, std::size_t count,
                   Figures* figures) {
    std::vector<double> block;
    for (std::size_t i = 0; i < count + kLeftOut; ++i) {
        const auto invocation = server.invoke(event);
        if (!invocation || invocation->answer != event) {
            fmt::print(stderr, "loop_bench: {} did not give the event back\n", server.name());
            return false;
        }
        if (i >= kLeftOut) block.push_back(static_cast<double>(invocation->took_ns) / 1e3);
    }
    if (figures == nullptr) return true;
    figures->invocation_us.insert(figures->invocation_us.end(), block.begin(), block.end());
    figures->invocation_round_p50.push_back(bench::median(std::move(block)));
    return true;
}

bool measure_invocations(std::deque<bench::LoopServer>& servers, const Options& options,
                         std::vector<Figures>& figures) {
    const std::string event = '"' + std::string(options.event_bytes - 2, 'x') + '"';
    for (auto& server : servers) {
        if (server.start() < 0 || !measure_block(server, event, kWarmUps, nullptr)) return false;
    }
    const std::size_t count = std::max<std::size_t>(options.invocations / kRounds, 1);
    bench::Orders orders(servers.size());
    for (std::size_t round = 0; round < kRounds; ++round) {
        for (const std::size_t turn : orders.next()) {
            if (!measure_block(servers[turn], event, count, &figures[turn])) return false;
        }
    }
    return true;
}

void print_table(const Options& options, const std::vector<Figures>& figures) {
    fmt::print("{:<20}{:>12}{:>12}{:>8}{:>16}{:>8}\n", "", "invocation", "invocation", "ratio",
               "start to next", "ratio");
    fmt::print("{:<20}{:>12}{:>12}{:>8}{:>16}{:>8}\n", "candidate", "p50 us", "p99 us", "p50",
               "p50 ms", "p50");
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const Figures& f = figures[i];
        fmt::print("{:<20}{:>12.1f}{:>12.1f}{:>8.2f}{:>16.2f}{:>8.2f}\n",
                   options.candidates[i].name, bench::median(f.invocation_us),
                   bench::percentile(f.invocation_us, 0.99),
                   bench::ratio(f.invocation_round_p50, figures[0].invocation_round_p50),
                   bench::median(f.spawn_ms), bench::ratio(f.spawn_ms, figures[0].spawn_ms));
    }
}

void print_json(const Options& options, const std::vector<Figures>& figures) {
    fmt::print(R"({{"bench":"loop","invocations":{},"spawns":{},"event_bytes":{},"candidates":[)",
               options.invocations, options.spawns, options.event_bytes);
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const Figures& f = figures[i];
        fmt::print(R"({}{{"name":"{}","invocation_p50_us":{:.2f},"invocation_p99_us":{:.2f},)"
                   R"("invocation_ratio":{:.3f},"start_p50_ms":{:.3f},"start_ratio":{:.3f}}})",
                   i == 0 ? "" : ",", options.candidates[i].name, bench::median(f.invocation_us),
                   bench::percentile(f.invocation_us, 0.99),
                   bench::ratio(f.invocation_round_p50, figures[0].invocation_round_p50),
                   bench::median(f.spawn_ms), bench::ratio(f.spawn_ms, figures[0].spawn_ms));
    }
    fmt::print("]}}\n");
}

}  // namespace

int main(int argc, char** argv) {
    const auto options = parse_options({argv + 1, argv + argc});
    if (!options) {
        fmt::print(stderr,
                   "usage: loop_bench [--json] [--invocations N] [--spawns N] "
                   "[--event-bytes N] NAME=COMMAND…\n");
        return 2;
    }
    std::deque<bench::LoopServer> servers;
    for (const auto& candidate : options->candidates)
        servers.emplace_back(candidate);
    std::vector<Figures> figures(servers.size());
    if (!measure_spawns(servers, options->spawns, figures) ||
        !measure_invocations(servers, *options, figures))
        return 1;
    if (options->json) {
        print_json(*options, figures);
    } else {
        print_table(*options, figures);
    }
    return 0;
}

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
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "bench/loop_server.h"

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

double percentile(std::vector<double> values, double part) {
    if (values.empty()) return 0;
    const auto at = static_cast<std::size_t>(part * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at),
                     values.end());
    return values[at];
}

double median(std::vector<double> values) {
    return percentile(std::move(values), 0.5);
}

// The median over the rounds of what a candidate took by what the baseline took.
double ratio(const std::vector<double>& candidate, const std::vector<double>& baseline) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < std::min(candidate.size(), baseline.size()); ++i)
        ratios.push_back(candidate[i] / baseline[i]);
    return median(std::move(ratios));
}

std::optional<std::size_t> parse_count(std::string_view text) {
    std::size_t count = 0;
    const auto [stop, error] = std::from_chars(text.begin(), text.end(), count);
    if (error != std::errc() || stop != text.end() || count == 0) return std::nullopt;
    return count;
}

bench::Candidate parse_candidate(std::string_view text) {
    const std::size_t equals = text.find('=');
    bench::Candidate candidate = {.name = std::string(text.substr(0, equals)), .command = {}};
    text.remove_prefix(equals + 1);
    while (!text.empty()) {
        const std::size_t blank = std::min(text.find(' '), text.size());
        candidate.command.emplace_back(text.substr(0, blank));
        text.remove_prefix(std::min(blank + 1, text.size()));
    }
    return candidate;
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
        } else if (argument.find('=') != std::string_view::npos) {
            options.candidates.push_back(parse_candidate(argument));
        } else {
            return std::nullopt;
        }
    }
    if (options.candidates.empty()) return std::nullopt;
    return options;
}

// Each round's order of the candidates is drawn anew, as what comes after a large program finds
// cold caches. The seed is fixed, so that runs can be compared.
class Orders {
  public:
    explicit Orders(std::size_t count) : order_(count) {
        std::iota(order_.begin(), order_.end(), std::size_t{0});
    }
    const std::vector<std::size_t>& next() {
        std::ranges::shuffle(order_, random_);
        return order_;
    }

  private:
    std::vector<std::size_t> order_;
    std::mt19937 random_{std::mt19937::default_seed};
};

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
        const std::int64_t took_ns = server.invoke(event);
        if (took_ns < 0) {
            fmt::print(stderr, "loop_bench: {} did not give the event back\n", server.name());
            return false;
        }
        if (i >= kLeftOut) block.push_back(static_cast<double>(took_ns) / 1e3);
    }
    if (figures == nullptr) return true;
    figures->invocation_us.insert(figures->invocation_us.end(), block.begin(), block.end());
    figures->invocation_round_p50.push_back(median(std::move(block)));
    return true;
}

bool measure_invocations(std::deque<bench::LoopServer>& servers, const Options& options,
                         std::vector<Figures>& figures) {
    const std::string event = '"' + std::string(options.event_bytes - 2, 'x') + '"';
    for (auto& server : servers) {
        if (server.start() < 0 || !measure_block(server, event, kWarmUps, nullptr)) return false;
    }
    const std::size_t count = std::max<std::size_t>(options.invocations / kRounds, 1);
    Orders orders(servers.size());
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
                   options.candidates[i].name, median(f.invocation_us),
                   percentile(f.invocation_us, 0.99),
                   ratio(f.invocation_round_p50, figures[0].invocation_round_p50),
                   median(f.spawn_ms), ratio(f.spawn_ms, figures[0].spawn_ms));
    }
}

void print_json(const Options& options, const std::vector<Figures>& figures) {
    fmt::print(R"({{"bench":"loop","invocations":{},"spawns":{},"event_bytes":{},"candidates":[)",
               options.invocations, options.spawns, options.event_bytes);
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const Figures& f = figures[i];
        fmt::print(R"({}{{"name":"{}","invocation_p50_us":{:.2f},"invocation_p99_us":{:.2f},)"
                   R"("invocation_ratio":{:.3f},"start_p50_ms":{:.3f},"start_ratio":{:.3f}}})",
                   i == 0 ? "" : ",", options.candidates[i].name, median(f.invocation_us),
                   percentile(f.invocation_us, 0.99),
                   ratio(f.invocation_round_p50, figures[0].invocation_round_p50),
                   median(f.spawn_ms), ratio(f.spawn_ms, figures[0].spawn_ms));
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

#include "bench/race.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "bench/canonical.h"
#include "bench/change_payload.h"
#include "bench/statistics.h"

namespace bench {
namespace {

constexpr std::size_t kWarmUps = 5;
constexpr std::string_view kNoFailures = R"({"batchItemFailures":[]})";

std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos;
         at = text.find(part, at + part.size()))
        ++count;
    return count;
}

Payload make_payload(const RaceSettings& settings) {
    constexpr std::size_t kSmall = 100;
    constexpr std::size_t kUsual = 1'000;
    Payload payload;
    if (settings.is_forward) {
        payload.event = kilobyte_stream_event(settings.event == "small" ? kSmall : SIZE_MAX);
        payload.records = count_of(payload.event, R"("eventID":)");
    } else {
        payload.event = settings.event == "largest"
                            ? largest_firehose_event()
                            : firehose_event(settings.event == "small" ? kSmall : kUsual);
        payload.records = count_of(payload.event, R"("recordId":)");
    }
    return payload;
}

std::vector<std::string> make_environment(const FakeKinesis& kinesis) {
    return {"KINESIS_STREAM_NAME=orders",
            "AWS_ENDPOINT_URL_KINESIS=" + kinesis.url(),
            "AWS_ACCESS_KEY_ID=AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            "AWS_DEFAULT_REGION=us-east-1",
            "AWS_EC2_METADATA_DISABLED=true"};
}

}  // namespace

Race::Race(RaceSettings settings)
    : settings_(std::move(settings)),
      payload_(make_payload(settings_)),
      kinesis_(std::chrono::milliseconds(settings_.latency_ms)),
      figures_(settings_.contestants.size()) {
    for (const Contestant& contestant : settings_.contestants) {
        Candidate candidate = contestant.candidate;
        std::ranges::move(make_environment(kinesis_), std::back_inserter(candidate.environment));
        servers_.emplace_back(std::move(candidate));
    }
}

bool Race::run() {
    for (std::size_t i = 0; i < servers_.size(); ++i) {
        if (servers_[i].start() < 0 || !check(i) || !run_block(i, kWarmUps, nullptr))
            return fail(i, "did not start or ended");
    }
    Orders orders(servers_.size());
    for (std::size_t round = 0; round < settings_.rounds; ++round) {
        for (const std::size_t i : orders.next()) {
            if (!run_block(i, settings_.invocations, &figures_[i])) return fail(i, "ended");
        }
    }
    for (std::size_t i = 0; i < servers_.size(); ++i)
        figures_[i].peak_mb = static_cast<double>(servers_[i].peak_bytes()) / 1048576;
    return true;
}

bool Race::fail(std::size_t at, std::string_view what) const {
    fmt::print(stderr, "lambda_bench: {} {}\n", servers_[at].name(), what);
    return false;
}

// The same work as the first candidate's.
bool Race::check(std::size_t at) {
    if (settings_.contestants[at].is_floor) return true;
    kinesis_.keep_bodies(true);
    const auto invocation = servers_[at].invoke(payload_.event);
    kinesis_.keep_bodies(false);
    const auto bodies = kinesis_.take_bodies();
    if (!invocation) return fail(at, "did not answer");
    auto lines =
        settings_.is_forward ? canonical_forward(bodies) : canonical_transform(invocation->answer);
    if (settings_.is_forward && canonical_json(invocation->answer) != kNoFailures)
        return fail(at, "did not forward all records");
    if (!lines || lines->size() != payload_.records)
        return fail(at, "gave an answer that cannot be read, or not one for each record");
    if (at == 0) reference_ = std::move(*lines);
    const auto [ours, theirs] = std::ranges::mismatch(reference_, at == 0 ? reference_ : *lines);
    if (ours == reference_.end()) return true;
    fmt::print(stderr, "lambda_bench: {} answered\n  {}\nand not\n  {}\n", servers_[at].name(),
               *theirs, *ours);
    return false;
}

// `figures` may be null: nothing is kept then.
bool Race::run_block(std::size_t at, std::size_t count, Figures* figures) {
    LoopServer& server = servers_[at];
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
    figures->wall_round_p50.push_back(median(std::move(block)));
    return true;
}

}  // namespace bench

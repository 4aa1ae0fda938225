// Random sendings under random faults. fake_kinesis.h checks each request as it comes (limits,
// order of each item, nothing again that was confirmed, no late beginning) and the report at the
// end; here are the properties of the whole. A failing seed is printed.
#include <array>
#include <map>
#include <random>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "functions/stream_to_kinesis/send.h"
#include "tests/functions/stream_to_kinesis/fake_kinesis.h"
#include "tests/functions/stream_to_kinesis/owned_record.h"
#include "tests/support/fakes.h"

namespace {

using base::ErrorKind;
using stream_to_kinesis::Delivery;
using stream_to_kinesis::OutgoingRecord;
using tests::Fate;
using tests::RequestFate;

constexpr std::uint64_t kSeeds = 3'000;

struct World {
    explicit World(std::uint64_t seed) : engine(seed) {
        streams = number(1, 3);
        items = number(1, number(0, 3) == 0 ? 400 : 8);
        record_count = number(0, number(0, 9) == 0 ? 700 : 60);
        large = number(0, 29) == 0;
        entry_fault_percent = number(0, 2) * number(0, 45);
        request_fault_percent = number(0, 2) * number(0, 30);
        latency_max_ms = number(1, 700);
        time_ms = static_cast<std::int64_t>(number(0, 3) == 0 ? number(0, 3'000)
                                                              : number(3'000, 120'000));
        attempts_max = static_cast<int>(number(1, 10));
    }
    std::size_t number(std::size_t smallest, std::size_t largest) {
        return std::uniform_int_distribution<std::size_t>(smallest, largest)(engine);
    }
    bool happens(std::size_t percent) { return number(0, 99) < percent; }

    std::vector<tests::OwnedRecord> records() {
        std::vector<tests::OwnedRecord> made;
        for (std::size_t i = 0; i < (large ? record_count / 4 : record_count); ++i) {
            const std::string item = fmt::format("item {}", number(1, items));
            std::string data = fmt::format("record {:30}", i);
            if (large) data.resize(number(100, 1'040'000), 'x');
            made.push_back({.stream = fmt::format("stream {}", number(1, streams)),
                            .item = item,
                            .partition_key = item,
                            .data = data});
        }
        return made;
    }

    RequestFate request_fate(std::size_t entries) {
        RequestFate fate{.takes_ms = static_cast<std::int64_t>(number(1, latency_max_ms))};
        if (happens(request_fault_percent)) {
            constexpr std::array kErrors{ErrorKind::throttled, ErrorKind::service_failed,
                                         ErrorKind::connect_failed, ErrorKind::outcome_unknown,
                                         ErrorKind::outcome_unknown};
            fate.error = happens(3) ? ErrorKind::rejected : kErrors.at(number(0, 4));
            fate.stored_all_the_same = happens(50);
            return fate;
        }
        for (std::size_t i = 0; i < entries; ++i) {
            fate.entries.push_back(happens(entry_fault_percent) ? static_cast<Fate>(number(1, 4))
                                                                : Fate::stored);
        }
        return fate;
    }

    std::mt19937_64 engine;
    std::size_t streams, items, record_count;
    bool large;
    std::size_t entry_fault_percent, request_fault_percent, latency_max_ms;
    std::int64_t time_ms;
    int attempts_max;
};

// Each item's records stand in Kinesis in order; a record may stand there more than once.
void expect_item_order(const std::vector<std::size_t>& stored,
                       const std::vector<OutgoingRecord>& records) {
    std::map<std::uint64_t, std::size_t> last;
    for (const std::size_t record : stored) {
        const auto [found, first] = last.try_emplace(records[record].item, record);
        EXPECT_LE(found->second, record);
        found->second = record;
    }
}

// What was confirmed of an item is the beginning of its records.
void expect_prefixes(const std::vector<OutgoingRecord>& records,
                     const std::vector<Delivery>& deliveries) {
    std::map<std::pair<std::string_view, std::uint64_t>, bool> stopped;
    for (std::size_t i = 0; i < records.size(); ++i) {
        bool& item_stopped = stopped[{records[i].stream, records[i].item}];
        if (deliveries[i] == Delivery::confirmed) {
            EXPECT_FALSE(item_stopped) << i;
        } else {
            item_stopped = true;
        }
    }
}

void expect_all_holds(std::uint64_t seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    World world(seed);
    tests::FakeClock clock;
    tests::SeededRandom random(seed);
    aws::RetryQuota quota;
    const std::vector<tests::OwnedRecord> owned = world.records();
    const std::vector<OutgoingRecord> records = tests::views_of(owned);
    const base::Deadline deadline{clock.now_ms() + world.time_ms};
    tests::FakeKinesis kinesis(
        records, deadline, clock,
        [&world](std::size_t, std::size_t entries) { return world.request_fate(entries); });
    const auto report =
        send_records(records, {.deadline = deadline, .attempts_max = world.attempts_max},
                     {kinesis, clock, random, quota});

    kinesis.expect_report(report);
    expect_prefixes(records, report.deliveries);
    std::map<std::size_t, int> attempts;
    for (const auto& request : kinesis.requests()) {
        for (const std::size_t record : request)
            ++attempts[record];
    }
    for (const auto& [record, count] : attempts)
        EXPECT_LE(count, world.attempts_max) << record;
    std::vector<bool> stored(records.size(), false);
    for (std::size_t i = 1; i <= world.streams; ++i) {
        const auto& in_stream = kinesis.stored(fmt::format("stream {}", i));
        expect_item_order(in_stream, records);
        for (const std::size_t record : in_stream)
            stored[record] = true;
    }
    for (std::size_t i = 0; i < records.size(); ++i) {
        EXPECT_TRUE(report.deliveries[i] != Delivery::confirmed || stored[i]) << i;
        EXPECT_TRUE(report.deliveries[i] == Delivery::confirmed || !stored[i] ||
                    report.maybe_stored[i])
            << i;
    }
}

TEST(SendProperties, HoldUnderAnyFaults) {
    for (std::uint64_t seed = 1; seed <= kSeeds && !HasFailure(); ++seed)
        expect_all_holds(seed);
}

}  // namespace

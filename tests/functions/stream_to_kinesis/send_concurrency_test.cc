// Several requests at once: what is on its way together, what waits for what.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "functions/stream_to_kinesis/send.h"
#include "tests/functions/stream_to_kinesis/send_fixture.h"

namespace {

using base::ErrorKind;
using stream_to_kinesis::Delivery;
using testing::Each;
using testing::ElementsAre;
using tests::all_stored;
using tests::different;
using tests::Fate;
using tests::kMinuteMs;
using tests::of_one_item;
using tests::record_of;
using tests::RequestFate;
using tests::Sending;

RequestFate in_20_ms(std::size_t, std::size_t) {
    return {.takes_ms = 20};
}

// When each request began, from the first on.
std::vector<std::int64_t> begins_ms(const Sending& sending) {
    std::vector<std::int64_t> begins;
    for (const base::EpochMs time_ms : sending.kinesis.began_ms())
        begins.push_back(time_ms - tests::kTestNowMs);
    return begins;
}

TEST(SendRecords, HasEightRequestsOnTheirWay) {
    const Sending sending(different(6'000), in_20_ms);
    EXPECT_EQ(sending.confirmed(), 6'000U);
    EXPECT_THAT(begins_ms(sending), ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 20, 20, 20, 20));
    EXPECT_EQ(sending.report.requests_at_once, 8);
    EXPECT_EQ(sending.clock.now_ms() - tests::kTestNowMs, 40);
}

TEST(SendRecords, MakesNoMoreRequestsThanItMust) {
    for (const std::size_t records : {1U, 2U, 8U, 100U, 500U}) {
        const Sending sending(different(records), in_20_ms);
        EXPECT_THAT(sending.request_sizes(), ElementsAre(records));
    }
}

// 500 items with three records each: three full requests one after the other, as no item may be in
// two of them.
TEST(SendRecords, KeepsEachItemInOneRequest) {
    auto records = different(500);
    for (std::size_t i = 500; i < 1'500; ++i)
        records.push_back(record_of(fmt::format("{:05}", i % 500), i));
    const Sending sending(records, in_20_ms);
    EXPECT_THAT(sending.request_sizes(), ElementsAre(500, 500, 500));
    EXPECT_THAT(begins_ms(sending), ElementsAre(0, 20, 40));
}

TEST(SendRecords, OneSlowRequestHoldsUpItsOwnItemsAlone) {
    auto records = different(1'000);
    records.push_back(record_of("00000", 1'000));  // behind the slow one
    records.push_back(record_of("00999", 1'001));
    Sending sending(records, [](std::size_t request, std::size_t) {
        return RequestFate{.takes_ms = request == 0 ? 5'000 : 20};
    });
    EXPECT_THAT(sending.request_sizes(), ElementsAre(500, 500, 1, 1));
    EXPECT_THAT(sending.kinesis.requests()[2], ElementsAre(1'001));
    EXPECT_THAT(begins_ms(sending), ElementsAre(0, 0, 20, 5'000));
}

TEST(SendRecords, TakesAnswersInAnyOrder) {
    const Sending sending(different(4'000), [](std::size_t request, std::size_t) {
        return RequestFate{.takes_ms = 100 - static_cast<std::int64_t>(request) * 10};
    });
    EXPECT_EQ(sending.confirmed(), 4'000U);
    EXPECT_EQ(sending.report.requests, 8);
}

// Answers that are there together free records that go together.
TEST(SendRecords, FillsTheNextRequestFromAllAnswersThatAreThere) {
    auto records = different(1'000);
    for (std::size_t i = 0; i < 400; ++i)
        records.push_back(record_of(fmt::format("{:05}", i % 2 == 0 ? i : 999 - i), 1'000 + i));
    const Sending sending(records, in_20_ms);
    EXPECT_THAT(sending.request_sizes(), ElementsAre(500, 500, 400));
}

// F28.
TEST(SendRecords, AHotItemGoesOneByOneBesideTheOthers) {
    auto records = of_one_item(100);
    const auto others = different(900);
    records.insert(records.end(), others.begin(), others.end());
    const Sending sending(records, in_20_ms);
    EXPECT_EQ(sending.confirmed(), 1'000U);
    EXPECT_EQ(sending.clock.now_ms() - tests::kTestNowMs, 100 * 20);
    EXPECT_EQ(sending.report.requests, 1 + 1 + 99);
}

// Every tenth item lies on a shard that takes nothing for 60 s (F22).
TEST(SendRecords, AThrottledShardStopsNoOtherOne) {
    auto records = different(3'000);
    for (std::size_t i = 0; i < 300; ++i)
        records.push_back(record_of(fmt::format("{:05}", i), 3'000 + i));
    const auto owned = records;
    const auto views = tests::views_of(owned);
    for (const std::int64_t time_ms : {kMinuteMs / 2, 5 * kMinuteMs}) {
        tests::FakeClock clock;
        tests::SeededRandom random;
        aws::RetryQuota quota;
        const base::Deadline deadline{clock.now_ms() + time_ms};
        tests::FakeKinesis kinesis(views, deadline, clock, in_20_ms);
        std::set<std::size_t> shard;
        for (std::size_t i = 0; i < 3'300; i += 10)
            shard.insert(i);
        kinesis.throttle(shard, clock.now_ms() + kMinuteMs);
        const auto report = send_records(views, {.deadline = deadline, .attempts_max = 15},
                                         {kinesis, clock, random, quota});
        kinesis.expect_report(report);
        for (std::size_t i = 0; i < 3'300; ++i) {
            const bool is_open = !shard.contains(i) || time_ms > kMinuteMs;
            EXPECT_EQ(report.deliveries[i] == Delivery::confirmed, is_open) << i;
        }
        EXPECT_LE(clock.now_ms(), deadline.at_ms - 500);
    }
}

TEST(SendRecords, WaitsForALateStoreBeforeTheNextOfTheItem) {
    auto records = different(2);
    records.push_back(record_of("00000", 2));
    Sending sending(records, [](std::size_t request, std::size_t) {
        RequestFate fate{.takes_ms = 20};
        if (request == 0) {
            fate.error = ErrorKind::outcome_unknown;
            fate.stored_all_the_same = true;
            fate.stored_late_ms = 999;
        }
        return fate;
    });
    // The repetition is confirmed long before; the next record of the item waits all the same.
    ASSERT_THAT(sending.request_sizes(), ElementsAre(2, 2, 1));
    EXPECT_LT(begins_ms(sending)[1], 20 + 51);
    EXPECT_EQ(begins_ms(sending)[2], 20 + 1'000);
    const std::vector<std::size_t>& stored = sending.kinesis.stored("orders");
    EXPECT_EQ(stored.back(), 2U);
    EXPECT_EQ(stored.size(), 5U);
    EXPECT_THAT(sending.report.maybe_stored, ElementsAre(true, true, false));
}

TEST(SendRecords, HoldsNothingBackAfterAnEntryOfUnknownOutcome) {
    auto records = different(1);
    records.push_back(record_of("00000", 1));
    const Sending sending(records, tests::first_fail(1, Fate::unknown_stored));
    EXPECT_LT(begins_ms(sending).back(), 100);
    EXPECT_EQ(sending.report.unknown_outcomes, 1);
}

TEST(SendRecords, CountsEachSendingOfUnknownOutcome) {
    const Sending sending(different(3), tests::errors(ErrorKind::outcome_unknown, 2));
    EXPECT_EQ(sending.report.unknown_outcomes, 6);
    EXPECT_THAT(sending.report.maybe_stored, Each(true));
    EXPECT_THAT(sending.report.deliveries, Each(Delivery::confirmed));
}

TEST(SendRecords, SendsToSeveralStreamsAtOnce) {
    auto records = different(16);
    for (std::size_t i = 0; i < records.size(); ++i)
        records[i].stream = fmt::format("stream {}", i % 10);
    const Sending sending(records, in_20_ms);
    EXPECT_THAT(begins_ms(sending), ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 20, 20));
    EXPECT_EQ(sending.confirmed(), 16U);
}

}  // namespace

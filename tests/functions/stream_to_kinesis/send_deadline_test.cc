// The end of the time: what still begins, and what is given up.
#include <algorithm>
#include <limits>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "functions/stream_to_kinesis/send.h"
#include "tests/functions/stream_to_kinesis/send_fixture.h"

namespace {

using base::ErrorKind;
using stream_to_kinesis::Delivery;
using stream_to_kinesis::SendReport;
using testing::Each;
using tests::all_stored;
using tests::different;
using tests::errors;
using tests::of_one_item;
using tests::record_of;
using tests::RequestFate;
using tests::Sending;
using tests::views_of;

TEST(SendRecords, StopsBeforeTheDeadline) {
    // Each request takes 400 ms; of 3,000 ms the last 1,500 are kept free, so the last begins at
    // 1,200.
    const Sending sending(
        of_one_item(50), [](std::size_t, std::size_t) { return RequestFate{.takes_ms = 400}; },
        3'000);
    EXPECT_EQ(sending.report.requests, 4);
    EXPECT_EQ(sending.confirmed(), 4U);
}

TEST(SendRecords, BeginsOneRequestHoweverShortTheTimeIs) {
    EXPECT_EQ(Sending(of_one_item(3), all_stored, 600).confirmed(), 1U);
    EXPECT_EQ(Sending(of_one_item(3), all_stored, 501).report.requests, 1);
    EXPECT_EQ(Sending(of_one_item(3), all_stored, 500).report.requests, 0);
    EXPECT_EQ(Sending(of_one_item(3), all_stored, -10).report.requests, 0);
}

// At 2,500 ms two are on their way: one that is stored then, and one that is late.
TEST(SendRecords, GivesUpWhatIsOnItsWayAtTheDeadline) {
    auto records = different(501);
    records.push_back(record_of("00500", 501));
    Sending sending(
        records,
        [](std::size_t request, std::size_t) {
            return RequestFate{.takes_ms = request == 0 ? 2'500 : 2'501};
        },
        3'000);
    EXPECT_EQ(sending.clock.now_ms(), sending.deadline.at_ms - 500);
    EXPECT_EQ(sending.report.requests, 2);
    EXPECT_EQ(sending.confirmed(), 500U);
    EXPECT_EQ(sending.report.unknown_outcomes, 1);
    EXPECT_TRUE(sending.report.maybe_stored[500]);
    EXPECT_FALSE(sending.report.maybe_stored[501]);
    EXPECT_EQ(sending.report.last_error.value_or(base::Error{}).kind, ErrorKind::outcome_unknown);
    EXPECT_EQ(sending.kinesis.stored("orders").size(), 501U);
}

TEST(SendRecords, StopsWhenTheClientHasNoTimeLeft) {
    const Sending sending(different(10'000), errors(ErrorKind::deadline_near, 1'000));
    EXPECT_EQ(sending.report.requests, 8);
    EXPECT_EQ(sending.confirmed(), 0U);
    EXPECT_EQ(sending.report.requests_refused, 0);
}

TEST(SendRecords, WorksWithoutADeadline) {
    tests::FakeClock clock;
    tests::SeededRandom random;
    aws::RetryQuota quota;
    tests::AnsweringKinesis kinesis([](const aws::PutRecordsRequest& request) {
        EXPECT_EQ(request.deadline.at_ms, std::numeric_limits<std::int64_t>::max());
        return base::Result(std::vector<aws::PutRecordsResult>(
            request.entries.size(), {aws::PutRecordsState::confirmed, "1"}));
    });
    const auto records = different(3);
    const SendReport report = send_records(views_of(records), {}, {kinesis, clock, random, quota});
    EXPECT_THAT(report.deliveries, Each(Delivery::confirmed));
}

}  // namespace

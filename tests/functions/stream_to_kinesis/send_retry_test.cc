// What is sent again, when, and how often.
#include <algorithm>
#include <optional>
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
using testing::ElementsAre;
using tests::different;
using tests::errors;
using tests::Fate;
using tests::first_fail;
using tests::kMinuteMs;
using tests::of_one_item;
using tests::OwnedRecord;
using tests::record_of;
using tests::RequestFate;
using tests::Sending;
using tests::views_of;

TEST(SendRecords, SendsOnlyWhatFailedAgain) {
    for (const std::size_t failing : {1U, 249U, 499U, 500U}) {
        for (const Fate fate : {Fate::throttled, Fate::failed, Fate::unknown_lost}) {
            const Sending sending(different(500), first_fail(failing, fate));
            EXPECT_THAT(sending.request_sizes(), ElementsAre(500, failing));
            EXPECT_EQ(sending.confirmed(), 500U);
            EXPECT_EQ(sending.report.retries, static_cast<std::int64_t>(failing));
        }
    }
}

TEST(SendRecords, SendsAgainWhenTheFailingSetDiffersEachTime) {
    const Sending sending(different(500), [](std::size_t request, std::size_t entries) {
        RequestFate fate{.entries = std::vector<Fate>(entries, Fate::stored)};
        for (std::size_t i = request % 2; request < 5 && i < entries; i += 2)
            fate.entries[i] = Fate::throttled;
        return fate;
    });
    EXPECT_THAT(sending.request_sizes(), ElementsAre(500, 250, 125, 63, 31, 16));
    EXPECT_EQ(sending.confirmed(), 500U);
}

TEST(SendRecords, OtherItemsGoOnWhileAThrottledOneWaits) {
    // The first entry of the first three requests is throttled: always item 0, after its wait.
    auto records = different(3);
    records.push_back(record_of("00001", 3));
    records.push_back(record_of("00001", 4));
    const Sending sending(records, first_fail(1, Fate::throttled));
    ASSERT_GE(sending.kinesis.requests().size(), 3U);
    EXPECT_THAT(sending.kinesis.requests()[1], ElementsAre(3));
    EXPECT_THAT(sending.kinesis.requests()[2], ElementsAre(4));
    EXPECT_EQ(sending.confirmed(), 5U);
}

// What is waited before the first retry, on average over many random sources.
double first_wait_ms(const tests::FakeKinesis::Script& script) {
    constexpr int kSeeds = 200;
    double sum = 0;
    for (int seed = 0; seed < kSeeds; ++seed) {
        tests::FakeClock clock;
        tests::SeededRandom random(static_cast<std::uint64_t>(seed));
        aws::RetryQuota quota;
        const auto owned = different(1);
        const auto records = views_of(owned);
        const base::Deadline deadline{clock.now_ms() + kMinuteMs};
        tests::FakeKinesis kinesis(records, deadline, clock, script);
        send_records(records, {.deadline = deadline}, {kinesis, clock, random, quota});
        for (const std::int64_t sleep_ms : clock.sleeps_ms)
            sum += static_cast<double>(sleep_ms);
    }
    return sum / kSeeds;
}

// Full jitter: half of the base on average, which is 1,000 ms after throttling and 50 ms else.
TEST(SendRecords, WaitsLongerWhenThrottledThanAfterAFailure) {
    EXPECT_NEAR(first_wait_ms(first_fail(1, Fate::throttled)), 500.0, 80.0);
    EXPECT_NEAR(first_wait_ms(errors(ErrorKind::throttled, 1)), 500.0, 80.0);
    EXPECT_NEAR(first_wait_ms(first_fail(1, Fate::failed)), 25.0, 4.0);
    EXPECT_NEAR(first_wait_ms(first_fail(1, Fate::unknown_lost)), 25.0, 4.0);
    for (const ErrorKind kind : {ErrorKind::service_failed, ErrorKind::connect_failed}) {
        EXPECT_NEAR(first_wait_ms(errors(kind, 1)), 25.0, 4.0);
    }
}

// F29: full jitter is at most 1,000 ms before the first retry after throttling.
TEST(SendRecords, FollowsTheServicesHintWithinItsBounds) {
    const auto wait_ms = [](std::optional<std::int64_t> hint_ms) {
        const Sending sending(different(1), [hint_ms](std::size_t request, std::size_t) {
            if (request > 0) return RequestFate{};
            return RequestFate{.error = ErrorKind::throttled, .retry_after_ms = hint_ms};
        });
        EXPECT_EQ(sending.confirmed(), 1U);
        EXPECT_EQ(sending.clock.sleeps_ms.size(), 1U);
        return sending.clock.sleeps_ms.empty() ? -1 : sending.clock.sleeps_ms[0];
    };
    const std::int64_t unasked_ms = wait_ms(std::nullopt);  // the same random source each time
    EXPECT_LE(unasked_ms, 1'000);
    EXPECT_EQ(wait_ms(0), unasked_ms);
    EXPECT_EQ(wait_ms(1), unasked_ms);
    EXPECT_EQ(wait_ms(3'000), 3'000);
    EXPECT_EQ(wait_ms(1'000'000'000), unasked_ms + 5'000);
}

TEST(SendRecords, AnItemStopsAtItsFirstFinalFailureAndOthersGoOn) {
    std::vector<OwnedRecord> records{record_of("bad", 0), record_of("good", 1), record_of("bad", 2),
                                     record_of("good", 3)};
    const Sending sending(
        records,
        [](std::size_t request, std::size_t) {
            return RequestFate{.entries = {request == 1 ? Fate::stored : Fate::failed}};
        },
        kMinuteMs, 3);
    EXPECT_THAT(sending.report.deliveries, ElementsAre(Delivery::failed, Delivery::confirmed,
                                                       Delivery::failed, Delivery::confirmed));
    EXPECT_EQ(sending.report.last_error.value_or(base::Error{}).code, "InternalFailure");
}

TEST(SendRecords, GivesUpAfterAttemptsMax) {
    for (const int attempts_max : {1, 2, 10}) {
        const Sending sending(of_one_item(2), first_fail(1, Fate::failed, 1'000), kMinuteMs,
                              attempts_max);
        EXPECT_EQ(sending.report.requests, attempts_max);
        EXPECT_EQ(sending.confirmed(), 0U);
    }
}

TEST(SendRecords, RetriesARequestThatFailedAsAWhole) {
    for (const ErrorKind kind : {ErrorKind::throttled, ErrorKind::service_failed,
                                 ErrorKind::connect_failed, ErrorKind::outcome_unknown}) {
        const Sending sending(different(7), errors(kind, 2));
        EXPECT_THAT(sending.request_sizes(), ElementsAre(7, 7, 7));
        EXPECT_EQ(sending.confirmed(), 7U);
        EXPECT_EQ(sending.report.requests_refused, 0);
        const bool maybe = kind == ErrorKind::service_failed || kind == ErrorKind::outcome_unknown;
        EXPECT_THAT(sending.report.maybe_stored, Each(maybe));
    }
}

TEST(SendRecords, GivesBackToTheQuotaWhatASuccessfulRetryTook) {
    const Sending sending(different(3), first_fail(3, Fate::throttled));
    EXPECT_EQ(sending.quota.left(), aws::RetryQuota::kCapacity);
}

TEST(SendRecords, DoesNotWaitForARetryThatWouldComeTooLate) {
    const Sending sending(different(3), first_fail(3, Fate::throttled, 1'000), 2'000);
    EXPECT_LE(sending.clock.now_ms(), sending.deadline.at_ms - 1'500);
    EXPECT_EQ(sending.confirmed(), 0U);
}

// A sandbox that is frozen while it waits.
class FreezingClock final : public base::Clock {
  public:
    [[nodiscard]] base::EpochMs now_ms() const override { return now_ms_; }
    void sleep_ms(std::int64_t duration_ms) override { now_ms_ += duration_ms + 10 * kMinuteMs; }

  private:
    base::EpochMs now_ms_ = tests::kTestNowMs;
};

TEST(SendRecords, BeginsNothingAfterAWaitThatTookTooLong) {
    FreezingClock clock;
    tests::SeededRandom random;
    aws::RetryQuota quota;
    int requests = 0;
    tests::AnsweringKinesis kinesis([&requests](const aws::PutRecordsRequest&)
                                        -> base::Result<std::vector<aws::PutRecordsResult>> {
        ++requests;
        return base::Error{ErrorKind::throttled, "slow down"};
    });
    const auto records = different(1);
    const SendReport report =
        send_records(views_of(records), {.deadline = {clock.now_ms() + kMinuteMs}},
                     {kinesis, clock, random, quota});
    EXPECT_EQ(requests, 1);
    EXPECT_THAT(report.deliveries, Each(Delivery::failed));
}

TEST(SendRecords, TheQuotaEndsRetriesOfAServiceThatIsDown) {
    tests::FakeClock clock;
    tests::SeededRandom random;
    aws::RetryQuota quota;
    int requests = 0;
    tests::AnsweringKinesis kinesis([&requests](const aws::PutRecordsRequest&)
                                        -> base::Result<std::vector<aws::PutRecordsResult>> {
        ++requests;
        return base::Error{ErrorKind::connect_failed, "down"};
    });
    const auto records = different(1);
    for (int invocation = 0; invocation < 20; ++invocation) {
        send_records(views_of(records), {.deadline = {clock.now_ms() + 10 * kMinuteMs}},
                     {kinesis, clock, random, quota});
    }
    // 500 tokens at 14 each are 35 retries; then one attempt an invocation.
    EXPECT_EQ(requests, 20 + 35);
}

}  // namespace

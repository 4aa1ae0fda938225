#include "functions/stream_to_kinesis/send.h"

#include <algorithm>
#include <limits>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/stream_to_kinesis/fake_kinesis.h"
#include "tests/functions/stream_to_kinesis/owned_record.h"
#include "tests/support/fakes.h"

namespace {

using base::ErrorKind;
using stream_to_kinesis::Delivery;
using stream_to_kinesis::SendReport;
using testing::Each;
using testing::ElementsAre;
using tests::Fate;
using tests::OwnedRecord;
using tests::RequestFate;
using tests::views_of;

constexpr std::int64_t kMinuteMs = 60'000;

OwnedRecord record_of(const std::string& item, std::size_t number, std::size_t bytes = 20) {
    std::string data = fmt::format("record {} ", number);
    data.resize(std::max(bytes - item.size(), data.size()), '.');
    return {.stream = "orders", .item = item, .partition_key = item, .data = data};
}

// Records of as many different items.
std::vector<OwnedRecord> different(std::size_t count, std::size_t bytes = 20) {
    std::vector<OwnedRecord> records;
    for (std::size_t i = 0; i < count; ++i)
        records.push_back(record_of(fmt::format("{:05}", i), i, bytes));
    return records;
}

std::vector<OwnedRecord> of_one_item(std::size_t count) {
    std::vector<OwnedRecord> records;
    for (std::size_t i = 0; i < count; ++i)
        records.push_back(record_of("hot", i));
    return records;
}

// One sending of `records` to a Kinesis that follows a script.
struct Sending {
    explicit Sending(std::vector<OwnedRecord> sent, tests::FakeKinesis::Script script,
                     std::int64_t time_ms = kMinuteMs, int attempts_max = 10)
        : owned(std::move(sent)),
          records(views_of(owned)),
          deadline{clock.now_ms() + time_ms},
          kinesis(records, deadline, clock, std::move(script)) {
        report = send_records(records, {.deadline = deadline, .attempts_max = attempts_max},
                              {kinesis.put_records(), clock, random, quota});
        kinesis.expect_report(report);
    }
    [[nodiscard]] std::size_t confirmed() const {
        return static_cast<std::size_t>(
            std::count(report.deliveries.begin(), report.deliveries.end(), Delivery::confirmed));
    }
    [[nodiscard]] std::vector<std::size_t> request_sizes() const {
        std::vector<std::size_t> sizes;
        for (const auto& request : kinesis.requests())
            sizes.push_back(request.size());
        return sizes;
    }

    tests::FakeClock clock;
    tests::SeededRandom random;
    aws::RetryQuota quota;
    std::vector<OwnedRecord> owned;
    std::vector<stream_to_kinesis::OutgoingRecord> records;
    base::Deadline deadline;
    tests::FakeKinesis kinesis;
    SendReport report;
};

RequestFate all_stored(std::size_t, std::size_t) {
    return {};
}

// Each request is answered by the error; after `times`, all is stored.
tests::FakeKinesis::Script errors(ErrorKind kind, std::size_t times) {
    return [kind, times](std::size_t request, std::size_t) {
        return request < times ? RequestFate{.error = kind} : RequestFate{};
    };
}

// The first `failing` entries of the first `times` requests fail.
tests::FakeKinesis::Script first_fail(std::size_t failing, Fate fate, std::size_t times = 1) {
    return [=](std::size_t request, std::size_t) {
        return request < times ? RequestFate{.entries = std::vector<Fate>(failing, fate)}
                               : RequestFate{};
    };
}

TEST(SendRecords, SendsNothingWhenThereIsNothing) {
    const Sending sending({}, all_stored);
    EXPECT_EQ(sending.report.requests, 0);
    EXPECT_TRUE(sending.report.deliveries.empty());
}

TEST(SendRecords, FillsRequestsUpToFiveHundredRecords) {
    EXPECT_THAT(Sending(different(499), all_stored).request_sizes(), ElementsAre(499));
    EXPECT_THAT(Sending(different(500), all_stored).request_sizes(), ElementsAre(500));
    EXPECT_THAT(Sending(different(501), all_stored).request_sizes(), ElementsAre(500, 1));
    EXPECT_THAT(Sending(different(1200), all_stored).request_sizes(), ElementsAre(500, 500, 200));
}

TEST(SendRecords, FillsRequestsUpToFiveMebibytesWithKeys) {
    // Four records of 1 MiB and a fifth that fills the request to the byte, or passes it by one.
    for (const std::size_t over : {0U, 1U}) {
        auto records = different(4, 1U << 20U);
        records.push_back(record_of("last", 4, (1U << 20U) + over));
        const Sending sending(records, all_stored);
        EXPECT_EQ(sending.request_sizes(),
                  over == 0 ? std::vector<std::size_t>{5} : (std::vector<std::size_t>{4, 1}));
        EXPECT_EQ(sending.confirmed(), 5U);
    }
    auto records = different(5, 1U << 20U);
    records.back().data.pop_back();
    EXPECT_THAT(Sending(records, all_stored).request_sizes(), ElementsAre(5));
}

TEST(SendRecords, SendsARecordLargerThanARequestAlone) {
    std::vector<OwnedRecord> records = different(1);
    records.push_back(record_of("large", 1, 10U << 20U));
    records.push_back(record_of("small", 2));
    const Sending sending(records, all_stored);
    EXPECT_THAT(sending.request_sizes(), ElementsAre(1, 1, 1));
    EXPECT_EQ(sending.confirmed(), 3U);
}

TEST(SendRecords, SendsOneRecordOfAnItemAtATime) {
    const Sending sending(of_one_item(30), all_stored);
    EXPECT_EQ(sending.request_sizes(), std::vector<std::size_t>(30, 1));
    EXPECT_EQ(sending.confirmed(), 30U);
}

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
        send_records(records, {.deadline = deadline},
                     {kinesis.put_records(), clock, random, quota});
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

TEST(SendRecords, StopsWhenARequestIsRefusedForGood) {
    for (const ErrorKind kind : {ErrorKind::access_denied, ErrorKind::rejected,
                                 ErrorKind::config_invalid, ErrorKind::unexpected}) {
        const Sending sending(different(1'200), errors(kind, 1'000));
        EXPECT_EQ(sending.report.requests, 1);
        EXPECT_EQ(sending.report.requests_refused, 1);
        EXPECT_EQ(sending.report.refusal.value_or(base::Error{}).kind, kind);
        EXPECT_THAT(sending.report.deliveries, Each(Delivery::failed));
    }
}

TEST(SendRecords, ARefusalEndsTheRetriesOfItsStreamToo) {
    // Item 0 is throttled and waits; then the next request is refused for good.
    auto records = different(2);
    records.push_back(record_of("00001", 2));
    const Sending sending(records, [](std::size_t request, std::size_t) {
        return request == 0 ? RequestFate{.entries = {Fate::throttled}}
                            : RequestFate{.error = ErrorKind::access_denied};
    });
    EXPECT_THAT(sending.request_sizes(), ElementsAre(2, 1));
    EXPECT_EQ(sending.confirmed(), 1U);
}

TEST(SendRecords, StreamsTakeTurns) {
    auto records = of_one_item(8);
    for (std::size_t i = 0; i < 4; ++i)
        records[i].stream = "first";
    const Sending sending(records, all_stored);
    std::vector<std::size_t> order;
    for (const auto& request : sending.kinesis.requests())
        order.push_back(request.front());
    EXPECT_THAT(order, ElementsAre(0, 4, 1, 5, 2, 6, 3, 7));
}

TEST(SendRecords, GivesBackToTheQuotaWhatASuccessfulRetryTook) {
    const Sending sending(different(3), first_fail(3, Fate::throttled));
    EXPECT_EQ(sending.quota.left(), aws::RetryQuota::kCapacity);
}

TEST(SendRecords, ARefusedStreamDoesNotStopAnother) {
    auto records = different(6);
    for (std::size_t i = 0; i < records.size(); i += 2)
        records[i].stream = "missing";
    tests::FakeClock clock;
    tests::SeededRandom random;
    aws::RetryQuota quota;
    const stream_to_kinesis::PutRecords put = [](const aws::PutRecordsRequest& request)
        -> base::Result<std::vector<aws::PutRecordsResult>> {
        if (request.stream == "missing") {
            return base::Error{ErrorKind::rejected, "PutRecords on missing: 400"};
        }
        return std::vector<aws::PutRecordsResult>(request.entries.size(),
                                                  {aws::PutRecordsState::confirmed, "1"});
    };
    const SendReport report = send_records(
        views_of(records), {.deadline = {clock.now_ms() + kMinuteMs}}, {put, clock, random, quota});
    EXPECT_THAT(report.deliveries,
                ElementsAre(Delivery::failed, Delivery::confirmed, Delivery::failed,
                            Delivery::confirmed, Delivery::failed, Delivery::confirmed));
    EXPECT_EQ(report.requests, 2);
    EXPECT_EQ(report.requests_refused, 1);
}

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
    EXPECT_EQ(Sending(of_one_item(3), all_stored, 501).confirmed(), 1U);
    EXPECT_EQ(Sending(of_one_item(3), all_stored, 500).report.requests, 0);
    EXPECT_EQ(Sending(of_one_item(3), all_stored, -10).report.requests, 0);
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
    const stream_to_kinesis::PutRecords put =
        [&requests](
            const aws::PutRecordsRequest&) -> base::Result<std::vector<aws::PutRecordsResult>> {
        ++requests;
        return base::Error{ErrorKind::throttled, "slow down"};
    };
    const auto records = different(1);
    const SendReport report = send_records(
        views_of(records), {.deadline = {clock.now_ms() + kMinuteMs}}, {put, clock, random, quota});
    EXPECT_EQ(requests, 1);
    EXPECT_THAT(report.deliveries, Each(Delivery::failed));
}

TEST(SendRecords, StopsWhenTheClientHasNoTimeLeft) {
    const Sending sending(different(1'200), errors(ErrorKind::deadline_near, 1'000));
    EXPECT_EQ(sending.report.requests, 1);
    EXPECT_EQ(sending.confirmed(), 0U);
    EXPECT_EQ(sending.report.requests_refused, 0);
}

TEST(SendRecords, WorksWithoutADeadline) {
    tests::FakeClock clock;
    tests::SeededRandom random;
    aws::RetryQuota quota;
    const stream_to_kinesis::PutRecords put = [](const aws::PutRecordsRequest& request) {
        EXPECT_EQ(request.deadline.at_ms, std::numeric_limits<std::int64_t>::max());
        return base::Result(std::vector<aws::PutRecordsResult>(
            request.entries.size(), {aws::PutRecordsState::confirmed, "1"}));
    };
    const auto records = different(3);
    const SendReport report = send_records(views_of(records), {}, {put, clock, random, quota});
    EXPECT_THAT(report.deliveries, Each(Delivery::confirmed));
}

TEST(SendRecords, TheQuotaEndsRetriesOfAServiceThatIsDown) {
    tests::FakeClock clock;
    tests::SeededRandom random;
    aws::RetryQuota quota;
    int requests = 0;
    const stream_to_kinesis::PutRecords put =
        [&requests](
            const aws::PutRecordsRequest&) -> base::Result<std::vector<aws::PutRecordsResult>> {
        ++requests;
        return base::Error{ErrorKind::connect_failed, "down"};
    };
    const auto records = different(1);
    for (int invocation = 0; invocation < 20; ++invocation) {
        send_records(views_of(records), {.deadline = {clock.now_ms() + 10 * kMinuteMs}},
                     {put, clock, random, quota});
    }
    // 500 tokens at 14 each are 35 retries; then one attempt an invocation.
    EXPECT_EQ(requests, 20 + 35);
}

}  // namespace

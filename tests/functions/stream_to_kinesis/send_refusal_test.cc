// What is refused for good: a stream, or a record.
#include <map>
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
using stream_to_kinesis::SendReport;
using testing::Each;
using testing::ElementsAre;
using tests::all_stored;
using tests::different;
using tests::errors;
using tests::Fate;
using tests::kMinuteMs;
using tests::OwnedRecord;
using tests::record_of;
using tests::RequestFate;
using tests::Sending;
using tests::views_of;

TEST(SendRecords, StopsWhenARequestIsRefusedForGood) {
    for (const ErrorKind kind : {ErrorKind::access_denied, ErrorKind::rejected,
                                 ErrorKind::config_invalid, ErrorKind::unexpected}) {
        const Sending sending(different(1'200), errors(kind, 1'000));
        EXPECT_EQ(sending.report.requests, 3);  // all that were on their way
        EXPECT_EQ(sending.report.requests_refused, 3);
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

// What was on its way when the stream was refused is settled, and goes no more.
TEST(SendRecords, NothingMoreGoesToARefusedStream) {
    for (const bool is_stored : {true, false}) {
        auto records = different(1'000);
        records.push_back(record_of("00999", 1'000));
        const Sending sending(records, [is_stored](std::size_t request, std::size_t entries) {
            if (request == 0) return RequestFate{.error = ErrorKind::access_denied};
            const std::vector<Fate> fates(entries, is_stored ? Fate::stored : Fate::throttled);
            return RequestFate{.entries = fates, .takes_ms = 50};
        });
        EXPECT_THAT(sending.request_sizes(), ElementsAre(500, 500));
        EXPECT_EQ(sending.confirmed(), is_stored ? 500U : 0U);
    }
}

TEST(SendRecords, ARefusedStreamDoesNotStopAnother) {
    auto records = different(6);
    for (std::size_t i = 0; i < records.size(); i += 2)
        records[i].stream = "missing";
    tests::FakeClock clock;
    tests::SeededRandom random;
    aws::RetryQuota quota;
    tests::AnsweringKinesis kinesis([](const aws::PutRecordsRequest& request)
                                        -> base::Result<std::vector<aws::PutRecordsResult>> {
        if (request.stream == "missing") {
            return base::Error{ErrorKind::rejected, "PutRecords on missing: 400"};
        }
        return std::vector<aws::PutRecordsResult>(request.entries.size(),
                                                  {aws::PutRecordsState::confirmed, "1"});
    });
    const SendReport report =
        send_records(views_of(records), {.deadline = {clock.now_ms() + kMinuteMs}},
                     {kinesis, clock, random, quota});
    EXPECT_THAT(report.deliveries,
                ElementsAre(Delivery::failed, Delivery::confirmed, Delivery::failed,
                            Delivery::confirmed, Delivery::failed, Delivery::confirmed));
    EXPECT_EQ(report.requests, 2);
    EXPECT_EQ(report.requests_refused, 1);
}

// The deliveries of the records that are not confirmed.
std::map<std::size_t, Delivery> not_confirmed(const SendReport& report) {
    std::map<std::size_t, Delivery> others;
    for (std::size_t i = 0; i < report.deliveries.size(); ++i) {
        if (report.deliveries[i] != Delivery::confirmed) others[i] = report.deliveries[i];
    }
    return others;
}

TEST(SendRecords, FindsTheRecordForWhichARequestIsRefused) {
    for (const std::size_t culprit : {0U, 1U, 249U, 250U, 333U, 499U}) {
        const Sending sending(different(500), all_stored, kMinuteMs, 10, {culprit});
        EXPECT_THAT(not_confirmed(sending.report),
                    ElementsAre(testing::Pair(culprit, Delivery::refused)));
        ASSERT_EQ(sending.report.refused.size(), 1U);
        EXPECT_EQ(sending.report.refused[0].record, culprit);
        EXPECT_EQ(sending.report.refused[0].error.code, "Scripted");
        EXPECT_FALSE(sending.report.refusal);
        EXPECT_EQ(sending.report.requests_refused, 0);
        // 500 is halved nine times at most; two requests each.
        EXPECT_LE(sending.report.requests, 1 + 2 * 9);
    }
}

TEST(SendRecords, FindsAllRecordsForWhichRequestsAreRefused) {
    std::set<std::size_t> culprits;
    for (std::size_t i = 0; i < 4'000; i += 97)
        culprits.insert(i);
    const Sending sending(different(4'000), all_stored, 10 * kMinuteMs, 3, culprits);
    std::set<std::size_t> found;
    for (const auto& [record, delivery] : not_confirmed(sending.report)) {
        EXPECT_EQ(delivery, Delivery::refused) << record;
        found.insert(record);
    }
    EXPECT_EQ(found, culprits);
    EXPECT_EQ(sending.quota.left(), aws::RetryQuota::kCapacity);
}

TEST(SendRecords, AnItemStopsAtItsRefusedRecord) {
    std::vector<OwnedRecord> records{record_of("a", 0), record_of("b", 1), record_of("a", 2),
                                     record_of("a", 3), record_of("b", 4)};
    const Sending sending(records, all_stored, kMinuteMs, 10, {2});
    EXPECT_THAT(sending.report.deliveries,
                ElementsAre(Delivery::confirmed, Delivery::confirmed, Delivery::refused,
                            Delivery::failed, Delivery::confirmed));
}

// Nothing says that it is not the stream that is refused: no record may be given up for that.
TEST(SendRecords, BlamesNoRecordOfAStreamThatTakesNothing) {
    const Sending one(different(1), all_stored, kMinuteMs, 10, {0});
    EXPECT_THAT(one.report.deliveries, ElementsAre(Delivery::failed));
    EXPECT_EQ(one.report.refusal.value_or(base::Error{}).kind, ErrorKind::rejected);
    EXPECT_EQ(one.report.requests_refused, one.report.requests);

    std::set<std::size_t> all;
    for (std::size_t i = 0; i < 6'000; ++i)
        all.insert(i);
    const Sending many(different(6'000), all_stored, kMinuteMs, 10, all);
    EXPECT_THAT(many.report.deliveries, Each(Delivery::failed));
    EXPECT_EQ(many.report.refusal.value_or(base::Error{}).kind, ErrorKind::rejected);
    EXPECT_EQ(many.report.requests_refused, many.report.requests);
    EXPECT_LE(many.report.requests, stream_to_kinesis::kRefusalsUnprovenMax + 8);
}

TEST(SendRecords, BlamesARecordThatTheServiceNames) {
    const Sending one(different(1), all_stored, kMinuteMs, 10, {0}, aws::RefusedFor::its_entry);
    EXPECT_THAT(one.report.deliveries, ElementsAre(Delivery::refused));
    EXPECT_FALSE(one.report.refusal);
    EXPECT_EQ(one.report.requests_refused, 0);
}

// The first record waits, refused alone, until another one is stored.
TEST(SendRecords, BlamesARecordOnceTheStreamTookAnother) {
    const Sending sending(different(2),
                          [](std::size_t request, std::size_t) {
                              return RequestFate{.takes_ms = request == 2 ? 500 : 10};
                          },
                          kMinuteMs, 10, {0});
    EXPECT_THAT(sending.report.deliveries, ElementsAre(Delivery::refused, Delivery::confirmed));
}

TEST(SendRecords, RefusesUnsentWhatNoRequestMayHold) {
    std::vector<OwnedRecord> records{record_of("a", 0), record_of("b", 1), record_of("b", 2),
                                     record_of("c", 3), record_of("c", 4)};
    records[0].partition_key = "";
    records[1].partition_key = std::string(257, 'k');
    records[4].data = std::string((10U << 20U), 'x');  // and its key
    const Sending sending(records, all_stored);
    EXPECT_THAT(sending.report.deliveries,
                ElementsAre(Delivery::refused, Delivery::refused, Delivery::failed,
                            Delivery::confirmed, Delivery::refused));
    EXPECT_EQ(sending.report.requests, 1);
}

TEST(SendRecords, SendsAgainAtOnceWhatWasMended) {
    const Sending sending(
        different(1'000),
        [](std::size_t request, std::size_t) {
            return request < 4 ? RequestFate{.error = ErrorKind::access_denied, .is_mended = true}
                               : RequestFate{};
        },
        kMinuteMs, 1);
    EXPECT_EQ(sending.confirmed(), 1'000U);
    EXPECT_EQ(sending.report.requests, 6);
    EXPECT_EQ(sending.clock.now_ms() - tests::kTestNowMs, 30);
    EXPECT_EQ(sending.quota.left(), aws::RetryQuota::kCapacity);
}

TEST(SendRecords, GivesUpWhatIsMendedForEver) {
    const Sending sending(different(10), [](std::size_t, std::size_t) {
        return RequestFate{.error = ErrorKind::access_denied, .is_mended = true};
    });
    EXPECT_EQ(sending.report.requests, 3);
    EXPECT_EQ(sending.report.refusal.value_or(base::Error{}).kind, ErrorKind::access_denied);
}

}  // namespace

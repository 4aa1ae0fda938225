// What is refused for good: a stream, or a record.
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
using testing::ElementsAre;
using tests::different;
using tests::errors;
using tests::Fate;
using tests::kMinuteMs;
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

}  // namespace

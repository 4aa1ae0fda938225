#include "functions/stream_to_kinesis/send.h"

#include <algorithm>
#include <limits>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/stream_to_kinesis/send_fixture.h"

namespace {

using testing::ElementsAre;
using tests::all_stored;
using tests::different;
using tests::of_one_item;
using tests::OwnedRecord;
using tests::record_of;
using tests::Sending;

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

}  // namespace

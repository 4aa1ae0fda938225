#include "common/event/batch_response.h"

#include <gtest/gtest.h>

namespace {

TEST(BatchResponse, SaysThatAllIsDoneWithAnEmptyList) {
    EXPECT_EQ(event::batch_response({}), R"({"batchItemFailures":[]})");
}

TEST(BatchResponse, NamesEachFailure) {
    EXPECT_EQ(event::batch_response({"111"}),
              R"({"batchItemFailures":[{"itemIdentifier":"111"}]})");
    EXPECT_EQ(event::batch_response({"1", "2"}),
              R"({"batchItemFailures":[{"itemIdentifier":"1"},{"itemIdentifier":"2"}]})");
}

TEST(BatchResponse, NamesTheWholeBatchWithAnEmptyIdentifier) {
    EXPECT_EQ(event::batch_response({""}), R"({"batchItemFailures":[{"itemIdentifier":""}]})");
}

TEST(Checkpoint, IsTheLowestNumberThatFailed) {
    // 999 < 1000 < 1e21 as numbers, not as texts; leading zeros do not count.
    const std::vector<std::string_view> numbers{"1000", "1000000000000000000000", "0999", "5"};
    EXPECT_EQ(event::checkpoint(numbers, {true, true, true, false}), "0999");
    EXPECT_EQ(event::checkpoint(numbers, {true, true, false, false}), "1000");
    EXPECT_EQ(event::checkpoint(numbers, {false, true, false, false}), "1000000000000000000000");
    EXPECT_EQ(event::checkpoint(numbers, {true, true, true, true}), "5");
    EXPECT_EQ(event::checkpoint(numbers, {false, false, false, false}), std::nullopt);
}

TEST(Checkpoint, OfARecordWithoutANumberIsTheOneBeforeIt) {
    const std::vector<std::string_view> numbers{"", "1", "2", "", "3"};
    EXPECT_EQ(event::checkpoint(numbers, {false, false, false, true, true}), "2");
    EXPECT_EQ(event::checkpoint(numbers, {true, false, false, false, false}), "");
    EXPECT_EQ(event::checkpoint(numbers, {true, true, false, false, false}), "");
}

}  // namespace

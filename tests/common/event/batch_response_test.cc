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

}  // namespace

#include "bench/statistics.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bench {
namespace {

TEST(Percentile, TakesTheValueAtThePart) {
    EXPECT_EQ(percentile({5, 1, 3}, 0), 1);
    EXPECT_EQ(percentile({5, 1, 3}, 0.5), 3);
    EXPECT_EQ(percentile({5, 1, 3}, 1), 5);
    EXPECT_EQ(percentile({}, 0.5), 0);
}

TEST(Ratio, IsTheMedianOfTheRounds) {
    EXPECT_EQ(ratio({2, 30, 6}, {1, 1, 2}), 3);
    EXPECT_EQ(ratio({4, 4}, {2}), 2);
}

TEST(Orders, GiveEachCandidateOneTurn) {
    Orders orders(3);
    for (int round = 0; round < 5; ++round)
        EXPECT_THAT(orders.next(), ::testing::UnorderedElementsAre(0, 1, 2));
}

}  // namespace
}  // namespace bench

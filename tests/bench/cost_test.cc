#include "bench/cost.h"

#include <gtest/gtest.h>

namespace bench {
namespace {

TEST(BilledMs, StretchesWorkToTheShareOfACore) {
    EXPECT_EQ(billed_ms({.wall_ms = 10, .processor_ms = 10}, 1769), 10);
    EXPECT_EQ(billed_ms({.wall_ms = 10, .processor_ms = 10}, 128), 139);  // 138.2
    EXPECT_EQ(billed_ms({.wall_ms = 0.2, .processor_ms = 0.1}, 1769), 1);
}

TEST(BilledMs, IsNoLessThanTheWait) {
    EXPECT_EQ(billed_ms({.wall_ms = 40.5, .processor_ms = 1}, 512), 41);
}

// One second of 1 GB is 0.0000166667 dollars, and an invocation 0.0000002.
TEST(Cost, AddsTimeAndRequest) {
    const InvocationTime second = {.wall_ms = 1'000, .processor_ms = 0};
    EXPECT_NEAR(cost_per_million_records(second, 1024, 1'000'000), 0.0000168667, 1e-12);
    EXPECT_NEAR(cost_per_million_records(second, 128, 1'000), 0.00228334, 1e-8);
}

}  // namespace
}  // namespace bench

#include "common/aws/retry.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace aws {
namespace {

TEST(RetryRules, AreTheSdksOf2026) {
    EXPECT_EQ(retry_rules("kinesis", 0).attempts_max, 3);
    EXPECT_EQ(retry_rules("kinesis", 0).transient_base_ms, 50);
    EXPECT_EQ(retry_rules("dynamodb", 0).attempts_max, 4);
    EXPECT_EQ(retry_rules("dynamodb", 0).transient_base_ms, 25);
}

TEST(RetryRules, AreOverriddenByTheSetting) {
    EXPECT_EQ(retry_rules("kinesis", 7).attempts_max, 7);
    EXPECT_EQ(retry_rules("dynamodb", 1).attempts_max, 1);
}

struct Ceiling {
    RetryReason reason;
    int retry;
    std::int64_t ceiling_ms;
};

class Backoff : public testing::TestWithParam<Ceiling> {};

// Full jitter: all of [0, ceiling] and nothing else.
TEST_P(Backoff, IsSpreadOverTheWholeRange) {
    const auto [reason, retry, ceiling_ms] = GetParam();
    const RetryRules rules = retry_rules("kinesis", 0);
    tests::SeededRandom random;
    std::int64_t smallest = ceiling_ms;
    std::int64_t largest = 0;
    for (int i = 0; i < 4'000; ++i) {
        const std::int64_t wait_ms = backoff_ms(rules, reason, retry, random);
        ASSERT_GE(wait_ms, 0);
        ASSERT_LE(wait_ms, ceiling_ms);
        smallest = std::min(smallest, wait_ms);
        largest = std::max(largest, wait_ms);
    }
    EXPECT_LT(smallest, ceiling_ms / 20);
    EXPECT_GT(largest, ceiling_ms - ceiling_ms / 20);
}

INSTANTIATE_TEST_SUITE_P(Rules, Backoff,
                         testing::Values(Ceiling{RetryReason::transient, 1, 50},
                                         Ceiling{RetryReason::transient, 2, 100},
                                         Ceiling{RetryReason::transient, 3, 200},
                                         Ceiling{RetryReason::transient, 20, 20'000},
                                         Ceiling{RetryReason::transient, 1'000, 20'000},
                                         Ceiling{RetryReason::throttling, 1, 1'000},
                                         Ceiling{RetryReason::throttling, 2, 2'000},
                                         Ceiling{RetryReason::throttling, 6, 20'000}));

TEST(RetryHint, StaysBetweenTheBackoffAndFiveSecondsMore) {
    EXPECT_EQ(with_hint(300, std::nullopt), 300);
    EXPECT_EQ(with_hint(300, 0), 300);
    EXPECT_EQ(with_hint(300, 299), 300);
    EXPECT_EQ(with_hint(300, 1'500), 1'500);
    EXPECT_EQ(with_hint(300, 5'300), 5'300);
    EXPECT_EQ(with_hint(300, 5'301), 5'300);
    EXPECT_EQ(with_hint(300, 1'000'000'000), 5'300);
}

TEST(RetryHint, IsReadFromWholeMillisecondsOnly) {
    EXPECT_EQ(parse_retry_after("0"), 0);
    EXPECT_EQ(parse_retry_after("1500"), 1'500);
    EXPECT_EQ(parse_retry_after("1000000000"), 1'000'000'000);
    for (const std::string_view bad :
         {"", "-1", "1.5", "soon", " 1", "1 ", "+1", "99999999999999999999"})
        EXPECT_EQ(parse_retry_after(bad), std::nullopt) << bad;
}

TEST(RetryQuota, CostsFourteenForTransientAndFiveForThrottling) {
    RetryQuota quota;
    EXPECT_EQ(quota.left(), 500);
    EXPECT_TRUE(quota.take(RetryReason::transient));
    EXPECT_EQ(quota.left(), 486);
    EXPECT_TRUE(quota.take(RetryReason::throttling));
    EXPECT_EQ(quota.left(), 481);
}

TEST(RetryQuota, RefusesWhatItCannotPay) {
    RetryQuota quota;
    for (int i = 0; i < 35; ++i)
        EXPECT_TRUE(quota.take(RetryReason::transient));
    EXPECT_EQ(quota.left(), 10);
    EXPECT_FALSE(quota.take(RetryReason::transient));
    EXPECT_EQ(quota.left(), 10);
    EXPECT_TRUE(quota.take(RetryReason::throttling));
    EXPECT_TRUE(quota.take(RetryReason::throttling));
    EXPECT_FALSE(quota.take(RetryReason::throttling));
}

TEST(RetryQuota, IsRefilledBySuccesses) {
    RetryQuota quota;
    quota.succeeded(std::nullopt);
    EXPECT_EQ(quota.left(), 500);  // never above its capacity
    (void)quota.take(RetryReason::transient);
    (void)quota.take(RetryReason::transient);
    quota.succeeded(RetryReason::transient);
    EXPECT_EQ(quota.left(), 486);  // the last retry's cost
    quota.succeeded(std::nullopt);
    EXPECT_EQ(quota.left(), 487);
}

}  // namespace
}  // namespace aws

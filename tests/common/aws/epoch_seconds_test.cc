#include "common/aws/epoch_seconds.h"

#include <gtest/gtest.h>

namespace {

struct Case {
    const char* number;
    base::EpochMs time_ms;
};

class EpochSeconds : public testing::TestWithParam<Case> {};

TEST_P(EpochSeconds, AreReadExactly) {
    EXPECT_EQ(aws::parse_epoch_seconds(GetParam().number), GetParam().time_ms);
}

INSTANTIATE_TEST_SUITE_P(
    Numbers, EpochSeconds,
    testing::Values(
        Case{"0", 0}, Case{"-0", 0}, Case{"0.0E5", 0}, Case{"1795136400", 1'795'136'400'000},
        Case{"1.7951364E9", 1'795'136'400'000}, Case{"1.7951364e+9", 1'795'136'400'000},
        Case{"1604474914.028", 1'604'474'914'028}, Case{"1.604474914028E9", 1'604'474'914'028},
        Case{"1604474914.0289", 1'604'474'914'028},  // cut, not rounded
        Case{"1604474914.02", 1'604'474'914'020}, Case{"16044749140280000E-7", 1'604'474'914'028},
        Case{"1.6E9", 1'600'000'000'000}, Case{"0.001", 1}, Case{"0.0009", 0}, Case{"1E-3", 1},
        Case{"1E-300", 0}, Case{"-1.5", -1'500},
        // 2^53 + 1, which no double holds.
        Case{"9007199254740.993", 9'007'199'254'740'993}));

class NoEpochSeconds : public testing::TestWithParam<const char*> {};

TEST_P(NoEpochSeconds, GiveNothing) {
    EXPECT_EQ(aws::parse_epoch_seconds(GetParam()), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Texts, NoEpochSeconds,
                         testing::Values("", "-", ".5", "1.", "1e", "1e+", "1E--3", "+1", "01",
                                         "1 ", " 1", "0x10", "NaN", "1E999", "1E30",
                                         "9999999999999999999", "2026-11-20T01:00:00Z"));

}  // namespace

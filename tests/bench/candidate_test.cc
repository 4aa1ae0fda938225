#include "bench/candidate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ParseCandidate, SplitsACommandAtBlanks) {
    const auto candidate = parse_candidate("go=build/peers/go --fast");
    ASSERT_TRUE(candidate);
    EXPECT_EQ(candidate->name, "go");
    EXPECT_THAT(candidate->command, ElementsAre("build/peers/go", "--fast"));
    EXPECT_THAT(candidate->environment, IsEmpty());
}

TEST(ParseCandidate, TakesSettingsBeforeTheProgramAsItsEnvironment) {
    const auto candidate = parse_candidate("python=PYTHONPATH=a/b X= python -m c d=e");
    ASSERT_TRUE(candidate);
    EXPECT_THAT(candidate->environment, ElementsAre("PYTHONPATH=a/b", "X="));
    EXPECT_THAT(candidate->command, ElementsAre("python", "-m", "c", "d=e"));
}

TEST(ParseCandidate, RefusesWhatNamesNoProgram) {
    EXPECT_FALSE(parse_candidate("go"));
    EXPECT_FALSE(parse_candidate("=go"));
    EXPECT_FALSE(parse_candidate("go="));
    EXPECT_FALSE(parse_candidate("go=A=b"));
}

}  // namespace
}  // namespace bench

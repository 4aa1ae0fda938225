#include "functions/tool/variables.h"

#include <cstdio>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace tool {
namespace {

using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

std::string write_file(const std::string& name, const std::string& text) {
    const std::string path = testing::TempDir() + name;
    std::ofstream(path) << text;
    return path;
}

TEST(GatherVariables, TheLastWins) {
    const std::string first = write_file("variables_first", "A=1\nB=1\n# no\n\nC=1\n");
    const std::string second = write_file("variables_second", "B=2\nC=2");
    const auto variables = gather_variables({{"C=3", "D=x=y", "E="}, {first, second}});
    ASSERT_TRUE(variables);
    EXPECT_THAT(*variables, UnorderedElementsAre(Pair("A", "1"), Pair("B", "2"), Pair("C", "3"),
                                                 Pair("D", "x=y"), Pair("E", "")));
}

TEST(GatherVariables, NamesWhatIsWrong) {
    // The value may be a secret that lost its name.
    EXPECT_EQ(gather_variables({{"NOVALUE"}, {}}).error().message,
              "--env NOVALUE: write NAME=VALUE");
    EXPECT_EQ(gather_variables({{"=hush"}, {}}).error().message, "--env : write NAME=VALUE");
    EXPECT_THAT(gather_variables({{}, {"/nonexistent"}}).error().message,
                HasSubstr("read /nonexistent: No such file"));
    const std::string path = write_file("variables_bad", "A=1\nnothing\n");
    EXPECT_THAT(gather_variables({{}, {path}}).error().message,
                HasSubstr("line 2 is not NAME=VALUE"));
}

TEST(OverlaidEnvironment, HidesWhatIsBelow) {
    const tests::FakeEnvironment below{{"A", "below"}, {"B", "below"}, {"C", "below"}};
    OverlaidEnvironment environment(below, {{"A", "above"}, {"B", ""}});
    EXPECT_EQ(environment.get("A"), "above");
    EXPECT_EQ(environment.get("B"), std::nullopt);
    EXPECT_EQ(environment.get("C"), "below");
    EXPECT_EQ(environment.get("D"), std::nullopt);
    environment.set("D", "set");
    EXPECT_EQ(environment.get("D"), "set");
}

}  // namespace
}  // namespace tool

#include "functions/glue_to_snowflake/definition/notes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using glue_to_snowflake::bounded_notes;
using glue_to_snowflake::kNotesMax;

TEST(Notes, StayAsTheyAreWhileTheyAreFew) {
    const std::vector<std::string> few(kNotesMax, "x");
    EXPECT_EQ(bounded_notes(few), few);
    EXPECT_THAT(bounded_notes({}), testing::IsEmpty());
}

TEST(Notes, AreCountedBeyondTheFirst) {
    std::vector<std::string> many;
    many.reserve(2'000);
    for (int i = 0; i < 2'000; ++i)
        many.push_back("note " + std::to_string(i));
    const auto bounded = bounded_notes(many);
    ASSERT_EQ(bounded.size(), kNotesMax + 1);
    EXPECT_EQ(bounded.front(), "note 0");
    EXPECT_EQ(bounded[kNotesMax - 1], "note 9");
    EXPECT_EQ(bounded.back(), "1990 more notes like these");
}

}  // namespace

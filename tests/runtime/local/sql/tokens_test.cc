#include "runtime/local/sql/tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using testing::ElementsAre;

std::vector<sql::Token> tokens(std::string_view text) {
    auto split = sql::split(text);
    if (auto* found = std::get_if<std::vector<sql::Token>>(&split)) return std::move(*found);
    ADD_FAILURE() << std::get<sql::Refusal>(split).message;
    return {};
}

bool is_refused(std::string_view text) {
    return std::holds_alternative<sql::Refusal>(sql::split(text));
}

TEST(SqlTokens, WordsFoldAndKeepHowTheyWereWritten) {
    const auto found = tokens("Select c1$ METADATA$FILENAME");
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[0].text, "SELECT");
    EXPECT_EQ(found[1].raw, "c1$");
    EXPECT_EQ(found[2].position, 11U);
    EXPECT_EQ(found[3].kind, sql::TokenKind::end);
}

TEST(SqlTokens, QuotesAndEscapesAreUndone) {
    const auto found = tokens(R"("a""b\" 'it''s \\ \x41\n\'')");
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].text, R"(a"b\)");
    EXPECT_EQ(found[1].text, "it's \\ A\n'");
}

TEST(SqlTokens, AStageHasPartsAndAPath) {
    const auto plain = tokens("@db.S.raw/dt=1/a-b_c.d/ x");
    EXPECT_THAT(plain[0].parts, ElementsAre("DB", "S", "RAW"));
    EXPECT_EQ(plain[0].text, "dt=1/a-b_c.d/");
    const auto quoted = tokens(R"(@"db"."S"."a ""b/"/x/)");
    EXPECT_THAT(quoted[0].parts, ElementsAre("db", "S", "a \"b/"));
    EXPECT_EQ(quoted[0].text, "x/");
    EXPECT_EQ(tokens("@S.P.RAW")[0].text, "");
}

TEST(SqlTokens, WhatIsNoTokenIsRefused) {
    for (const char* text :
         {"\"a", "'a",    "'a\\'", "\"\"", "-- x", "/* x",     "// x", "@", "@.a", "@a.", "@\"a",
          "#",   "$$a$$", "{x}",   "1a",   "\x01", "\xC3\xA9", "!",    "&", "`a`", "|"})
        EXPECT_TRUE(is_refused(text)) << text;
}

}  // namespace

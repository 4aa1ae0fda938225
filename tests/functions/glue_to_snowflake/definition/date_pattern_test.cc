#include "functions/glue_to_snowflake/definition/date_pattern.h"

#include <regex>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace {

using glue_to_snowflake::date_pieces;

std::string format_of(std::string_view pattern) {
    std::string format;
    for (const auto& piece : date_pieces(pattern)) {
        if (!format.empty()) format += '/';
        format += piece.format.value_or("none");
    }
    return format;
}

bool matches(std::string_view pattern, const std::string& text) {
    return std::regex_match(text, std::regex(date_pieces(pattern).at(0).regex));
}

// The left: java.time.format.DateTimeFormatter; the right: Snowflake's date and time formats.
TEST(DatePattern, HasSnowflakesLettersForJavas) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"yyyy-MM-dd", "YYYY-MM-DD"},
        {"yyyyMMdd", "YYYYMMDD"},
        {"uuuu.MM", "YYYY.MM"},
        {"yyyy/MM/dd", "YYYY/MM/DD"},
        {"yyyy/MM/dd/HH", "YYYY/MM/DD/HH24"},
        {"yyyy-MM-dd-HH-mm", "YYYY-MM-DD-HH24-MI"},
        {"yyyy-MM-dd HH:mm:ss.SSS", "YYYY-MM-DD HH24:MI:SS.FF3"},
        {"yyyy-MM-dd'T'HH", "YYYY-MM-DD\"T\"HH24"},
        {"'y='yyyy", "\"y\"\"=\"YYYY"},
        {"yyyy''MM", "YYYY\"'\"MM"}};
    for (const auto& [java, snowflake] : cases)
        EXPECT_EQ(format_of(java), snowflake) << java;
}

TEST(DatePattern, HasNoFormatWhereTheTwoDiffer) {
    for (const char* pattern : {"yy-MM-dd", "yyyy-M-dd", "yyyy-MM-d", "EEE", "yyyy-MMM-dd", "Q",
                                "yyyy-MM-dd'T'HH:mm:ssXXX", "hh a", "yyyy\"MM", "YYYY-MM", "DDD"})
        EXPECT_EQ(format_of(pattern), "none") << pattern;
    EXPECT_EQ(format_of("yyyy/M/dd"), "YYYY/none/DD");
}

TEST(DatePattern, HasAPieceForEachFolder) {
    EXPECT_EQ(date_pieces("yyyy-MM-dd").size(), 1U);
    EXPECT_EQ(date_pieces("yyyy/MM/dd").size(), 3U);
    EXPECT_EQ(date_pieces("yyyy'/m/'MM").size(), 3U);
    EXPECT_EQ(date_pieces("").size(), 1U);
    EXPECT_EQ(date_pieces("'open").size(), 1U);
}

TEST(DatePattern, MatchesWhatItWrites) {
    EXPECT_TRUE(matches("yyyy-MM-dd", "2026-11-20"));
    EXPECT_FALSE(matches("yyyy-MM-dd", "2026-1-20"));
    EXPECT_TRUE(matches("yyyy.MM", "2026.11"));
    EXPECT_FALSE(matches("yyyy.MM", "2026x11"));
    EXPECT_TRUE(matches("d-M-yyyy", "1-12-2026"));
    EXPECT_TRUE(matches("dd-MMM", "20-Nov"));
    EXPECT_TRUE(date_pieces("yyyyMMdd").at(0).is_fixed_width);
    EXPECT_FALSE(date_pieces("yyyyMd").at(0).is_fixed_width);
}

TEST(DatePattern, QuotesForRegularExpressions) {
    EXPECT_EQ(glue_to_snowflake::regex_quote("a.b[c]{d}(e)*f+g?h^i$j|k\\l-m=n"),
              R"(a\.b\[c\]\{d\}\(e\)\*f\+g\?h\^i\$j\|k\\l-m=n)");
}

}  // namespace

#include "runtime/local/json_compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace local {
namespace {

ExactJson json(std::string_view text) {
    auto parsed = parse_exact_json(text, "the test's JSON");
    EXPECT_TRUE(parsed) << text;
    return parsed ? *parsed : ExactJson{};
}

std::vector<Difference> differences_of(std::string_view expected, std::string_view actual) {
    std::vector<Difference> differences;
    compare_json(json(expected), json(actual), "", differences);
    return differences;
}

struct Row {
    const char* expected;
    const char* actual;
    bool same;
};

TEST(JsonCompare, DecidesByTheTable) {
    const std::vector<Row> rows{
        {"1", "1", true},
        {"1", "1.0", false},
        {"1.0", "1.00", false},
        {"1e2", "1E2", false},
        {"12345678901234567890123456789012345678", "12345678901234567890123456789012345678", true},
        {"12345678901234567890123456789012345678", "12345678901234567890123456789012345679", false},
        {"\"1\"", "1", false},
        {"1", "\"1\"", false},
        {"true", "false", false},
        {"null", "null", true},
        {"null", "false", false},
        {"null", "\"\"", false},
        {R"({"a":1,"b":2})", R"({"b":2,"a":1})", true},
        {R"({"a":1})", R"({"a":1,"b":2})", false},
        {R"({"a":1,"a":2})", R"({"a":1,"a":2})", true},
        {R"({"a":1,"a":2})", R"({"a":1})", false},
        {"[1,2]", "[2,1]", false},
        {"[]", "{}", false},
        {"[1]", "[1,1]", false},
        {R"("é")", R"("\u00e9")", true},
        {R"("a")", R"("A")", false},
        {R"("<<any>>")", R"({"a":[1]})", true},
        {R"("<<any>>")", "null", true},
        {R"({"a":"<<any>>"})", "{}", false},
        {R"("<<regex:[0-9]+>>")", R"("12")", true},
        {R"("<<regex:[0-9]+>>")", R"("12a")", false},
        {R"("<<regex:[0-9]+>>")", "12", false},
        {R"("<<regex:\\d{4}-\\d\\d>>")", R"("2026-11")", true},
        {R"("<<regex:(>>")", R"("(")", false},
        // {"a":1} in base64, with and without a newline at the end.
        {R"({"a":1})", R"("eyJhIjoxfQ==")", true},
        {R"({"a":1})", R"("eyJhIjoxfQo=")", true},
        {R"({"a":2})", R"("eyJhIjoxfQ==")", false},
        {R"({"a":1})", R"("{\"a\":1}")", true},
        {R"({"a":1})", R"("not base64!")", false},
        {R"("eyJhIjoxfQ==")", R"("eyJhIjoxfQ==")", true},
        {R"([{"a":"<<any>>"}])", R"("W3siYSI6MX1d")", true},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(differences_of(row.expected, row.actual).empty(), row.same)
            << row.expected << " against " << row.actual;
    }
}

TEST(JsonCompare, NamesThePlaceAndBothValues) {
    const auto differences =
        differences_of(R"({"a":[{"b/c":1}],"d~":true})", R"({"a":[{"b/c":1.0}],"e":null})");
    ASSERT_EQ(differences.size(), 3U);
    EXPECT_EQ(differences[0].path, "/a/0/b~1c");
    EXPECT_EQ(differences[0].expected, "1");
    EXPECT_EQ(differences[0].actual, "1.0");
    EXPECT_EQ(differences[1].path, "/d~0");
    EXPECT_EQ(differences[1].actual, "no such member");
    EXPECT_EQ(differences[2].path, "/e");
    EXPECT_EQ(differences[2].expected, "no such member");
    EXPECT_EQ(differences[2].actual, "null");
}

TEST(JsonCompare, StopsAfterTwentyDifferences) {
    std::string zeros = "[0";
    std::string ones = "[1";
    for (int i = 0; i < 50; ++i) {
        zeros += ",0";
        ones += ",1";
    }
    EXPECT_EQ(differences_of(zeros + "]", ones + "]").size(), kDifferencesMax);
}

TEST(JsonCompare, CutsLongValuesBetweenCharacters) {
    std::string text = std::string(199, 'a') + "é" + std::string(1000, 'b');
    EXPECT_EQ(shorten(text), std::string(199, 'a') + "… (1201 bytes)");
    EXPECT_EQ(shorten("short"), "short");
}

TEST(ExactJson, KeepsNumbersOrderAndRepeats) {
    constexpr std::string_view kText =
        R"({"z":1.50,"a":[-0,1E300,null,true],"z":"1.50","t":"\"\\\n"})";
    EXPECT_EQ(write_exact_json(json(kText)), kText);
}

TEST(ExactJson, RefusesWhatIsNoJson) {
    for (const char* text : {"", "{", "[1,]", "01", "1 2", "\"\xff\"", "{\"a\" 1}", "nul"})
        EXPECT_FALSE(parse_exact_json(text, "it")) << text;
    const auto deep = parse_exact_json(std::string(100'000, '['), "it");
    ASSERT_FALSE(deep);
    EXPECT_THAT(deep.error().message, testing::HasSubstr("nested too deep"));
}

}  // namespace
}  // namespace local

#include "runtime/local/firehose_prefix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace local {
namespace {

constexpr base::EpochMs kTimeMs = 1'795'136'523'456;  // 2026-11-20T01:02:03.456Z

std::string evaluate(const base::Result<FirehosePrefix>& prefix, const PartitionKeys& keys = {}) {
    EXPECT_TRUE(prefix) << prefix.error().message;
    if (!prefix) return {};
    tests::SeededRandom random;
    return prefix->evaluate(
        {.time_ms = kTimeMs, .error_output_type = "processing-failed", .keys = &keys}, random);
}

std::string data_prefix(std::string_view prefix) {
    return evaluate(FirehosePrefix::parse(prefix, Partitioning::none));
}

TEST(FormatTimestamp, FollowsJavasDateTimeFormatter) {
    for (const auto& [pattern, text] : std::vector<std::pair<const char*, const char*>>{
             {"yyyy-MM-dd HH:mm:ss", "2026-11-20 01:02:03"},
             {"yyyyMMdd", "20261120"},
             {"yy", "26"},
             {"y/M/d/H/m/s", "2026/11/20/1/2/3"},
             {"'year='yyyy", "year=2026"},
             {"HH''mm", "01'02"},
             {"yyyy'-'MM'-'dd", "2026-11-20"},
             {"", ""}}) {
        const auto formatted = format_timestamp(pattern, kTimeMs);
        ASSERT_TRUE(formatted) << pattern;
        EXPECT_EQ(*formatted, text) << pattern;
    }
}

TEST(FormatTimestamp, RefusesWhatItDoesNotKnow) {
    for (const char* pattern : {"MMM", "EEE", "Q", "yyyy'T", "hh"})
        EXPECT_EQ(format_timestamp(pattern, 0).ok(), false) << pattern;
}

TEST(FirehosePrefix, EvaluatesItsExpressions) {
    EXPECT_EQ(data_prefix("lake/dt=!{timestamp:yyyyMMdd}/h=!{timestamp:HH}/"),
              "lake/dt=20261120/h=01/");
    EXPECT_EQ(data_prefix("myPrefix/"), "myPrefix/2026/11/20/01/");
    EXPECT_EQ(data_prefix(""), "2026/11/20/01/");
    EXPECT_THAT(data_prefix("!{firehose:random-string}/!{timestamp:HH}/"),
                testing::MatchesRegex("[A-Za-z0-9]{11}/01/"));
    EXPECT_EQ(
        evaluate(FirehosePrefix::parse("t=!{partitionKeyFromLambda:table}/", Partitioning::dynamic),
                 {{"table", "orders"}}),
        "t=orders/");
}

TEST(FirehosePrefix, GivesEachRandomStringItsOwnText) {
    const std::string text =
        data_prefix("!{firehose:random-string}!{firehose:random-string}x!{timestamp:y}");
    EXPECT_NE(text.substr(0, 11), text.substr(11, 11));
}

TEST(FirehosePrefix, EvaluatesTheErrorPrefix) {
    EXPECT_EQ(evaluate(FirehosePrefix::parse_error("")), "processing-failed/2026/11/20/01/");
    EXPECT_EQ(evaluate(FirehosePrefix::parse_error("e/")), "e/processing-failed/2026/11/20/01/");
    EXPECT_EQ(
        evaluate(FirehosePrefix::parse_error("e/!{firehose:error-output-type}/!{timestamp:yyyy}/")),
        "e/processing-failed/2026/");
}

TEST(FirehosePrefix, RefusesWhatFirehoseRefuses) {
    for (const char* prefix : {"!{firehose:error-output-type}/", "!{timestamp:}", "!{timestamp}",
                               "!{other:x}", "!{firehose:x}", "!{timestamp:yyyy",
                               "!{timestamp:EEE}/", "!{partitionKeyFromLambda:dt}/"})
        EXPECT_FALSE(FirehosePrefix::parse(prefix, Partitioning::none)) << prefix;
    EXPECT_FALSE(FirehosePrefix::parse("no/key/", Partitioning::dynamic));
    EXPECT_FALSE(FirehosePrefix::parse("!{partitionKeyFromLambda:}/", Partitioning::dynamic));
    EXPECT_FALSE(FirehosePrefix::parse_error("e/!{timestamp:yyyy}/"));
    EXPECT_FALSE(
        FirehosePrefix::parse_error("!{firehose:error-output-type}/!{partitionKeyFromLambda:dt}/"));
}

}  // namespace
}  // namespace local

#include "runtime/local/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace local {
namespace {

Expectation expectation(std::string_view expected_json) {
    auto sample = parse_case({.event = "", .expected = std::string(expected_json)});
    EXPECT_TRUE(sample) << sample.error().message;
    return sample ? sample->expectation.value_or(Expectation{}) : Expectation{};
}

Outcome response(std::string body) {
    return {.kind = Outcome::Kind::response, .body = std::move(body)};
}

Outcome error(std::string body) {
    return {.kind = Outcome::Kind::error, .body = std::move(body)};
}

RecordedCall put_records(std::string body) {
    return {.service = "kinesis", .operation = "PutRecords", .body = std::move(body)};
}

std::vector<std::string> paths(const std::vector<Difference>& differences) {
    std::vector<std::string> paths;
    paths.reserve(differences.size());
    for (const Difference& difference : differences)
        paths.push_back(difference.path);
    return paths;
}

TEST(Judge, PassesWhatIsAsExpected) {
    EXPECT_TRUE(judge(expectation(R"({"response":{"a":1}})"), response(R"({"a":1})"), {}).empty());
    EXPECT_TRUE(judge(expectation(R"({"response":null})"), response("null"), {}).empty());
    EXPECT_TRUE(
        judge(expectation(R"({"error":{"errorType":"Function.X","errorMessage":"is b"}})"),
              error(R"({"errorType":"Function.X","errorMessage":"it is bad","stackTrace":[]})"), {})
            .empty());
}

TEST(Judge, NamesAnErrorWhereAResponseWasExpectedAndTheOtherWayRound) {
    EXPECT_THAT(paths(judge(expectation(R"({"response":1})"), error(R"({"errorType":"X"})"), {})),
                testing::ElementsAre("/error"));
    EXPECT_THAT(paths(judge(expectation(R"({"error":{"errorType":"X"}})"), response("1"), {})),
                testing::ElementsAre("/response"));
    const Expectation expected = expectation(R"({"error":{"errorType":"X","errorMessage":"b"}})");
    EXPECT_THAT(paths(judge(expected, error(R"({"errorType":"Y","errorMessage":"a"})"), {})),
                testing::ElementsAre("/error/errorType", "/error/errorMessage"));
    EXPECT_THAT(paths(judge(expected, error("no json"), {})),
                testing::ElementsAre("/error/errorType", "/error/errorMessage"));
    EXPECT_THAT(
        paths(judge(expected, {.kind = Outcome::Kind::timed_out, .body = R"({"errorType":"X"})"},
                    {})),
        testing::ElementsAre("/error/errorMessage"));
}

TEST(Judge, RefusesAResponseThatIsNoJson) {
    EXPECT_THAT(paths(judge(expectation(R"({"response":{}})"), response("oops"), {})),
                testing::ElementsAre("/response"));
}

TEST(Judge, ComparesCallsInTheirOrder) {
    const Expectation expected = expectation(R"({"response":1,"calls":[
        {"service":"kinesis","operation":"PutRecords","body":{"n":1}},
        {"service":"glue","operation":"GetTable"},
        {"service":"kinesis","operation":"PutRecords","body":{"n":2}}]})");
    const RecordedCall get_table{.service = "glue", .operation = "GetTable", .body = "{\"x\":1}"};
    EXPECT_TRUE(judge(expected, response("1"),
                      {get_table, put_records(R"({"n":1})"), put_records(R"({"n":2})")})
                    .empty());
    EXPECT_THAT(
        paths(judge(expected, response("1"),
                    {get_table, put_records(R"({"n":2})"), put_records(R"({"n":1})")})),
        testing::ElementsAre("/calls/kinesis.PutRecords/0/n", "/calls/kinesis.PutRecords/1/n"));
    EXPECT_THAT(paths(judge(expected, response("1"), {put_records(R"({"n":1})")})),
                testing::ElementsAre("/calls/glue.GetTable/0", "/calls/kinesis.PutRecords/1"));
}

TEST(Judge, WantsNoCallBeyondTheExpectedOnes) {
    EXPECT_THAT(paths(judge(expectation(R"({"response":1})"), response("1"), {put_records("{}")})),
                testing::ElementsAre("/calls/kinesis.PutRecords/0"));
    const Expectation ignoring =
        expectation(R"({"response":1,"calls_ignored":["kinesis.PutRecords"]})");
    EXPECT_TRUE(judge(ignoring, response("1"), {put_records("{}")}).empty());
}

TEST(SampleCase, RefusesWhatItsFilesMayNotSay) {
    const auto fault = [](CaseFiles files) {
        const auto sample = parse_case(std::move(files));
        return sample ? "none" : sample.error().message;
    };
    EXPECT_THAT(fault({.expected = "{}"}), testing::HasSubstr("one of response and error"));
    EXPECT_THAT(fault({.expected = R"({"response":1,"error":{}})"}),
                testing::HasSubstr("one of response and error"));
    EXPECT_THAT(fault({.expected = R"({"respnse":1})"}), testing::HasSubstr("member respnse"));
    EXPECT_THAT(fault({.expected = R"({"response":1,"calls":[{"service":"s3"}]})"}),
                testing::HasSubstr("element 0 needs the texts service and operation"));
    EXPECT_THAT(fault({.setup = "{}"}), testing::HasSubstr("setup.json: it is no array"));
    EXPECT_THAT(fault({.setup = "["}), testing::HasSubstr("parse setup.json"));
    EXPECT_THAT(fault({.environment = "A=1\nB\n"}),
                testing::HasSubstr("environment: line 2 is not NAME=VALUE"));
}

TEST(SampleCase, ReadsVariablesAsTheyAre) {
    const auto variables = parse_variables("# a comment\nA=1=2\r\n\n B = x y \nC=\nA=last\n", "it");
    ASSERT_TRUE(variables);
    EXPECT_THAT(*variables,
                testing::ElementsAre(testing::Pair("A", "last"), testing::Pair("B", " x y "),
                                     testing::Pair("C", "")));
}

TEST(SampleCase, NeedsAwsWhereItsFilesSpeakOfIt) {
    const auto needs = [](CaseFiles files) { return parse_case(std::move(files))->needs_aws(); };
    EXPECT_FALSE(needs({.expected = R"({"response":1})"}));
    EXPECT_TRUE(needs({.expected = ""}));  // nobody knows
    EXPECT_TRUE(
        needs({.expected = R"({"response":1,"calls":[{"service":"s3","operation":"x"}]})"}));
    EXPECT_FALSE(needs(
        {.expected =
             R"({"response":1,"calls":[{"service":"snowflake","operation":"statements"}]})"}));
    EXPECT_TRUE(needs({.setup = R"([{"service":"s3","operation":"CreateBucket"}])",
                       .expected = R"({"response":1})"}));
}

TEST(SampleCase, PutsAnAddressIntoAllFiles) {
    CaseFiles files{.event = "a ${X} b ${X}", .setup = "${X}"};
    EXPECT_TRUE(files.mention("${X}"));
    files.replace("${X}", "http://h/${X}");  // what is put in is not looked at again
    EXPECT_EQ(files.event, "a http://h/${X} b http://h/${X}");
    EXPECT_FALSE(files.mention("${Y}"));
}

}  // namespace
TEST(Judge, CallsToDifferentStreamsComeInAnyOrder) {
    const Expectation expected = expectation(
        R"({"response":1,"calls":[{"service":"kinesis","operation":"PutRecords","body":{"StreamName":"a"}},)"
        R"({"service":"kinesis","operation":"PutRecords","body":{"StreamName":"b","n":1}},)"
        R"({"service":"kinesis","operation":"PutRecords","body":{"StreamName":"b","n":2}}]})");
    const RecordedCall a{"kinesis", "PutRecords", R"({"StreamName":"a"})"};
    const RecordedCall first{"kinesis", "PutRecords", R"({"StreamName":"b","n":1})"};
    const RecordedCall second{"kinesis", "PutRecords", R"({"StreamName":"b","n":2})"};
    EXPECT_TRUE(judge(expected, response("1"), {first, a, second}).empty());
    EXPECT_TRUE(judge(expected, response("1"), {first, second, a}).empty());
    EXPECT_THAT(
        paths(judge(expected, response("1"), {a, second, first})),
        testing::ElementsAre("/calls/kinesis.PutRecords.b/0/n", "/calls/kinesis.PutRecords.b/1/n"));
}

}  // namespace local

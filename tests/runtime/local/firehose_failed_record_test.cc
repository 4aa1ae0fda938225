#include "runtime/local/firehose_failed_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/gzip.h"

namespace local {
namespace {

TEST(FailedRecordLine, HasFirehosesMembers) {
    EXPECT_EQ(
        failed_record_line({.attempts = 4,
                            .arrival_ms = 1'494'965'430'000,
                            .ended_ms = 1'494'965'500'000,
                            .failure = {.code = "Lambda.FunctionTimedOut",
                                        .message = "The \"function\" timed out"},
                            .raw_data = "hi",
                            .lambda_arn = "arn:aws:lambda:us-east-1:123456789012:function:f"}),
        R"({"attemptsMade":4,"arrivalTimestamp":1494965430000,)"
        R"("errorCode":"Lambda.FunctionTimedOut",)"
        R"("errorMessage":"The \"function\" timed out",)"
        R"("attemptEndingTimestamp":1494965500000,"rawData":"aGk=",)"
        R"("lambdaArn":"arn:aws:lambda:us-east-1:123456789012:function:f"})"
        "\n");
}

// Lines as they were seen in the field: lambdaARN, EventId, texts in place of numbers, a carriage
// return, no newline at the end.
TEST(ParseFailedRecords, TakesTheFormsThatAreSeen) {
    const KeptRecords kept = parse_failed_records(
        R"({"attemptsMade":1,"arrivalTimestamp":1494965430000,"rawData":"aGk=","lambdaArn":"a"})"
        "\r\n\n"
        R"({"rawData":"","arrivalTimestamp":"1494965430001","lambdaARN":"a","EventId":"4957",)"
        R"("SubsequenceNumber":0})"
        "\n"
        R"({"rawData":"eA==","arrivalTimestamp":"yesterday"})");
    EXPECT_TRUE(kept.bad.empty());
    ASSERT_EQ(kept.records.size(), 3U);
    EXPECT_EQ(kept.records[0].line, 1U);
    EXPECT_EQ(kept.records[0].data, "hi");
    EXPECT_EQ(kept.records[0].arrival_ms, 1'494'965'430'000);
    EXPECT_EQ(kept.records[1].line, 3U);
    EXPECT_EQ(kept.records[1].data, "");
    EXPECT_EQ(kept.records[1].arrival_ms, 1'494'965'430'001);
    EXPECT_EQ(kept.records[2].arrival_ms, std::nullopt);
}

TEST(ParseFailedRecords, NamesBadLinesAndGoesOn) {
    const KeptRecords kept = parse_failed_records(
        "no json\n"
        "{\"rawData\":\"aGk=\"}\n"
        "{\"rawdata\":\"aGk=\"}\n"
        "{\"rawData\":\"?\"}\n"
        "{\"rawData\":1}\n"
        "[]\n");
    ASSERT_EQ(kept.records.size(), 1U);
    EXPECT_EQ(kept.records[0].line, 2U);
    std::vector<std::size_t> lines;
    for (const BadLine& bad : kept.bad) {
        lines.push_back(bad.line);
        EXPECT_FALSE(bad.reason.empty());
    }
    EXPECT_EQ(lines, (std::vector<std::size_t>{1, 3, 4, 5, 6}));
}

TEST(PlainLines, TakesGzipOff) {
    EXPECT_EQ(*plain_lines("{}\n"), "{}\n");
    EXPECT_EQ(*plain_lines(""), "");
    EXPECT_EQ(*plain_lines(codec::gzip_compress("{}\n")), "{}\n");
    const auto broken = plain_lines(codec::gzip_compress("{}\n").substr(0, 12));
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().kind, base::ErrorKind::data_invalid);
}

}  // namespace
}  // namespace local

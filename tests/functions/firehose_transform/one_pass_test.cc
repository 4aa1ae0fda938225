#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/functions/firehose_transform/change_generator.h"
#include "tests/functions/firehose_transform/firehose_records.h"
#include "tests/functions/firehose_transform/one_pass_check.h"

namespace tests {
namespace {

// `transform_bench --check 1000000` does the same a million times with release code.
constexpr std::size_t kRecords = 12'000;

TEST(OnePass, AgreesWithThePlainWayAndTheOracle) {
    const std::vector<dynamodb::LineSettings> settings = {
        config_of({}).line,
        config_of({{"LINE_NUMBERS", "text"}, {"LINE_METADATA", "operation,ttl_delete"}}).line,
        config_of({{"METADATA_PREFIX", "\xC3\xBC"}}).line};
    for (std::size_t i = 0; i < settings.size(); ++i) {
        ChangeGenerator changes(20261120 + i);
        OnePassCheck check(settings[i]);
        for (std::size_t round = 0; round < kRecords / settings.size(); ++round) {
            const std::string record = round % 2 == 0 ? changes.record() : changes.hostile_record();
            ASSERT_EQ(check.difference(record), "") << record.substr(0, 4'000);
        }
        // The generator reaches both: much that is sound, most of it by the fast way.
        EXPECT_GT(check.lines(), kRecords / settings.size() / 4);
        EXPECT_GT(check.walked(), check.lines() / 2);
        EXPECT_LT(check.walked(), check.lines());
    }
}

std::string nested(std::string_view open, std::size_t levels, std::string_view close) {
    std::string value;
    for (std::size_t i = 0; i < levels; ++i)
        value += open;
    value += R"({"S":"x"})";
    for (std::size_t i = 0; i < levels; ++i)
        value += close;
    return native_record("INSERT", R"("NewImage":{"a":)" + value + "}");
}

// 32 levels are DynamoDB's limit. The scanner's cap of 128 brackets lies behind level 62.
TEST(OnePass, AgreesAtEveryDepth) {
    OnePassCheck check({});
    for (std::size_t levels = 1; levels < 80; ++levels) {
        EXPECT_EQ(check.difference(nested(R"({"M":{"b":)", levels, "}}")), "") << levels;
        EXPECT_EQ(check.difference(nested(R"({"L":[)", levels, "]}")), "") << levels;
        if (levels <= 32) {
            EXPECT_EQ(check.walked(), 2 * levels);
        }
    }
    EXPECT_EQ(check.lines(), 2 * 62U);
    EXPECT_EQ(check.difference(nested(R"({"L":[)", 1'000'000, "]}")), "");
    EXPECT_EQ(check.difference(nested("[", 1'000'000, "")), "");
}

TEST(OnePass, AgreesOnManyNames) {
    OnePassCheck check({});
    for (const std::size_t count : {1U, 255U, 256U, 257U, 1'000U}) {
        std::string image;
        for (std::size_t i = 0; i < count; ++i)
            image.append(i == 0 ? "" : ",").append("\"n" + std::to_string(i) + R"(":{"N":"1"})");
        const auto difference = [&](std::string_view more) {
            return check.difference(
                native_record("INSERT", R"("NewImage":{)" + image + std::string(more) + "}"));
        };
        EXPECT_EQ(difference(""), "") << count;
        EXPECT_EQ(difference(R"(,"n0":{"N":"1"})"), "") << count;
        EXPECT_EQ(difference(R"(,"\u006e0":{"N":"1"})"), "") << count;
        EXPECT_EQ(difference(R"(,"__operation":{"N":"1"})"), "") << count;
    }
    EXPECT_EQ(check.lines(), 2 * 5U);
}

// Numbers of 10^6 digits, texts of 400 KB, and the base64 of as much.
TEST(OnePass, AgreesOnLargeValues) {
    OnePassCheck check({});
    const std::string digits(1'000'000, '7');
    const std::string base64(400'000, 'Q');
    for (const std::string& value :
         {R"({"N":")" + digits + "\"}", R"({"S":")" + digits + "\"}", R"({"B":")" + base64 + "\"}",
          R"({"B":")" + base64 + "=\"}", R"({"NS":["1",")" + digits + "\"]}"}) {
        EXPECT_EQ(check.difference(
                      native_record("INSERT", R"("NewImage":{"a":)" + value + R"(,"b":{"S":""}})")),
                  "");
    }
    EXPECT_EQ(check.walked(), 4U);
}

}  // namespace
}  // namespace tests

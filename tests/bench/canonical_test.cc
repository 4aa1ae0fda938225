#include "bench/canonical.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/base64.h"

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

TEST(CanonicalJson, OrdersMembersAndKeepsItems) {
    EXPECT_EQ(canonical_json(R"( {"b" : [3, 1, {}], "a":{"d":null,"c":true}} )"),
              R"({"a":{"c":true,"d":null},"b":[3,1,{}]})");
}

TEST(CanonicalJson, TellsNumbersByTheirTextAndFromStrings) {
    EXPECT_EQ(canonical_json("1.50"), "1.50");
    EXPECT_NE(canonical_json("1.50"), canonical_json("1.5"));
    EXPECT_NE(canonical_json("1"), canonical_json(R"("1")"));
    EXPECT_EQ(canonical_json("12345678901234567890123456789012345678"),
              "12345678901234567890123456789012345678");
}

TEST(CanonicalJson, TellsStringsByTheirCharacters) {
    EXPECT_EQ(canonical_json(R"("\u00fc\/")"), canonical_json(R"("ü/")"));
    EXPECT_NE(canonical_json(R"("a")"), canonical_json(R"("A")"));
}

TEST(CanonicalJson, RefusesWhatIsNoJson) {
    EXPECT_FALSE(canonical_json(""));
    EXPECT_FALSE(canonical_json("{\"a\":}"));
    EXPECT_FALSE(canonical_json("{} x"));
    EXPECT_FALSE(canonical_json("\"\xFF\""));
}

std::string transform_answer(std::string_view line) {
    return R"({"records":[{"recordId":"1","metadata":{"partitionKeys":{"dt":"d"}},"data":")" +
           codec::base64_encode(line) + R"(","result":"Ok"}]})";
}

TEST(CanonicalTransform, DecodesTheData) {
    EXPECT_THAT(canonical_transform(transform_answer("{\"b\":1,\"a\":2}\n")),
                Optional(ElementsAre(R"(1 Ok {"partitionKeys":{"dt":"d"}} {"a":2,"b":1})")));
}

TEST(CanonicalTransform, RefusesAnswersThatFirehoseWouldNotTake) {
    EXPECT_FALSE(canonical_transform(transform_answer("{\"a\":2}")));
    EXPECT_FALSE(canonical_transform(transform_answer("no JSON\n")));
    EXPECT_FALSE(canonical_transform(R"({"records":[{"recordId":"1","result":"Dropped"}]})"));
    EXPECT_FALSE(canonical_transform(R"({"Records":[]})"));
    EXPECT_FALSE(canonical_transform("no JSON"));
}

std::string put_records(std::string_view data, std::string_view key) {
    return R"({"StreamName":"s","Records":[{"Data":")" + codec::base64_encode(data) +
           R"(","PartitionKey":")" + std::string(key) + R"("}]})";
}

TEST(CanonicalForward, SortsTheRecordsOfAllRequests) {
    EXPECT_THAT(canonical_forward({put_records(R"({"n":1})", "b"), put_records("{}", "a")}),
                Optional(ElementsAre("a {}", R"(b {"n":1})")));
}

TEST(CanonicalForward, RefusesWhatIsNoSuchRequest) {
    EXPECT_FALSE(canonical_forward({"no JSON"}));
    EXPECT_FALSE(canonical_forward({R"({"Records":[{"PartitionKey":"a"}]})"}));
    EXPECT_FALSE(canonical_forward({R"({"Records":[{"Data":"e30="}]})"}));
}

}  // namespace
}  // namespace bench

#include "runtime/local/stream_source_record.h"

#include <gtest/gtest.h>

namespace {

constexpr std::string_view kArn =
    "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2026-11-01T00:00:00.000";

// As DynamoDB Local answers it.
constexpr std::string_view kApiRecord =
    R"({"eventID":"27a4","eventName":"INSERT","eventVersion":"1.1","eventSource":"aws:dynamodb",)"
    R"("awsRegion":"ddblocal","dynamodb":{"ApproximateCreationDateTime":1795267380.000,)"
    R"("Keys":{"id":{"S":"a/é\""},"n":{"N":"1"}},"NewImage":{"b":{"B":"AP8="},"n":{"N":"1.50"}},)"
    R"("SequenceNumber":"000000000000000000001","SizeBytes":23,)"
    R"("StreamViewType":"NEW_AND_OLD_IMAGES"}})";

TEST(StreamSourceRecord, BecomesWhatLambdaPassesOn) {
    const auto record = local::read_stream_record(kApiRecord, kArn);
    ASSERT_TRUE(record) << record.error().message;
    EXPECT_EQ(record->json, R"({"eventID":"27a4","eventName":"INSERT","eventVersion":"1.1",)"
                            R"("eventSource":"aws:dynamodb","awsRegion":"ddblocal","dynamodb":{)"
                            R"("ApproximateCreationDateTime":1.79526738E9,)"
                            R"("Keys":{"id":{"S":"a/é\""},"n":{"N":"1"}},)"
                            R"("NewImage":{"b":{"B":"AP8="},"n":{"N":"1.50"}},)"
                            R"("SequenceNumber":"000000000000000000001","SizeBytes":23,)"
                            R"("StreamViewType":"NEW_AND_OLD_IMAGES"},"eventSourceARN":")" +
                                std::string(kArn) + "\"}");
    EXPECT_EQ(record->sequence_number, "000000000000000000001");
    EXPECT_EQ(record->arrival_ms, 1'795'267'380'000);
}

// 1.684934517E9 is from an event of Lambda's own; the others are what Java's Double.toString gives.
TEST(StreamSourceRecord, WritesSecondsAsLambdaDoes) {
    EXPECT_EQ(local::lambda_seconds(1'684'934'517'000), "1.684934517E9");
    EXPECT_EQ(local::lambda_seconds(1'795'267'384'774), "1.795267384774E9");
    EXPECT_EQ(local::lambda_seconds(1'700'000'000'000), "1.7E9");
    EXPECT_EQ(local::lambda_seconds(2'000'000'000'000), "2.0E9");
    EXPECT_EQ(local::lambda_seconds(1'479'499'740'500), "1.4794997405E9");
    EXPECT_EQ(local::lambda_seconds(10'000'000'000), "1.0E7");
    EXPECT_EQ(local::lambda_seconds(9'999'999'000), "9999999.0");
    EXPECT_EQ(local::lambda_seconds(1'500), "1.5");
    EXPECT_EQ(local::lambda_seconds(0), "0.0");
}

TEST(StreamSourceRecord, IdentityHasSmallLettersInAnEvent) {
    std::string text(kApiRecord);
    text.insert(text.size() - 1,
                R"(,"userIdentity":{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"})");
    const auto record = local::read_stream_record(text, kArn);
    ASSERT_TRUE(record);
    EXPECT_NE(record->json.find(
                  R"("userIdentity":{"principalId":"dynamodb.amazonaws.com","type":"Service"})"),
              std::string::npos);
}

TEST(StreamSourceRecord, NoIdentityIsLeftOut) {
    std::string text(kApiRecord);
    text.insert(text.size() - 1, R"(,"userIdentity":null)");
    const auto record = local::read_stream_record(text, kArn);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->json.find("userIdentity"), std::string::npos);
}

std::string with_keys(std::string_view keys) {
    return R"({"dynamodb":{"ApproximateCreationDateTime":1,"SequenceNumber":"1","Keys":)" +
           std::string(keys) + "}}";
}

TEST(StreamSourceRecord, KeyIsTheSameInAnyOrder) {
    const auto one = local::read_stream_record(with_keys(R"({"a":{"S":"1"},"b":{"N":"2"}})"), kArn);
    const auto two = local::read_stream_record(with_keys(R"({"b":{"N":"2"},"a":{"S":"1"}})"), kArn);
    const auto other =
        local::read_stream_record(with_keys(R"({"a":{"S":"1"},"b":{"N":"3"}})"), kArn);
    EXPECT_EQ(one->key, two->key);
    EXPECT_NE(one->key, other->key);
}

TEST(StreamSourceRecord, RefusesWhatIsNoRecord) {
    for (const char* text :
         {"", "[]", "{", "{}", R"({"dynamodb":{}})",
          R"({"dynamodb":{"SequenceNumber":"1","Keys":{"a":{"S":"1"}}}})",
          R"({"dynamodb":{"ApproximateCreationDateTime":1,"Keys":{"a":{"S":"1"}}}})",
          R"({"dynamodb":{"ApproximateCreationDateTime":1,"SequenceNumber":"1"}})",
          R"({"dynamodb":{"ApproximateCreationDateTime":"x","SequenceNumber":"1","Keys":{"a":1}}})",
          "{\"a\":\"\xff\"}"}) {
        const auto record = local::read_stream_record(text, kArn);
        ASSERT_FALSE(record) << text;
        EXPECT_EQ(record.error().kind, base::ErrorKind::data_invalid);
    }
}

}  // namespace

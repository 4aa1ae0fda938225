#include "common/dynamodb/change_record.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "common/codec/json.h"

namespace dynamodb {
namespace {

// Lambda developer guide, "Using AWS Lambda with Amazon DynamoDB", the example event's first
// record, with the creation time as Lambda writes it.
constexpr std::string_view kStreamRecord = R"({
  "eventID": "1",
  "eventName": "INSERT",
  "eventVersion": "1.0",
  "eventSource": "aws:dynamodb",
  "awsRegion": "us-east-1",
  "dynamodb": {
    "ApproximateCreationDateTime": 1.684934517E9,
    "Keys": {"Id": {"N": "101"}},
    "NewImage": {"Message": {"S": "New item!"}, "Id": {"N": "101"}},
    "SequenceNumber": "111",
    "SizeBytes": 26,
    "StreamViewType": "NEW_AND_OLD_IMAGES"
  },
  "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/orders.v2/stream/2026-01-01T00:00:00.000"
})";

// Amazon DynamoDB developer guide, "Kinesis Data Streams for DynamoDB": the members of its record.
constexpr std::string_view kKinesisRecord =
    R"({"awsRegion":"us-east-1","eventID":"d2bc7b5c-9c2d-4a0c-8a54-1f3d4f0a7c11","eventName":"MODIFY",)"
    R"("userIdentity":null,"recordFormat":"application/json","tableName":"Music",)"
    R"("dynamodb":{"ApproximateCreationDateTime":1684934517123999,"Keys":{"id":{"S":"a"}},)"
    R"("NewImage":{"id":{"S":"a"}},"OldImage":{"id":{"S":"b"}},"SizeBytes":26,)"
    R"("ApproximateCreationDateTimePrecision":"MICROSECOND"},"eventSource":"aws:dynamodb"})";

ChangeRecord parsed(std::string_view text) {
    auto record = parse_change_record(text);
    EXPECT_TRUE(record.ok()) << (record.ok() ? "" : record.error().message);
    return record.ok() ? *record : ChangeRecord{};
}

std::string fault_of(std::string_view text) {
    const auto record = parse_change_record(text);
    if (record) return "none";
    EXPECT_EQ(record.error().kind, base::ErrorKind::data_invalid);
    return record.error().message;
}

std::string with_dynamodb(std::string_view members) {
    return R"({"eventName":"REMOVE","dynamodb":{)" + std::string(members) + "}}";
}

TEST(ChangeRecord, ReadsTheRecordOfAStream) {
    const ChangeRecord record = parsed(kStreamRecord);
    EXPECT_EQ(record.text, kStreamRecord);
    EXPECT_EQ(record.operation, Operation::insert);
    EXPECT_EQ(record.event_id, "1");
    EXPECT_EQ(record.event_name, "INSERT");
    EXPECT_EQ(record.table_name, "orders.v2");
    EXPECT_EQ(record.sequence_number, "111");
    EXPECT_EQ(record.keys, R"({"Id": {"N": "101"}})");
    EXPECT_EQ(record.new_image, R"({"Message": {"S": "New item!"}, "Id": {"N": "101"}})");
    EXPECT_EQ(record.old_image, "");
    EXPECT_EQ(record.user_identity, "");
    EXPECT_EQ(record.event_time_ms, 1684934517000);
    EXPECT_EQ(record.ttl_delete, false);
    EXPECT_FALSE(record.has_table_name);
    EXPECT_EQ(record.record_format, "");
}

TEST(ChangeRecord, ReadsTheRecordOfTheKinesisFeed) {
    const ChangeRecord record = parsed(kKinesisRecord);
    EXPECT_EQ(record.operation, Operation::modify);
    EXPECT_EQ(record.table_name, "Music");
    EXPECT_TRUE(record.has_table_name);
    EXPECT_EQ(record.record_format, "application/json");
    EXPECT_EQ(record.sequence_number, "");
    EXPECT_EQ(record.user_identity, "null");
    EXPECT_EQ(record.event_time_ms, 1684934517123);
    EXPECT_EQ(record.old_image, R"({"id":{"S":"b"}})");
}

TEST(ChangeRecord, KnowsADeleteByTimeToLive) {
    const auto is_ttl = [](std::string_view name, std::string_view identity) {
        return parsed(R"({"eventName":")" + std::string(name) + R"(","userIdentity":)" +
                      std::string(identity) + R"(,"dynamodb":{"Keys":{}}})")
            .ttl_delete;
    };
    constexpr std::string_view kService =
        R"({"type":"Service","principalId":"dynamodb.amazonaws.com"})";
    EXPECT_EQ(is_ttl("REMOVE", kService), true);
    EXPECT_EQ(is_ttl("REMOVE", R"({"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"})"),
              true);
    EXPECT_EQ(is_ttl("MODIFY", kService), false);
    EXPECT_EQ(is_ttl("REMOVE", R"({"type":"User","principalId":"dynamodb.amazonaws.com"})"), false);
    EXPECT_EQ(is_ttl("REMOVE", R"({"type":"Service","principalId":"other.amazonaws.com"})"), false);
    EXPECT_EQ(is_ttl("REMOVE", R"({"type":"service","principalId":"dynamodb.amazonaws.com"})"),
              false);
    EXPECT_EQ(is_ttl("REMOVE", "{}"), false);
    EXPECT_EQ(is_ttl("REMOVE", "null"), false);
}

TEST(ChangeRecord, TakesAnAbsentImageAsNullToo) {
    const std::string text = with_dynamodb(R"("Keys":{"a":{"S":"1"}},"NewImage":null)");
    const ChangeRecord record = parsed(text);
    EXPECT_EQ(record.new_image, "");
    EXPECT_EQ(record.keys, R"({"a":{"S":"1"}})");
    EXPECT_EQ(record.event_time_ms, std::nullopt);
}

TEST(ChangeRecord, PassesOverMembersItDoesNotKnow) {
    const ChangeRecord record = parsed(
        R"({"x":[{"dynamodb":1}],"eventName":"INSERT","dynamodb":{"y":{"Keys":[]},"Keys":{}},"z":null})");
    EXPECT_EQ(record.keys, "{}");
}

TEST(ChangeRecord, RefusesWhatIsNoRecord) {
    EXPECT_EQ(fault_of("{}"), "the change record: no dynamodb member");
    EXPECT_EQ(fault_of(R"({"dynamodb":{}})"),
              "the change record: an eventName that is not INSERT, MODIFY or REMOVE");
    EXPECT_EQ(fault_of(R"({"eventName":"insert","dynamodb":{}})"),
              "the change record: an eventName that is not INSERT, MODIFY or REMOVE");
    EXPECT_EQ(fault_of("[]"), "the change record: no object where one belongs at byte 0");
    EXPECT_EQ(fault_of(with_dynamodb(R"("Keys":[])")),
              "the change record: no object where one belongs at byte 41");
    EXPECT_EQ(fault_of(with_dynamodb(R"("SequenceNumber":111)")),
              "the change record: no text where one belongs at byte 51");
    EXPECT_EQ(fault_of(with_dynamodb(R"("ApproximateCreationDateTime":"soon")")),
              "the change record: an ApproximateCreationDateTime that is no time");
    EXPECT_EQ(
        fault_of(with_dynamodb(
            R"("ApproximateCreationDateTime":1,"ApproximateCreationDateTimePrecision":"DAY")")),
        "the change record: an unknown ApproximateCreationDateTimePrecision");
    EXPECT_EQ(fault_of(R"({"eventName":1,"dynamodb":{}})"),
              "the change record: no text where one belongs at byte 13");
    EXPECT_EQ(fault_of(R"({"eventName":"INSERT","userIdentity":"x","dynamodb":{}})"),
              "the change record: no object where one belongs at byte 37");
}

TEST(ChangeRecord, RefusesSequenceNumbersThatAreNone) {
    for (const std::string& number : {std::string(), std::string("-1"), std::string("1a"),
                                      std::string("1.0"), std::string(41, '1')}) {
        EXPECT_NE(
            fault_of(with_dynamodb("\"SequenceNumber\":\"" + number + "\"")).find("40 digits"),
            std::string::npos)
            << number;
    }
    EXPECT_EQ(fault_of(with_dynamodb("\"SequenceNumber\":\"" + std::string(40, '1') + "\"")),
              "none");
}

TEST(ChangeRecord, RefusesAMemberThatStandsTwice) {
    for (const char* members : {R"("Keys":{},"Keys":{})", R"("NewImage":{},"NewImage":{})",
                                R"("SequenceNumber":"1","SequenceNumber":"2")"}) {
        EXPECT_NE(fault_of(with_dynamodb(members)).find("stands twice"), std::string::npos);
    }
    EXPECT_NE(fault_of(R"({"eventName":"INSERT","eventName":"REMOVE","dynamodb":{}})")
                  .find("stands twice"),
              std::string::npos);
    EXPECT_NE(
        fault_of(
            R"({"eventName":"INSERT","dynamodb":{},"userIdentity":{"type":"Service","Type":"User"}})")
            .find("stands twice"),
        std::string::npos);
}

TEST(ChangeRecord, RefusesEveryTruncation) {
    for (std::size_t length = 0; length < kStreamRecord.size(); ++length)
        EXPECT_FALSE(parse_change_record(kStreamRecord.substr(0, length)).ok()) << length;
}

TEST(ChangeRecord, RefusesDepthWithoutCrashing) {
    for (const std::size_t depth : {100U, 200U, 100'000U, 1'000'000U}) {
        const std::string nested = std::string(depth, '[') + std::string(depth, ']');
        EXPECT_EQ(parse_change_record(with_dynamodb("\"Keys\":{\"a\":" + nested + "}")).ok(),
                  depth < 125)
            << depth;
    }
}

TEST(ChangeRecord, FindsTheSequenceNumberOfAFaultyRecord) {
    EXPECT_EQ(find_sequence_number(
                  with_dynamodb("\"NewImage\":{\"a\":\"\xFF}\"},\"SequenceNumber\":\"42\"")),
              "42");
    EXPECT_EQ(find_sequence_number(
                  R"({"eventID":01,"dynamodb":{"SizeBytes":1.,"SequenceNumber":"7"},"x":})"),
              "7");
    EXPECT_EQ(find_sequence_number(R"({"SequenceNumber":"7","dynamodb":{}})"), "");
    EXPECT_EQ(find_sequence_number(R"({"dynamodb":{"Keys":{"SequenceNumber":"7"}}})"), "");
    EXPECT_EQ(find_sequence_number(with_dynamodb(R"("SequenceNumber":"x")")), "");
    EXPECT_EQ(find_sequence_number(with_dynamodb(R"("SequenceNumber":7)")), "");
    EXPECT_EQ(find_sequence_number(""), "");
    EXPECT_EQ(find_sequence_number("[[[["), "");
}

TEST(SequenceNumbers, AreComparedAsNumbers) {
    const std::string long_number = "4421584500000000017450439091";
    EXPECT_EQ(compare_sequence_numbers("9", "10"), std::strong_ordering::less);
    EXPECT_EQ(compare_sequence_numbers("10", "9"), std::strong_ordering::greater);
    EXPECT_EQ(compare_sequence_numbers("0009", "10"), std::strong_ordering::less);
    EXPECT_EQ(compare_sequence_numbers("010", "10"), std::strong_ordering::equal);
    EXPECT_EQ(compare_sequence_numbers("000", "0"), std::strong_ordering::equal);
    EXPECT_EQ(compare_sequence_numbers(long_number, "4421584500000000017450439092"),
              std::strong_ordering::less);
    EXPECT_EQ(compare_sequence_numbers(long_number, "99999999999999999999"),
              std::strong_ordering::greater);
}

TEST(TableName, ComesFromTheArn) {
    EXPECT_EQ(table_name_of_arn("arn:aws:dynamodb:us-east-1:123456789012:table/a-b_C.9/stream/x"),
              "a-b_C.9");
    EXPECT_EQ(table_name_of_arn("arn:aws-cn:dynamodb:cn-north-1:1:table/orders"), "orders");
    for (const char* arn :
         {"", "arn", "orders", "arn:aws:kinesis:us-east-1:1:stream/orders",
          "arn:aws:dynamodb:r:1:orders", "arn:aws:dynamodb:r:1:table/",
          "arn:aws:dynamodb:r:1:table//stream", "arn:aws:dynamodb:r:1:table/a b/stream/x",
          "xrn:aws:dynamodb:r:1:table/a"}) {
        EXPECT_EQ(table_name_of_arn(arn), "") << arn;
    }
}

TEST(TableName, IsTakenFromTheOtherPlaceWhereOneIsNotLegal) {
    const ChangeRecord record = parsed(
        R"({"eventName":"INSERT","tableName":"a/../b","dynamodb":{},"eventSourceARN":"arn:aws:dynamodb:r:1:table/orders/stream/x"})");
    EXPECT_EQ(record.table_name, "orders");
    EXPECT_TRUE(record.has_table_name);
    EXPECT_EQ(parsed(R"({"eventName":"INSERT","tableName":"a\nb","dynamodb":{}})").table_name, "");
}

// Whatever bytes are changed: no crash, and what is taken is JSON to RapidJSON too.
TEST(ChangeRecord, TakesOnlyJsonWhateverIsChanged) {
    std::mt19937 random(7);
    const std::string alphabet = "{}[]\",:\\0\xFF ";
    for (int i = 0; i < 20'000; ++i) {
        std::string text(i % 2 == 0 ? kStreamRecord : kKinesisRecord);
        for (std::size_t change = 1 + random() % 3; change > 0; --change)
            text[random() % text.size()] = alphabet[random() % alphabet.size()];
        if (!parse_change_record(text).ok()) continue;
        EXPECT_TRUE(codec::parse_json(text, "it", codec::JsonNumbers::text).ok()) << text;
    }
}

}  // namespace
}  // namespace dynamodb

#include "common/event/dynamodb_event.h"

#include <string>

#include <gtest/gtest.h>

namespace event {
namespace {

std::string record(std::string_view sequence_number, std::string_view image = "{}") {
    return R"({"eventName":"INSERT","dynamodb":{"Keys":{"id":{"S":"a"}},"NewImage":)" +
           std::string(image) + R"(,"SequenceNumber":")" + std::string(sequence_number) + "\"}}";
}

std::string fault_of(std::string_view text) {
    const auto records = parse_dynamodb_event(text);
    if (records) return "none";
    EXPECT_EQ(records.error().kind, base::ErrorKind::event_invalid);
    return records.error().message;
}

TEST(DynamodbEvent, GivesItsRecordsInOrder) {
    const std::string text = R"({"window":{"start":"x"}, "Records": [ )" + record("1") + " , " +
                             record("2") + R"( ],"isFinalInvokeForWindow":false})";
    const auto records = parse_dynamodb_event(text);
    ASSERT_TRUE(records.ok()) << records.error().message;
    ASSERT_EQ(records->size(), 2U);
    EXPECT_EQ((*records)[0].text, record("1"));
    EXPECT_EQ((*records)[0].sequence_number, "1");
    ASSERT_TRUE((*records)[1].record.ok());
    EXPECT_EQ((*records)[1].record->sequence_number, "2");
    EXPECT_EQ((*records)[1].record->keys, R"({"id":{"S":"a"}})");
}

TEST(DynamodbEvent, MayBeEmpty) {
    const auto records = parse_dynamodb_event(R"({"Records":[]})");
    ASSERT_TRUE(records.ok());
    EXPECT_TRUE(records->empty());
}

TEST(DynamodbEvent, KeepsAFaultToItsRecord) {
    const std::string deep(1'000'000, '[');
    const std::string faults[] = {record("2", "{\"a\":{\"S\":\"\xFF\"}}"),
                                  record("2", R"({"a":01})"),
                                  record("2", R"({"a":{"S":"\q"}})"),
                                  record("2", "[]"),
                                  record("2", deep + std::string(1'000'000, ']')),
                                  R"({"eventName":"X","dynamodb":{"SequenceNumber":"2"}})"};
    for (const std::string& faulty : faults) {
        const std::string text =
            R"({"Records":[)" + record("1") + "," + faulty + "," + record("3") + "]}";
        const auto records = parse_dynamodb_event(text);
        ASSERT_TRUE(records.ok()) << records.error().message;
        ASSERT_EQ(records->size(), 3U);
        EXPECT_TRUE((*records)[0].record.ok());
        ASSERT_FALSE((*records)[1].record.ok());
        EXPECT_EQ((*records)[1].record.error().kind, base::ErrorKind::data_invalid);
        EXPECT_EQ((*records)[1].sequence_number, "2");
        EXPECT_TRUE((*records)[2].record.ok());
        EXPECT_EQ((*records)[2].sequence_number, "3");
    }
}

TEST(DynamodbEvent, HasNoSequenceNumberWhereThereIsNone) {
    const std::string text = R"({"Records":[7,"x",{},{"dynamodb":{}}]})";
    const auto records = parse_dynamodb_event(text);
    ASSERT_TRUE(records.ok());
    ASSERT_EQ(records->size(), 4U);
    for (const DynamodbEventRecord& one : *records) {
        EXPECT_FALSE(one.record.ok());
        EXPECT_EQ(one.sequence_number, "");
    }
}

TEST(DynamodbEvent, RefusesWhatIsNoSuchEvent) {
    EXPECT_EQ(fault_of("{}"), "the DynamoDB stream event: no Records at byte 2");
    EXPECT_EQ(fault_of("[]"), "the DynamoDB stream event: no object where one belongs at byte 0");
    EXPECT_EQ(fault_of(R"({"Records":{}})"),
              "the DynamoDB stream event: no array where one belongs at byte 11");
    for (const char* text : {"", "null", "{", R"({"records":[]})", R"({"Records":[})",
                             R"({"Records":[]} x)", R"({"Records":[],"Records":[]})",
                             R"({"Records":[{}})", R"({"Records":[{},]})", R"({"Records":[{} {}]})",
                             R"({"Records":[],"x":01})", "{\"Records\":[],\"x\":\"\xFF\"}"}) {
        EXPECT_NE(fault_of(text), "none") << text;
    }
}

TEST(DynamodbEvent, GivesRecordsAsTheyAreReadThoughTheEventIsFaultyBehindThem) {
    const std::string text =
        R"({"Records":[{"eventName":"INSERT","dynamodb":{"SequenceNumber":"7"}},7,)"
        R"({"eventName":"REMOVE","dynamodb":{"SequenceNumber":"8"}}],"more":})";
    std::vector<std::string> numbers;
    const auto read = read_dynamodb_event(text, [&numbers](const DynamodbEventRecord& record) {
        numbers.emplace_back(record.sequence_number);
    });
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().kind, base::ErrorKind::event_invalid);
    EXPECT_EQ(numbers, (std::vector<std::string>{"7", "", "8"}));
}

}  // namespace
}  // namespace event

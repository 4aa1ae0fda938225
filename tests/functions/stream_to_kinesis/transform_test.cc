#include "functions/stream_to_kinesis/transform.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/stream_to_kinesis/stream_records.h"
#include "tests/support/fakes.h"

namespace {

using stream_to_kinesis::Config;
using stream_to_kinesis::ItemKey;
using stream_to_kinesis::OutgoingRecord;
using stream_to_kinesis::RecordFormat;
using stream_to_kinesis::Transform;
using testing::HasSubstr;

class TransformTest : public testing::Test {
  protected:
    base::Result<OutgoingRecord> apply(const std::string& text) {
        const auto record = dynamodb::parse_change_record(texts_.arena.keep(text));
        EXPECT_TRUE(record.ok()) << text;
        texts_.tables.clear();  // the settings may be others than before
        Transform transform(config_, random_);
        return transform.apply(*record, kItem, texts_);
    }
    static std::string data_of(const base::Result<OutgoingRecord>& outgoing) {
        return std::string(outgoing->data).append(outgoing->data_end);
    }

    Config config_{
        .stream = "changes", .record_format = RecordFormat::native, .filter = {}, .line = {}};
    static constexpr ItemKey kItem{{'\x01', '\xAB'}};
    stream_to_kinesis::OutgoingTexts texts_;
    tests::SeededRandom random_;
};

constexpr const char* kSmallRecord =
    R"({"eventID":"1","eventName":"INSERT","dynamodb":{"Keys":{"pk":{"S":"a"}},)"
    R"("NewImage":{"pk":{"S":"a"},"n":{"N":"1.50"}},"SequenceNumber":"111"},)"
    R"("eventSourceARN":"arn:aws:dynamodb:us-east-1:1:table/T/stream/x"})";

TEST_F(TransformTest, NativeKeepsTheBytesAndAddsTwoMembers) {
    const std::string members = std::string(kSmallRecord, std::string(kSmallRecord).size() - 1);
    const auto outgoing = apply(kSmallRecord);
    ASSERT_TRUE(outgoing.ok());
    EXPECT_EQ(data_of(outgoing),
              members + R"(,"tableName":"T","recordFormat":"application/json"})");
    EXPECT_EQ(outgoing->stream, "changes");
    EXPECT_EQ(outgoing->item, kItem.item());
    EXPECT_EQ(outgoing->partition_key, "01ab" + std::string(60, '0'));
}

TEST_F(TransformTest, NativeKeepsBlanksEscapesAndNumbersAsTheyAre) {
    const std::string text =
        "{ \"eventName\" : \"MODIFY\",\n  \"dynamodb\": "
        "{\"Keys\":{\"p\\u006b\":{\"S\":\"\\u00e9\"}},"
        "\"ApproximateCreationDateTime\": 1.684934517E9, \"SequenceNumber\":\"1\" },\n"
        "\"eventSourceARN\":\"arn:aws:dynamodb:us-east-1:1:table/T\" \n}";
    const auto outgoing = apply(text);
    ASSERT_TRUE(outgoing.ok());
    EXPECT_EQ(data_of(outgoing), text.substr(0, text.size() - 3) +
                                     R"(,"tableName":"T","recordFormat":"application/json"})");
}

TEST_F(TransformTest, NativeAddsNothingThatIsThere) {
    const std::string text =
        R"({"eventName":"REMOVE","dynamodb":{"Keys":{"pk":{"S":"a"}}},"tableName":"Other",)"
        R"("recordFormat":"application/json"})";
    const auto outgoing = apply(text);
    ASSERT_TRUE(outgoing.ok()) << outgoing.error().message;
    EXPECT_EQ(data_of(outgoing), text);
}

TEST_F(TransformTest, LineIsTheChangeLine) {
    config_.record_format = RecordFormat::line;
    const auto outgoing = apply(kSmallRecord);
    ASSERT_TRUE(outgoing.ok());
    EXPECT_EQ(data_of(outgoing),
              "{\"pk\":\"a\",\"n\":1.50,\"__operation\":\"INSERT\",\"__event_id\":\"1\","
              "\"__sequence_number\":\"111\",\"__ttl_delete\":false}\n");
}

TEST_F(TransformTest, FillsTheTableIntoTheStream) {
    config_.stream = "DYNAMODB-{table}";
    EXPECT_EQ(apply(kSmallRecord)->stream, "DYNAMODB-T");
}

TEST_F(TransformTest, RefusesARecordWithoutATableWhereOneIsNeeded) {
    const std::string text = R"({"eventName":"INSERT","dynamodb":{"Keys":{"pk":{"S":"a"}}}})";
    EXPECT_THAT(apply(text).error().message, HasSubstr("names no table"));
    config_.record_format = RecordFormat::line;
    EXPECT_TRUE(apply(text).ok());
    config_.stream = "{table}";
    EXPECT_FALSE(apply(text).ok());
}

TEST_F(TransformTest, RefusesALineThatCannotBeWritten) {
    config_.record_format = RecordFormat::line;
    const auto outgoing = apply(
        R"({"eventName":"INSERT","dynamodb":{"Keys":{"pk":{"S":"a"}},"NewImage":{"x":{"ZZ":"1"}}}})");
    ASSERT_FALSE(outgoing.ok());
    EXPECT_EQ(outgoing.error().kind, base::ErrorKind::data_invalid);
}

TEST_F(TransformTest, RandomKeysAreUuidsThatDiffer) {
    config_.partition_key = stream_to_kinesis::PartitionKey::random;
    Transform transform(config_, random_);
    const auto record = dynamodb::parse_change_record(kSmallRecord);
    const auto first = transform.apply(*record, kItem, texts_);
    const auto second = transform.apply(*record, kItem, texts_);
    EXPECT_THAT(first->partition_key,
                testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                                      "[0-9a-f]{12}"));
    EXPECT_NE(first->partition_key, second->partition_key);
    EXPECT_EQ(first->item, second->item);
}

TEST_F(TransformTest, TakesARecordOfExactlyTheLimit) {
    const std::size_t frame =
        apply(tests::record_json({.key = "a", .extra = R"(,"x":{"S":""})"}))->bytes();
    for (const std::size_t limit : {1'048'576U, 2'097'152U}) {
        config_.record_bytes_max = limit;
        for (const int over : {-1, 0, 1}) {
            const std::string text(limit - frame + static_cast<std::size_t>(over + 1) - 1, 'x');
            const auto outgoing =
                apply(tests::record_json({.key = "a", .extra = R"(,"x":{"S":")" + text + "\"}"}));
            EXPECT_EQ(outgoing.ok(), over <= 0) << limit << over;
            if (over > 0 || !outgoing.ok()) continue;
            EXPECT_EQ(outgoing->bytes(), limit + static_cast<std::size_t>(over));
        }
    }
}

}  // namespace

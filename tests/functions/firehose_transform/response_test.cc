#include "functions/firehose_transform/response.h"

#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/base64.h"
#include "tests/functions/firehose_transform/firehose_records.h"

namespace {

using firehose_transform::BatchResponse;
using firehose_transform::Config;
using firehose_transform::RecordTransform;
using firehose_transform::transform_batch;
using testing::HasSubstr;
using tests::Answer;
using tests::answers_of;
using tests::config_of;
using tests::FirehoseRecords;
using tests::native_record;

std::string results_of(const BatchResponse& response) {
    std::string results;
    for (const Answer& answer : answers_of(response.body))
        results += answer.result.substr(0, 1);
    return results;
}

// A short record with a long line: a long prefix stands before each metadata member.
Config growing_config() {
    return config_of({{"METADATA_PREFIX", std::string(60, '_')}, {"PARTITION_KEYS", "dt"}});
}
std::string growing_record() {
    return R"({"eventName":"INSERT","dynamodb":{"Keys":{}}})";
}

TEST(TransformBatch, AnswersEachRecordOnceAndInOrder) {
    FirehoseRecords records;
    records.add(native_record("INSERT", R"("NewImage":{"id":{"N":"1"}})"))
        .add("no change")
        .add(native_record("REMOVE", R"("OldImage":{"id":{"N":"1"}})"))
        .add_raw("!!!")
        .add(native_record("INSERT", R"("NewImage":{"id":{"N":"2"}})"));
    const Config config = config_of({{"EVENT_NAMES", "INSERT"}});
    RecordTransform transform(config);
    const auto response = transform_batch(records.all(), transform);
    ASSERT_TRUE(response.ok());
    EXPECT_EQ(results_of(*response), "OPDPO");
    const auto answers = answers_of(response->body);
    for (std::size_t i = 0; i < answers.size(); ++i)
        EXPECT_EQ(answers[i].record_id, std::to_string(i));
    EXPECT_EQ(answers[1].data, "bm8gY2hhbmdl");  // printf 'no change' | base64
    EXPECT_EQ(answers[3].data, "!!!");
    EXPECT_EQ(response->ok, 2U);
    EXPECT_EQ(response->dropped, 1U);
    ASSERT_EQ(response->failed.size(), 2U);
    EXPECT_EQ(response->failed[1].record_id, "3");
}

TEST(TransformBatch, AnswersNoRecords) {
    const Config config;
    RecordTransform transform(config);
    EXPECT_EQ(transform_batch({}, transform)->body, R"({"records":[]})");
}

TEST(TransformBatch, FailsTheRecordsThatDoNotFitAndNoOthers) {
    const Config config = growing_config();
    RecordTransform transform(config);
    FirehoseRecords records;
    for (int i = 0; i < 4; ++i)
        records.add(growing_record());
    const auto whole = transform_batch(records.all(), transform);
    ASSERT_TRUE(whole.ok());
    const std::size_t size = whole->body.size();
    EXPECT_EQ(results_of(*whole), "OOOO");
    EXPECT_EQ(transform_batch(records.all(), transform, size)->body, whole->body);
    EXPECT_EQ(transform_batch(records.all(), transform, size + 1)->body, whole->body);

    const auto less = transform_batch(records.all(), transform, size - 1);
    ASSERT_TRUE(less.ok());
    EXPECT_EQ(results_of(*less), "OOOP");
    EXPECT_EQ(less->ok, 3U);
    ASSERT_EQ(less->failed.size(), 1U);
    EXPECT_THAT(less->failed[0].reason, HasSubstr("does not fit"));
    EXPECT_EQ(answers_of(less->body)[3].data, records.all()[3].data);
    EXPECT_EQ(transform_batch(records.all(), transform, less->body.size())->body, less->body);
    EXPECT_EQ(results_of(*transform_batch(records.all(), transform, less->body.size() - 1)),
              "OOPP");
}

// How much longer a record's line is than the record given back.
std::size_t growth_of(const std::string& text, RecordTransform& transform) {
    FirehoseRecords records;
    records.add(text);
    event::FirehoseResponseWriter failed;
    failed.add_processing_failed(records.all()[0]);
    return transform_batch(records.all(), transform)->body.size() - failed.bytes();
}

TEST(TransformBatch, LetsALaterRecordHaveTheRoomThatALargeOneCannotUse) {
    const Config config = growing_config();
    RecordTransform transform(config);
    const std::string large =
        R"({"eventID":"e","eventName":"INSERT","dynamodb":{"SequenceNumber":"1","Keys":{}}})";
    ASSERT_GT(growth_of(large, transform), growth_of(growing_record(), transform));
    FirehoseRecords records;
    records.add(growing_record()).add(large).add(growing_record());
    const std::size_t limit = transform_batch(records.all(), transform)->body.size() -
                              growth_of(growing_record(), transform) - 1;
    EXPECT_EQ(results_of(*transform_batch(records.all(), transform, limit)), "OPO");
    EXPECT_EQ(results_of(*transform_batch(records.all(), transform, limit + 1)), "OOP");
}

TEST(TransformBatch, RefusesWhatCannotFitAtAll) {
    const Config config = growing_config();
    RecordTransform transform(config);
    FirehoseRecords records;
    records.add("x").add("y");
    const std::size_t size = transform_batch(records.all(), transform)->body.size();
    EXPECT_TRUE(transform_batch(records.all(), transform, size).ok());
    const auto refused = transform_batch(records.all(), transform, size - 1);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind, base::ErrorKind::response_too_large);
    EXPECT_FALSE(transform_batch(records.all(), transform, 1).ok());
}

// Records that fill the response to the byte; the last record's id makes up the difference.
TEST(TransformBatch, FillsTheLimitOfLambdaToTheByte) {
    const Config config = growing_config();
    RecordTransform transform(config);
    const std::string item =
        native_record("INSERT", R"("NewImage":{"s":{"S":")" + std::string(2'000'000, 'x') + "\"}}");
    const auto respond = [&](std::size_t id_bytes, int growing) {
        FirehoseRecords records;
        records.add(item).add(item);
        for (int i = 0; i < growing; ++i)
            records.add(growing_record());
        records.add_raw(codec::base64_encode(growing_record()), std::string(id_bytes, 'i'));
        return transform_batch(records.all(), transform);
    };
    const int growing = 1'000;
    const std::size_t size = respond(1, growing)->body.size();
    ASSERT_LT(size, event::kFirehoseResponseBytesMax);
    const std::size_t id_bytes = 1 + event::kFirehoseResponseBytesMax - size;

    const auto below = respond(id_bytes - 1, growing);
    EXPECT_EQ(below->body.size(), 6'291'555U);
    EXPECT_TRUE(below->failed.empty());
    const auto exact = respond(id_bytes, growing);
    EXPECT_EQ(exact->body.size(), 6'291'556U);
    EXPECT_TRUE(exact->failed.empty());
    const auto above = respond(id_bytes + 1, growing);
    ASSERT_TRUE(above.ok());
    EXPECT_LE(above->body.size(), 6'291'556U);
    EXPECT_EQ(above->failed.size(), 1U);
    EXPECT_EQ(above->ok, 1'002U);
}

TEST(TransformBatch, AnswersTenThousandRecords) {
    const Config config = config_of({});
    RecordTransform transform(config);
    FirehoseRecords records;
    for (int i = 0; i < 10'000; ++i)
        records.add(i % 3 == 0 ? "junk"
                               : native_record("INSERT", R"("NewImage":{"id":{"N":"1"}})"));
    const auto response = transform_batch(records.all(), transform);
    ASSERT_TRUE(response.ok());
    EXPECT_EQ(response->failed.size(), 3'334U);
    EXPECT_EQ(response->ok, 6'666U);
    EXPECT_EQ(answers_of(response->body).size(), 10'000U);
}

// Whatever the records and the limit: each id once and in order, never past the limit, in = ok +
// dropped + failed, failed ones with their data, and the same bytes again.
TEST(TransformBatch, KeepsItsPromisesOnRandomBatches) {
    std::mt19937 random(20261120);
    const Config config = config_of({{"METADATA_PREFIX", std::string(30, '_')},
                                     {"TTL_DELETES", "drop"},
                                     {"EVENT_NAMES", "INSERT,REMOVE"}});
    RecordTransform transform(config);
    const std::string kinds[] = {
        native_record("INSERT", R"("NewImage":{"id":{"N":"1"},"a":{"SS":["x","y"]}})"),
        native_record("MODIFY", R"("NewImage":{"id":{"N":"1"}})"),
        native_record("REMOVE", R"("Keys":{"id":{"N":"1"}})"),
        R"({"eventName":"INSERT","tableName":"t","dynamodb":{"Keys":{}}})",
        "junk",
        ""};
    for (int round = 0; round < 2'000; ++round) {
        FirehoseRecords records;
        const std::size_t count = 1 + random() % 12;
        for (std::size_t i = 0; i < count; ++i)
            records.add(kinds[random() % std::size(kinds)]);
        const std::size_t whole = transform_batch(records.all(), transform)->body.size();
        const std::size_t limit = whole - random() % (whole / 2);
        const auto response = transform_batch(records.all(), transform, limit);
        if (!response) continue;  // not even all at their least fit
        EXPECT_LE(response->body.size(), limit);
        EXPECT_EQ(response->ok + response->dropped + response->failed.size(), count);
        const auto answers = answers_of(response->body);
        ASSERT_EQ(answers.size(), count);
        for (std::size_t i = 0; i < count; ++i) {
            EXPECT_EQ(answers[i].record_id, std::to_string(i));
            if (answers[i].result == "ProcessingFailed") {
                EXPECT_EQ(answers[i].data, records.all()[i].data);
            }
        }
        EXPECT_EQ(transform_batch(records.all(), transform, limit)->body, response->body);
    }
}

}  // namespace

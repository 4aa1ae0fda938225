// The expected records are those of Lambda's page "Retain discarded records for a DynamoDB event
// source", with the numbers of this batch.
#include "runtime/local/stream_on_failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/json.h"
#include "tests/support/fakes.h"

namespace {

using local::DiscardedBatch;

DiscardedBatch two_records() {
    return {.condition = DiscardedBatch::Condition::retry_attempts_exhausted,
            .stream_arn = "arn:aws:dynamodb:us-east-2:123456789012:table/mytable/stream/1",
            .shard_id = "shardId-00000001573689847184-864758bb",
            .records = {{.sequence_number = "800000000003126276362",
                         .arrival_ms = tests::kTestNowMs,
                         .json = R"({"a":"é\""})"},
                        {.sequence_number = "800000000003126276363",
                         .arrival_ms = tests::kTestNowMs + 1'500,
                         .json = R"({"b":1})"}},
            .invoke_count = 3,
            .request_id = "316aa6d0-8154-4b00-9af7-85d5f4a6bc81",
            .function_error = true,
            .discarded_ms = tests::kTestNowMs + 30'717};
}

const local::MappingIdentity kIdentity{
    .function_arn = "arn:aws:lambda:us-east-2:123456789012:function:myfunction",
    .mapping_uuid = "11111111-2222-4333-8444-555555555555"};

constexpr std::string_view kMessage =
    R"({"requestContext":{"requestId":"316aa6d0-8154-4b00-9af7-85d5f4a6bc81",)"
    R"("functionArn":"arn:aws:lambda:us-east-2:123456789012:function:myfunction",)"
    R"("condition":"RetryAttemptsExhausted","approximateInvokeCount":3},)"
    R"("responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},)"
    R"("version":"1.0","timestamp":"2026-11-20T01:00:30.717Z","DDBStreamBatchInfo":{)"
    R"("shardId":"shardId-00000001573689847184-864758bb",)"
    R"("startSequenceNumber":"800000000003126276362","endSequenceNumber":"800000000003126276363",)"
    R"("approximateArrivalOfFirstRecord":"2026-11-20T01:00:00Z",)"
    R"("approximateArrivalOfLastRecord":"2026-11-20T01:00:01Z","batchSize":2,)"
    R"("streamArn":"arn:aws:dynamodb:us-east-2:123456789012:table/mytable/stream/1"})";

TEST(StreamOnFailure, QueueAndTopicGetPointersOnly) {
    tests::SeededRandom random;
    EXPECT_EQ(local::on_failure_message(two_records(), kIdentity, random),
              std::string(kMessage) + "}");
}

TEST(StreamOnFailure, BucketGetsTheWholeEventToo) {
    tests::SeededRandom random;
    const local::OnFailureObject object =
        local::on_failure_object(two_records(), kIdentity, random);
    EXPECT_EQ(object.body, std::string(kMessage) +
                               R"(,"payload":"{\"Records\":[{\"a\":\"é\\\"\"},{\"b\":1}]}"})");
}

TEST(StreamOnFailure, ObjectsKeyHasMappingShardAndTime) {
    tests::SeededRandom random;
    EXPECT_THAT(local::on_failure_object(two_records(), kIdentity, random).key,
                testing::MatchesRegex("aws/lambda/11111111-2222-4333-8444-555555555555/"
                                      "shardId-00000001573689847184-864758bb/2026/11/20/"
                                      "2026-11-20T01\\.00\\.30-[0-9a-f-]{36}"));
}

TEST(StreamOnFailure, ObjectsOfOneInstantHaveDifferentKeys) {
    tests::SeededRandom random;
    const std::string first = local::on_failure_object(two_records(), kIdentity, random).key;
    EXPECT_NE(first, local::on_failure_object(two_records(), kIdentity, random).key);
}

TEST(StreamOnFailure, AgeHasAConditionOfItsOwn) {
    tests::SeededRandom random;
    DiscardedBatch batch = two_records();
    batch.condition = DiscardedBatch::Condition::record_age_exceeded;
    const std::string message = local::on_failure_message(batch, kIdentity, random);
    EXPECT_NE(message.find(R"("condition":"RecordAgeExceeded")"), std::string::npos);
}

TEST(StreamOnFailure, ReportedItemsAreNoFunctionError) {
    tests::SeededRandom random;
    DiscardedBatch batch = two_records();
    batch.function_error = false;
    const std::string message = local::on_failure_message(batch, kIdentity, random);
    EXPECT_EQ(message.find("functionError"), std::string::npos);
}

TEST(StreamOnFailure, RecordThatWasNeverSentHasARequestIdAllTheSame) {
    tests::SeededRandom random;
    DiscardedBatch batch = two_records();
    batch.request_id.clear();
    const auto document =
        codec::parse_json(local::on_failure_message(batch, kIdentity, random), "the message");
    const auto* context = codec::find_object(*document, "requestContext");
    EXPECT_EQ(codec::find_text(*context, "requestId")->size(), 36U);
}

}  // namespace

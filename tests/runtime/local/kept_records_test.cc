#include "runtime/local/kept_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/base64.h"
#include "common/codec/json.h"
#include "runtime/local/kept_verdict.h"
#include "tests/runtime/local/firehose_world.h"

namespace local {
namespace {

constexpr base::EpochMs kNowMs = tests::kTestNowMs;

std::string failed_line(std::string_view data) {
    return R"({"arrivalTimestamp":1494965430000,"rawData":")" + codec::base64_encode(data) +
           "\"}\n";
}

std::string quarantined_line(std::string_view record, std::string_view number = "") {
    std::string line = R"({"reason":"too large","quarantined_at":"2026-11-20T01:02:03Z",)";
    if (!number.empty()) line.append(R"("sequence_number":")").append(number).append("\",");
    return line + R"("record":")" + codec::base64_encode(record) + "\"}\n";
}

std::string stream_record(std::string_view number) {
    return R"({"eventName": "INSERT", "dynamodb": {"SequenceNumber": ")" + std::string(number) +
           "\"}}";
}

std::vector<std::size_t> lines_of(const std::vector<BadLine>& bad) {
    std::vector<std::size_t> lines;
    lines.reserve(bad.size());
    for (const BadLine& line : bad)
        lines.push_back(line.line);
    return lines;
}

TEST(KeptByFirehose, BecomesFirehosesEvent) {
    const KeptEvents made = make_kept_events(
        KeptBy::firehose, failed_line("one") + "\nnonsense\n" + R"({"rawData":"dHdv"})", kNowMs);
    ASSERT_EQ(made.events.size(), 1U);
    EXPECT_EQ(lines_of(made.bad), std::vector<std::size_t>{3});
    const auto event = codec::parse_json(made.events[0].body, "the event");
    ASSERT_TRUE(event);
    const auto* records = codec::find_array(*event, "records");
    ASSERT_NE(records, nullptr);
    ASSERT_EQ(records->Size(), 2U);
    EXPECT_EQ(codec::find_text((*records)[0], "recordId"), "line-1");
    EXPECT_EQ(codec::find_text((*records)[0], "data"), "b25l");
    EXPECT_EQ(codec::find_integer((*records)[0], "approximateArrivalTimestamp"), 1494965430000);
    EXPECT_EQ(codec::find_text((*records)[1], "recordId"), "line-4");
    EXPECT_EQ(codec::find_integer((*records)[1], "approximateArrivalTimestamp"), kNowMs);
}

TEST(KeptByFirehose, IsCutIntoEventsOfAMebibyte) {
    std::string lines;
    for (int i = 0; i < 5; ++i)
        lines += failed_line(std::string(524'288, 'x'));
    lines += failed_line(std::string(4'720'000, 'y'));  // no event can hold it
    const KeptEvents made = make_kept_events(KeptBy::firehose, lines, kNowMs);
    ASSERT_EQ(made.events.size(), 3U);
    EXPECT_EQ(made.events[0].lines.size(), 2U);
    EXPECT_EQ(made.events[2].lines.size(), 1U);
    EXPECT_EQ(lines_of(made.bad), std::vector<std::size_t>{6});
}

TEST(KeptByFirehose, TellsWhichLinesFailAgainAndWhy) {
    const KeptEvents made =
        make_kept_events(KeptBy::firehose, failed_line("a") + failed_line("b"), kNowMs);
    const Outcome outcome = tests::response(
        R"({"records":[{"recordId":"line-2","result":"ProcessingFailed","data":"Yg=="},)"
        R"({"recordId":"line-1","result":"Ok","data":"YQ=="}]})");
    const auto bad = judge_kept_event(
        made.events[0],
        {.outcome = outcome,
         .log = "plain text\n{broken\n"
                R"({"message":"record_failed","record_id":"line-2","reason":"no table is named"})"
                "\n"});
    ASSERT_EQ(lines_of(bad), std::vector<std::size_t>{2});
    EXPECT_THAT(bad[0].reason, testing::HasSubstr("ProcessingFailed"));
    EXPECT_THAT(bad[0].reason, testing::EndsWith(": no table is named"));
}

TEST(KeptByFirehose, FailsAllLinesOfAnAnswerThatBreaksTheContract) {
    const KeptEvents made =
        make_kept_events(KeptBy::firehose, failed_line("a") + failed_line("b"), kNowMs);
    const Outcome missing =
        tests::response(R"({"records":[{"recordId":"line-1","result":"Dropped"}]})");
    const auto bad = judge_kept_event(made.events[0], {.outcome = missing});
    EXPECT_EQ(lines_of(bad), (std::vector<std::size_t>{1, 2}));
    EXPECT_THAT(bad[0].reason, testing::HasSubstr("Lambda.MissingRecordId"));
    const Outcome error{.kind = Outcome::Kind::error, .body = R"({"errorType":"X"})"};
    EXPECT_EQ(judge_kept_event(made.events[0], {.outcome = error}).size(), 2U);
}

TEST(Quarantine, BecomesAStreamsEventWithTheVeryBytes) {
    const KeptEvents made = make_kept_events(
        KeptBy::quarantine,
        quarantined_line(stream_record("11")) + "\n{}\n" + quarantined_line("{\"a\" : 1.50}", "12"),
        kNowMs);
    ASSERT_EQ(made.events.size(), 1U);
    EXPECT_EQ(made.events[0].body, R"({"Records":[)" + stream_record("11") + R"(,{"a" : 1.50}]})");
    EXPECT_EQ(lines_of(made.bad), std::vector<std::size_t>{3});
    EXPECT_EQ(made.events[0].lines[0].identifier, "11");
    EXPECT_EQ(made.events[0].lines[1].identifier, "12");
    EXPECT_EQ(made.events[0].lines[1].line, 4U);
}

TEST(Quarantine, NamesBadLinesAndGoesOn) {
    const KeptEvents made = make_kept_events(
        KeptBy::quarantine,
        "x\n{\"record\":1}\n{\"record\":\"?\"}\n{\"record\":\"\"}\n" + quarantined_line("{}"),
        kNowMs);
    EXPECT_EQ(lines_of(made.bad), (std::vector<std::size_t>{1, 2, 3, 4}));
    ASSERT_EQ(made.events.size(), 1U);
    EXPECT_EQ(made.events[0].body, R"({"Records":[{}]})");
}

// A lone surrogate is such a record: DynamoDB never sends one, and it is kept all the same.
TEST(Quarantine, ARecordThatIsNoJsonGoesAlone) {
    const std::string odd = R"({"a":"\ud800"})";
    const KeptEvents made =
        make_kept_events(KeptBy::quarantine,
                         quarantined_line(stream_record("1")) + quarantined_line(odd, "2") +
                             quarantined_line(stream_record("3")),
                         kNowMs);
    ASSERT_EQ(made.events.size(), 3U);
    EXPECT_EQ(made.events[1].body, R"({"Records":[)" + odd + "]}");
    EXPECT_EQ(made.events[1].lines[0].identifier, "2");
}

TEST(Quarantine, KeepsEventsWithinLambdasLimitAndTheMappings) {
    std::string lines;
    for (int i = 0; i < 3; ++i)
        lines += quarantined_line(R"({"a":")" + std::string(3'145'700, 'x') + R"("})");
    lines += quarantined_line(R"({"a":")" + std::string(6'291'556, 'x') + R"("})");
    const KeptEvents made = make_kept_events(KeptBy::quarantine, lines, kNowMs);
    ASSERT_EQ(made.events.size(), 2U);
    EXPECT_EQ(made.events[0].lines.size(), 2U);
    EXPECT_LE(made.events[0].body.size(), 6'291'556U);
    EXPECT_EQ(lines_of(made.bad), std::vector<std::size_t>{4});

    std::string many;
    for (int i = 0; i < 10'001; ++i)
        many += quarantined_line("{}");
    const KeptEvents batches = make_kept_events(KeptBy::quarantine, many, kNowMs);
    ASSERT_EQ(batches.events.size(), 2U);
    EXPECT_EQ(batches.events[0].lines.size(), 10'000U);
}

TEST(Quarantine, JudgesByLambdasRuleOfBatchItemFailures) {
    const KeptEvents made = make_kept_events(KeptBy::quarantine,
                                             quarantined_line(stream_record("1")) +
                                                 quarantined_line(stream_record("2")) +
                                                 quarantined_line(stream_record("3")),
                                             kNowMs);
    const auto judge = [&](std::string body) {
        const Outcome outcome = tests::response(std::move(body));
        return lines_of(judge_kept_event(made.events.at(0), {.outcome = outcome}));
    };
    const std::vector<std::size_t> none;
    const std::vector<std::size_t> all{1, 2, 3};
    EXPECT_EQ(judge(R"({"batchItemFailures":[]})"), none);
    EXPECT_EQ(judge(R"({"batchItemFailures":null})"), none);
    EXPECT_EQ(judge("{}"), none);
    EXPECT_EQ(judge("null"), none);
    EXPECT_EQ(judge(""), none);
    EXPECT_EQ(judge(R"({"batchItemFailures":[{"itemIdentifier":"3"},{"itemIdentifier":"2"}]})"),
              (std::vector<std::size_t>{2, 3}));
    EXPECT_EQ(judge(R"({"batchItemFailures":[{"itemIdentifier":"4"}]})"), all);
    EXPECT_EQ(judge(R"({"batchItemFailures":[{"itemIdentifier":""}]})"), all);
    EXPECT_EQ(judge(R"({"batchItemFailures":[{}]})"), all);
    EXPECT_EQ(judge(R"({"batchItemFailures":{}})"), all);
    EXPECT_EQ(judge("no json"), all);
}

// As AWS's page shows it; `payload` is a text there.
std::string failed_batch(std::string_view payload) {
    return R"({"requestContext":{"requestId":"316aa6d0-8154-xmpl-9af7-85d5f4a6bc81",)"
           R"("condition":"RetryAttemptsExhausted","approximateInvokeCount":1},"version":"1.0",)"
           R"("DDBStreamBatchInfo":{"shardId":"shardId-00000001573689847184-864758bb",)"
           R"("startSequenceNumber":"800000000003126276362","endSequenceNumber":"8000000000031262764",)"
           R"("batchSize":1})" +
           std::string(payload) + "}";
}

TEST(FailedBatch, BecomesTheEventWithTheVeryBytes) {
    const std::string event =
        R"({"Records": [)" + stream_record("11") + R"(, {"eventName" : "X\u00e9"}]})";
    codec::JsonWriter payload;
    payload.text(event);
    const KeptEvents made = make_kept_events(
        KeptBy::stream_mapping, failed_batch(",\"payload\": " + payload.take()), kNowMs);
    ASSERT_EQ(made.events.size(), 1U);
    EXPECT_TRUE(made.bad.empty());
    EXPECT_EQ(made.events[0].body, event);
    ASSERT_EQ(made.events[0].lines.size(), 2U);
    EXPECT_EQ(made.events[0].lines[0].identifier, "11");
    EXPECT_EQ(made.events[0].lines[1].line, 2U);
    EXPECT_EQ(made.events[0].lines[1].identifier, "");
}

TEST(FailedBatch, MayHoldTheEventAsAnObject) {
    const KeptEvents made = make_kept_events(
        KeptBy::stream_mapping,
        failed_batch(R"(,"payload":{"Records":[)" + stream_record("7") + "]}"), kNowMs);
    ASSERT_EQ(made.events.size(), 1U);
    EXPECT_EQ(made.events[0].body,
              R"({"Records":[{"eventName":"INSERT","dynamodb":{"SequenceNumber":"7"}}]})");
    EXPECT_EQ(made.events[0].lines[0].identifier, "7");
}

TEST(FailedBatch, WithoutItsEventTellsWhereTheRecordsAre) {
    const KeptEvents made = make_kept_events(KeptBy::stream_mapping, failed_batch(""), kNowMs);
    EXPECT_TRUE(made.events.empty());
    ASSERT_EQ(made.bad.size(), 1U);
    EXPECT_THAT(made.bad[0].reason, testing::HasSubstr("only a destination in S3"));
    EXPECT_THAT(made.bad[0].reason,
                testing::EndsWith("shard shardId-00000001573689847184-864758bb, sequence numbers "
                                  "800000000003126276362 to 8000000000031262764"));
}

TEST(FailedBatch, NamesWhatIsWrong) {
    const auto reason = [](std::string_view text) {
        const KeptEvents made = make_kept_events(KeptBy::stream_mapping, text, kNowMs);
        EXPECT_TRUE(made.events.empty());
        return made.bad.size() == 1 ? made.bad[0].reason : "";
    };
    EXPECT_THAT(reason("{\"a\":1}\n{\"a\":2}\n"), testing::HasSubstr("the object"));
    EXPECT_THAT(reason("{}"), testing::HasSubstr("no payload"));
    EXPECT_THAT(reason(R"({"payload":"{"})"), testing::HasSubstr("payload"));
    EXPECT_THAT(reason(R"({"payload":{"Records":[]}})"), testing::HasSubstr("no Records"));
}

TEST(FailedBatch, IsJudgedAsABatchOfTheStream) {
    const KeptEvents made =
        make_kept_events(KeptBy::stream_mapping,
                         failed_batch(R"(,"payload":{"Records":[)" + stream_record("7") + "," +
                                      stream_record("8") + "," + stream_record("9") + "]}"),
                         kNowMs);
    ASSERT_EQ(made.events.size(), 1U);
    const Outcome failed = tests::response(R"({"batchItemFailures":[{"itemIdentifier":"8"}]})");
    EXPECT_EQ(lines_of(judge_kept_event(made.events[0], {.outcome = failed})),
              (std::vector<std::size_t>{2, 3}));
    const Outcome done = tests::response(R"({"batchItemFailures":[]})");
    EXPECT_TRUE(judge_kept_event(made.events[0], {.outcome = done}).empty());
}

}  // namespace
}  // namespace local

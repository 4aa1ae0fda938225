#include "functions/stream_to_kinesis/handler.h"

#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/stream_to_kinesis/handler_fixture.h"

namespace {

using aws::PutRecordsState;
using base::ErrorKind;
using stream_to_kinesis::PoisonRecords;
using testing::Contains;
using testing::HasSubstr;
using StreamHandlerTest = tests::StreamHandlerTest;
using tests::Answer;
using tests::event_json;
using tests::failure_response;
using tests::kAllDone;
using tests::record_json;
using tests::refuse_with;
using tests::sequence_number;
using tests::store_all;

const std::string kMalformed = R"({"eventName":"INSERT","dynamodb":{"SequenceNumber":")" +
                               sequence_number(2) + R"(","Keys":7}})";

TEST_F(StreamHandlerTest, AnswersThatAllIsDone) {
    const auto response = handle(event_json({record_json({.key = "a", .number = 1}),
                                             record_json({.key = "b", .number = 2})}),
                                 store_all);
    ASSERT_TRUE(response.ok());
    EXPECT_EQ(response->body, kAllDone);
    EXPECT_EQ(requests_, 1);
    EXPECT_EQ(metric("RecordsIn"), 2);
    EXPECT_EQ(metric("RecordsOut"), 2);
    EXPECT_EQ(metric("RecordsFailed"), 0);
    EXPECT_EQ(metric("DuplicatesPossible"), 0);
    EXPECT_EQ(metric("RecordAgeMs"), 10'000);
    EXPECT_EQ(metric("NewestRecordAgeMs"), 10'000);
    EXPECT_EQ(metric("Requests"), 1);
    EXPECT_EQ(metric("BytesOut"), static_cast<double>(sent_[0].size() + sent_[1].size() + 128));
}

TEST_F(StreamHandlerTest, AnswersAnEmptyBatch) {
    const auto response = handle(R"({"Records":[]})", store_all);
    ASSERT_TRUE(response.ok());
    EXPECT_EQ(response->body, kAllDone);
    EXPECT_EQ(requests_, 0);
}

TEST_F(StreamHandlerTest, RefusesWhatIsNoStreamEvent) {
    for (const std::string event : {"", "7", "{}", R"({"Records":7})", R"({"records":[]})"}) {
        const auto response = handle(event, store_all);
        ASSERT_FALSE(response.ok()) << event;
        EXPECT_EQ(response.error().kind, ErrorKind::event_invalid);
    }
    EXPECT_EQ(requests_, 0);
}

TEST_F(StreamHandlerTest, ReportsTheLowestThatWasNotConfirmed) {
    const std::string event = event_json(
        {record_json({.key = "a", .number = 1}), record_json({.key = "bad", .number = 2}),
         record_json({.key = "c", .number = 3}), record_json({.key = "bad", .number = 4})});
    const auto response = handle(event, refuse_with("\"bad\"", PutRecordsState::failed));
    ASSERT_TRUE(response.ok());
    EXPECT_EQ(response->body, failure_response(sequence_number(2)));
    EXPECT_EQ(metric("RecordsOut"), 2);
    EXPECT_EQ(metric("RecordsFailed"), 2);
    EXPECT_EQ(metric("RetryCount"), 9);
    EXPECT_EQ(metric("DuplicatesPossible"), 1);  // record 3 is stored and comes again
    EXPECT_THAT(capture_.lines(), Contains(HasSubstr("records_not_sent")));
}

TEST_F(StreamHandlerTest, CountsEachRecordOfUnknownOutcomeOnce) {
    int request = 0;
    const auto response =
        handle(event_json({record_json({.key = "a"}), record_json({.key = "b", .number = 2})}),
               [&request](const aws::PutRecordsRequest& put) -> Answer {
                   if (++request < 4) return base::Error{ErrorKind::outcome_unknown, "no answer"};
                   return store_all(put);
               });
    EXPECT_EQ(response->body, kAllDone);
    EXPECT_EQ(metric("DuplicatesPossible"), 2);
    EXPECT_EQ(metric("UnknownOutcomes"), 6);
    EXPECT_EQ(metric("RetryCount"), 6);
    EXPECT_EQ(metric("Requests"), 4);
}

TEST_F(StreamHandlerTest, FailsWhenTheServiceRefusesEveryRequest) {
    for (const ErrorKind kind : {ErrorKind::access_denied, ErrorKind::rejected}) {
        const auto response =
            handle(event_json({record_json({.key = "a"}), kMalformed}),
                   [kind](const aws::PutRecordsRequest&) -> Answer {
                       return base::Error{kind, "PutRecords on changes: 400 Refused", "Refused"};
                   });
        ASSERT_FALSE(response.ok());
        EXPECT_EQ(response.error().kind, kind);
        EXPECT_EQ(response.error().message, "PutRecords on changes: 400 Refused");
    }
    EXPECT_EQ(metric("RecordsFailed"), 2);
    EXPECT_EQ(metric("RecordsOut"), 0);
}

TEST_F(StreamHandlerTest, ReportsRecordsWhenOnlyOneStreamIsRefused) {
    config_.stream = "{table}";
    const auto response =
        handle(event_json({record_json({.key = "a", .number = 1, .table = "known"}),
                           record_json({.key = "b", .number = 2, .table = "missing"}),
                           record_json({.key = "c", .number = 3, .table = "known"})}),
               [](const aws::PutRecordsRequest& request) -> Answer {
                   if (request.stream == "known") return store_all(request);
                   return base::Error{ErrorKind::rejected, "PutRecords on missing: 400"};
               });
    ASSERT_TRUE(response.ok());
    EXPECT_EQ(response->body, failure_response(sequence_number(2)));
    EXPECT_THAT(capture_.lines(), Contains(HasSubstr("PutRecords on missing: 400")));
}

TEST_F(StreamHandlerTest, ThrottledToTheEndIsAPartialFailureNotAnError) {
    const auto response = handle(event_json({record_json({.key = "a", .number = 1})}),
                                 [](const aws::PutRecordsRequest&) -> Answer {
                                     return base::Error{ErrorKind::throttled, "slow down"};
                                 });
    ASSERT_TRUE(response.ok());
    EXPECT_EQ(response->body, failure_response(sequence_number(1)));
    EXPECT_GE(metric("Throttles"), 2);
}

TEST_F(StreamHandlerTest, BlocksAPoisonRecordAndSendsTheOthers) {
    const auto response = handle(event_json({record_json({.key = "a", .number = 1}), kMalformed,
                                             record_json({.key = "c", .number = 3})}),
                                 store_all);
    EXPECT_EQ(response->body, failure_response(sequence_number(2)));
    EXPECT_EQ(sent_.size(), 2U);
    EXPECT_EQ(metric("RecordsFailed"), 1);
    EXPECT_THAT(capture_.lines(), Contains(testing::AllOf(HasSubstr("record_blocked"),
                                                          HasSubstr(sequence_number(2)))));
}

TEST_F(StreamHandlerTest, DropsAPoisonRecordWhenToldTo) {
    config_.poison_records = PoisonRecords::drop;
    const auto response =
        handle(event_json({kMalformed, record_json({.key = "c", .number = 3})}), store_all);
    EXPECT_EQ(response->body, kAllDone);
    EXPECT_EQ(metric("RecordsDropped"), 1);
    EXPECT_EQ(metric("RecordsOut"), 1);
    EXPECT_THAT(capture_.lines(), Contains(HasSubstr("record_dropped")));
}

TEST_F(StreamHandlerTest, CountsWhatTheFilterLeavesOutAsDone) {
    config_.filter.ttl_deletes = dynamodb::TtlDeletes::drop;
    const auto response = handle(
        event_json(
            {record_json({.key = "a", .number = 1, .event_name = "REMOVE", .ttl_delete = true})}),
        store_all);
    EXPECT_EQ(response->body, kAllDone);
    EXPECT_EQ(requests_, 0);
    EXPECT_EQ(metric("RecordsFiltered"), 1);
}

TEST_F(StreamHandlerTest, LogsNoPayload) {
    const auto response =
        handle(event_json({record_json({.key = "canary-7193", .number = 1}),
                           R"({"eventName":"canary-7193","dynamodb":{"Keys":{"canary-7193":1}}})"}),
               refuse_with("canary", PutRecordsState::failed));
    ASSERT_TRUE(response.ok());
    EXPECT_THAT(capture_.text(), testing::Not(HasSubstr("canary-7193")));
}

TEST_F(StreamHandlerTest, SendsAnEventOfSixMegabytes) {
    // As large as an event can be, of records with two images of 400 KB each.
    std::vector<std::string> records;
    for (std::size_t i = 1; i <= 7; ++i) {
        records.push_back(
            record_json({.key = fmt::format("k{}", i),
                         .number = i,
                         .extra = R"(,"x":{"S":")" + std::string(800'000, 'x') + "\"}"}));
    }
    const auto response = handle(event_json(records), store_all);
    EXPECT_EQ(response->body, kAllDone);
    EXPECT_EQ(requests_, 2);  // 6 fit into 5 MiB
}

}  // namespace

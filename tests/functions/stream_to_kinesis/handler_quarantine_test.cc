// What the handler does with records that can never be sent, and with KPL aggregation.
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/stream_to_kinesis/handler_fixture.h"

namespace {

using aws::PutRecordsResult;
using aws::PutRecordsState;
using base::ErrorKind;
using stream_to_kinesis::PoisonRecords;
using stream_to_kinesis::QuarantineRecord;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using tests::Answer;
using tests::event_json;
using tests::failure_response;
using tests::kAllDone;
using tests::record_json;
using tests::sequence_number;
using tests::store_all;

std::string large_record(const std::string& key, std::size_t number) {
    return record_json({.key = key,
                        .number = number,
                        .extra = R"(,"x":{"S":")" + std::string(1'048'576, 'x') + "\"}"});
}

class QuarantineHandlerTest : public tests::StreamHandlerTest {
  protected:
    QuarantineHandlerTest() {
        config_.poison_records = PoisonRecords::quarantine;
        write_quarantine_ = [this](std::span<const QuarantineRecord> records,
                                   base::Deadline deadline) {
            EXPECT_EQ(requests_ > 0, is_after_sending_);
            deadlines_.push_back(deadline.at_ms - clock_.now_ms());
            std::vector<base::Result<base::Done>> outcomes;
            for (const QuarantineRecord& record : records) {
                const bool fails = record.sequence_number == failing_;
                if (!fails) kept_.emplace_back(record.text);
                numbers_.emplace_back(record.sequence_number);
                outcomes.push_back(fails ? base::Result<base::Done>(
                                               base::Error{ErrorKind::access_denied, "no access"})
                                         : base::Done{});
            }
            return outcomes;
        };
    }

    bool is_after_sending_ = false;  // when the quarantine is written
    std::string failing_ = "none";
    std::vector<std::string> kept_;
    std::vector<std::string> numbers_;
    std::vector<std::int64_t> deadlines_;
};

TEST_F(QuarantineHandlerTest, KeepsPoisonBeforeAnythingIsSentAndGoesOn) {
    const std::string malformed = R"({"eventName":"INSERT","dynamodb":{"Keys":tru}})";
    const std::string large = large_record("a", 3);
    const auto response = handle(event_json({record_json({.key = "a", .number = 1}), malformed,
                                             large, record_json({.key = "a", .number = 4})}),
                                 store_all);
    ASSERT_TRUE(response.ok());
    EXPECT_EQ(response->body, kAllDone);
    EXPECT_THAT(kept_, ElementsAre(malformed, large));
    EXPECT_THAT(numbers_, ElementsAre("", sequence_number(3)));
    EXPECT_EQ(sent_.size(), 2U);
    EXPECT_EQ(metric("RecordsQuarantined"), 2);
    EXPECT_EQ(metric("RecordsOut"), 2);
    EXPECT_THAT(capture_.lines(), Contains(testing::AllOf(HasSubstr("record_quarantined"),
                                                          HasSubstr(sequence_number(3)))));
    EXPECT_THAT(deadlines_, ElementsAre(30'000));  // half of the minute that is left
}

TEST_F(QuarantineHandlerTest, IsNotAskedWhereNothingIsPoison) {
    EXPECT_EQ(handle(event_json({record_json({.key = "a"})}), store_all)->body, kAllDone);
    EXPECT_TRUE(deadlines_.empty());
}

TEST_F(QuarantineHandlerTest, WhatCannotBeKeptBlocksItsItem) {
    failing_ = sequence_number(2);
    const auto response =
        handle(event_json({record_json({.key = "a", .number = 1}), large_record("a", 2),
                           large_record("b", 3), record_json({.key = "a", .number = 4}),
                           record_json({.key = "b", .number = 5})}),
               store_all);
    EXPECT_EQ(response->body, failure_response(sequence_number(2)));
    EXPECT_EQ(sent_.size(), 2U);  // 1 and 5
    EXPECT_EQ(metric("RecordsQuarantined"), 1);
    EXPECT_EQ(metric("RecordsFailed"), 2);
    EXPECT_EQ(metric("RecordsOut"), 2);
    EXPECT_THAT(capture_.lines(),
                Contains(testing::AllOf(HasSubstr("quarantine_failed"), HasSubstr("no access"))));
    EXPECT_THAT(capture_.lines(), Contains(HasSubstr("record_blocked")));
}

// Refuses a request that holds the text, and stores all others.
tests::AnsweringKinesis::Function refuse_requests_with(const std::string& text) {
    return [=](const aws::PutRecordsRequest& request) -> Answer {
        for (const aws::PutRecordsEntry& entry : request.entries) {
            if (entry.data.find(text) != std::string_view::npos)
                return base::Error{ErrorKind::rejected, "400 ValidationException"};
        }
        return store_all(request);
    };
}

TEST_F(QuarantineHandlerTest, KeepsWhatKinesisRefusesBeforeItAnswers) {
    is_after_sending_ = true;
    refused_for_ = aws::RefusedFor::its_entry;
    const std::string bad = record_json({.key = "bad", .number = 2});
    const auto response = handle(event_json({record_json({.key = "a", .number = 1}), bad,
                                             record_json({.key = "c", .number = 3})}),
                                 refuse_requests_with("\"bad\""));
    ASSERT_TRUE(response.ok());
    EXPECT_EQ(response->body, kAllDone);
    EXPECT_THAT(kept_, ElementsAre(bad));
    EXPECT_EQ(metric("RecordsQuarantined"), 1);
    EXPECT_EQ(metric("RecordsOut"), 2);
    EXPECT_THAT(capture_.lines(), Contains(testing::AllOf(HasSubstr("record_quarantined"),
                                                          HasSubstr("ValidationException"))));
}

TEST_F(QuarantineHandlerTest, ReportsWhatKinesisRefusesAndCannotBeKept) {
    is_after_sending_ = true;
    refused_for_ = aws::RefusedFor::its_entry;
    failing_ = sequence_number(2);
    const auto response = handle(event_json({record_json({.key = "a", .number = 1}),
                                             record_json({.key = "bad", .number = 2}),
                                             record_json({.key = "c", .number = 3})}),
                                 refuse_requests_with("\"bad\""));
    EXPECT_EQ(response->body, failure_response(sequence_number(2)));
    EXPECT_TRUE(kept_.empty());
    EXPECT_EQ(metric("RecordsFailed"), 1);
    EXPECT_EQ(metric("RecordsOut"), 2);
}

TEST_F(QuarantineHandlerTest, TheRuleForPoisonHoldsForWhatKinesisRefuses) {
    refused_for_ = aws::RefusedFor::its_entry;
    const std::string event = event_json(
        {record_json({.key = "a", .number = 1}), record_json({.key = "bad", .number = 2})});
    config_.poison_records = PoisonRecords::drop;
    EXPECT_EQ(handle(event, refuse_requests_with("\"bad\""))->body, kAllDone);
    config_.poison_records = PoisonRecords::block;
    EXPECT_EQ(handle(event, refuse_requests_with("\"bad\""))->body,
              failure_response(sequence_number(2)));
    EXPECT_TRUE(kept_.empty());
}

TEST_F(QuarantineHandlerTest, FilteredRecordsAreNotKept) {
    config_.filter.inserts = false;
    EXPECT_EQ(handle(event_json({large_record("a", 1)}), store_all)->body, kAllDone);
    EXPECT_TRUE(kept_.empty());
    EXPECT_EQ(metric("RecordsFiltered"), 1);
}

TEST_F(QuarantineHandlerTest, KeepsPoisonThoughKinesisRefusesEveryRequest) {
    const auto response =
        handle(event_json({large_record("a", 1), record_json({.key = "b", .number = 2})}),
               [](const aws::PutRecordsRequest&) -> Answer {
                   return base::Error{ErrorKind::access_denied, "PutRecords on changes: 400"};
               });
    EXPECT_FALSE(response.ok());
    EXPECT_EQ(kept_.size(), 1U);
}

class KplHandlerTest : public tests::StreamHandlerTest {
  protected:
    KplHandlerTest() { config_.aggregation = stream_to_kinesis::Aggregation::kpl; }

    // 40 records of one item.
    static std::string hot_item() {
        std::vector<std::string> records;
        for (std::size_t i = 1; i <= 40; ++i)
            records.push_back(record_json({.key = "hot", .number = i}));
        return event_json(records);
    }
};

TEST_F(KplHandlerTest, SendsAHotItemAsOneRecord) {
    EXPECT_EQ(handle(hot_item(), store_all)->body, kAllDone);
    EXPECT_EQ(requests_, 1);
    ASSERT_EQ(sent_.size(), 1U);
    EXPECT_TRUE(sent_[0].starts_with("\xF3\x89\x9A\xC2"));
    std::size_t at = 0;
    for (std::size_t i = 1; i <= 40; ++i) {
        at = sent_[0].find("\"" + sequence_number(i) + "\"", at);
        ASSERT_NE(at, std::string::npos) << i;
    }
    EXPECT_EQ(metric("RecordsOut"), 40);
}

TEST_F(KplHandlerTest, AnUnconfirmedRecordFailsAllItsMembers) {
    const auto response = handle(hot_item(), [](const aws::PutRecordsRequest&) -> Answer {
        return base::Error{ErrorKind::throttled, "slow down"};
    });
    EXPECT_EQ(response->body, failure_response(sequence_number(1)));
    EXPECT_EQ(metric("RecordsFailed"), 40);
}

TEST_F(KplHandlerTest, AnUnknownOutcomeIsOneOfAllItsMembers) {
    int request = 0;
    const auto response = handle(hot_item(), [&](const aws::PutRecordsRequest& put) -> Answer {
        if (++request == 1) return base::Error{ErrorKind::outcome_unknown, "no answer"};
        return store_all(put);
    });
    EXPECT_EQ(response->body, kAllDone);
    EXPECT_EQ(metric("UnknownOutcomes"), 1);
    EXPECT_EQ(metric("DuplicatesPossible"), 40);
    EXPECT_EQ(metric("RetryCount"), 1);
}

}  // namespace

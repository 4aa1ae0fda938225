#include "functions/stream_to_kinesis/quarantine.h"

#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/base64.h"
#include "common/codec/digest.h"
#include "common/codec/hex.h"
#include "common/codec/json.h"
#include "tests/common/aws/client_fixture.h"
#include "tests/functions/stream_to_kinesis/stream_records.h"

namespace {

using base::ErrorKind;
using stream_to_kinesis::find_origin;
using stream_to_kinesis::quarantine_line;
using stream_to_kinesis::QuarantineRecord;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
using tests::record_json;

constexpr const char* kArn =
    "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2026-11-01T00:00:00.000";

TEST(QuarantineLine, HoldsTheWholeRecord) {
    const std::string text =
        "{ \"eventID\":\"e\\u00e9\", \"x\":\"\xFF\", \"eventSourceARN\":\"arn\"}";
    const std::string line =
        quarantine_line({.text = text, .reason = "why \"not\"", .sequence_number = "17"},
                        find_origin(text), tests::kTestNowMs);
    EXPECT_EQ(line, R"({"reason":"why \"not\"","eventSourceARN":"arn","sequence_number":"17",)"
                    R"("event_id":"eé","quarantined_at":"2026-11-20T01:00:00Z","record":")" +
                        codec::base64_encode(text) + "\"}");
}

TEST(QuarantineLine, LeavesOutWhatTheRecordDoesNotTell) {
    for (const std::string text : {"7", "{", "", R"({"eventID":7,"eventSourceARN":null})",
                                   R"({"eventID":"broken)", R"([{"eventID":"e"}])"}) {
        const auto parsed = codec::parse_json(
            quarantine_line({.text = text, .reason = "r"}, find_origin(text), 0), "the line");
        ASSERT_TRUE(parsed.ok()) << text;
        EXPECT_EQ(parsed->MemberCount(), 3U) << text;
        EXPECT_EQ(codec::find_text(*parsed, "record"), codec::base64_encode(text));
    }
}

TEST(FindOrigin, ReadsARecordThatIsFaultyElsewhere) {
    const auto origin = find_origin(
        R"({"eventID":"e","dynamodb":{"Keys":{"pk":{"S":tru]}},"eventSourceARN":"arn"})");
    EXPECT_EQ(origin.event_id, "e");
    EXPECT_EQ(find_origin(R"({"dynamodb":{"a":"\q"},"eventSourceARN":"arn"})").event_source_arn,
              "arn");
}

// Fails the test where a digest of the bytes is not at the key's end.
std::string digest_of(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts)
        all += fmt::format("{}:{}", text.size(), text);
    return codec::hex_lower(codec::sha256(all)).substr(0, 16);
}

class QuarantineTest : public aws::ClientTest {
  protected:
    std::vector<base::Result<base::Done>> write(const std::string& uri,
                                                const std::vector<QuarantineRecord>& records) {
        const auto parsed = stream_to_kinesis::parse_quarantine_uri(uri);
        EXPECT_TRUE(parsed.ok());
        settings_ = stream_to_kinesis::client_settings_for(*parsed, settings_);
        return stream_to_kinesis::make_quarantine(*parsed, client(), clock_)(
            records, {clock_.now_ms() + 60'000});
    }
    static QuarantineRecord record(const std::string& text, std::string_view number) {
        return {.text = text,
                .reason = "too large",
                .sequence_number = number,
                .event_time_ms = 1'795'046'400'000};  // 2026-11-19T00:00:00Z
    }
    // An SQS that stores all.
    void answer_like_sqs() {
        http_.answer_with([](const http::Request& request) {
            const auto body = codec::parse_json(request.body, "the request");
            std::string successful;
            for (const auto& entry : codec::find_array(*body, "Entries")->GetArray()) {
                successful += fmt::format(
                    R"({}{{"Id":"{}","MD5OfMessageBody":"{}"}})", successful.empty() ? "" : ",",
                    codec::find_text(entry, "Id").value_or(""),
                    codec::hex_lower(
                        codec::md5(codec::find_text(entry, "MessageBody").value_or(""))));
            }
            return base::Result(http::Response{200, {}, R"({"Successful":[)" + successful + "]}"});
        });
    }
    [[nodiscard]] std::vector<std::size_t> batch_sizes() const {
        std::vector<std::size_t> sizes;
        for (const http::Request& request : http_.requests()) {
            const auto body = codec::parse_json(request.body, "the request");
            sizes.push_back(codec::find_array(*body, "Entries")->Size());
        }
        return sizes;
    }
};

constexpr const char* kFolder = "s3://lake/poison/";
constexpr const char* kQueue = "https://sqs.us-east-1.amazonaws.com/123456789012/poison";

TEST_F(QuarantineTest, WritesOneObjectForATable) {
    const std::string first = record_json({.key = "a", .number = 5});
    const std::string last = record_json({.key = "b", .number = 9});
    http_.answer(200, "");
    const auto outcomes = write(kFolder, {record(first, "5"), record(last, "9")});
    EXPECT_TRUE(outcomes.at(0).ok());
    EXPECT_TRUE(outcomes.at(1).ok());
    ASSERT_EQ(http_.requests().size(), 1U);
    const http::Request& request = http_.requests()[0];
    EXPECT_EQ(request.method, "PUT");
    EXPECT_EQ(request.url,
              "https://s3.us-east-1.amazonaws.com/lake/poison/orders/dt%3D20261119/5-9-" +
                  digest_of({first, last}) + ".jsonl");
    EXPECT_EQ(request.body,
              quarantine_line(record(first, "5"), find_origin(first), clock_.now_ms()) + "\n" +
                  quarantine_line(record(last, "9"), find_origin(last), clock_.now_ms()) + "\n");
}

TEST_F(QuarantineTest, TheSameRecordsHaveTheSameKeyAndOthersAnother) {
    const std::string text = record_json({.key = "a", .number = 5});
    const std::string other = record_json({.key = "b", .number = 5});
    for (int i = 0; i < 3; ++i)
        http_.answer(200, "");
    write(kFolder, {record(text, "5")});
    clock_.advance_ms(100'000'000);
    write(kFolder, {record(text, "5")});
    write(kFolder, {record(other, "5")});
    EXPECT_EQ(http_.requests()[0].url, http_.requests()[1].url);
    EXPECT_NE(http_.requests()[0].url, http_.requests()[2].url);
}

TEST_F(QuarantineTest, TablesHaveObjectsOfTheirOwnAndFailAlone) {
    const std::string orders = record_json({.key = "a", .number = 5});
    const std::string users = record_json({.key = "a", .number = 6, .table = "users"});
    const std::string broken = "{";
    http_.answer_with([](const http::Request& request) {
        const bool refused = request.url.find("/users/") != std::string::npos;
        return base::Result(
            refused ? http::Response{403, {}, "<Error><Code>AccessDenied</Code></Error>"}
                    : http::Response{200, {}, ""});
    });
    const auto outcomes =
        write(kFolder, {record(orders, "5"), record(users, "6"), {.text = broken, .reason = "r"}});
    ASSERT_EQ(http_.requests().size(), 3U);
    EXPECT_TRUE(outcomes.at(0).ok());
    EXPECT_EQ(outcomes.at(1).error().kind, ErrorKind::access_denied);
    EXPECT_TRUE(outcomes.at(2).ok());
    EXPECT_THAT(http_.requests()[0].url,
                HasSubstr("/poison/unknown/dt%3Dunknown/unnumbered-unnumbered-"));
}

TEST_F(QuarantineTest, SendsAMessageForEachRecord) {
    answer_like_sqs();
    const std::string text = record_json({.key = "a", .number = 5});
    const auto outcomes = write(kQueue, std::vector<QuarantineRecord>(23, record(text, "5")));
    EXPECT_EQ(outcomes.size(), 23U);
    for (const auto& outcome : outcomes)
        EXPECT_TRUE(outcome.ok());
    EXPECT_THAT(batch_sizes(), testing::ElementsAre(10, 10, 3));
    const auto body = codec::parse_json(http_.requests()[0].body, "the request");
    EXPECT_EQ(codec::find_text(codec::find_array(*body, "Entries")->GetArray()[0], "MessageBody"),
              quarantine_line(record(text, "5"), find_origin(text), clock_.now_ms()));
}

TEST_F(QuarantineTest, AFifoQueueGetsTheStreamsGroupAndTheRecordsDigest) {
    answer_like_sqs();
    const std::string text = record_json({.key = "a", .number = 5});
    write(std::string(kQueue) + ".fifo", {record(text, "5")});
    const std::string& body = http_.requests().at(0).body;
    EXPECT_THAT(body, HasSubstr(R"("MessageGroupId":")" + codec::hex_lower(codec::sha256(kArn))));
    EXPECT_THAT(body,
                HasSubstr(R"("MessageDeduplicationId":")" + codec::hex_lower(codec::sha256(text))));
}

// A record whose message has just `bytes`.
std::string text_for_message(std::size_t bytes) {
    const std::string empty =
        quarantine_line({.text = "", .reason = "too large", .sequence_number = "5"}, {}, 0);
    EXPECT_EQ((bytes - empty.size()) % 4, 0U);
    std::string text((bytes - empty.size()) / 4 * 3, 'x');
    return text;
}

TEST_F(QuarantineTest, TakesAMessageOfExactlyTheLimit) {
    answer_like_sqs();
    const std::string frame =
        quarantine_line({.text = "", .reason = "too large", .sequence_number = "5"}, {}, 0);
    const std::size_t largest = 1'048'576 - (1'048'576 - frame.size()) % 4;
    const std::string fits = text_for_message(largest);
    const std::string too_large = text_for_message(largest + 4);
    const auto outcomes =
        write(kQueue, {record(fits, "5"), record(too_large, "5"), record("{}", "6")});
    EXPECT_TRUE(outcomes.at(0).ok());
    ASSERT_FALSE(outcomes.at(1).ok());
    EXPECT_THAT(outcomes.at(1).error().message, HasSubstr("and SQS takes 1048576"));
    EXPECT_TRUE(outcomes.at(2).ok());
    EXPECT_THAT(batch_sizes(), testing::ElementsAre(1, 1));
}

TEST_F(QuarantineTest, AFailedBatchFailsItsMessagesAlone) {
    const std::string text = record_json({.key = "a", .number = 5});
    http_.answer(400, R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist"})");
    http_.answer(200, "{}");
    const auto outcomes = write(kQueue, std::vector<QuarantineRecord>(12, record(text, "5")));
    for (std::size_t i = 0; i < 12; ++i) {
        ASSERT_FALSE(outcomes.at(i).ok());
        EXPECT_EQ(outcomes.at(i).error().kind == ErrorKind::outcome_unknown, i >= 10);
    }
}

}  // namespace

#include "common/aws/kinesis_client.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes.h"
#include "tests/support/scripted_http.h"

namespace {

using aws::PutRecordsResult;
using aws::PutRecordsState;
using testing::ElementsAre;

class FixedCredentials final : public aws::CredentialsProvider {
  public:
    base::Result<aws::Credentials> get() override {
        return aws::Credentials{"AKIDEXAMPLE", base::Secret(std::string("secret")), base::Secret()};
    }
    void forget() override {}
};

class KinesisClientTest : public testing::Test {
  protected:
    base::Result<std::vector<PutRecordsResult>> put(
        const std::string& stream, const std::vector<aws::PutRecordsEntry>& entries) {
        return answer_to(stream, entries).results;
    }
    aws::PutRecordsAnswer answer_to(const std::string& stream,
                                    const std::vector<aws::PutRecordsEntry>& entries) {
        const http::Ticket ticket = kinesis_.start(
            {.stream = stream, .entries = entries, .deadline = {tests::kTestNowMs + 60'000}});
        auto answer = kinesis_.wait(tests::kTestNowMs);
        EXPECT_TRUE(answer);
        if (!answer) return {0, base::Error{}};
        EXPECT_EQ(answer->ticket, ticket);
        return *std::move(answer);
    }

    tests::ScriptedHttp http_;
    tests::FakeClock clock_;
    tests::SeededRandom random_;
    tests::LogCapture capture_;
    base::Log log_ = capture_.make_log(clock_);
    FixedCredentials credentials_;
    aws::ClientSettings settings_{
        .region = "us-east-1", .endpoint_url = {}, .service_endpoint_urls = {}, .attempts_max = 1};
    aws::Client client_{settings_, {http_, credentials_, clock_, random_, log_}};
    aws::KinesisClient kinesis_{client_};
};

std::vector<PutRecordsState> states_of(const std::vector<PutRecordsResult>& results) {
    std::vector<PutRecordsState> states;
    states.reserve(results.size());
    for (const PutRecordsResult& result : results)
        states.push_back(result.state);
    return states;
}

std::vector<PutRecordsState> parsed(std::string_view answer, std::size_t entries) {
    return states_of(aws::parse_put_records_answer(answer, entries));
}

constexpr auto kConfirmed = PutRecordsState::confirmed;
constexpr auto kThrottled = PutRecordsState::throttled;
constexpr auto kFailed = PutRecordsState::failed;
constexpr auto kUnknown = PutRecordsState::unknown;

TEST_F(KinesisClientTest, SendsTheRequestOfTheApiReference) {
    http_.answer(200, R"({"FailedRecordCount":0,"Records":[
        {"SequenceNumber":"49543463076548007577105092703039560359975228518395019266","ShardId":"shardId-000000000000"},
        {"SequenceNumber":"49543463076570308322303623326179887152428262250726293522","ShardId":"shardId-000000000001"}]})");
    const auto results = put("exampleStreamName", {{"XzxkYXRhPl8x", "partitionKey1"},
                                                   {std::string_view("\0\xFF\"", 3), "é\"\\"}});
    ASSERT_TRUE(results.ok());
    EXPECT_THAT(states_of(*results), ElementsAre(kConfirmed, kConfirmed));
    EXPECT_EQ((*results)[0].detail, "49543463076548007577105092703039560359975228518395019266");
    ASSERT_EQ(http_.requests().size(), 1U);
    const http::Request& request = http_.requests()[0];
    EXPECT_EQ(http::find_header(request.headers, "X-Amz-Target"), "Kinesis_20131202.PutRecords");
    EXPECT_EQ(http::find_header(request.headers, "Content-Type"), "application/x-amz-json-1.1");
    EXPECT_EQ(request.body, R"({"StreamName":"exampleStreamName","Records":[)"
                            R"({"Data":"WHp4a1lYUmhQbDh4","PartitionKey":"partitionKey1"},)"
                            R"({"Data":"AP8i","PartitionKey":"é\"\\"}]})");
}

TEST_F(KinesisClientTest, SendsDataInTwoPartsAsOneAndTheHashKey) {
    http_.answer(200, R"({"FailedRecordCount":0,"Records":[{"SequenceNumber":"1"},
        {"SequenceNumber":"2"},{"SequenceNumber":"3"},{"SequenceNumber":"4"}]})");
    const auto results = put("s", {{"", "k", "lakefeed"},
                                   {"l", "k", "akefeed"},
                                   {"lakef", "k", "eed", "12"},
                                   {"lakefe", "k", "ed"}});
    ASSERT_TRUE(results.ok());
    // The base64 is coreutils'.
    EXPECT_EQ(http_.requests()[0].body,
              R"({"StreamName":"s","Records":[{"Data":"bGFrZWZlZWQ=","PartitionKey":"k"},)"
              R"({"Data":"bGFrZWZlZWQ=","PartitionKey":"k"},)"
              R"({"Data":"bGFrZWZlZWQ=","PartitionKey":"k","ExplicitHashKey":"12"},)"
              R"({"Data":"bGFrZWZlZWQ=","PartitionKey":"k"}]})");
}

TEST_F(KinesisClientTest, NamesAStreamByItsArn) {
    http_.answer(200,
                 R"({"FailedRecordCount":0,"Records":[{"SequenceNumber":"1","ShardId":"s"}]})");
    ASSERT_TRUE(put("arn:aws:kinesis:us-east-1:123456789012:stream/orders", {{"", "k"}}).ok());
    EXPECT_EQ(http_.requests()[0].body,
              R"({"StreamARN":"arn:aws:kinesis:us-east-1:123456789012:stream/orders",)"
              R"("Records":[{"Data":"","PartitionKey":"k"}]})");
}

TEST_F(KinesisClientTest, TellsStoredAndRefusedEntriesApart) {
    // The answer of the API reference's second example.
    http_.answer(200, R"({"FailedRecordCount":2,"Records":[
        {"SequenceNumber":"49543463076548007577105092703039560359975228518395012686","ShardId":"shardId-000000000000"},
        {"ErrorCode":"ProvisionedThroughputExceededException","ErrorMessage":"Rate exceeded for shard shardId-000000000001 in stream exampleStreamName under account 111111111111."},
        {"ErrorCode":"InternalFailure","ErrorMessage":"Internal service failure."}]})");
    const auto results = put("exampleStreamName", {{"a", "1"}, {"b", "2"}, {"c", "3"}});
    ASSERT_TRUE(results.ok());
    EXPECT_THAT(states_of(*results), ElementsAre(kConfirmed, kThrottled, kFailed));
    EXPECT_EQ((*results)[2].detail, "InternalFailure");
}

TEST_F(KinesisClientTest, GivesBackTheErrorOfTheWholeRequest) {
    http_.answer(400,
                 R"({"__type":"ResourceNotFoundException","message":"Stream orders not found"})");
    const auto results = put("orders", {{"a", "1"}});
    ASSERT_FALSE(results.ok());
    EXPECT_EQ(results.error().kind, base::ErrorKind::rejected);
    EXPECT_EQ(results.error().code, "ResourceNotFoundException");
    EXPECT_THAT(results.error().message, testing::HasSubstr("PutRecords on orders: 400"));
}

TEST_F(KinesisClientTest, MakesOneAttemptWhereItIsToldTo) {
    http_.answer(500, R"({"__type":"InternalFailure"})");
    EXPECT_FALSE(put("orders", {{"a", "1"}}).ok());
    EXPECT_EQ(http_.requests().size(), 1U);
}

TEST_F(KinesisClientTest, TellsEachRequestsAnswer) {
    http_.answer(200, R"({"FailedRecordCount":0,"Records":[{"SequenceNumber":"1"}]})");
    http_.answer(200, R"({"FailedRecordCount":0,"Records":[{"SequenceNumber":"1"}]})");
    const std::vector<aws::PutRecordsEntry> one{{"a", "1"}};
    const std::vector<aws::PutRecordsEntry> two{{"a", "1"}, {"b", "2"}};
    const http::Ticket first = kinesis_.start({.stream = "s", .entries = one, .deadline = {}});
    const http::Ticket second = kinesis_.start({.stream = "s", .entries = two, .deadline = {}});
    auto answer = kinesis_.wait(tests::kTestNowMs);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->ticket, first);
    EXPECT_THAT(states_of(*answer->results), ElementsAre(kConfirmed));
    answer = kinesis_.wait(tests::kTestNowMs);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->ticket, second);
    EXPECT_THAT(states_of(*answer->results), ElementsAre(kUnknown, kUnknown));  // one is too few
    EXPECT_FALSE(kinesis_.wait(tests::kTestNowMs));
}

TEST_F(KinesisClientTest, IsNotRepeatedByWhatIsBelowIt) {
    http_.fail(base::ErrorKind::outcome_unknown);
    EXPECT_EQ(put("orders", {{"a", "1"}}).error().kind, base::ErrorKind::outcome_unknown);
    ASSERT_EQ(http_.requests().size(), 1U);
    EXPECT_EQ(http_.requests()[0].repeatable, http::Repeatable::no);
    EXPECT_EQ(http_.requests()[0].deadline.at_ms, tests::kTestNowMs + 60'000);
}

TEST_F(KinesisClientTest, TellsWhatTheServiceAsksToWait) {
    http_.answer(400, R"({"__type":"ProvisionedThroughputExceededException"})",
                 {{"x-amz-retry-after", "1500"}});
    EXPECT_EQ(answer_to("orders", {{"a", "1"}}).retry_after_ms, 1'500);
}

TEST_F(KinesisClientTest, GivesUpARequest) {
    http_.answer(200, R"({"FailedRecordCount":0,"Records":[{"SequenceNumber":"1"}]})");
    const std::vector<aws::PutRecordsEntry> one{{"a", "1"}};
    const http::Ticket ticket = kinesis_.start({.stream = "s", .entries = one, .deadline = {}});
    const auto answer = kinesis_.cancel(ticket);
    EXPECT_EQ(answer.ticket, ticket);
    EXPECT_EQ(answer.results.error().kind, base::ErrorKind::outcome_unknown);
}

TEST(PutRecordsBody, TakesJustTheRoomThatItNeeds) {
    for (const std::string stream : {"s", "arn:aws:kinesis:us-east-1:123456789012:stream/orders"}) {
        for (std::size_t bytes = 0; bytes < 9; ++bytes) {
            const std::string data(bytes, 'd');
            const std::vector<aws::PutRecordsEntry> entries{
                {data, "key"},
                {data, "\"quoted\" \n é", data, "12"},
                {data, "\xFF", "x"},
                {std::string_view("some more text, so that no string is short"), "k"}};
            const std::string body =
                aws::put_records_body({.stream = stream, .entries = entries, .deadline = {}});
            EXPECT_EQ(body.capacity(), body.size()) << body;
        }
    }
}

std::string characters(std::size_t count, const std::string& character) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += character;
    return text;
}

// F32: 256 characters of any length in bytes.
TEST(EntryFault, CountsTheCharactersOfThePartitionKey) {
    for (const std::string character : {"k", "é", "€", "\U0001F600"}) {
        EXPECT_FALSE(aws::entry_fault({"d", characters(1, character)}));
        EXPECT_FALSE(aws::entry_fault({"d", characters(255, character)}));
        EXPECT_FALSE(aws::entry_fault({"d", characters(256, character)}));
        const auto fault = aws::entry_fault({"d", characters(257, character)});
        ASSERT_TRUE(fault);
        EXPECT_EQ(fault->kind, base::ErrorKind::data_invalid);
        EXPECT_EQ(fault->message, "a partition key of 257 characters: 256 are allowed");
    }
    EXPECT_TRUE(aws::entry_fault({"d", ""}));
}

// F31: 10 MiB of data and partition key, wherever the data is cut in two.
TEST(EntryFault, CountsDataAndPartitionKey) {
    const std::string data(10U << 20U, 'd');
    const std::string_view text = data;
    EXPECT_FALSE(aws::entry_fault({text.substr(2), "k"}));
    EXPECT_FALSE(aws::entry_fault({text.substr(1), "k"}));
    EXPECT_TRUE(aws::entry_fault({text, "k"}));
    EXPECT_FALSE(aws::entry_fault({text.substr(5), "key", "ab"}));
    EXPECT_TRUE(aws::entry_fault({text.substr(5), "key", "abc"}));
}

struct Refused {
    int status;
    std::string code;
    std::string message;
    aws::RefusedFor refused_for;
};

TEST_F(KinesisClientTest, TellsWhatARequestIsRefusedFor) {
    using aws::RefusedFor;
    for (const Refused& refused :
         {Refused{
              400, "ValidationException",
              "1 validation error detected: Value 'x' at 'records.3.member.partitionKey' failed "
              "to satisfy constraint: Member must have length less than or equal to 256",
              RefusedFor::its_entry},
          Refused{400, "ValidationException",
                  "1 validation error detected: Value at 'records.1.member.data' failed to satisfy "
                  "constraint: Member must have length less than or equal to 1048576",
                  RefusedFor::its_entry},
          Refused{400, "ValidationException",
                  "1 validation error detected: Value 'a b' at 'streamName' failed to satisfy "
                  "constraint: Member must satisfy regular expression pattern",
                  RefusedFor::request},
          Refused{400, "ValidationException",
                  "1 validation error detected: Value 'a b' at 'streamARN' failed",
                  RefusedFor::request},
          Refused{400, "ValidationException", "something else", RefusedFor::some_entry},
          Refused{400, "InvalidArgumentException", "Invalid ExplicitHashKey.",
                  RefusedFor::some_entry},
          Refused{400, "SerializationException", "", RefusedFor::some_entry},
          Refused{413, "", "", RefusedFor::its_entry},
          Refused{400, "RequestEntityTooLarge", "", RefusedFor::its_entry},
          Refused{400, "ResourceNotFoundException", "Stream orders not found", RefusedFor::request},
          Refused{400, "KMSDisabledException", "", RefusedFor::request},
          Refused{400, "KMSNotFoundException", "", RefusedFor::request},
          Refused{400, "KMSAccessDeniedException", "", RefusedFor::request},
          Refused{403, "AccessDeniedException", "", RefusedFor::request},
          Refused{404, "", "", RefusedFor::request}}) {
        http_.answer(refused.status, R"({"__type":")" + refused.code + R"(","message":")" +
                                         refused.message + "\"}");
        EXPECT_EQ(answer_to("orders", {{"a", "1"}}).refused_for, refused.refused_for)
            << refused.code << ' ' << refused.message;
    }
}

TEST(ParsePutRecordsAnswer, CountsMembersThatAreNullAsAbsent) {
    EXPECT_THAT(parsed(R"({"FailedRecordCount":1,"Records":[
        {"SequenceNumber":"7","ShardId":"s","ErrorCode":null,"ErrorMessage":null},
        {"SequenceNumber":null,"ShardId":null,"ErrorCode":"InternalFailure","ErrorMessage":"x"}]})",
                       2),
                ElementsAre(kConfirmed, kFailed));
}

TEST(ParsePutRecordsAnswer, TakesAnyOrderOfMembersAndUnknownOnes) {
    EXPECT_THAT(parsed(R"({"EncryptionType":"KMS","Records":[
        {"ShardId":"s","Extra":{"a":[1]},"SequenceNumber":"7"},
        {"ErrorMessage":"x","ErrorCode":"SomethingNew"}],"FailedRecordCount":1})",
                       2),
                ElementsAre(kConfirmed, kFailed));
}

TEST(ParsePutRecordsAnswer, DoesNotNeedTheCount) {
    EXPECT_THAT(parsed(R"({"Records":[{"SequenceNumber":"7"}]})", 1), ElementsAre(kConfirmed));
    EXPECT_THAT(parsed(R"({"FailedRecordCount":null,"Records":[{"SequenceNumber":"7"}]})", 1),
                ElementsAre(kConfirmed));
}

TEST(ParsePutRecordsAnswer, TrustsNoEntryThatSaysBothOrNeither) {
    EXPECT_THAT(parsed(R"({"FailedRecordCount":1,"Records":[{"SequenceNumber":"7"},
        {"SequenceNumber":"8","ErrorCode":"InternalFailure"},{},{"SequenceNumber":""},
        {"SequenceNumber":9},{"SequenceNumber":"x1"},7,null]})",
                       8),
                ElementsAre(kConfirmed, kUnknown, kUnknown, kUnknown, kUnknown, kUnknown, kUnknown,
                            kUnknown));
}

struct UntrustedAnswer {
    const char* name;
    const char* answer;
};

class UntrustedAnswerTest : public testing::TestWithParam<UntrustedAnswer> {};

TEST_P(UntrustedAnswerTest, LeavesEveryEntryUnknown) {
    EXPECT_THAT(parsed(GetParam().answer, 2), ElementsAre(kUnknown, kUnknown));
}

INSTANTIATE_TEST_SUITE_P(
    ParsePutRecordsAnswer, UntrustedAnswerTest,
    testing::Values(
        UntrustedAnswer{"Empty", ""}, UntrustedAnswer{"Html", "<html>busy</html>"},
        UntrustedAnswer{"CutOff", R"({"FailedRecordCount":0,"Records":[{"SequenceNumber":"1"},)"},
        UntrustedAnswer{"NoRecords", R"({"FailedRecordCount":0})"},
        UntrustedAnswer{"RecordsNull", R"({"FailedRecordCount":0,"Records":null})"},
        UntrustedAnswer{"NotAnObject", R"([{"SequenceNumber":"1"},{"SequenceNumber":"2"}])"},
        UntrustedAnswer{"Short", R"({"FailedRecordCount":0,"Records":[{"SequenceNumber":"1"}]})"},
        UntrustedAnswer{"Long",
                        R"({"FailedRecordCount":0,"Records":[{"SequenceNumber":"1"},
                            {"SequenceNumber":"2"},{"SequenceNumber":"3"}]})"},
        UntrustedAnswer{"CountTooHigh", R"({"FailedRecordCount":1,"Records":[
                            {"SequenceNumber":"1"},{"SequenceNumber":"2"}]})"},
        UntrustedAnswer{"CountTooLow", R"({"FailedRecordCount":0,"Records":[
                            {"SequenceNumber":"1"},{"ErrorCode":"InternalFailure"}]})"},
        UntrustedAnswer{"CountNoNumber", R"({"FailedRecordCount":"0","Records":[
                            {"SequenceNumber":"1"},{"SequenceNumber":"2"}]})"}),
    [](const auto& parameter) { return std::string(parameter.param.name); });

}  // namespace

#include "common/aws/aws_client.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/common/aws/client_fixture.h"

namespace aws {
namespace {

using base::ErrorKind;
using http::Repeatable;

TEST_F(ClientTest, SendsASignedCallOfTheJsonProtocol) {
    http_.answer(200, R"({"FailedRecordCount":0})");
    const auto answer = put_records();
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(*answer, R"({"FailedRecordCount":0})");

    ASSERT_EQ(http_.requests().size(), 1U);
    const http::Request& request = http_.requests()[0];
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.url, "https://kinesis.us-east-1.amazonaws.com/");
    EXPECT_EQ(request.body, R"({"secret":"payload"})");
    EXPECT_EQ(request.repeatable, Repeatable::yes);
    EXPECT_EQ(sent(0, "Host"), "kinesis.us-east-1.amazonaws.com");
    EXPECT_EQ(sent(0, "Content-Type"), "application/x-amz-json-1.1");
    EXPECT_EQ(sent(0, "X-Amz-Target"), "Kinesis_20131202.PutRecords");
    EXPECT_EQ(sent(0, "X-Amz-Date"), "20261120T010000Z");
    EXPECT_EQ(sent(0, "X-Amz-Security-Token"), kSessionToken);
    EXPECT_EQ(sent(0, "User-Agent").substr(0, 9), "lakefeed/");
    EXPECT_EQ(sent(0, "Authorization")
                  .find("AWS4-HMAC-SHA256 "
                        "Credential=AKID0/20261120/us-east-1/kinesis/aws4_request, "
                        "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;"
                        "x-amz-target, Signature="),
              0U);
}

TEST_F(ClientTest, SaysWhatWasDoneOnWhatAndWhatCameBack) {
    answer_error(400, "com.amazonaws.kinesis#ResourceNotFoundException");
    const auto answer = put_records();
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().kind, ErrorKind::rejected);
    EXPECT_EQ(answer.error().code, "ResourceNotFoundException");
    EXPECT_EQ(answer.error().message,
              "PutRecords on stream orders: 400 ResourceNotFoundException: in words");
    EXPECT_EQ(client().counts().attempts, 1);
    EXPECT_EQ(client().counts().retries, 0);
}

TEST_F(ClientTest, TakesARefusalAsFinal) {
    for (const char* code : {"AccessDeniedException", "KMSAccessDeniedException"}) {
        answer_error(400, code);
        EXPECT_EQ(put_records().error().kind, ErrorKind::access_denied) << code;
    }
    http_.answer(403, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>");
    EXPECT_EQ(put_records().error().message, "PutRecords on stream orders: 403 AccessDenied: no");
    EXPECT_EQ(http_.requests().size(), 3U);
    EXPECT_TRUE(clock_.sleeps_ms.empty());
}

TEST_F(ClientTest, SlowsDownWhenThrottledAndGoesOn) {
    answer_error(400, "ProvisionedThroughputExceededException");
    answer_error(400, "ThrottlingException");
    http_.answer(200, "{}");
    EXPECT_TRUE(put_records(Repeatable::no).ok());  // what was throttled was certainly not done
    ASSERT_EQ(clock_.sleeps_ms.size(), 2U);
    EXPECT_LE(clock_.sleeps_ms[0], 1'000);
    EXPECT_LE(clock_.sleeps_ms[1], 2'000);
    EXPECT_EQ(client().counts().attempts, 3);
    EXPECT_EQ(client().counts().retries, 2);
    EXPECT_EQ(client().counts().throttles, 2);
    EXPECT_EQ(client().counts().unknown_outcomes, 0);
}

TEST_F(ClientTest, GivesUpAfterThreeAttempts) {
    for (int i = 0; i < 3; ++i)
        answer_error(500, "InternalFailure");
    const auto answer = put_records();
    EXPECT_EQ(answer.error().kind, ErrorKind::service_failed);
    EXPECT_EQ(answer.error().message,
              "PutRecords on stream orders: 500 InternalFailure: in words (attempt 3)");
    EXPECT_EQ(http_.left(), 0U);
}

TEST_F(ClientTest, TriesDynamoDbFourTimes) {
    for (int i = 0; i < 4; ++i)
        http_.answer(503, "");
    const auto answer = client().call(JsonCall{kDynamoDb, "ListTables", "{}", ""});
    EXPECT_EQ(answer.error().message, "ListTables: 503 (attempt 4)");
    EXPECT_EQ(http_.left(), 0U);
}

TEST_F(ClientTest, HonoursTheAttemptsSetting) {
    settings_.attempts_max = 1;
    http_.answer(503, "");
    EXPECT_EQ(put_records().error().kind, ErrorKind::service_failed);
    EXPECT_EQ(http_.requests().size(), 1U);
}

TEST_F(ClientTest, SendsAgainWhatCertainlyWasNotSent) {
    http_.fail(ErrorKind::connect_failed, "kinesis: refused");
    http_.answer(200, "{}");
    EXPECT_TRUE(put_records(Repeatable::no).ok());
    EXPECT_LE(clock_.sleeps_ms.at(0), 50);
}

TEST_F(ClientTest, LeavesAnUnknownOutcomeToTheCallerUnlessRepeatable) {
    http_.fail(ErrorKind::outcome_unknown, "kinesis: no answer");
    const auto answer = put_records(Repeatable::no);
    EXPECT_EQ(answer.error().kind, ErrorKind::outcome_unknown);
    EXPECT_EQ(answer.error().message, "PutRecords on stream orders: kinesis: no answer");
    EXPECT_EQ(client().counts().unknown_outcomes, 1);

    http_.fail(ErrorKind::outcome_unknown, "kinesis: no answer");
    http_.answer(200, "{}");
    EXPECT_TRUE(put_records(Repeatable::yes).ok());
    EXPECT_EQ(client().counts().unknown_outcomes, 2);
}

// After a 500, 502 or 504 nobody knows whether it was done; a 503 says that it was not.
TEST_F(ClientTest, RepeatsAFailureOfTheServiceOnlyWhereItMay) {
    for (const int status : {500, 502, 504}) {
        http_.answer(status, "");
        EXPECT_EQ(put_records(Repeatable::no).error().kind, ErrorKind::service_failed) << status;
    }
    http_.answer(503, "");
    http_.answer(200, "{}");
    EXPECT_TRUE(put_records(Repeatable::no).ok());
}

TEST_F(ClientTest, DoesNotCallAnUnknownOutcomeNotDone) {
    http_.fail(ErrorKind::outcome_unknown, "no answer");
    http_.fail(ErrorKind::connect_failed, "refused");
    http_.fail(ErrorKind::connect_failed, "refused");
    EXPECT_EQ(put_records().error().kind, ErrorKind::outcome_unknown);

    http_.fail(ErrorKind::outcome_unknown, "no answer");
    answer_error(400, "ThrottlingException");
    answer_error(400, "ThrottlingException");
    const auto answer = put_records();
    EXPECT_EQ(answer.error().kind, ErrorKind::outcome_unknown);
    EXPECT_EQ(answer.error().code, "ThrottlingException");
}

TEST_F(ClientTest, KeepsARefusalThatFollowsAnUnknownOutcome) {
    http_.fail(ErrorKind::outcome_unknown, "no answer");
    answer_error(400, "ResourceInUseException");
    const auto answer = put_records();
    EXPECT_EQ(answer.error().kind, ErrorKind::rejected);
    EXPECT_EQ(answer.error().code, "ResourceInUseException");
}

TEST_F(ClientTest, HonoursTheServersHint) {
    answer_error(503, "ServiceUnavailable", {{"x-amz-retry-after", "1500"}});
    answer_error(503, "ServiceUnavailable", {{"X-Amz-Retry-After", "1000000000"}});
    http_.answer(200, "{}");
    EXPECT_TRUE(put_records().ok());
    EXPECT_EQ(clock_.sleeps_ms.at(0), 1'500);
    EXPECT_GE(clock_.sleeps_ms.at(1), 5'000);
    EXPECT_LE(clock_.sleeps_ms.at(1), 5'100);
}

TEST_F(ClientTest, IgnoresAHintThatIsNone) {
    for (const char* hint : {"-5", "soon", ""}) {
        answer_error(503, "ServiceUnavailable", {{"x-amz-retry-after", hint}});
        http_.answer(200, "{}");
        EXPECT_TRUE(put_records().ok());
        EXPECT_LE(clock_.sleeps_ms.back(), 50) << hint;
    }
}

TEST_F(ClientTest, NeverWaitsPastTheDeadline) {
    const base::Deadline deadline{tests::kTestNowMs + 1'000};
    answer_error(503, "ServiceUnavailable", {{"x-amz-retry-after", "1000"}});
    const auto answer = put_records(Repeatable::yes, deadline);
    EXPECT_EQ(answer.error().kind, ErrorKind::service_failed);
    EXPECT_TRUE(clock_.sleeps_ms.empty());

    answer_error(503, "ServiceUnavailable", {{"x-amz-retry-after", "999"}});
    http_.answer(200, "{}");
    EXPECT_TRUE(put_records(Repeatable::yes, deadline).ok());
}

TEST_F(ClientTest, DoesNotBeginAfterTheDeadline) {
    const auto answer = put_records(Repeatable::yes, {tests::kTestNowMs});
    EXPECT_EQ(answer.error().kind, ErrorKind::deadline_near);
    EXPECT_EQ(answer.error().message, "PutRecords on stream orders: no time is left to send it");
    EXPECT_TRUE(http_.requests().empty());
}

TEST_F(ClientTest, StaysUnknownWhereTheDeadlineComesAfterAnUnknownOutcome) {
    http_.answer_with([this](const http::Request&) -> base::Result<http::Response> {
        clock_.advance_ms(10'000);
        return base::Error{ErrorKind::outcome_unknown, "no answer"};
    });
    const auto answer = put_records(Repeatable::yes, {tests::kTestNowMs + 10'000});
    EXPECT_EQ(answer.error().kind, ErrorKind::outcome_unknown);
    EXPECT_EQ(http_.requests().size(), 1U);
}

TEST_F(ClientTest, GivesTheDeadlineToHttp) {
    http_.answer(200, "{}");
    (void)put_records(Repeatable::yes, {tests::kTestNowMs + 777});
    EXPECT_EQ(http_.requests()[0].deadline.at_ms, tests::kTestNowMs + 777);
}

// 500 tokens pay for 35 retries of 14; each call here wants two.
TEST_F(ClientTest, StopsRetryingWhenTheQuotaIsSpent) {
    http_.answer_with([](const http::Request&) { return http::Response{503, {}, ""}; });
    for (int i = 0; i < 17; ++i)
        (void)put_records();
    EXPECT_EQ(client().counts().retries, 34);
    (void)put_records();
    EXPECT_EQ(client().counts().retries, 35);
    (void)put_records();
    EXPECT_EQ(client().counts().retries, 35);
    EXPECT_EQ(client().counts().attempts, 17 * 3 + 2 + 1);
    EXPECT_NE(lines_.text().find("retry_quota_exhausted"), std::string::npos);
}

TEST_F(ClientTest, SendsNothingWithoutCredentials) {
    credentials_.missing = true;
    const auto answer = put_records();
    EXPECT_EQ(answer.error().kind, ErrorKind::config_invalid);
    EXPECT_EQ(answer.error().message, "PutRecords on stream orders: no AWS credentials");
    EXPECT_TRUE(http_.requests().empty());
    EXPECT_EQ(client().counts().attempts, 0);
}

TEST_F(ClientTest, SendsNothingWithoutARegion) {
    settings_.region = "";
    EXPECT_EQ(put_records().error().kind, ErrorKind::config_invalid);
    EXPECT_TRUE(http_.requests().empty());
}

TEST_F(ClientTest, DoesNotRepeatAFaultOfTheSettings) {
    http_.fail(ErrorKind::config_invalid, "no CA certificates");
    EXPECT_EQ(put_records().error().kind, ErrorKind::config_invalid);
    EXPECT_EQ(http_.requests().size(), 1U);
}

}  // namespace
}  // namespace aws

// How the client meets refusals: clock skew, credentials; and what it says of them.
#include <string>

#include <gtest/gtest.h>

#include "tests/common/aws/client_fixture.h"

namespace aws {
namespace {

using base::ErrorKind;
using http::Repeatable;

TEST_F(ClientTest, SignsEachAttemptAnewWithTheTimeOfNow) {
    http_.answer_with([this](const http::Request&) -> base::Result<http::Response> {
        clock_.advance_ms(60'000);
        return http::Response{503, {}, ""};
    });
    (void)put_records();
    EXPECT_EQ(sent(0, "X-Amz-Date"), "20261120T010000Z");
    EXPECT_EQ(sent(1, "X-Amz-Date").substr(0, 13), "20261120T0101");
    EXPECT_EQ(sent(2, "X-Amz-Date").substr(0, 13), "20261120T0102");
    EXPECT_NE(sent(0, "Authorization"), sent(1, "Authorization"));
}

TEST_F(ClientTest, LearnsTheClockFromTheServiceAndKeepsIt) {
    // The service is 20 minutes ahead.
    answer_error(400, "InvalidSignatureException", {{"Date", "Fri, 20 Nov 2026 01:20:00 GMT"}});
    http_.answer(200, "{}");
    EXPECT_TRUE(put_records(Repeatable::no).ok());
    EXPECT_EQ(sent(0, "X-Amz-Date"), "20261120T010000Z");
    EXPECT_EQ(sent(1, "X-Amz-Date"), "20261120T012000Z");
    EXPECT_TRUE(clock_.sleeps_ms.empty());

    http_.answer(200, "{}");
    EXPECT_TRUE(put_records().ok());
    EXPECT_EQ(sent(2, "X-Amz-Date"), "20261120T012000Z");
}

TEST_F(ClientTest, LearnsAClockThatIsBehind) {
    answer_error(403, "RequestTimeTooSkewed", {{"date", "Thu, 19 Nov 2026 23:40:00 GMT"}});
    http_.answer(200, "{}");
    EXPECT_TRUE(put_records().ok());
    EXPECT_EQ(sent(1, "X-Amz-Date"), "20261119T234000Z");
}

TEST_F(ClientTest, CorrectsTheClockOnceInACall) {
    answer_error(403, "RequestTimeTooSkewed", {{"Date", "Fri, 20 Nov 2026 01:20:00 GMT"}});
    answer_error(403, "RequestTimeTooSkewed", {{"Date", "Fri, 20 Nov 2026 01:40:00 GMT"}});
    EXPECT_EQ(put_records().error().kind, ErrorKind::access_denied);
    EXPECT_EQ(http_.left(), 0U);
}

// A wrong secret gives the same code, but the clocks agree: nothing would get better.
TEST_F(ClientTest, DoesNotRepeatAWrongSignatureWhenTheClocksAgree) {
    answer_error(403, "SignatureDoesNotMatch", {{"Date", "Fri, 20 Nov 2026 01:03:59 GMT"}});
    EXPECT_EQ(put_records().error().kind, ErrorKind::access_denied);
    answer_error(403, "SignatureDoesNotMatch");
    EXPECT_EQ(put_records().error().code, "SignatureDoesNotMatch");
    EXPECT_EQ(http_.requests().size(), 2U);
}

TEST_F(ClientTest, RefusesAnOffsetBeyondADay) {
    answer_error(403, "RequestTimeTooSkewed", {{"Date", "Sat, 21 Nov 2026 01:00:01 GMT"}});
    EXPECT_EQ(put_records().error().kind, ErrorKind::access_denied);
    EXPECT_NE(lines_.text().find("clock_offset_refused"), std::string::npos);
    http_.answer(200, "{}");
    EXPECT_TRUE(put_records().ok());
    EXPECT_EQ(sent(1, "X-Amz-Date"), "20261120T010000Z");

    answer_error(403, "RequestTimeTooSkewed", {{"Date", "Sat, 21 Nov 2026 01:00:00 GMT"}});
    http_.answer(200, "{}");
    EXPECT_TRUE(put_records().ok());
    EXPECT_EQ(sent(3, "X-Amz-Date"), "20261121T010000Z");
}

// The sandbox was frozen for ten minutes between signing and sending; the clocks agree.
TEST_F(ClientTest, SignsAnewAfterAFreeze) {
    int calls = 0;
    http_.answer_with([&](const http::Request&) -> base::Result<http::Response> {
        if (++calls == 2) return http::Response{200, {}, "{}"};
        clock_.advance_ms(600'000);
        return http::Response{400,
                              {{"Date", "Fri, 20 Nov 2026 01:10:00 GMT"}},
                              R"({"__type":"InvalidSignatureException","message":"Signature )"
                              R"(expired"})"};
    });
    EXPECT_TRUE(put_records(Repeatable::no).ok());
    EXPECT_EQ(sent(1, "X-Amz-Date"), "20261120T011000Z");
}

TEST_F(ClientTest, ReadsRefusedCredentialsAgainOnce) {
    for (const char* code : {"ExpiredTokenException", "UnrecognizedClientException"}) {
        answer_error(400, code);
        http_.answer(200, "{}");
        EXPECT_TRUE(put_records(Repeatable::no).ok()) << code;
    }
    EXPECT_EQ(credentials_.forgotten, 2);
    EXPECT_NE(sent(1, "Authorization").find("Credential=AKID1/"), std::string::npos);

    answer_error(400, "ExpiredTokenException");
    answer_error(400, "ExpiredTokenException");
    EXPECT_EQ(put_records().error().kind, ErrorKind::access_denied);
    EXPECT_EQ(http_.left(), 0U);
}

TEST_F(ClientTest, KeepsPayloadsAndSecretsOutOfLogsAndErrors) {
    http_.answer(
        403, std::string(R"({"__type":"SignatureDoesNotMatch","message":"The request signature we )"
                         R"(calculated does not match.\n\nThe Canonical String:\n'POST\n)"
                         R"(x-amz-security-token:)") +
                 kSessionToken + R"("})");
    expect_no_secret_in(put_records().error().message);
    http_.fail(ErrorKind::outcome_unknown, "no answer");
    answer_error(400, "ThrottlingException");
    answer_error(400, "ExpiredTokenException");
    answer_error(400, "RequestExpired", {{"Date", "Fri, 20 Nov 2026 01:10:00 GMT"}});
    answer_error(500, "InternalFailure");
    expect_no_secret_in(put_records().error().message);
    EXPECT_EQ(http_.left(), 0U);
    EXPECT_NE(lines_.text().find("aws_call_repeated"), std::string::npos);
    EXPECT_NE(lines_.text().find("clock_corrected"), std::string::npos);
    expect_no_secret_in(lines_.text());
}

}  // namespace
}  // namespace aws

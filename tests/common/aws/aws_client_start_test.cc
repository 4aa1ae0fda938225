// Single attempts at calls, several at a time.
#include <string>

#include <gtest/gtest.h>

#include "common/aws/aws_client.h"
#include "tests/common/aws/client_fixture.h"

namespace aws {
namespace {

using base::ErrorKind;

class ClientStartTest : public ClientTest {
  protected:
    http::Ticket start(http::Connection connection = http::Connection::kept_or_new) {
        return client().start(JsonCall{.service = kKinesis,
                                       .operation = "PutRecords",
                                       .body = R"({"secret":"payload"})",
                                       .subject = "orders",
                                       .connection = connection});
    }
    Attempt wait() {
        auto attempt = client().wait(clock_.now_ms());
        EXPECT_TRUE(attempt);
        return attempt ? *std::move(attempt) : Attempt{0, base::Error{}};
    }
};

TEST_F(ClientStartTest, SignsAndTellsTheAnswer) {
    http_.answer(200, "first");
    http_.answer(200, "second");
    const http::Ticket first = start();
    const http::Ticket second = start(http::Connection::new_only);
    EXPECT_NE(first, second);
    EXPECT_EQ(sent(0, "X-Amz-Target"), "Kinesis_20131202.PutRecords");
    EXPECT_EQ(sent(0, "X-Amz-Date"), "20261120T010000Z");
    EXPECT_TRUE(sent(0, "Authorization").starts_with("AWS4-HMAC-SHA256 Credential=AKID0/"));
    EXPECT_EQ(http_.requests()[0].body, R"({"secret":"payload"})");
    EXPECT_EQ(http_.requests()[0].connection, http::Connection::kept_or_new);
    EXPECT_EQ(http_.requests()[1].connection, http::Connection::new_only);
    const Attempt attempt = wait();
    EXPECT_EQ(attempt.ticket, first);
    EXPECT_EQ(*attempt.answer, "first");
    EXPECT_EQ(*wait().answer, "second");
    EXPECT_FALSE(client().wait(clock_.now_ms()));
    EXPECT_EQ(client().counts().attempts, 2);
}

TEST_F(ClientStartTest, MakesOneAttemptWhateverComesOfIt) {
    answer_error(400, "ThrottlingException", {{"x-amz-retry-after", "700"}});
    answer_error(500, "InternalFailure", {{"x-amz-retry-after", "-1"}});
    answer_error(400, "ResourceNotFoundException", {{"x-amz-retry-after", "soon"}});
    http_.fail(ErrorKind::outcome_unknown);
    http_.fail(ErrorKind::connect_failed);
    struct Expected {
        ErrorKind kind;
        int status;
        std::optional<std::int64_t> retry_after_ms;
    };
    for (const Expected& expected : {Expected{ErrorKind::throttled, 400, 700},
                                     Expected{ErrorKind::service_failed, 500, std::nullopt},
                                     Expected{ErrorKind::rejected, 400, std::nullopt},
                                     Expected{ErrorKind::outcome_unknown, 0, std::nullopt},
                                     Expected{ErrorKind::connect_failed, 0, std::nullopt}}) {
        start();
        const Attempt attempt = wait();
        ASSERT_FALSE(attempt.answer.ok());
        EXPECT_EQ(attempt.answer.error().kind, expected.kind);
        EXPECT_TRUE(attempt.answer.error().message.starts_with("PutRecords on orders: "));
        EXPECT_EQ(attempt.status, expected.status);
        EXPECT_EQ(attempt.retry_after_ms, expected.retry_after_ms);
        EXPECT_FALSE(attempt.is_mended);
        expect_no_secret_in(attempt.answer.error().message);
    }
    EXPECT_EQ(http_.requests().size(), 5U);
    EXPECT_EQ(client().counts().throttles, 1);
    EXPECT_EQ(client().counts().unknown_outcomes, 2);
    EXPECT_EQ(client().counts().retries, 0);
    EXPECT_TRUE(clock_.sleeps_ms.empty());
}

// Two are on their way with the wrong time; both may go again, and the clock is corrected once.
TEST_F(ClientStartTest, CorrectsTheClockOnceForAllOnTheirWay) {
    for (int i = 0; i < 2; ++i)
        answer_error(403, "InvalidSignatureException", {{"Date", "Fri, 20 Nov 2026 01:10:00 GMT"}});
    http_.answer(200, "{}");
    start();
    start();
    EXPECT_TRUE(wait().is_mended);
    EXPECT_TRUE(wait().is_mended);
    start();
    EXPECT_EQ(sent(2, "X-Amz-Date"), "20261120T011000Z");
    EXPECT_TRUE(wait().answer.ok());
    EXPECT_EQ(lines_.lines().size(), 1U);
}

TEST_F(ClientStartTest, DoesNotMendASignatureThatIsWrongAtTheRightTime) {
    answer_error(403, "InvalidSignatureException", {{"Date", "Fri, 20 Nov 2026 01:00:01 GMT"}});
    start();
    const Attempt attempt = wait();
    EXPECT_FALSE(attempt.is_mended);
    EXPECT_EQ(attempt.answer.error().kind, ErrorKind::access_denied);
}

TEST_F(ClientStartTest, ReadsTheCredentialsAgainOnceForAllOnTheirWay) {
    answer_error(400, "ExpiredTokenException");
    answer_error(400, "ExpiredTokenException");
    answer_error(400, "ExpiredTokenException");
    start();
    start();
    EXPECT_TRUE(wait().is_mended);
    EXPECT_TRUE(wait().is_mended);
    EXPECT_EQ(credentials_.forgotten, 1);
    start();
    EXPECT_NE(sent(2, "Authorization").find("AKID1"), std::string::npos);
    EXPECT_TRUE(wait().is_mended);
    EXPECT_EQ(credentials_.forgotten, 2);
}

TEST_F(ClientStartTest, TellsThroughWaitWhatCannotBeSigned) {
    credentials_.missing = true;
    const http::Ticket first = start();
    const http::Ticket second = start();
    const Attempt attempt = wait();
    EXPECT_EQ(attempt.ticket, first);
    EXPECT_EQ(attempt.answer.error().kind, ErrorKind::config_invalid);
    EXPECT_EQ(client().cancel(second).answer.error().kind, ErrorKind::config_invalid);
    EXPECT_FALSE(client().wait(clock_.now_ms()));
    EXPECT_TRUE(http_.requests().empty());
}

TEST_F(ClientStartTest, GivesUpTheOneThatIsNamed) {
    http_.answer(200, "first");
    http_.answer(200, "second");
    const http::Ticket first = start();
    start();
    const Attempt given_up = client().cancel(first);
    EXPECT_EQ(given_up.ticket, first);
    EXPECT_EQ(given_up.answer.error().kind, ErrorKind::outcome_unknown);
    EXPECT_EQ(*wait().answer, "second");
}

}  // namespace
}  // namespace aws

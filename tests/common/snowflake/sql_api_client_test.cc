#include "common/snowflake/sql_api_client.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/snowflake/sql_api_fixture.h"

namespace {

using base::ErrorKind;
using testing::HasSubstr;
using testing::StartsWith;
using tests::kDone;
using tests::kHandle;
using tests::kRunning;
using tests::kStatements;
using tests::SqlApiClientTest;

TEST_F(SqlApiClientTest, PostsOneStatement) {
    http_.answer(200, kDone);
    ASSERT_TRUE(execute());
    EXPECT_EQ(request(0).method, "POST");
    EXPECT_THAT(request(0).url,
                testing::MatchesRegex(std::string(kStatements) + "\\?requestId=[0-9a-f-]{36}"));
    EXPECT_EQ(header(0, "Authorization"), "Bearer token-1");
    EXPECT_EQ(header(0, "X-Snowflake-Authorization-Token-Type"), "KEYPAIR_JWT");
    EXPECT_EQ(header(0, "Content-Type"), "application/json");
    EXPECT_EQ(header(0, "Accept"), "application/json");
    EXPECT_EQ(header(0, "Accept-Encoding"), "none");
    EXPECT_THAT(header(0, "User-Agent"), StartsWith("lakefeed/"));
    EXPECT_EQ(request(0).repeatable, http::Repeatable::no);
    EXPECT_EQ(request(0).body, R"({"statement":"SHOW EXTERNAL TABLES","timeout":598,)"
                               R"("role":"SYNC_ROLE","parameters":{"query_tag":"lakefeed 1"}})");
}

TEST_F(SqlApiClientTest, GivesRowsByColumnName) {
    http_.answer(200, kDone);
    const auto result = execute();
    ASSERT_TRUE(result);
    ASSERT_EQ(result->rows.size(), 1U);
    EXPECT_EQ(result->value(0, "status"), "Table T successfully created.");
    EXPECT_EQ(result->value(0, "note"), std::nullopt);
    EXPECT_EQ(result->value(0, "nothing"), std::nullopt);
}

TEST_F(SqlApiClientTest, PollsARunningStatement) {
    http_.answer(202, kRunning);
    http_.answer(202, kRunning);
    http_.answer(200, kDone);
    ASSERT_TRUE(execute());
    EXPECT_EQ(request(1).method, "GET");
    EXPECT_EQ(request(2).url, std::string(kStatements) + "/" + std::string(kHandle));
    EXPECT_EQ(clock_.sleeps_ms, (std::vector<std::int64_t>{200, 400}));
}

TEST_F(SqlApiClientTest, RenewsARefusedTokenOnce) {
    http_.answer(401, R"({"code":"390144","message":"JWT token is invalid."})");
    http_.answer(200, kDone);
    ASSERT_TRUE(execute());
    EXPECT_EQ(header(1, "Authorization"), "Bearer token-2");
    EXPECT_EQ(request(1).url, request(0).url);
    EXPECT_TRUE(clock_.sleeps_ms.empty());
}

TEST_F(SqlApiClientTest, GivesUpAtTheSecondRefusal) {
    http_.answer(401, R"({"code":"390144","message":"JWT token is invalid."})");
    http_.answer(401, R"({"code":"390144","message":"JWT token is invalid."})");
    const auto result = execute();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::access_denied);
    EXPECT_EQ(result.error().message, "SHOW: 401 390144: JWT token is invalid.");
}

TEST_F(SqlApiClientTest, RenewsTheTokenWhilePolling) {
    http_.answer(202, kRunning);
    http_.answer(401, "");
    http_.answer(200, kDone);
    ASSERT_TRUE(execute());
    EXPECT_EQ(header(2, "Authorization"), "Bearer token-2");
    EXPECT_EQ(request(2).method, "GET");
}

TEST_F(SqlApiClientTest, RepeatsWithTheSameRequestId) {
    http_.answer(429, R"({"code":"390505"})");
    http_.answer(503, "");
    http_.fail(ErrorKind::outcome_unknown);
    http_.fail(ErrorKind::connect_failed);
    http_.answer(504, "");
    http_.answer(200, kDone);
    ASSERT_TRUE(execute());
    for (std::size_t i = 1; i < 6; ++i) {
        EXPECT_EQ(request(i).url, request(0).url + "&retry=true");
        EXPECT_EQ(request(i).body, request(0).body);
    }
    EXPECT_EQ(clock_.sleeps_ms.size(), 5U);
}

TEST_F(SqlApiClientTest, BeginsOnceMoreAfterAStatementTimeout) {
    http_.answer(408, R"({"code":"000630","sqlState":"57014","message":"timeout"})");
    http_.answer(200, kDone);
    ASSERT_TRUE(execute());
    EXPECT_NE(request(1).url, request(0).url);
    EXPECT_THAT(request(1).url, testing::Not(HasSubstr("retry")));
}

TEST_F(SqlApiClientTest, GivesUpAtTheSecondStatementTimeout) {
    http_.answer(408, R"({"code":"000630","sqlState":"57014","message":"timeout"})");
    http_.answer(408, R"({"code":"000630","sqlState":"57014","message":"timeout"})");
    const auto result = execute();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message, "SHOW: 408 000630 (57014): timeout");
}

TEST_F(SqlApiClientTest, NeverRepeatsWhatIsRefusedForGood) {
    const std::vector<std::pair<int, ErrorKind>> cases{
        {400, ErrorKind::rejected}, {403, ErrorKind::access_denied}, {404, ErrorKind::rejected},
        {405, ErrorKind::rejected}, {415, ErrorKind::rejected},      {422, ErrorKind::rejected},
        {522, ErrorKind::rejected}};
    for (const auto& [status, kind] : cases) {
        http_.answer(status,
                     R"({"code":"002003","sqlState":"02000","message":"Schema 'A'\ngone"})");
        const auto result = execute();
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().kind, kind);
        EXPECT_EQ(result.error().code, "002003");
        EXPECT_EQ(result.error().message,
                  "SHOW: " + std::to_string(status) + " 002003 (02000): Schema 'A' gone");
    }
}

TEST_F(SqlApiClientTest, CutsLongMessages) {
    http_.answer(422, R"({"code":"1","message":")" + std::string(5'000, 'x') + R"("})");
    EXPECT_LT(execute().error().message.size(), 500U);
}

TEST_F(SqlApiClientTest, SaysWhereAStatementRunsOnlyWhereItIsAsked) {
    http_.answer(200, kDone);
    ASSERT_TRUE(execute({.sql = snowflake::Sql("SELECT 1"),
                         .subject = "SELECT",
                         .query_tag = std::string(1'999, 'x') + "é",
                         .deadline = {clock_.now_ms() + 5'000'000},
                         .warehouse = "Wh",
                         .database = "D",
                         .schema = "s"}));
    EXPECT_EQ(request(0).body,
              R"({"statement":"SELECT 1","timeout":840,"database":"D","schema":"s",)"
              R"("warehouse":"Wh","role":"SYNC_ROLE","parameters":{"query_tag":")" +
                  std::string(1'999, 'x') + R"("}})");
}

TEST_F(SqlApiClientTest, TellsTheTokensTheServersTime) {
    http_.answer(401, "", {{"Date", "Fri, 20 Nov 2026 02:00:00 GMT"}});
    http_.answer(200, kDone);
    ASSERT_TRUE(execute());
    EXPECT_EQ(tokens_.server_time, tests::kTestNowMs + 3'600'000);
}

TEST_F(SqlApiClientTest, SendsNothingWithoutAToken) {
    tokens_.fault = base::Error{ErrorKind::config_invalid, "the secret has no private_key"};
    const auto result = execute();
    EXPECT_EQ(result.error().kind, ErrorKind::config_invalid);
    EXPECT_EQ(result.error().message, "SHOW: the secret has no private_key");
    EXPECT_TRUE(http_.requests().empty());
}

TEST_F(SqlApiClientTest, BeginsNothingWhenTheDeadlineIsNear) {
    const auto result = execute(2'499);
    EXPECT_EQ(result.error().kind, ErrorKind::deadline_near);
    EXPECT_EQ(result.error().message, "SHOW: no time is left to begin");
    EXPECT_TRUE(http_.requests().empty());
}

TEST_F(SqlApiClientTest, FollowsNoRedirect) {
    http_.answer(307, "", {{"Location", "https://elsewhere.example.com/api/v2/statements"}});
    const auto result = execute();
    EXPECT_EQ(result.error().kind, ErrorKind::rejected);
    EXPECT_THAT(result.error().message, HasSubstr("SHOW: 307 (a redirect, which is not followed"));
    EXPECT_EQ(http_.requests().size(), 1U);
}

TEST_F(SqlApiClientTest, WaitsAsLongAsTheServerAsksUpToAMinute) {
    const std::vector<std::pair<std::string, std::int64_t>> cases{
        {"7", 7'000},
        {"3600", 60'000},
        {"Fri, 20 Nov 2026 01:00:30 GMT", 30'000},
        {"Fri, 20 Nov 2026 09:00:00 GMT", 60'000}};
    for (const auto& [header, wait_ms] : cases) {
        clock_.set_ms(tests::kTestNowMs);
        clock_.sleeps_ms.clear();
        http_.answer(429, "", {{"Retry-After", header}});
        http_.answer(200, kDone);
        ASSERT_TRUE(execute());
        EXPECT_EQ(clock_.sleeps_ms.at(0), wait_ms) << header;
    }
    for (const char* nonsense : {"", "soon", "-5", "7s", "Fri, 20 Nov 2026 00:00:00 GMT"}) {
        clock_.set_ms(tests::kTestNowMs);
        clock_.sleeps_ms.clear();
        http_.answer(503, "", {{"Retry-After", nonsense}});
        http_.answer(200, kDone);
        ASSERT_TRUE(execute());
        EXPECT_LE(clock_.sleeps_ms.at(0), 250) << nonsense;
    }
}

TEST_F(SqlApiClientTest, GivesUpWhenTheWaitPassesTheDeadline) {
    http_.answer(429, R"({"code":"390505","message":"Too many requests"})",
                 {{"Retry-After", "60"}});
    const auto result = execute(30'000);
    EXPECT_EQ(result.error().kind, ErrorKind::throttled);
    EXPECT_TRUE(clock_.sleeps_ms.empty());
}

TEST_F(SqlApiClientTest, WaitsLongerEachTimeAndNeverTheSame) {
    http_.answer_with([](const http::Request&) -> base::Result<http::Response> {
        return http::Response{429, {}, ""};
    });
    EXPECT_EQ(execute().error().kind, ErrorKind::throttled);
    EXPECT_EQ(http_.requests().size(), 8U);
    ASSERT_EQ(clock_.sleeps_ms.size(), 7U);
    std::int64_t bound = 250;
    std::int64_t sum = 0;
    for (const std::int64_t wait_ms : clock_.sleeps_ms) {
        EXPECT_LE(wait_ms, bound);
        sum += wait_ms;
        bound *= 2;
    }
    EXPECT_GT(sum, 2'000);  // of 31,750 at most: all near nothing would be no back-off
}

TEST_F(SqlApiClientTest, BeginsOnceMoreWhereALockHasTooManyWaiters) {
    http_.answer(422, R"({"code":"000625","sqlState":"57014","message":"too many waiters"})");
    http_.answer(200, kDone);
    ASSERT_TRUE(execute());
    EXPECT_NE(request(1).url, request(0).url);
    EXPECT_EQ(clock_.sleeps_ms, (std::vector<std::int64_t>{1'000}));
}

TEST_F(SqlApiClientTest, ShowsNeitherLiteralsNorTokens) {
    snowflake::Sql sql("COMMENT ON TABLE T IS ");
    sql.literal("it's hush\\hush, line\n two");
    http_.answer(422,
                 R"({"code":"001003","message":"unexpected 'it''s hush\\\\hush, line\\n two' of )"
                 R"(it's hush\\hush, line\n two by token-1 at T"})");
    const auto result = execute({.sql = sql,
                                 .subject = "COMMENT",
                                 .query_tag = "t",
                                 .deadline = {clock_.now_ms() + 60'000}});
    EXPECT_THAT(result.error().message, testing::StartsWith("COMMENT: 422 001003: unexpected"));
    EXPECT_THAT(result.error().message, testing::Not(HasSubstr("hush")));
    EXPECT_THAT(result.error().message, testing::Not(HasSubstr("token-1")));
    EXPECT_THAT(result.error().message, testing::EndsWith("at T"));
}

TEST_F(SqlApiClientTest, CountsWhatItMet) {
    http_.answer(429, "");
    http_.answer(401, "");
    http_.answer(202, kRunning);
    http_.answer(200, kDone);
    ASSERT_TRUE(execute());
    http_.answer(422, "{}");
    ASSERT_FALSE(execute());
    const snowflake::SqlApiCounts& counts = client_.counts();
    EXPECT_EQ(counts.statements, 2);
    EXPECT_EQ(counts.failed, 1);
    EXPECT_EQ(counts.unknown, 0);
    EXPECT_EQ(counts.requests, 5);
    EXPECT_EQ(counts.retries, 1);
    EXPECT_EQ(counts.throttles, 1);
    EXPECT_EQ(counts.polls, 1);
    EXPECT_EQ(counts.cancels, 0);
    EXPECT_EQ(counts.tokens_renewed, 1);
    EXPECT_EQ(counts.milliseconds, clock_.now_ms() - tests::kTestNowMs);
}

}  // namespace

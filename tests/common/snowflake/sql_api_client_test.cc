#include "common/snowflake/sql_api_client.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/json.h"
#include "tests/support/fakes.h"
#include "tests/support/scripted_http.h"

namespace {

using base::ErrorKind;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kHandle = "01b2c3d4-0000-1111-2222-333344445555";
constexpr std::string_view kStatements = "https://x.snowflakecomputing.com/api/v2/statements";

// As the SQL API reference shows them, cut to what is read.
const std::string kDone = R"({"code":"090001","sqlState":"00000","statementHandle":")" +
                          std::string(kHandle) +
                          R"(","resultSetMetaData":{"numRows":1,"rowType":[{"name":"status"},)"
                          R"({"name":"note"}],"partitionInfo":[{"rowCount":1}]},)"
                          R"("data":[["Table T successfully created.",null]]})";
const std::string kRunning = R"({"code":"333334","message":"Asynchronous execution in progress.",)"
                             R"("statementHandle":")" +
                             std::string(kHandle) + R"("})";

class CountingTokens final : public snowflake::TokenProvider {
  public:
    base::Result<snowflake::Token> token() override {
        return snowflake::Token{base::Secret("token-" + std::to_string(made)), "KEYPAIR_JWT"};
    }
    void forget() override { ++made; }
    int made = 1;
};

class SqlApiClientTest : public testing::Test {
  protected:
    base::Result<snowflake::ResultSet> execute(std::int64_t remaining_ms = 600'000) {
        snowflake::SqlApiClient client({"https://x.snowflakecomputing.com", "SYNC_ROLE"},
                                       {http_, tokens_, clock_, random_});
        return client.execute({.sql = snowflake::Sql("SHOW EXTERNAL TABLES"),
                               .subject = "SHOW",
                               .query_tag = "lakefeed 1",
                               .deadline = {clock_.now_ms() + remaining_ms}});
    }
    [[nodiscard]] const http::Request& request(std::size_t i) const { return http_.requests()[i]; }
    [[nodiscard]] std::string header(std::size_t i, std::string_view name) const {
        return std::string(http::find_header(request(i).headers, name).value_or("none"));
    }

    tests::ScriptedHttp http_;
    CountingTokens tokens_;
    tests::FakeClock clock_;
    tests::SeededRandom random_;
};

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

TEST_F(SqlApiClientTest, ReadsAllPartitions) {
    std::string first = kDone;
    first.replace(first.find(R"({"rowCount":1})"), 14, R"({"rowCount":1},{"rowCount":1})");
    http_.answer(200, first);
    http_.answer(200, R"({"data":[["second","x"]]})");
    const auto result = execute();
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->rows.size(), 2U);
    EXPECT_EQ(result->value(1, "status"), "second");
    EXPECT_EQ(request(1).method, "GET");
    EXPECT_EQ(request(1).url,
              std::string(kStatements) + "/" + std::string(kHandle) + "?partition=1");
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

TEST_F(SqlApiClientTest, CancelsBeforeTheDeadline) {
    http_.answer_with([](const http::Request& asked) -> base::Result<http::Response> {
        const bool is_cancel = asked.url.ends_with("/cancel");
        return http::Response{is_cancel ? 200 : 202, {}, is_cancel ? "{}" : kRunning};
    });
    const auto result = execute(10'000);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::deadline_near);
    EXPECT_EQ(result.error().message,
              "SHOW: still running when no time was left (cancel gave 200)");
    EXPECT_EQ(http_.requests().back().method, "POST");
    EXPECT_LT(clock_.now_ms(), tests::kTestNowMs + 10'000);
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

TEST_F(SqlApiClientTest, WaitsAsLongAsTheServerAsks) {
    http_.answer(429, "", {{"Retry-After", "7"}});
    http_.answer(200, kDone);
    ASSERT_TRUE(execute());
    EXPECT_GE(clock_.sleeps_ms.at(0), 7'000);
}

TEST_F(SqlApiClientTest, GivesUpWhenTheWaitPassesTheDeadline) {
    http_.answer(429, R"({"code":"390505","message":"Too many requests"})",
                 {{"Retry-After", "60"}});
    const auto result = execute(30'000);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::throttled);
    EXPECT_TRUE(clock_.sleeps_ms.empty());
}

TEST_F(SqlApiClientTest, GivesUpAfterEightAttempts) {
    http_.answer_with([](const http::Request&) -> base::Result<http::Response> {
        return http::Response{500, {}, ""};
    });
    const auto result = execute();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::service_failed);
    EXPECT_EQ(http_.requests().size(), 8U);
}

TEST_F(SqlApiClientTest, SaysThatTheOutcomeIsNotKnown) {
    for (int i = 0; i < 8; ++i)
        http_.fail(ErrorKind::outcome_unknown, "the connection broke");
    const auto result = execute();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::outcome_unknown);
    EXPECT_EQ(result.error().message, "SHOW: the connection broke");
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

TEST_F(SqlApiClientTest, RefusesAnswersThatItCannotRead) {
    const std::vector<std::string> bodies{
        "",
        "[]",
        "{}",
        R"({"code":"391908","message":"too large"})",
        R"({"code":"090001"})",
        R"({"code":"090001","statementHandle":"../x","resultSetMetaData":{"rowType":[]},"data":[]})",
        R"({"code":"090001","statementHandle":"a","resultSetMetaData":{},"data":[]})",
        R"({"code":"090001","statementHandle":"a","resultSetMetaData":{"rowType":[]},"data":[["x"]]})",
        R"({"code":"090001","statementHandle":"a","resultSetMetaData":{"rowType":[{}]},"data":[]})",
        R"({"code":"090001","statementHandle":"a","resultSetMetaData":{"rowType":[{"name":"a"}]},"data":[[1]]})"};
    for (const std::string& body : bodies) {
        http_.answer(200, body);
        const auto result = execute();
        EXPECT_FALSE(result) << body;
        EXPECT_THAT(result.error().message, StartsWith("SHOW: ")) << body;
    }
}

TEST_F(SqlApiClientTest, NeverPollsAHandleThatIsNone) {
    http_.answer(202, R"({"statementHandle":"a/../../secrets?x="})");
    EXPECT_EQ(execute().error().kind, ErrorKind::data_invalid);
    EXPECT_EQ(http_.requests().size(), 1U);
}

}  // namespace

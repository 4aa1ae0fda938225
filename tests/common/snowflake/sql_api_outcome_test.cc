// What became of a statement, told as it is: done, not done, or not known.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/gzip.h"
#include "tests/common/snowflake/sql_api_fixture.h"

namespace {

using base::ErrorKind;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
using tests::kDone;
using tests::kHandle;
using tests::kRunning;
using tests::kStatements;
using SqlApiOutcomeTest = tests::SqlApiClientTest;

constexpr const char* kNotKnown = "whether the statement was done is not known";
const std::string kCancelled =
    R"({"code":"000604","sqlState":"57014","message":"SQL execution canceled"})";

// A 200 whose first partition has one row, and that announces more of them.
std::string done_with_partitions(const std::string& further) {
    std::string body = kDone;
    const std::string first = R"({"rowCount":1})";
    return body.replace(body.find(first), first.size(), first + further);
}

bool is_cancel(const http::Request& request) {
    return request.url.ends_with("/cancel");
}

// A statement that runs until it is cancelled; then a look gives `after`.
std::function<base::Result<http::Response>(const http::Request&)> runs_until_cancelled(
    const base::Result<http::Response>& cancel, const base::Result<http::Response>& after) {
    return
        [=, cancelled = false](const http::Request& asked) mutable -> base::Result<http::Response> {
            if (is_cancel(asked)) {
                cancelled = true;
                return cancel;
            }
            if (cancelled) return after;
            return http::Response{202, {}, kRunning};
        };
}

TEST_F(SqlApiOutcomeTest, CancelsBeforeTheDeadline) {
    http_.answer_with(
        runs_until_cancelled(http::Response{200, {}, "{}"}, http::Response{422, {}, kCancelled}));
    const auto result = execute(10'000);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::deadline_near);
    EXPECT_EQ(
        result.error().message,
        "SHOW: still running when no time was left (cancel gave 200); 422 000604 (57014): SQL "
        "execution canceled");
    EXPECT_LT(clock_.now_ms(), tests::kTestNowMs + 10'000);
    EXPECT_EQ(client_.counts().cancels, 1);
    // 200 ms, twice as much each time, and what is left of the 8 s: no sooner is it given up.
    EXPECT_EQ(clock_.sleeps_ms, (std::vector<std::int64_t>{200, 400, 800, 1'600, 3'200, 1'800}));
}

TEST_F(SqlApiOutcomeTest, GivesTheResultOfAStatementThatWasFasterThanItsCancel) {
    http_.answer_with(
        runs_until_cancelled(http::Response{422, {}, "{}"}, http::Response{200, {}, kDone}));
    const auto result = execute(10'000);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->rows.size(), 1U);
}

TEST_F(SqlApiOutcomeTest, GivesTheRefusalOfAStatementThatFailedBeforeItsCancel) {
    http_.answer_with(runs_until_cancelled(http::Response{422, {}, "{}"},
                                           http::Response{422, {}, R"({"code":"002003"})"}));
    const auto result = execute(10'000);
    EXPECT_EQ(result.error().kind, ErrorKind::rejected);
    EXPECT_EQ(result.error().message, "SHOW: 422 002003");
}

TEST_F(SqlApiOutcomeTest, SaysThatItIsNotKnownWhereCancellingTellsNothing) {
    const std::vector<std::pair<base::Result<http::Response>, base::Result<http::Response>>> cases{
        {http::Response{200, {}, "{}"}, http::Response{202, {}, kRunning}},
        {http::Response{503, {}, ""}, http::Response{503, {}, ""}},
        {base::Error{ErrorKind::outcome_unknown, "broke"},
         base::Error{ErrorKind::connect_failed, "none"}},
        {http::Response{404, {}, ""}, http::Response{422, {}, R"({"code":"000709"})"}}};
    for (const auto& [cancel, after] : cases) {
        http_.answer_with(runs_until_cancelled(cancel, after));
        const base::EpochMs begun_ms = clock_.now_ms();
        const auto result = execute(10'000);
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().kind, ErrorKind::outcome_unknown);
        EXPECT_THAT(result.error().message,
                    AllOf(StartsWith("SHOW: still running"), EndsWith(kNotKnown)));
        EXPECT_LE(clock_.now_ms(), begun_ms + 10'000);
    }
    EXPECT_EQ(client_.counts().unknown, 4);
}

TEST_F(SqlApiOutcomeTest, CancelsWhereThePollsFail) {
    http_.answer(202, kRunning);
    http_.answer(403, "");
    http_.answer(200, "{}");
    http_.answer(422, kCancelled);
    const auto result = execute();
    EXPECT_EQ(result.error().kind, ErrorKind::deadline_near);
    EXPECT_THAT(result.error().message, StartsWith("SHOW: 403 (cancel gave 200); 422 000604"));
    EXPECT_EQ(request(2).method, "POST");
    EXPECT_EQ(request(2).url, std::string(kStatements) + "/" + std::string(kHandle) + "/cancel");
}

TEST_F(SqlApiOutcomeTest, TakesAFailureThatAPollTells) {
    http_.answer(202, kRunning);
    http_.answer(422, R"({"code":"002003","sqlState":"02000","message":"gone"})");
    const auto result = execute();
    EXPECT_EQ(result.error().kind, ErrorKind::rejected);
    EXPECT_EQ(result.error().message, "SHOW: 422 002003 (02000): gone");
    EXPECT_EQ(client_.counts().cancels, 0);
}

TEST_F(SqlApiOutcomeTest, SaysThatTheOutcomeIsNotKnown) {
    for (int i = 0; i < 8; ++i)
        http_.fail(ErrorKind::outcome_unknown, "the connection broke");
    const auto result = execute();
    EXPECT_EQ(result.error().kind, ErrorKind::outcome_unknown);
    EXPECT_EQ(result.error().message, std::string("SHOW: the connection broke; ") + kNotKnown);
}

TEST_F(SqlApiOutcomeTest, ForgetsNoUnknownOutcomeThatNothingSettles) {
    http_.answer(503, "");
    for (int i = 0; i < 7; ++i)
        http_.fail(ErrorKind::connect_failed, "no connection");
    EXPECT_EQ(execute().error().kind, ErrorKind::outcome_unknown);
    http_.fail(ErrorKind::outcome_unknown, "broke");
    http_.answer(403, "");
    EXPECT_EQ(execute().error().kind, ErrorKind::outcome_unknown);
    http_.fail(ErrorKind::outcome_unknown, "broke");
    http_.answer(422, "{}");
    EXPECT_EQ(execute().error().kind, ErrorKind::rejected);
    for (int i = 0; i < 8; ++i)
        http_.fail(ErrorKind::connect_failed, "no connection");
    EXPECT_EQ(execute().error().kind, ErrorKind::connect_failed);
}

TEST_F(SqlApiOutcomeTest, IsNotKnownWhereEveryAnswerIsTheServersFailure) {
    http_.answer_with([](const http::Request&) -> base::Result<http::Response> {
        return http::Response{500, {}, R"({"code":"000603","message":"internal"})"};
    });
    const auto result = execute();
    EXPECT_EQ(result.error().kind, ErrorKind::outcome_unknown);
    EXPECT_EQ(result.error().message, std::string("SHOW: 500 000603: internal; ") + kNotKnown);
    EXPECT_EQ(http_.requests().size(), 8U);
}

TEST_F(SqlApiOutcomeTest, IsNotKnownWhereAnAnswerDoesNotSaySo) {
    for (const char* body :
         {"", "<html>welcome to the hotel</html>", "[]", "{}", R"({"code":"000000"})",
          R"({"code":"002003","message":"gone","data":[["x"]]})",
          R"({"code":"090001","sqlState":"42501","data":[]})", R"({"code":90001})"}) {
        http_.answer(200, body);
        const auto result = execute();
        ASSERT_FALSE(result) << body;
        EXPECT_EQ(result.error().kind, ErrorKind::outcome_unknown) << body;
        EXPECT_THAT(result.error().message, AllOf(StartsWith("SHOW: "), EndsWith(kNotKnown)));
    }
    http_.answer(204, "");
    EXPECT_EQ(execute().error().kind, ErrorKind::outcome_unknown);
}

TEST_F(SqlApiOutcomeTest, WasDoneWhereOnlyTheResultCannotBeRead) {
    const std::string head = R"({"code":"090001","statementHandle":"a",)";
    const std::string columns = R"("resultSetMetaData":{"rowType":[{"name":"a"}])";
    const std::vector<std::string> bodies{
        R"({"code":"391908","message":"too large"})",
        R"({"code":"090001"})",
        R"({"code":"090001","statementHandle":"../x","resultSetMetaData":{"rowType":[]},"data":[]})",
        head + R"("resultSetMetaData":{},"data":[]})",
        head + R"("resultSetMetaData":{"rowType":[]},"data":[["x"]]})",
        head + R"("resultSetMetaData":{"rowType":[{}]},"data":[]})",
        head + columns + "}}",
        head + columns + R"(},"data":[[1]]})",
        head + columns + R"(},"data":["x"]})",
        head + columns + R"(,"partitionInfo":[{"rowCount":2}]},"data":[["x"]]})",
        head + columns + R"(,"partitionInfo":[{}]},"data":[["x"]]})",
        head + columns +
            R"(,"partitionInfo":[{"rowCount":1},{"rowCount":9000000}]},"data":[["x"]]})"};
    for (const std::string& body : bodies) {
        http_.answer(200, body);
        const auto result = execute();
        ASSERT_FALSE(result) << body;
        EXPECT_EQ(result.error().kind, ErrorKind::data_invalid) << body;
        EXPECT_THAT(result.error().message, StartsWith("SHOW: the statement was done, but "));
    }
}

TEST_F(SqlApiOutcomeTest, ReadsAllPartitions) {
    http_.answer(200, done_with_partitions(R"(,{"rowCount":1},{"rowCount":2})"));
    http_.answer(200, codec::gzip_compress(R"({"data":[["second","x"]]})"));
    http_.answer(200, R"({"data":[["third",null],["fourth",""]]})");  // the packing taken off
    const auto result = execute();
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->rows.size(), 4U);
    EXPECT_EQ(result->value(1, "status"), "second");
    EXPECT_EQ(result->value(3, "note"), "");
    EXPECT_EQ(request(1).method, "GET");
    EXPECT_EQ(request(1).url,
              std::string(kStatements) + "/" + std::string(kHandle) + "?partition=1");
    EXPECT_EQ(header(1, "Accept-Encoding"), "gzip");
}

TEST_F(SqlApiOutcomeTest, TakesNoPartOfAResultForTheWhole) {
    const std::string packed = codec::gzip_compress(R"({"data":[["second","x"]]})");
    const std::vector<std::string> bodies{
        "",         R"({"data":[]})",      R"({"data":[["a","b"],["c","d"]]})",
        R"({})",    R"({"data":[["a"]]})", packed.substr(0, packed.size() - 4),
        R"({"data)"};
    for (const std::string& body : bodies) {
        http_.answer(200, done_with_partitions(R"(,{"rowCount":1})"));
        http_.answer(200, body);
        const auto result = execute();
        ASSERT_FALSE(result) << body;
        EXPECT_EQ(result.error().kind, ErrorKind::data_invalid);
        EXPECT_THAT(result.error().message,
                    StartsWith("SHOW: the statement was done, but partition 1 of its result: "));
    }
    http_.answer(200, done_with_partitions(R"(,{"rowCount":1})"));
    http_.answer(404, "");
    EXPECT_EQ(execute().error().kind, ErrorKind::service_failed);
}

TEST_F(SqlApiOutcomeTest, NeverPollsAHandleThatIsNone) {
    for (const char* body : {R"({"statementHandle":"a/../../secrets?x="})", "{}", "<html>"}) {
        const std::size_t before = http_.requests().size();
        http_.answer(202, body);
        EXPECT_EQ(execute().error().kind, ErrorKind::outcome_unknown);
        EXPECT_EQ(http_.requests().size(), before + 1);
    }
}

}  // namespace

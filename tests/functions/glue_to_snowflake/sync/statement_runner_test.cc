#include "functions/glue_to_snowflake/sync/statement_runner.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes.h"
#include "tests/support/scripted_http.h"

namespace {

using base::ErrorKind;
using glue_to_snowflake::PlannedStatement;
using glue_to_snowflake::run_statements;
using glue_to_snowflake::StatementRun;
using testing::HasSubstr;

PlannedStatement statement(snowflake::Fixed text) {
    return {snowflake::Sql(text), std::string(text.text()), ""};
}

class StatementRunnerTest : public testing::Test {
  protected:
    void answer(const std::string& status) {
        http_.answer(200, R"({"code":"090001","statementHandle":"h","resultSetMetaData":)"
                          R"({"rowType":[{"name":"status"}]},"data":[[")" +
                              status + R"("]]})");
    }
    StatementRun run(const std::vector<PlannedStatement>& statements) {
        return run_statements(statements, {sql_api_, clock_},
                              {"tag", deadline_, stop_.get_token()});
    }

    tests::ScriptedHttp http_;
    tests::FakeClock clock_;
    tests::SeededRandom random_;
    snowflake::FixedToken tokens_{{base::Secret(std::string("t")), "OAUTH"}};
    snowflake::SqlApiClient sql_api_{{"https://x", "R"}, {http_, tokens_, clock_, random_}};
    base::Deadline deadline_{tests::kTestNowMs + 60'000};
    std::stop_source stop_;
};

TEST_F(StatementRunnerTest, SendsEachInOrder) {
    answer("done");
    answer("done");
    const StatementRun outcome = run({statement("A"), statement("B")});
    EXPECT_FALSE(outcome.error);
    EXPECT_FALSE(outcome.found);
    EXPECT_EQ(outcome.sent, 2U);
    EXPECT_THAT(http_.requests().at(1).body, HasSubstr(R"("statement":"B")"));
    EXPECT_THAT(http_.requests().at(1).body, HasSubstr(R"("query_tag":"tag")"));
}

TEST_F(StatementRunnerTest, EndsAtTheFirstThatFails) {
    answer("done");
    http_.answer(422, R"({"code":"003001","message":"Insufficient privileges"})");
    const StatementRun outcome = run({statement("A"), statement("B"), statement("C")});
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->kind, ErrorKind::rejected);
    EXPECT_THAT(outcome.error->message, HasSubstr("B"));
    EXPECT_THAT(outcome.error->message, HasSubstr("(after 1 of 3 statements)"));
    EXPECT_EQ(outcome.sent, 1U);
    EXPECT_EQ(http_.requests().size(), 2U);
}

TEST_F(StatementRunnerTest, CountsWhatMayHaveBeenDone) {
    answer("done");
    http_.answer(200, "<html>");
    const StatementRun outcome = run({statement("A"), statement("B")});
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.sent, 2U);
}

TEST_F(StatementRunnerTest, SendsNothingAfterATableThatWasThere) {
    answer("S already exists, statement succeeded.");
    answer("T already exists, statement succeeded.");
    PlannedStatement create = statement("CREATE EXTERNAL TABLE IF NOT EXISTS T");
    create.ends_where_there = true;
    const StatementRun outcome = run({statement("CREATE STAGE IF NOT EXISTS S"), create,
                                      statement("ALTER EXTERNAL TABLE T ADD PARTITION")});
    EXPECT_TRUE(outcome.found);
    EXPECT_FALSE(outcome.error);
    EXPECT_EQ(outcome.sent, 1U);
    EXPECT_EQ(http_.requests().size(), 2U);
}

TEST_F(StatementRunnerTest, BeginsNoneNearTheDeadline) {
    deadline_ = {tests::kTestNowMs + glue_to_snowflake::kStatementMsMin - 1};
    const StatementRun outcome = run({statement("A")});
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->kind, ErrorKind::deadline_near);
    EXPECT_EQ(outcome.error->message, "A: not begun, the deadline is near");
    EXPECT_TRUE(http_.requests().empty());
}

TEST_F(StatementRunnerTest, LooksAtTheClockBeforeEach) {
    http_.answer_with([&](const http::Request&) {
        clock_.advance_ms(59'500);
        return http::Response{200,
                              {},
                              R"({"code":"090001","statementHandle":"h","resultSetMetaData":)"
                              R"({"rowType":[]},"data":[]})"};
    });
    const StatementRun outcome = run({statement("A"), statement("B")});
    ASSERT_TRUE(outcome.error);
    EXPECT_THAT(outcome.error->message, HasSubstr("B: not begun"));
    EXPECT_EQ(outcome.sent, 1U);
}

TEST_F(StatementRunnerTest, StopsWhereAPersonAsks) {
    stop_.request_stop();
    const StatementRun outcome = run({statement("A")});
    ASSERT_TRUE(outcome.error);
    EXPECT_THAT(outcome.error->message, HasSubstr("a stop was asked for"));
    EXPECT_TRUE(http_.requests().empty());
}

}  // namespace

// The clauses of runtime/local/sql_api_double.h, one test each.
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/gzip.h"
#include "tests/runtime/local/sql_api_world.h"

namespace {

using local::AnswerEnd;
using local::HttpAnswer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using tests::kCreate;
using tests::kRequestId;
using tests::kShow;
using tests::test_token;

const std::string kTarget = std::string("/api/v2/statements?requestId=") + kRequestId;

class SqlApiContract : public tests::SqlApiModelTest {
  protected:
    // Where the answer says that a statement's state is to be found.
    static std::string status_url(const HttpAnswer& answer) {
        const auto document = codec::parse_json(answer.body, "the answer");
        EXPECT_TRUE(document) << answer.body;
        const auto handle = codec::find_text(*document, "statementHandle");
        const auto url = codec::find_text(*document, "statementStatusUrl");
        EXPECT_EQ(url.value_or(""), "/api/v2/statements/" + std::string(handle.value_or("?")));
        return std::string(url.value_or(""));
    }
    int status_with_token(const std::string& token) {
        set_header("Authorization", "Bearer " + token);
        return run(kShow).status;
    }
    bool table_exists() { return run(kShow).body.find(R"("data":[])") == std::string::npos; }
};

TEST_F(SqlApiContract, HasThreeResources) {
    EXPECT_EQ(send("GET", "/api/v2/statements", "").status, 405);
    EXPECT_EQ(send("PUT", kTarget, tests::SqlApiModelTest::body_of(kShow)).status, 405);
    EXPECT_EQ(send("DELETE", "/api/v2/statements/1", "").status, 405);
    EXPECT_EQ(send("GET", "/api/v2/statements/1/cancel", "").status, 405);
    for (const char* path : {"/", "/api/v1/statements", "/api/v2/statementsx"})
        EXPECT_EQ(send("POST", path, body_of(kShow)).status, 404) << path;
}

TEST_F(SqlApiContract, ChecksTheHeaders) {
    set_header("Content-Type", "text/plain");
    EXPECT_EQ(run(kShow).status, 415);
    set_header("Content-Type", "");
    EXPECT_EQ(run(kShow).status, 415);
    set_header("Content-Type", "application/json; charset=utf-8");
    EXPECT_EQ(run(kShow).status, 200);
    set_header("Accept", "text/html");
    EXPECT_EQ(run(kShow).status, 400);
    set_header("Accept", "*/*");
    EXPECT_EQ(run(kShow).status, 200);
    set_header("User-Agent", "");
    EXPECT_EQ(run(kShow).status, 400);
}

TEST_F(SqlApiContract, ChecksTheBody) {
    const std::string tag(2'000, 't');
    for (const std::string& body : std::vector<std::string>{
             "", "[]", "{}", R"({"statement":""})", R"({"statement":7})",
             R"({"statement":"SHOW","stmt":1})", R"({"statement":"SHOW","timeout":"60"})",
             R"({"statement":"SHOW","timeout":-1})", R"({"statement":"SHOW","timeout":604801})",
             R"({"statement":"SHOW","role":1})", R"({"statement":"SHOW","warehouse":null})",
             R"({"statement":"SHOW","parameters":[]})",
             R"({"statement":"SHOW","parameters":{"querytag":"x"}})",
             R"({"statement":"SHOW","parameters":{"query_tag":1}})",
             R"({"statement":"SHOW","parameters":{"query_tag":")" + tag + R"(t"}})"})
        EXPECT_EQ(send("POST", kTarget, body).status, 400) << body;
    const std::string whole =
        R"(","timeout":604800,"database":"A","schema":"B","warehouse":"W","role":"R",)"
        R"("parameters":{"query_tag":")" +
        tag + R"("}})";
    EXPECT_EQ(send("POST", kTarget, R"({"statement":"SHOW EXTERNAL TABLES)" + whole).status, 200);
}

TEST_F(SqlApiContract, ChecksTheQuery) {
    const std::string id = std::string("requestId=") + kRequestId;
    for (const std::string& query : std::vector<std::string>{
             "", "requestId=", "requestId=7", "requestId=" + std::string(36, 'a'),
             id + "&retry=yes", id + "&async=1", id + "&nullable=false", fmt::format("{0}&{0}", id),
             id + "&retry", "retry=true"})
        EXPECT_EQ(send("POST", "/api/v2/statements?" + query, body_of(kShow)).status, 400) << query;
    EXPECT_EQ(send("POST", "/api/v2/statements?" + id + "&retry=false", body_of(kShow)).status,
              200);
}

TEST_F(SqlApiContract, RefusesTokensThatAreWrong) {
    const std::string good = test_token(clock_);
    EXPECT_EQ(status_with_token(good), 200);
    EXPECT_EQ(status_with_token(test_token(clock_, "OTHER-ACCT")), 401);
    EXPECT_EQ(status_with_token(test_token(clock_, "ORG-ACCT", "OTHER")), 401);
    EXPECT_EQ(status_with_token(test_token(tests::FakeClock(tests::kTestNowMs - 3'700'000))), 401);
    EXPECT_EQ(status_with_token(test_token(tests::FakeClock(tests::kTestNowMs + 600'000))), 401);
    EXPECT_EQ(status_with_token(good.substr(0, good.rfind('.') + 1)), 401);
    std::string forged = good;
    forged[good.find('.') + 20] ^= 1;
    EXPECT_EQ(status_with_token(forged), 401);
    EXPECT_EQ(status_with_token("a.b"), 401);
    EXPECT_EQ(status_with_token(""), 401);
    model_.reset();
    EXPECT_EQ(status_with_token(good), 401);
}

TEST_F(SqlApiContract, TakesTokensOfTheRegisteredTypeOnly) {
    command("RegisterToken", R"({"token":"pat","token_type":"PROGRAMMATIC_ACCESS_TOKEN"})");
    command("RegisterToken", R"({"token":"oauth","token_type":"OAUTH"})");
    command("RegisterToken",
            R"({"token":"WIF.AWS.a","token_type":"WORKLOAD_IDENTITY_FEDERATION"})");
    command("RegisterToken", R"({"token":"b","token_type":"WORKLOAD_IDENTITY_FEDERATION"})");
    const auto status = [this](const std::string& type, const std::string& token) {
        set_header("X-Snowflake-Authorization-Token-Type", type);
        return status_with_token(token);
    };
    EXPECT_EQ(status("PROGRAMMATIC_ACCESS_TOKEN", "pat"), 200);
    EXPECT_EQ(status("OAUTH", "oauth"), 200);
    EXPECT_EQ(status("", "oauth"), 200);
    EXPECT_EQ(status("WORKLOAD_IDENTITY_FEDERATION", "WIF.AWS.a"), 200);
    EXPECT_EQ(status("WORKLOAD_IDENTITY_FEDERATION", "b"), 401);
    EXPECT_EQ(status("KEYPAIR_JWT", "pat"), 401);
    EXPECT_EQ(status("OAUTH", "pat"), 401);
    EXPECT_EQ(status("", test_token(clock_)), 401);
    EXPECT_EQ(status("BASIC", "pat"), 401);
}

TEST_F(SqlApiContract, RunsARequestIdOnce) {
    const HttpAnswer first = send("POST", kTarget, body_of(kCreate));
    const HttpAnswer second = send("POST", kTarget + "&retry=true", body_of(kCreate));
    EXPECT_EQ(second.body, first.body);
    EXPECT_THAT(second.body, HasSubstr("successfully created"));
    EXPECT_THAT(model_.executed(), ElementsAre(kCreate));
    EXPECT_EQ(model_.calls().size(), 2U);
}

TEST_F(SqlApiContract, RefusesARequestIdOfAnotherRequest) {
    ASSERT_EQ(send("POST", kTarget, body_of(kCreate)).status, 200);
    EXPECT_EQ(send("POST", kTarget, body_of(kCreate)).status, 400);
    EXPECT_EQ(send("POST", kTarget + "&retry=false", body_of(kCreate)).status, 400);
    EXPECT_EQ(send("POST", kTarget + "&retry=true", body_of(kShow)).status, 400);
    EXPECT_THAT(model_.executed(), ElementsAre(kCreate));
}

TEST_F(SqlApiContract, RunsUntilItIsLookedAt) {
    command("Script", R"({"responses":[{"status":202,"polls":2},{"status":200}]})");
    const HttpAnswer running = send("POST", kTarget, body_of(kCreate));
    EXPECT_EQ(running.status, 202);
    EXPECT_THAT(running.body, HasSubstr(R"("code":"333334")"));
    const std::string status = status_url(running);
    EXPECT_EQ(send("GET", status, "").status, 202);
    EXPECT_FALSE(table_exists());
    EXPECT_EQ(send("POST", kTarget + "&retry=true", body_of(kCreate)).status, 202);
    EXPECT_EQ(send("GET", status, "").status, 202);
    EXPECT_THAT(send("GET", status, "").body, HasSubstr("successfully created"));
    EXPECT_TRUE(table_exists());
    EXPECT_EQ(send("GET", status, "").status, 200);
    EXPECT_EQ(send("POST", kTarget + "&retry=true", body_of(kCreate)).status, 200);
}

TEST_F(SqlApiContract, AnswersAtOnceWhereItIsAsked) {
    const HttpAnswer running = send("POST", kTarget + "&async=true", body_of(kCreate));
    EXPECT_EQ(running.status, 202);
    EXPECT_THAT(send("GET", status_url(running), "").body, HasSubstr("successfully created"));
}

TEST_F(SqlApiContract, CancelsWhatRuns) {
    command("Script", R"({"responses":[{"status":202,"polls":9}]})");
    const std::string status = status_url(run(kCreate));
    const HttpAnswer cancelled = send("POST", status + "/cancel", "");
    EXPECT_EQ(cancelled.status, 200);
    EXPECT_THAT(cancelled.body, HasSubstr("SQL execution canceled"));
    EXPECT_EQ(send("GET", status, "").status, 422);
    EXPECT_THAT(send("GET", status, "").body, HasSubstr("000604"));
    EXPECT_FALSE(table_exists());
    EXPECT_EQ(model_.calls().at(1).operation, "cancel");
    EXPECT_EQ(send("POST", status + "/cancel", "").status, 422);
}

TEST_F(SqlApiContract, CancelsNothingThatIsDone) {
    const std::string status = status_url(run(kCreate));
    const HttpAnswer refused = send("POST", status + "/cancel", "");
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body, HasSubstr("000605"));
    EXPECT_EQ(send("GET", status, "").status, 200);
}

TEST_F(SqlApiContract, KnowsItsHandlesOnly) {
    for (const char* target : {"/api/v2/statements/unknown", "/api/v2/statements/x?partition=0"})
        EXPECT_THAT(send("GET", target, "").body, HasSubstr("000709"));
    const HttpAnswer cancelled = send("POST", "/api/v2/statements/unknown/cancel", "");
    EXPECT_EQ(cancelled.status, 422);
    EXPECT_THAT(cancelled.body, HasSubstr("000709"));
}

TEST_F(SqlApiContract, SendsTheHandleWithAFailure) {
    EXPECT_THAT(run("DROP EXTERNAL TABLE \"A\".\"B\".\"NONE\"").body,
                HasSubstr(R"("statementHandle":"01b2c3d4-)"));
    command("Script", R"({"responses":[{"status":408,"code":"000630","executed":true}]})");
    const HttpAnswer timeout = run(kShow);
    EXPECT_EQ(timeout.status, 408);
    EXPECT_THAT(timeout.body, HasSubstr(R"("statementHandle":"01b2c3d4-)"));
}

TEST_F(SqlApiContract, GivesAResultInPartitions) {
    for (const char* name : {"T1", "T2", "T3"})
        command("CreateExisting", R"({"database":"A","schema":"B","object":")" + std::string(name) +
                                      R"(","kind":"EXTERNAL TABLE"})");
    command("SetPartitionRows", R"({"rows":2})");
    const HttpAnswer first = run(R"(SHOW EXTERNAL TABLES IN SCHEMA "A"."B")");
    EXPECT_THAT(first.body, HasSubstr(R"("partitionInfo":[{"rowCount":2},{"rowCount":1}])"));
    EXPECT_THAT(first.body, HasSubstr("\"T2\""));
    EXPECT_THAT(first.body, Not(HasSubstr("\"T3\"")));
    const std::string status = status_url(first);
    const HttpAnswer second = send("GET", status + "?partition=1", "");
    EXPECT_EQ(http::find_header(second.headers, "Content-Encoding"), "gzip");
    const auto unpacked = codec::gzip_decompress(second.body, 10'000);
    ASSERT_TRUE(unpacked);
    EXPECT_THAT(*unpacked, testing::MatchesRegex(R"(\{"data":\[\["[^]]*"T3"[^]]*\]\]\})"));
    for (const char* number : {"2", "-1", "x", "1x"})
        EXPECT_EQ(send("GET", status + "?partition=" + number, "").status, 400) << number;
}

TEST_F(SqlApiContract, FollowsItsScript) {
    command("Script", R"({"responses":[{"status":429,"code":"390505","retry_after":"3"},)"
                      R"({"status":503,"executed":true,"date":"Fri, 20 Nov 2026 01:00:00 GMT"},)"
                      R"({"status":200,"body":"<html>"},{"status":200}]})");
    const HttpAnswer throttled = send("POST", kTarget, body_of(kCreate));
    EXPECT_EQ(throttled.status, 429);
    EXPECT_EQ(http::find_header(throttled.headers, "Retry-After"), "3");
    EXPECT_FALSE(model_.executed().size());
    const HttpAnswer failed = send("POST", kTarget, body_of(kCreate));
    EXPECT_EQ(failed.status, 503);
    EXPECT_EQ(http::find_header(failed.headers, "Date"), "Fri, 20 Nov 2026 01:00:00 GMT");
    EXPECT_EQ(send("POST", kTarget + "&retry=true", body_of(kCreate)).body, "<html>");
    EXPECT_THAT(send("POST", kTarget + "&retry=true", body_of(kCreate)).body,
                HasSubstr("successfully created"));
    EXPECT_THAT(model_.executed(), ElementsAre(kCreate));
}

TEST_F(SqlApiContract, BreaksTheConnectionBeforeOrAfter) {
    command("Script", R"({"responses":[{"reset":"before"},{"reset":"after"},{"status":202}]})");
    command("Script", R"({"on":"status","responses":[{"status":500},{"reset":"after"}]})");
    command("Script", R"({"on":"cancel","responses":[{"reset":"before"},{"reset":"after"}]})");
    EXPECT_EQ(send("POST", kTarget, body_of(kCreate)).end, AnswerEnd::none);
    EXPECT_TRUE(model_.executed().empty());
    EXPECT_EQ(send("POST", kTarget, body_of(kCreate)).end, AnswerEnd::none);
    EXPECT_THAT(model_.executed(), ElementsAre(kCreate));
    const std::string status = status_url(run(kShow));
    EXPECT_EQ(send("GET", status, "").status, 500);
    EXPECT_EQ(model_.executed().size(), 1U);
    EXPECT_EQ(send("POST", status + "/cancel", "").end, AnswerEnd::none);
    EXPECT_EQ(send("GET", status, "").end, AnswerEnd::none);
    EXPECT_EQ(model_.executed().size(), 2U);
    EXPECT_EQ(send("POST", status + "/cancel", "").end, AnswerEnd::none);
    EXPECT_EQ(send("GET", status, "").status, 200);
}

}  // namespace

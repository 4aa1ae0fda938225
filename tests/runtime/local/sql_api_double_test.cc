#include "runtime/local/sql_api_double.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/json.h"
#include "runtime/local/http_connection.h"
#include "tests/runtime/local/sql_api_world.h"

namespace {

using local::HttpAnswer;
using testing::HasSubstr;
using tests::kCreate;
using tests::kRequestId;
using tests::kShow;
using tests::SqlApiModelTest;

TEST_F(SqlApiModelTest, RunsAStatementAndShowsWhatItMade) {
    EXPECT_THAT(run(kCreate).body, HasSubstr("Table T successfully created."));
    const HttpAnswer shown = run(kShow);
    EXPECT_EQ(shown.status, 200);
    EXPECT_THAT(shown.body, HasSubstr(R"("code":"090001")"));
    EXPECT_THAT(shown.body, HasSubstr(R"("it's \\ a mark")"));
    EXPECT_THAT(run(R"(DESC EXTERNAL TABLE "A"."B"."T")").body,
                HasSubstr(R"x(["C","VARCHAR(16777216)","VIRTUAL","Y")x"));
    EXPECT_THAT(run(R"(SELECT GET_DDL('TABLE', '"A"."B"."T"'))").body,
                HasSubstr("create or replace external table"));
    EXPECT_EQ(run(R"(DROP EXTERNAL TABLE "A"."B"."T")").status, 200);
    EXPECT_THAT(run(kShow).body, HasSubstr(R"("data":[])"));
    EXPECT_EQ(run(R"(DROP EXTERNAL TABLE "A"."B"."T")").status, 422);
    EXPECT_EQ(run(R"(DROP EXTERNAL TABLE IF EXISTS "A"."B"."T")").status, 200);
}

TEST_F(SqlApiModelTest, RefusesStatementsThatItDoesNotUnderstand) {
    const HttpAnswer answer = run("SELECT 1");
    EXPECT_EQ(answer.status, 422);
    EXPECT_THAT(answer.body, HasSubstr(R"("code":"001003")"));
    EXPECT_THAT(answer.body, HasSubstr(R"("sqlState":"42000")"));
    EXPECT_THAT(run(kShow + std::string("; DROP")).body, HasSubstr("000008"));
}

TEST_F(SqlApiModelTest, RunsAStatementAsItsRequestsRole) {
    const std::string body = R"x({"statement":"CREATE EXTERNAL TABLE A.B.T (C VARCHAR AS )x"
                             R"x((VALUE:c1::VARCHAR)) LOCATION = @S.P.RAW/t/ FILE_FORMAT = )x"
                             R"x((TYPE = CSV)","role":")x";
    const auto send_as = [&](const std::string& request, const std::string& role) {
        return send("POST", "/api/v2/statements?requestId=" + base::make_uuid(random_),
                    request + role + "\"}");
    };
    ASSERT_EQ(send_as(body, "SYNC_ROLE").status, 200);
    const std::string drop = R"({"statement":"DROP EXTERNAL TABLE A.B.T","role":")";
    EXPECT_THAT(send_as(drop, "OTHER_ROLE").body, HasSubstr("003001"));
    EXPECT_EQ(send_as(drop, "SYNC_ROLE").status, 200);
}

TEST_F(SqlApiModelTest, TellsItsState) {
    ASSERT_EQ(run(kCreate).status, 200);
    const auto state = codec::parse_json(model_.state(), "the state");
    ASSERT_TRUE(state);
    const codec::JsonValue* tables = codec::find_object(*state, "tables");
    ASSERT_NE(tables, nullptr);
    const codec::JsonValue* table = codec::find_object(*tables, "A.B.T");
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(codec::find_text(*table, "comment"), "it's \\ a mark");
    const codec::JsonValue* executed = codec::find_array(*state, "executed");
    ASSERT_EQ(executed->Size(), 1U);
    EXPECT_EQ(codec::text_of((*executed)[0]), kCreate);
}

TEST_F(SqlApiModelTest, TakesItsTimeUntilItIsReset) {
    EXPECT_EQ(model_.latency_ms(), 0);
    command("SetLatency", R"({"ms":20})");
    EXPECT_EQ(model_.latency_ms(), 20);
    model_.reset();
    EXPECT_EQ(model_.latency_ms(), 0);
}

TEST_F(SqlApiModelTest, RunsWhatIsToBeThereBefore) {
    command("Execute", R"x({"statement":"CREATE EXTERNAL TABLE A.B.T (C VARIANT AS (VALUE:c)) )x"
                       R"x(LOCATION = @S.P.RAW/t/ FILE_FORMAT = (TYPE = JSON)"})x");
    EXPECT_THAT(run(kShow).body, HasSubstr("@S.P.RAW/t/"));
    EXPECT_EQ(model_.executed().size(), 1U);
    const auto refused = codec::parse_json(R"({"statement":"DROP EXTERNAL TABLE A.B.X"})", "x");
    const auto done = model_.command("Execute", *refused);
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, HasSubstr("002003"));
}

TEST_F(SqlApiModelTest, RefusesCommandsThatAreNone) {
    const auto body = codec::parse_json("{}", "the body");
    for (const char* operation :
         {"RegisterPublicKey", "RegisterToken", "CreateSchema", "CreateStage", "CreateExisting",
          "CreateStorageIntegration", "CreateExternalVolume", "CreateIcebergIntegration", "Execute",
          "Revoke", "Script", "SetLatency", "SetPartitionRows", "Other"})
        EXPECT_FALSE(model_.command(operation, *body)) << operation;
    for (const char* script :
         {R"({"responses":[{}]})", R"({"responses":[{"status":99}]})",
          R"({"on":"put","responses":[]})", R"({"responses":[{"reset":"during"}]})",
          R"({"responses":[{"status":202,"polls":-1}]})"}) {
        const auto command = codec::parse_json(script, "the script");
        EXPECT_FALSE(model_.command("Script", *command)) << script;
    }
    const auto weak =
        codec::parse_json(R"({"account":"A","user":"U","public_key_pem":"nonsense"})", "the body");
    EXPECT_FALSE(model_.command("RegisterPublicKey", *weak));
}

TEST(SqlApiDouble, AnswersOnALoopbackPort) {
    local::SqlApiDouble service;
    ASSERT_TRUE(service.start());
    const std::string url = service.url();
    ASSERT_THAT(url, testing::StartsWith("http://127.0.0.1:"));
    const auto body = codec::parse_json(R"({"token":"t","token_type":"OAUTH"})", "the body");
    ASSERT_TRUE(service.command("RegisterToken", *body));
    const auto answer = local::call_loopback(
        {.port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))),
         .method = "POST",
         .target = std::string("/api/v2/statements?requestId=") + kRequestId,
         .headers = {{"Authorization", "Bearer t"},
                     {"X-Snowflake-Authorization-Token-Type", "OAUTH"},
                     {"Accept", "application/json"},
                     {"Content-Type", "application/json"},
                     {"User-Agent", "test/1"}},
         .body = R"({"statement":"SHOW EXTERNAL TABLES"})"});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 200);
    ASSERT_EQ(service.calls().size(), 1U);
    EXPECT_EQ(service.calls()[0].service, "snowflake");
    EXPECT_EQ(service.calls()[0].operation, "statements");
    EXPECT_EQ(service.calls()[0].body, R"({"statement":"SHOW EXTERNAL TABLES"})");
    service.reset();
    EXPECT_TRUE(service.calls().empty());
}

}  // namespace

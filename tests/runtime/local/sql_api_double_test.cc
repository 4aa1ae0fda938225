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
                HasSubstr(R"(["C","VARCHAR","VIRTUAL","VALUE:C1::VARCHAR"])"));
    EXPECT_THAT(run(R"(SELECT GET_DDL('TABLE', '"A"."B"."T"'))").body,
                HasSubstr("CREATE EXTERNAL TABLE"));
    EXPECT_EQ(run(R"(DROP EXTERNAL TABLE "A"."B"."T")").status, 200);
    EXPECT_THAT(run(kShow).body, HasSubstr(R"("data":[])"));
    EXPECT_EQ(run(R"(DROP EXTERNAL TABLE "A"."B"."T")").status, 422);
    EXPECT_EQ(run(R"(DROP EXTERNAL TABLE IF EXISTS "A"."B"."T")").status, 200);
}

TEST_F(SqlApiModelTest, LikeIgnoresCaseAndHasWildcards) {
    ASSERT_EQ(run(kCreate).status, 200);
    const auto finds = [this](const std::string& pattern) {
        return run("SHOW EXTERNAL TABLES LIKE '" + pattern + R"(' IN SCHEMA "A"."B")")
                   .body.find("\"data\":[]") == std::string::npos;
    };
    EXPECT_TRUE(finds("t") && finds("_") && finds("%") && finds("T%") && finds("\\\\T"));
    EXPECT_FALSE(finds("") || finds("T_") || finds("\\\\_") || finds("U"));
}

TEST_F(SqlApiModelTest, KeepsGrantsOnlyWhenItIsTold) {
    const local::SqlName name{"A", "B", "T"};
    const std::string rest = R"( EXTERNAL TABLE "A"."B"."T" ("C" VARCHAR AS (VALUE:c1::VARCHAR)) )"
                             R"(LOCATION = @S.P.RAW/t/ FILE_FORMAT = (TYPE = CSV))";
    command("CreateExisting", R"({"database":"A","schema":"B","object":"T",)"
                              R"("kind":"EXTERNAL TABLE","grants":["SELECT TO ROLE R"]})");
    ASSERT_EQ(run("CREATE OR REPLACE" + rest + " COPY GRANTS").status, 200);
    EXPECT_EQ(model_.grants(name).size(), 1U);
    ASSERT_EQ(run("CREATE OR REPLACE" + rest).status, 200);
    EXPECT_TRUE(model_.grants(name).empty());
}

TEST_F(SqlApiModelTest, SaysWhatIsThereAlreadyAndWhatIsNot) {
    command("CreateExisting", R"({"database":"A","schema":"B","object":"T","kind":"VIEW"})");
    EXPECT_THAT(run(kCreate).body, HasSubstr("T already exists, statement succeeded."));
    EXPECT_THAT(run(kShow).body, HasSubstr(R"("data":[])"));
    std::string replace = kCreate;
    replace.replace(0, 35, "CREATE OR REPLACE EXTERNAL TABLE");
    EXPECT_THAT(run(replace).body, HasSubstr("002002"));
    EXPECT_THAT(run(R"(SHOW EXTERNAL TABLES IN SCHEMA "A"."X")").body, HasSubstr("002003"));
    std::string elsewhere = kCreate;
    elsewhere.replace(elsewhere.find("S.P.RAW"), 7, "S.P.NEW");
    elsewhere.replace(elsewhere.find(R"("T")"), 3, R"("U")");
    EXPECT_THAT(run(elsewhere).body, HasSubstr("Stage 'S.P.NEW' does not exist"));
}

TEST_F(SqlApiModelTest, RefusesStatementsThatItDoesNotUnderstand) {
    const std::string tail = R"( LOCATION = @S.P.RAW/t/ FILE_FORMAT = (TYPE = CSV))";
    const auto create = [&tail](const std::string& columns) {
        return R"(CREATE EXTERNAL TABLE "A"."B"."T" )" + columns + tail;
    };
    ASSERT_EQ(run(create(R"(("C" VARCHAR AS (VALUE:c1::VARCHAR)))")).status, 200);
    for (
        const std::string& statement : std::vector<std::string>{
            "SELECT 1",
            "DROP TABLE x",
            "GRANT ALL",
            "SHOW TABLES",
            kShow + std::string("; DROP"),
            kShow + std::string(" -- comment"),
            kShow + std::string(" /* x */"),
            R"(SHOW EXTERNAL TABLES LIKE 'T)",
            R"(SHOW EXTERNAL TABLES IN SCHEMA "A)",
            create(R"(("C" VARCHAR))"),
            create(R"(("C" string AS (VALUE:c1::VARCHAR)))"),
            create(R"(("C" VARCHAR AS (VALUE:c1::string)))"),
            create(R"(("C" VARCHAR AS (other_function(VALUE))))"),
            create(R"(("C" VARCHAR AS (VALUE:c1::VARCHAR), "C" VARCHAR AS (VALUE:c2::VARCHAR)))"),
            create(R"(("C" VARCHAR AS (VALUE:c1::VARCHAR))"),
            create("()"),
            create(R"(("C" VARCHAR AS (VALUE:c1::VARCHAR)) PARTITION BY ("D"))"),
            create(R"(("C" VARCHAR AS (())))") + " COMMENT = unquoted",
            create(R"(("C" VARCHAR AS (VALUE:c1::VARCHAR)))") + " COPY GRANTS",
            R"(CREATE OR REPLACE EXTERNAL TABLE IF NOT EXISTS "A"."B"."T" ("C" VARCHAR AS (VALUE:c1)))" +
                tail,
            R"(CREATE EXTERNAL TABLE "T" ("C" VARCHAR AS (VALUE:c1)))" + tail,
            (R"(CREATE EXTERNAL TABLE "A"."B"."T" ("C" VARCHAR AS (VALUE:c1)) )"
             R"(LOCATION = '@S/t/' FILE_FORMAT = (TYPE = CSV))"),
            (R"(CREATE EXTERNAL TABLE "A"."B"."T" ("C" VARCHAR AS (VALUE:c1)) )"
             R"(LOCATION = @S.P.RAW/t/ FILE_FORMAT = (TYPE = XML))"),
            (R"(CREATE EXTERNAL TABLE "A"."B"."T" ("C" VARCHAR AS (VALUE:c1)) )"
             R"(LOCATION = @S.P.RAW/t/ FILE_FORMAT = (TYPE = JSON SKIP_HEADER = 1))")}) {
        const HttpAnswer answer = run(statement);
        EXPECT_EQ(answer.status, 422) << statement;
        EXPECT_THAT(answer.body, HasSubstr(R"("sqlState":)")) << statement;
    }
}

TEST_F(SqlApiModelTest, TakesAPatternOrPartitionsOfTheUser) {
    const auto create = [](const std::string& options) {
        return R"(CREATE EXTERNAL TABLE "A"."B"."T" ("C" VARCHAR AS (VALUE:c1::VARCHAR)) )"
               "LOCATION = @S.P.RAW/t/ " +
               options + " FILE_FORMAT = (TYPE = CSV)";
    };
    for (const char* options :
         {"PARTITION_TYPE = USER_SPECIFIED AUTO_REFRESH = FALSE", "PATTERN = x", "PATTERN 'x'",
          "PARTITION_TYPE = USER_SPECIFIED PATTERN = '.*'", "PARTITION_TYPE = OTHER"})
        EXPECT_EQ(run(create(options)).status, 422) << options;
    EXPECT_EQ(run(create("AUTO_REFRESH = TRUE PATTERN = '(.*/)?[^._/][^/]*'")).status, 200);
    ASSERT_EQ(run(R"(DROP EXTERNAL TABLE "A"."B"."T")").status, 200);
    EXPECT_EQ(run(create("PARTITION_TYPE = USER_SPECIFIED")).status, 200);
}

TEST_F(SqlApiModelTest, RefusesCommandsThatAreNone) {
    const auto body = codec::parse_json("{}", "the body");
    for (const char* operation :
         {"RegisterPublicKey", "RegisterToken", "CreateSchema", "CreateStage", "CreateExisting",
          "Script", "SetPartitionRows", "Other"})
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

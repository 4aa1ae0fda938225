#include "runtime/local/sql_api_double.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/json.h"
#include "common/codec/rs256.h"
#include "common/snowflake/key_pair_jwt.h"
#include "runtime/local/http_connection.h"
#include "tests/support/fakes.h"

namespace {

using local::HttpAnswer;
using testing::HasSubstr;

constexpr const char* kFolder = "events/glue_to_snowflake/";
constexpr const char* kRequestId = "2f1c6c2e-5c3b-4f0e-9d2a-0d6f0c3b1a2e";

std::string test_token(const base::Clock& clock, const std::string& account = "ORG-ACCT",
                       const std::string& user = "SYNC") {
    const base::Secret pem(
        tests::read_source_file(std::string(kFolder) + "test_key_not_a_secret.pem"));
    snowflake::KeyPairTokens tokens({account, user},
                                    *codec::RsaPrivateKey::from_pem(pem, base::Secret()), clock);
    return std::string(tokens.token({})->value.reveal());
}

class SqlApiModelTest : public testing::Test {
  protected:
    void SetUp() override {
        codec::JsonWriter key;
        key.begin_object().member("account", "ORG-ACCT").member("user", "SYNC");
        key.member("public_key_pem", tests::read_source_file(std::string(kFolder) +
                                                             "test_key_not_a_secret.public.pem"));
        key.end_object();
        command("RegisterPublicKey", key.take());
        command("CreateSchema", R"({"database":"A","schema":"B"})");
        command("CreateStage", R"({"name":"S.P.RAW"})");
        headers_ = {{"Authorization", "Bearer " + test_token(clock_)},
                    {"X-Snowflake-Authorization-Token-Type", "KEYPAIR_JWT"},
                    {"Accept", "application/json"},
                    {"Content-Type", "application/json"},
                    {"User-Agent", "test/1"}};
    }

    void command(const std::string& operation, const std::string& json) {
        const auto body = codec::parse_json(json, "the command");
        ASSERT_TRUE(body);
        const auto done = model_.command(operation, *body);
        ASSERT_TRUE(done) << done.error().message;
    }

    HttpAnswer send(std::string_view method, const std::string& target, const std::string& body) {
        return model_.answer(
            {.method = method, .target = target, .headers = headers_, .body = body});
    }

    // Runs a statement under a new requestId.
    HttpAnswer run(const std::string& statement) {
        return send("POST", "/api/v2/statements?requestId=" + base::make_uuid(random_),
                    body_of(statement));
    }

    static std::string body_of(const std::string& statement) {
        codec::JsonWriter json;
        json.begin_object().member("statement", statement).end_object();
        return json.take();
    }

    void set_header(const std::string& name, const std::string& value) {
        for (http::Header& header : headers_) {
            if (header.name == name) header.value = value;
        }
    }

    tests::FakeClock clock_;
    tests::SeededRandom random_;
    http::Headers headers_;
    local::SqlApiModel model_{clock_};
};

constexpr const char* kCreate =
    R"(CREATE EXTERNAL TABLE IF NOT EXISTS "A"."B"."T" ("C" VARCHAR AS (VALUE:c1::VARCHAR)) )"
    R"(LOCATION = @S.P.RAW/t/ AUTO_REFRESH = TRUE FILE_FORMAT = (TYPE = CSV SKIP_HEADER = 1) )"
    R"(COMMENT = 'it''s \\ a mark')";
constexpr const char* kShow = R"(SHOW EXTERNAL TABLES LIKE 'T' IN SCHEMA "A"."B")";

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

TEST_F(SqlApiModelTest, RunsARequestIdOnce) {
    const std::string target = std::string("/api/v2/statements?requestId=") + kRequestId;
    const HttpAnswer first = send("POST", target, body_of(kCreate));
    const HttpAnswer second = send("POST", target + "&retry=true", body_of(kCreate));
    EXPECT_EQ(second.body, first.body);
    EXPECT_THAT(second.body, HasSubstr("successfully created"));
    EXPECT_EQ(send("POST", target, body_of(kCreate)).status, 400);
    EXPECT_EQ(model_.calls().size(), 3U);
}

TEST_F(SqlApiModelTest, FollowsItsScript) {
    command("Script", R"({"responses":[{"status":429,"code":"390505","retry_after":"3"},)"
                      R"({"status":503,"executed":true},{"status":202,"polls":1}]})");
    const std::string target = std::string("/api/v2/statements?requestId=") + kRequestId;
    const HttpAnswer throttled = send("POST", target, body_of(kCreate));
    EXPECT_EQ(throttled.status, 429);
    EXPECT_EQ(http::find_header(throttled.headers, "Retry-After"), "3");
    EXPECT_EQ(send("POST", target, body_of(kCreate)).status, 503);
    const HttpAnswer running = send("POST", target + "&retry=true", body_of(kCreate));
    EXPECT_EQ(running.status, 202);
    const auto document = codec::parse_json(running.body, "the answer");
    const std::string poll(*codec::find_text(*document, "statementStatusUrl"));
    EXPECT_THAT(send("GET", poll, "").body, HasSubstr("successfully created"));
    EXPECT_THAT(run(kShow).body, HasSubstr("a mark"));
}

TEST_F(SqlApiModelTest, PollsAndCancels) {
    command("Script", R"({"responses":[{"status":202,"polls":2}]})");
    const HttpAnswer running = run(kCreate);
    const auto document = codec::parse_json(running.body, "the answer");
    const std::string poll(*codec::find_text(*document, "statementStatusUrl"));
    EXPECT_EQ(send("GET", poll, "").status, 202);
    EXPECT_EQ(send("GET", poll, "").status, 202);
    EXPECT_EQ(send("GET", poll, "").status, 200);
    EXPECT_EQ(send("POST", poll + "/cancel", "").status, 200);
    EXPECT_EQ(model_.calls().back().operation, "cancel");
    EXPECT_EQ(send("GET", "/api/v2/statements/unknown", "").status, 422);
    EXPECT_EQ(send("POST", "/api/v2/statements/unknown/cancel", "").status, 422);
}

TEST_F(SqlApiModelTest, RefusesTokensThatAreWrong) {
    const auto status_with = [this](const std::string& token) {
        set_header("Authorization", "Bearer " + token);
        return run(kShow).status;
    };
    const std::string good = test_token(clock_);
    EXPECT_EQ(status_with(good), 200);
    EXPECT_EQ(status_with(test_token(clock_, "OTHER-ACCT")), 401);
    EXPECT_EQ(status_with(test_token(clock_, "ORG-ACCT", "OTHER")), 401);
    EXPECT_EQ(status_with(test_token(tests::FakeClock(tests::kTestNowMs - 3'700'000))), 401);
    EXPECT_EQ(status_with(test_token(tests::FakeClock(tests::kTestNowMs + 600'000))), 401);
    EXPECT_EQ(status_with(good.substr(0, good.rfind('.') + 1)), 401);
    std::string forged = good;
    forged[good.find('.') + 20] ^= 1;
    EXPECT_EQ(status_with(forged), 401);
    EXPECT_EQ(status_with("a.b"), 401);
    EXPECT_EQ(status_with(""), 401);
    model_.reset();
    EXPECT_EQ(status_with(good), 401);
}

TEST_F(SqlApiModelTest, TakesTokensOfTheRegisteredTypeOnly) {
    command("RegisterToken", R"({"token":"pat","token_type":"PROGRAMMATIC_ACCESS_TOKEN"})");
    set_header("Authorization", "Bearer pat");
    EXPECT_EQ(run(kShow).status, 401);
    set_header("X-Snowflake-Authorization-Token-Type", "OAUTH");
    EXPECT_EQ(run(kShow).status, 401);
    set_header("X-Snowflake-Authorization-Token-Type", "PROGRAMMATIC_ACCESS_TOKEN");
    EXPECT_EQ(run(kShow).status, 200);
}

TEST_F(SqlApiModelTest, ChecksTheRequest) {
    const std::string target = std::string("/api/v2/statements?requestId=") + kRequestId;
    EXPECT_EQ(send("GET", "/api/v2/statements", "").status, 405);
    EXPECT_EQ(send("POST", "/api/v1/statements", "").status, 404);
    EXPECT_EQ(send("POST", "/api/v2/statements", body_of(kShow)).status, 400);
    EXPECT_EQ(send("POST", "/api/v2/statements?requestId=7", body_of(kShow)).status, 400);
    for (const char* body :
         {"", "[]", "{}", R"({"statement":""})", R"({"statement":7})",
          R"({"statement":"SHOW","stmt":1})", R"({"statement":"SHOW","timeout":"60"})",
          R"({"statement":"SHOW","timeout":604801})", R"({"statement":"SHOW","parameters":[]})",
          R"({"statement":"SHOW","parameters":{"querytag":"x"}})"})
        EXPECT_EQ(send("POST", target, body).status, 400) << body;
    set_header("Content-Type", "text/plain");
    EXPECT_EQ(run(kShow).status, 415);
    set_header("Content-Type", "application/json; charset=utf-8");
    EXPECT_EQ(run(kShow).status, 200);
    set_header("User-Agent", "");
    EXPECT_EQ(run(kShow).status, 400);
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

TEST_F(SqlApiModelTest, RefusesCommandsThatAreNone) {
    const auto body = codec::parse_json("{}", "the body");
    for (const char* operation : {"RegisterPublicKey", "RegisterToken", "CreateSchema",
                                  "CreateStage", "CreateExisting", "Script", "Other"})
        EXPECT_FALSE(model_.command(operation, *body)) << operation;
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

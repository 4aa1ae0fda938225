#include "functions/glue_to_snowflake/handler.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/json.h"
#include "tests/functions/glue_to_snowflake/table_builder.h"
#include "tests/support/fakes.h"
#include "tests/support/scripted_http.h"

namespace {

using glue_to_snowflake::TargetType;
using testing::HasSubstr;
using testing::Not;

class FixedCredentials final : public aws::CredentialsProvider {
  public:
    base::Result<aws::Credentials> get() override {
        return aws::Credentials{"AKIDEXAMPLE", base::Secret(std::string("secret")), base::Secret()};
    }
    void forget() override {}
};

std::string created_event(const std::string& tables, const std::string& region = "us-east-1") {
    return R"({"id":"e1","source":"aws.glue","detail-type":"Glue Data Catalog Database State Change",)"
           R"("account":"123456789012","region":")" +
           region + R"(","detail":{"databaseName":"a__b","typeOfChange":"CreateTable",)" +
           R"("changedTables":[)" + tables + "]}}";
}

std::string glue_answer(const std::string& name, const std::string& type = "int") {
    return R"({"Table":{"Name":")" + name +
           R"(","DatabaseName":"a__b","CatalogId":"123456789012","StorageDescriptor":{)"
           R"("Columns":[{"Name":"c","Type":")" +
           type + R"("}],"Location":"s3://lake/raw/x/","SerdeInfo":{"SerializationLibrary":")" +
           tests::kParquetSerde + R"("}}}})";
}

std::string rows(const std::string& columns, const std::string& data) {
    return R"({"code":"090001","statementHandle":"h","resultSetMetaData":{"rowType":)" + columns +
           R"(},"data":)" + data + "}";
}

const std::string kNothingShown = rows(R"([{"name":"name"},{"name":"comment"}])", "[]");
const std::string kCreated =
    rows(R"([{"name":"status"}])", R"([["Table T successfully created."]])");
const std::string kThere =
    rows(R"([{"name":"status"}])", R"([["T already exists, statement succeeded."]])");

class CatalogHandlerTest : public testing::Test {
  protected:
    base::Result<runtime::InvocationResponse> handle(const std::string& event,
                                                     TargetType target = TargetType::snowflake) {
        glue_to_snowflake::TableSync sync(
            config_, settings_,
            {glue_, target == TargetType::snowflake ? &sql_api_ : nullptr, clock_, random_});
        glue_to_snowflake::CatalogHandler handler({"us-east-1", config_.auto_refresh}, sync, clock_,
                                                  log_);
        runtime::Invocation invocation;
        invocation.event = event;
        invocation.request_id = "request-1";
        invocation.deadline = {tests::kTestNowMs + 60'000};
        return handler.handle(invocation);
    }
    // The action of each table, and its reason.
    std::vector<std::string> outcomes(const std::string& event,
                                      TargetType target = TargetType::snowflake) {
        const auto response = handle(event, target);
        if (!response) return {"error: " + response.error().message};
        std::vector<std::string> outcomes;
        const auto document = codec::parse_json(response->body, "the response");
        for (const auto& table : codec::find_array(*document, "tables")->GetArray()) {
            outcomes.push_back(std::string(*codec::find_text(table, "glue")) + " " +
                               std::string(*codec::find_text(table, "action")) + ": " +
                               std::string(*codec::find_text(table, "reason")));
        }
        return outcomes;
    }

    tests::ScriptedHttp http_;
    tests::FakeClock clock_;
    tests::SeededRandom random_;
    tests::LogCapture capture_;
    base::Log log_ = capture_.make_log(clock_);
    FixedCredentials credentials_;
    aws::ClientSettings client_settings_{
        .region = "us-east-1", .endpoint_url = "", .service_endpoint_urls = {}, .attempts_max = 1};
    aws::Client client_{client_settings_, {http_, credentials_, clock_, random_, log_}};
    aws::GlueClient glue_{client_};
    snowflake::FixedToken tokens_{{base::Secret(std::string("t")), "OAUTH"}};
    snowflake::SqlApiClient sql_api_{{"https://x", "R"}, {http_, tokens_, clock_, random_}};
    glue_to_snowflake::Config config_;
    glue_to_snowflake::SnowflakeSettings settings_ = tests::make_settings();
};

TEST_F(CatalogHandlerTest, CreatesATable) {
    http_.answer(200, glue_answer("t"));
    http_.answer(200, kNothingShown);
    http_.answer(200, kCreated);
    http_.answer(200, glue_answer("t"));
    const auto response = handle(created_event(R"("t")"));
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_THAT(response->body,
                HasSubstr(R"({"tables":[{"glue":"a__b.t","snowflake":"\"A\".\"B\".\"T\"",)"
                          R"("action":"create","reason":"the table is new",)"
                          R"("statements":["CREATE EXTERNAL TABLE IF NOT EXISTS )"));
    EXPECT_THAT(http_.requests().at(0).body,
                HasSubstr(R"("CatalogId":"123456789012","DatabaseName":"a__b","Name":"t")"));
    EXPECT_THAT(http_.requests().at(1).body, HasSubstr(R"("query_tag":"lakefeed e1")"));
    EXPECT_THAT(capture_.text(), HasSubstr(R"("TablesCreated":1)"));
}

TEST_F(CatalogHandlerTest, FindsTheRowOfThatVeryName) {
    http_.answer(200, glue_answer("t"));
    http_.answer(200, rows(R"([{"name":"created_on"},{"name":"comment"},{"name":"name"}])",
                           R"([["1","by hand","t"],["1",null,"TT"]])"));
    http_.answer(200, kCreated);
    http_.answer(200, glue_answer("t"));
    EXPECT_THAT(outcomes(created_event(R"("t")")).at(0), HasSubstr("create"));
}

TEST_F(CatalogHandlerTest, LooksAgainWhenSomebodyElseWasFaster) {
    http_.answer(200, glue_answer("t"));
    http_.answer(200, kNothingShown);
    http_.answer(200, kThere);
    http_.answer(200, rows(R"([{"name":"name"},{"name":"comment"}])", R"([["T","by hand"]])"));
    EXPECT_THAT(outcomes(created_event(R"("t")")).at(0),
                HasSubstr("skip: a table of that name is there without lakefeed's mark"));
}

TEST_F(CatalogHandlerTest, FailsWhereAnotherKindOfObjectHasTheName) {
    http_.answer(200, glue_answer("t"));
    for (int i = 0; i < 2; ++i) {
        http_.answer(200, kNothingShown);
        http_.answer(200, kThere);
    }
    EXPECT_THAT(outcomes(created_event(R"("t")")).at(0), HasSubstr("another object has that name"));
}

TEST_F(CatalogHandlerTest, GoesOnAfterATableThatFails) {
    http_.answer(400, R"({"__type":"AccessDeniedException","Message":"no"})");
    http_.answer(200, glue_answer("u", "array<"));
    http_.answer(200, glue_answer("v"));
    http_.answer(200, kNothingShown);
    http_.answer(200, kCreated);
    http_.answer(200, glue_answer("v"));
    const auto response = handle(created_event(R"("t","u","v")"));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, base::ErrorKind::sync_failed);
    EXPECT_THAT(response.error().message, HasSubstr("2 of 3 tables failed: a__b.t: GetTable"));
    EXPECT_THAT(response.error().message, HasSubstr("; a__b.u: column c: "));
    EXPECT_EQ(http_.left(), 0U);
    EXPECT_THAT(capture_.text(), HasSubstr(R"("TablesFailed":2)"));
}

TEST_F(CatalogHandlerTest, FailsWhenTheShowCannotBeRead) {
    http_.answer(200, glue_answer("t"));
    http_.answer(200, rows(R"([{"name":"x"}])", R"([["1"]])"));
    EXPECT_THAT(outcomes(created_event(R"("t")")).at(0), HasSubstr("error: 1 of 1 tables failed"));
}

TEST_F(CatalogHandlerTest, SkipsATableThatIsGone) {
    http_.answer(400, R"({"__type":"EntityNotFoundException","Message":"gone"})");
    http_.answer(200, kNothingShown);
    EXPECT_THAT(outcomes(created_event(R"("t")")).at(0),
                HasSubstr("none: the catalog does not have it any more"));
}

TEST_F(CatalogHandlerTest, SendsNothingInADryRun) {
    http_.answer(200, glue_answer("t"));
    EXPECT_THAT(outcomes(created_event(R"("t")"), TargetType::logging).at(0),
                HasSubstr("create: TARGET_TYPE is LOGGING: nothing was sent"));
    EXPECT_EQ(http_.requests().size(), 1U);
    EXPECT_THAT(capture_.text(), HasSubstr("statement_planned"));
}

TEST_F(CatalogHandlerTest, SkipsEventsWithAReason) {
    const auto trail = [](const std::string& name, const std::string& parameters,
                          const std::string& more = "") {
        return R"({"id":"e","source":"aws.glue","detail-type":"AWS API Call via CloudTrail",)"
               R"("region":"us-east-1","detail":{"eventSource":"glue.amazonaws.com","eventName":")" +
               name + R"(","requestParameters":)" + parameters + more + "}}";
    };
    const std::string table = R"({"databaseName":"a__b","name":"t","tableName":"t"})";
    const std::vector<std::pair<std::string, std::string>> cases{
        {created_event(R"("t")", "eu-west-1"),
         "a__b.t skip: the event is of region eu-west-1, this function reads us-east-1"},
        {trail("DeleteTable", table), "a__b.t skip: DELETE_POLICY is ignore"},
        {trail("CreatePartition", table), "a__b.t skip: AUTO_REFRESH finds"},
        {trail("CreateTable", "null", R"(,"errorCode":"AccessDeniedException")"),
         " skip: the CreateTable call failed with AccessDeniedException"},
        {trail("CreateDatabase", "{}"), " skip: CreateDatabase changes no table"},
        {trail("DeleteTableVersion", table), "a__b skip: DeleteTableVersion changes no table"}};
    for (const auto& [event, outcome] : cases)
        EXPECT_THAT(outcomes(event).at(0), testing::StartsWith(outcome));
    EXPECT_TRUE(http_.requests().empty());
    EXPECT_THAT(capture_.text(), HasSubstr(R"("TablesSkipped":1)"));
    config_.auto_refresh = snowflake::AutoRefresh::off;
    EXPECT_THAT(outcomes(trail("CreatePartition", table)).at(0), HasSubstr("does not refresh"));
}

TEST_F(CatalogHandlerTest, RefusesWhatIsNoEvent) {
    const auto response = handle(R"({"Records":[{"eventSource":"aws:s3"}]})");
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, base::ErrorKind::event_invalid);
    EXPECT_FALSE(handle("{}"));
    EXPECT_FALSE(handle(""));
}

TEST_F(CatalogHandlerTest, AnswersABatchWithTheMessagesThatFailed) {
    http_.answer(200, glue_answer("t"));
    http_.answer(200, kNothingShown);
    http_.answer(200, kCreated);
    http_.answer(200, glue_answer("t"));
    http_.answer(400, R"({"__type":"AccessDeniedException","Message":"no"})");
    const auto message = [](const std::string& id, const std::string& body) {
        std::string escaped;
        base::append_json_text(escaped, body);
        return R"({"messageId":")" + id + R"(","eventSource":"aws:sqs","body":)" + escaped + "}";
    };
    const auto response =
        handle(R"({"Records":[)" + message("m1", created_event(R"("t")")) + "," +
               message("m2", "{}") + "," + message("m3", created_event(R"("u")")) + "]}");
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body,
              R"({"batchItemFailures":[{"itemIdentifier":"m2"},{"itemIdentifier":"m3"}]})");
    EXPECT_THAT(capture_.text(), HasSubstr("message_rejected"));
}

TEST_F(CatalogHandlerTest, BoundsTheErrorsMessage) {
    std::string tables;
    for (int i = 0; i < 100; ++i) {
        tables += (i == 0 ? "\"" : ",\"") + std::string(250, 't') + std::to_string(i) + "\"";
        http_.answer(400, R"({"__type":"AccessDeniedException","Message":")" +
                              std::string(200, 'm') + R"("})");
    }
    const auto response = handle(created_event(tables));
    ASSERT_FALSE(response);
    EXPECT_LT(response.error().message.size(), 20'000U);
    EXPECT_THAT(response.error().message, HasSubstr("more, see the log"));
}

}  // namespace

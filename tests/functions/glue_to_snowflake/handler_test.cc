#include "functions/glue_to_snowflake/handler.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/glue_to_snowflake/catalog_world.h"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using tests::native_tables;
using tests::parquet_table;
using tests::trail;

const std::string kTable = R"({"databaseName":"a__b","name":"t","tableName":"t"})";

class CatalogHandlerTest : public testing::Test {
  protected:
    void put(const std::string& name, const std::vector<std::string>& columns = {"c:int"},
             const std::vector<std::string>& keys = {}) {
        world_.catalog.put_table({"a__b", name}, parquet_table(name, columns, keys));
    }
    void succeed(const std::string& event) {
        const auto response = world_.handle(event);
        EXPECT_TRUE(response) << response.error().message;
    }
    // The value of the metric in the log; nothing where it was not written.
    std::string metric(const std::string& name) {
        const std::string text = world_.capture.text().substr(log_begin_);
        const std::size_t at = text.rfind("\"" + name + "\":");
        if (at == std::string::npos) return "";
        const std::size_t begin = at + name.size() + 3;
        return text.substr(begin, text.find_first_of(",}", begin) - begin);
    }

    tests::CatalogWorld world_;
    std::size_t log_begin_ = 0;  // where metric() begins to look
};

TEST_F(CatalogHandlerTest, CreatesATable) {
    put("t");
    const auto response = world_.handle(native_tables("CreateTable", R"("t")"));
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_THAT(response->body,
                HasSubstr(R"({"tables":[{"glue":"a__b.t","snowflake":"\"A\".\"B\".\"T\"",)"
                          R"("action":"create","reason":"the table is new",)"
                          R"("statements":["CREATE EXTERNAL TABLE IF NOT EXISTS )"));
    EXPECT_EQ(world_.changes().size(), 1U);
    EXPECT_EQ(metric("TablesCreated"), "1");
    EXPECT_EQ(metric("SyncLagMs"), "2000");  // the world's clock stands 2 s after the event
}

TEST_F(CatalogHandlerTest, GoesOnAfterATableThatFails) {
    put("t");
    put("u", {"c:array<"});
    put("v");
    world_.catalog.refuse({"a__b", "t"}, "AccessDeniedException");
    const auto response = world_.handle(native_tables("CreateTable", R"("t","u","v")"));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, base::ErrorKind::sync_failed);
    EXPECT_THAT(response.error().message, HasSubstr("2 of 3 tables failed: a__b.t: GetTable"));
    EXPECT_THAT(response.error().message, HasSubstr("; a__b.u: column c: "));
    EXPECT_EQ(world_.changes().size(), 1U);
    EXPECT_EQ(metric("TablesFailed"), "2");
    EXPECT_EQ(metric("TablesCreated"), "1");
    EXPECT_EQ(metric("SyncLagMs"), "");
}

TEST_F(CatalogHandlerTest, MakesNoCallForATableThatAFilterLeavesOut) {
    world_.config.table_filter = {"orders*"};
    put("t");
    EXPECT_THAT(world_.outcomes(native_tables("CreateTable", R"("t")")),
                ElementsAre(HasSubstr("a__b.t skip: ")));
    EXPECT_THAT(world_.outcomes(tests::native_partitions("CreatePartition", R"("[1]")")),
                ElementsAre(HasSubstr("a__b.t skip: ")));
    EXPECT_THAT(world_.catalog.calls(), IsEmpty());
    EXPECT_THAT(world_.snowflake.executed(), IsEmpty());
}

TEST_F(CatalogHandlerTest, SendsNothingWhereTheTargetIsLogging) {
    world_.sends = false;
    put("t");
    EXPECT_THAT(world_.outcomes(native_tables("CreateTable", R"("t")")),
                ElementsAre(HasSubstr("create: TARGET_TYPE is LOGGING: nothing was sent")));
    EXPECT_THAT(world_.snowflake.executed(), IsEmpty());
    EXPECT_THAT(world_.capture.text(), HasSubstr("statement_planned"));
}

TEST_F(CatalogHandlerTest, DoesNothingForEventsThatChangeNothing) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {native_tables("CreateTable", R"("t")", "eu-west-1"),
         "a__b.t skip: the event is of region eu-west-1, this function reads us-east-1"},
        {trail("UpdateTable", kTable, tests::kOtherAccount),
         "a__b.t skip: the event is of catalog 444455556666, this function mirrors 123456789012"},
        {trail("CreateTable", "null", tests::kAccount, R"(,"errorCode":"AccessDeniedException")"),
         " skip: the CreateTable call failed with AccessDeniedException"},
        {trail("CreateDatabase", R"({"databaseInput":{"name":"a__b"}})"),
         "a__b skip: CreateDatabase changes no table"},
        {trail("DeleteTableVersion", kTable), "a__b skip: DeleteTableVersion changes no table"}};
    for (const auto& [event, outcome] : cases)
        EXPECT_THAT(world_.outcomes(event), ElementsAre(StartsWith(outcome)));
    EXPECT_THAT(world_.catalog.calls(), IsEmpty());
    EXPECT_EQ(metric("TablesSkipped"), "1");
}

TEST_F(CatalogHandlerTest, MirrorsTheCatalogThatItIsTold) {
    put("t");
    const std::string event = trail("UpdateTable",
                                    R"({"databaseName":"a__b","name":"t",)"
                                    R"("catalogId":"123456789012"})",
                                    tests::kOtherAccount);
    EXPECT_THAT(world_.outcomes(event), ElementsAre(StartsWith("a__b.t create")));
    world_.config.catalog_id = tests::kOtherAccount;
    EXPECT_THAT(world_.outcomes(event),
                ElementsAre("a__b.t skip: the event is of catalog 123456789012, this function "
                            "mirrors 444455556666"));
    EXPECT_THAT(world_.outcomes(trail("DeleteTable", kTable, tests::kOtherAccount)),
                ElementsAre(StartsWith("a__b.t skip: the catalog does not have it any more, but "
                                       "the table of that name mirrors a__b.t of catalog 1234")));
}

TEST_F(CatalogHandlerTest, CountsEventsThatDoNotNameTheirTable) {
    const auto response = world_.handle(trail("CreateTable", R"({"omitted":true})"));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, base::ErrorKind::event_invalid);
    EXPECT_THAT(response.error().message, HasSubstr("reconcile"));
    EXPECT_EQ(metric("EventsWithoutTable"), "1");
}

TEST_F(CatalogHandlerTest, NeedsNoTableForPartitionsThatSnowflakeFindsItself) {
    const std::string event = trail("BatchCreatePartition", R"({"omitted":true})");
    EXPECT_THAT(world_.outcomes(event), ElementsAre(AllOf(StartsWith(" skip: the Batch"),
                                                          HasSubstr("AUTO_REFRESH is on"))));
    EXPECT_EQ(metric("EventsWithoutTable"), "1");
    const auto batch = world_.handle(tests::queue_batch({event}));
    ASSERT_TRUE(batch);
    EXPECT_EQ(batch->body, R"({"batchItemFailures":[]})");
    EXPECT_THAT(world_.capture.text(), Not(HasSubstr("message_rejected")));
    world_.config.partition_mode = glue_to_snowflake::PartitionMode::user_specified;
    EXPECT_FALSE(world_.handle(event));
    world_.config.partition_mode = glue_to_snowflake::PartitionMode::expression;
    world_.config.auto_refresh = snowflake::AutoRefresh::off;
    EXPECT_FALSE(world_.handle(event));
}

TEST_F(CatalogHandlerTest, RefusesWhatIsNoEvent) {
    for (const std::string event : {R"({"Records":[{"eventSource":"aws:s3"}]})", "{}", ""}) {
        const auto response = world_.handle(event);
        ASSERT_FALSE(response);
        EXPECT_EQ(response.error().kind, base::ErrorKind::event_invalid);
    }
    EXPECT_EQ(metric("EventsWithoutTable"), "");
}

TEST_F(CatalogHandlerTest, AnswersABatchWithTheMessagesThatFailed) {
    put("t");
    put("u");
    world_.catalog.refuse({"a__b", "u"}, "AccessDeniedException");
    const auto response = world_.handle(tests::queue_batch(
        {native_tables("CreateTable", R"("t")"), "{}", native_tables("CreateTable", R"("u")"),
         trail("CreateTable", "null"), trail("CreateDatabase", "{}")}));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body, R"({"batchItemFailures":[{"itemIdentifier":"m1"},)"
                              R"({"itemIdentifier":"m2"},{"itemIdentifier":"m3"}]})");
    EXPECT_THAT(world_.capture.text(), HasSubstr("message_rejected"));
    EXPECT_EQ(metric("MessagesRejected"), "2");
    EXPECT_EQ(metric("EventsWithoutTable"), "1");
}

// Of a table that five messages name, all share what became of it.
TEST_F(CatalogHandlerTest, BringsATableOfABatchInStepOnce) {
    put("t");
    const std::vector<std::string> bodies{
        native_tables("CreateTable", R"("t")"), trail("UpdateTable", kTable),
        native_tables("DeleteTable", R"("t","t")"), native_tables("CreateTable", R"("u")"),
        trail("CreateTable", R"({"databaseName":"A__b","tableInput":{"name":"T"}})")};
    ASSERT_TRUE(world_.handle(tests::queue_batch(bodies)));
    EXPECT_EQ(world_.changes().size(), 1U);
    EXPECT_EQ(metric("TablesCreated"), "1");
    world_.catalog.refuse({"a__b", "t"}, "AccessDeniedException");
    const auto response = world_.handle(tests::queue_batch(bodies));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body,
              R"({"batchItemFailures":[{"itemIdentifier":"m0"},{"itemIdentifier":"m1"},)"
              R"({"itemIdentifier":"m2"},{"itemIdentifier":"m4"}]})");
    EXPECT_EQ(metric("TablesFailed"), "1");
}

TEST_F(CatalogHandlerTest, LeavesNoTableSilentlyAtTheDeadline) {
    for (const char* name : {"t", "u", "v"})
        put(name);
    world_.clock.set_ms(tests::kTestNowMs + 59'000);
    const auto response = world_.handle(native_tables("CreateTable", R"("t","u","v")"));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, base::ErrorKind::deadline_near);
    EXPECT_THAT(response.error().message, HasSubstr("3 of 3 tables failed: a__b.t: not begun"));
    EXPECT_THAT(world_.catalog.calls(), IsEmpty());
    const auto batch = world_.handle(
        tests::queue_batch({native_tables("CreateTable", R"("t")"), R"({"action":"reconcile"})",
                            trail("CreateDatabase", "{}")}));
    ASSERT_TRUE(batch);
    EXPECT_EQ(batch->body,
              R"({"batchItemFailures":[{"itemIdentifier":"m0"},{"itemIdentifier":"m1"}]})");
    EXPECT_THAT(world_.capture.text(), HasSubstr("the catalog: not begun"));
}

TEST_F(CatalogHandlerTest, LeavesATableThatIsNotOurs) {
    put("t");
    put("u");
    world_.command("CreateExisting", R"({"database":"A","schema":"B","object":"T",)"
                                     R"("kind":"EXTERNAL TABLE","comment":"by hand"})");
    world_.command("CreateExisting", R"({"database":"A","schema":"B","object":"U","kind":"VIEW"})");
    EXPECT_THAT(world_.outcomes(native_tables("CreateTable", R"("t")")),
                ElementsAre("a__b.t skip: a table of that name is there without lakefeed's mark"));
    EXPECT_THAT(world_.outcomes(native_tables("CreateTable", R"("u")")),
                ElementsAre(HasSubstr("error: 1 of 1 tables failed: a__b.u: ")));
}

TEST_F(CatalogHandlerTest, TakesTheCatalogsWordForADelete) {
    world_.config.delete_policy = glue_to_snowflake::DeletePolicy::drop;
    put("t");
    succeed(native_tables("CreateTable", R"("t")"));
    const std::string deleted = trail("DeleteTable", kTable);
    EXPECT_THAT(world_.outcomes(deleted), ElementsAre(StartsWith("a__b.t none: ")));
    world_.catalog.delete_table({"a__b", "t"});
    EXPECT_THAT(world_.outcomes(deleted), ElementsAre(StartsWith("a__b.t drop: ")));
    EXPECT_EQ(metric("TablesDropped"), "1");
    EXPECT_THAT(world_.outcomes(deleted), ElementsAre(StartsWith("a__b.t none: ")));
    EXPECT_EQ(metric("TablesUnchanged"), "1");
}

TEST_F(CatalogHandlerTest, CountsEachAction) {
    world_.config.delete_policy = glue_to_snowflake::DeletePolicy::rename;
    world_.config.auto_refresh = snowflake::AutoRefresh::off;
    put("t", {"c:int"}, {"dt:date"});
    succeed(trail("CreateTable", kTable));
    EXPECT_EQ(metric("TablesCreated"), "1");
    succeed(tests::native_partitions("DeletePartition", R"("[2026-11-20]")"));
    EXPECT_EQ(metric("TablesRefreshed"), "1");
    put("t", {"c:int", "d:int"}, {"dt:date"});
    succeed(trail("UpdateTable", kTable));
    EXPECT_EQ(metric("TablesAltered"), "1");
    put("t", {"c:string"}, {"dt:date"});
    succeed(trail("UpdateTable", kTable));
    EXPECT_EQ(metric("TablesReplaced"), "1");
    world_.catalog.delete_table({"a__b", "t"});
    succeed(trail("DeleteTable", kTable));
    EXPECT_EQ(metric("TablesRenamed"), "1");
}

TEST_F(CatalogHandlerTest, RefreshesThePartitionsOfABatchOnce) {
    world_.config.auto_refresh = snowflake::AutoRefresh::off;
    put("t", {"c:int"}, {"dt:date"});
    succeed(trail("CreateTable", kTable));
    world_.catalog.put_partition({"a__b", "t"}, {"2026-11-20"}, "s3://lake/raw/t/dt=2026-11-20/");
    world_.changes();
    const std::string event = tests::native_partitions("CreatePartition", R"("[2026-11-20]")");
    succeed(tests::queue_batch(
        {event, event, tests::native_partitions("DeletePartition", R"("[2026-11-21]")")}));
    EXPECT_THAT(world_.changes(),
                ElementsAre(R"(ALTER EXTERNAL TABLE "A"."B"."T" REFRESH 'dt=2026-11-20/')",
                            R"(ALTER EXTERNAL TABLE "A"."B"."T" REFRESH 'dt=2026-11-21/')"));
}

TEST_F(CatalogHandlerTest, ReconcilesADatabaseThatWasDeleted) {
    world_.config.delete_policy = glue_to_snowflake::DeletePolicy::drop;
    put("t");
    put("u");
    succeed(native_tables("CreateTable", R"("t","u")"));
    world_.catalog.delete_database("a__b");
    EXPECT_THAT(world_.outcomes(trail("DeleteDatabase", R"({"name":"a__b"})")),
                ElementsAre(StartsWith("a__b skip: "), StartsWith("a__b.t drop: "),
                            StartsWith("a__b.u drop: ")));
    EXPECT_THAT(world_.state(), IsEmpty());
}

TEST_F(CatalogHandlerTest, ReconcilesWhatAPersonAsksFor) {
    put("t");
    put("u");
    put("v", {"c:array<"});
    EXPECT_THAT(world_.outcomes(R"({"action":"reconcile","database":"a__b","table":"t"})"),
                ElementsAre("a__b.t create: the table is new"));
    EXPECT_THAT(world_.snowflake.executed().back(), Not(HasSubstr("\"U\"")));
    world_.changes();
    log_begin_ = world_.capture.text().size();
    const std::string planned = R"({"action":"reconcile","database":"a__b","dry_run":true})";
    EXPECT_THAT(world_.outcomes(planned), ElementsAre(HasSubstr("1 of 3 tables failed: a__b.v: ")));
    EXPECT_THAT(world_.changes(), IsEmpty());
    EXPECT_THAT(world_.capture.text(), HasSubstr("table_planned"));
    EXPECT_EQ(metric("TablesCreated"), "");  // the plan counts nothing
    world_.catalog.delete_table({"a__b", "v"});
    EXPECT_THAT(world_.outcomes(R"({"action":"reconcile"})"),
                ElementsAre(StartsWith("a__b.t none: "), StartsWith("a__b.u create: ")));
    EXPECT_EQ(world_.state().size(), 2U);
}

// Each GetTables, SHOW and CREATE takes 10 s of the minute.
TEST_F(CatalogHandlerTest, ReconcilesUntilTheDeadline) {
    for (const char* name : {"t", "u", "v", "w", "x", "y", "z"})
        put(name);
    world_.request_ms = 10'000;
    const auto response = world_.handle(R"({"action":"reconcile"})");
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, base::ErrorKind::deadline_near);
    EXPECT_THAT(response.error().message, HasSubstr("the deadline is near: "));
    const std::size_t made = world_.state().size();
    EXPECT_GT(made, 0U);
    EXPECT_THAT(response.error().message, HasSubstr(std::to_string(7 - made) + " tables"));
}

TEST_F(CatalogHandlerTest, BoundsTheErrorsMessage) {
    std::string tables;
    for (int i = 0; i < 100; ++i) {
        const std::string name = std::string(250, 't') + std::to_string(i);
        tables += (i == 0 ? "\"" : ",\"") + name + "\"";
        world_.catalog.refuse({"a__b", name}, std::string(200, 'm'));
    }
    const auto response = world_.handle(native_tables("CreateTable", tables));
    ASSERT_FALSE(response);
    EXPECT_LT(response.error().message.size(), 20'000U);
    EXPECT_THAT(response.error().message, HasSubstr("more, see the log"));
}

}  // namespace

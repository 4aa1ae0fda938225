#include "functions/glue_to_snowflake/sync/sync.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/glue_to_snowflake/sync/sync_world.h"

namespace {

using glue_to_snowflake::DeletePolicy;
using glue_to_snowflake::PartitionMode;
using glue_to_snowflake::Sending;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class TableSyncTest : public testing::Test {
  protected:
    void put(const std::vector<std::string>& columns, const std::vector<std::string>& keys = {}) {
        sides_.catalog.put_table({"a__b", "t"}, tests::parquet_table("t", columns, keys));
    }
    std::string partitions(std::vector<std::vector<std::string>> values, bool is_complete = true) {
        return tests::Syncer::text_of(
            syncer_.sync().sync_partitions(syncer_.request(), {std::move(values), is_complete}));
    }
    // Answers the requests that `matches`; the others go to both sides.
    void intercept(const std::string& text, std::vector<http::Response> answers) {
        auto left = std::make_shared<std::vector<http::Response>>(std::move(answers));
        syncer_.answer_with(
            [this, text, left](const http::Request& request) -> base::Result<http::Response> {
                const auto target = http::find_header(request.headers, "X-Amz-Target").value_or("");
                const bool matches = request.body.find(text) != std::string::npos ||
                                     target.find(text) != std::string_view::npos;
                if (!matches || left->empty()) return sides_.answer(request);
                http::Response answer = left->front();
                left->erase(left->begin());
                return answer;
            });
    }

    tests::SyncSides sides_;
    tests::Syncer syncer_{sides_};
};

TEST_F(TableSyncTest, MakesATableAndThenLeavesItAlone) {
    put({"x:int"});
    const auto outcome = syncer_.run();
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->glue, "a__b.t");
    EXPECT_EQ(outcome->snowflake, R"("A"."B"."T")");
    ASSERT_EQ(outcome->statements.size(), 1U);
    EXPECT_EQ(outcome->statements[0].reason, "the table is new");
    EXPECT_THAT(sides_.changes(), ElementsAre(StartsWith("CREATE EXTERNAL TABLE IF NOT EXISTS")));
    EXPECT_THAT(sides_.catalog.calls(), ElementsAre("GetTable a__b.t", "GetTable a__b.t"));
    EXPECT_THAT(syncer_.outcome(), StartsWith("none: "));
    EXPECT_THAT(sides_.changes(), IsEmpty());
}

TEST_F(TableSyncTest, AltersByOneStatementAndAComment) {
    put({"x:int"});
    ASSERT_TRUE(syncer_.run());
    sides_.changes();
    put({"x:int", "a:string"});
    EXPECT_THAT(syncer_.outcome(), StartsWith("alter: "));
    EXPECT_THAT(sides_.changes(), ElementsAre(HasSubstr("ADD COLUMN IF NOT EXISTS \"A\""),
                                              StartsWith("COMMENT ON TABLE")));
}

TEST_F(TableSyncTest, LooksAgainWhereTheCatalogChangedMeanwhile) {
    put({"x:int"});
    bool is_changed = false;
    syncer_.answer_with([&](const http::Request& request) {
        auto answer = sides_.answer(request);
        if (request.body.find("CREATE EXTERNAL") != std::string::npos && !is_changed) {
            is_changed = true;
            put({"x:int", "a:int"});
        }
        return answer;
    });
    EXPECT_THAT(syncer_.outcome(), HasSubstr("alter: the table is new; then: "));
    EXPECT_THAT(sides_.changes(),
                ElementsAre(StartsWith("CREATE"), HasSubstr("ADD COLUMN"), StartsWith("COMMENT")));
}

TEST_F(TableSyncTest, GivesUpOnATableThatNeverRests) {
    int version = 0;
    put({"x:int"});
    syncer_.answer_with([&](const http::Request& request) {
        auto answer = sides_.answer(request);
        if (request.body.find("COMMENT") != std::string::npos)
            put({"x:int", "a" + std::to_string(++version) + ":int"});
        return answer;
    });
    EXPECT_THAT(syncer_.outcome(), HasSubstr("error: the catalog changed the table 3 times"));
    syncer_.answer_with([&](const http::Request& request) { return sides_.answer(request); });
    EXPECT_THAT(syncer_.outcome(), testing::Not(HasSubstr("error")));
}

TEST_F(TableSyncTest, SaysThatItDidNotSeeTheEnd) {
    put({"x:int"});
    int reads = 0;
    syncer_.answer_with([&](const http::Request& request) -> base::Result<http::Response> {
        if (request.body.find("DatabaseName") != std::string::npos && ++reads == 2)
            return http::Response{400, {}, R"({"__type":"AccessDeniedException"})"};
        return sides_.answer(request);
    });
    EXPECT_THAT(syncer_.outcome(), HasSubstr("error: create was done (the table is new), but "
                                             "whether the catalog changed meanwhile is not known"));
}

TEST_F(TableSyncTest, LeavesWhatAnAlterBrokeOffInDoubt) {
    put({"x:int", "y:int"});
    ASSERT_TRUE(syncer_.run());
    put({"x:int", "a:int"});
    intercept("DROP COLUMN", {{422, {}, R"({"code":"011208","message":"depends on it"})"}});
    EXPECT_THAT(syncer_.outcome(), HasSubstr("011208"));
    EXPECT_THAT(sides_.changes().back(), HasSubstr("in doubt"));
    // The catalog goes back to what it was: what was added must go, and the mark knows.
    put({"x:int", "y:int"});
    EXPECT_THAT(syncer_.outcome(), testing::Not(StartsWith("none")));
    EXPECT_THAT(sides_.snowflake.state(), testing::Not(HasSubstr(R"("name":"A")")));
    EXPECT_THAT(syncer_.outcome(), StartsWith("none"));
}

TEST_F(TableSyncTest, GoesOnWhereAnAlterBrokeOff) {
    put({"x:int", "y:int"});
    ASSERT_TRUE(syncer_.run());
    put({"x:int", "a:int"});
    intercept("DROP COLUMN", {{422, {}, R"({"code":"011208","message":"depends on it"})"}});
    EXPECT_THAT(syncer_.outcome(), StartsWith("error"));
    EXPECT_THAT(syncer_.outcome(), StartsWith("alter"));
    EXPECT_THAT(syncer_.outcome(), StartsWith("none"));
}

TEST_F(TableSyncTest, LeavesAnothersTableAlone) {
    put({"x:int"});
    sides_.command("CreateExisting",
                   R"({"database":"A","schema":"B","object":"T","kind":"EXTERNAL TABLE",)"
                   R"("comment":"by hand","grants":[]})");
    EXPECT_THAT(syncer_.outcome(), HasSubstr("skip: a table of that name is there without"));
    EXPECT_THAT(sides_.changes(), IsEmpty());
}

TEST_F(TableSyncTest, FailsWhereAnotherKindOfObjectHasTheName) {
    put({"x:int"});
    const http::Response there{
        200,
        {},
        R"({"code":"090001","statementHandle":"h","resultSetMetaData":{"rowType":)"
        R"([{"name":"status"}]},"data":[["T already exists, statement succeeded."]]})"};
    intercept("CREATE EXTERNAL", {there, there});
    EXPECT_THAT(syncer_.outcome(), HasSubstr("another object has that name"));
}

TEST_F(TableSyncTest, ActsOnADeletedTableByThePolicy) {
    put({"x:int"});
    ASSERT_TRUE(syncer_.run());
    sides_.changes();
    sides_.catalog.delete_table({"a__b", "t"});
    EXPECT_THAT(syncer_.outcome(), StartsWith("skip: the catalog does not have it any more"));
    EXPECT_THAT(sides_.changes(), IsEmpty());
    syncer_.config.delete_policy = DeletePolicy::rename;
    EXPECT_THAT(syncer_.outcome(), StartsWith("rename: "));
    EXPECT_THAT(sides_.changes(), ElementsAre(HasSubstr("RENAME TO"), HasSubstr("deleted")));
    EXPECT_THAT(syncer_.outcome(), StartsWith("none: "));
    put({"x:int"});
    syncer_.config.delete_policy = DeletePolicy::drop;
    ASSERT_TRUE(syncer_.run());
    sides_.catalog.delete_table({"a__b", "t"});
    EXPECT_THAT(syncer_.outcome(), StartsWith("drop: "));
    EXPECT_THAT(sides_.changes().back(), StartsWith("DROP EXTERNAL TABLE IF EXISTS"));
}

TEST_F(TableSyncTest, DropsNothingThatTheCatalogRefusesToShow) {
    put({"x:int"});
    ASSERT_TRUE(syncer_.run());
    sides_.changes();
    syncer_.config.delete_policy = DeletePolicy::drop;
    intercept("GetTable", {{400, {}, R"({"__type":"AccessDeniedException","Message":"no"})"}});
    EXPECT_THAT(syncer_.outcome(), HasSubstr("error: GetTable"));
    EXPECT_THAT(sides_.changes(), IsEmpty());
}

TEST_F(TableSyncTest, KnowsTheCallersCatalogWhereNobodyNamesIt) {
    put({"x:int"});
    ASSERT_TRUE(syncer_.run());
    sides_.catalog.delete_table({"a__b", "t"});
    syncer_.config.delete_policy = DeletePolicy::drop;
    auto request = syncer_.request();
    request.source.catalog_id = "";
    EXPECT_THAT(tests::Syncer::text_of(syncer_.sync().sync(request)), StartsWith("drop: "));
}

TEST_F(TableSyncTest, SendsNothingInADryRun) {
    put({"x:int"});
    syncer_.sending = Sending::off;
    const auto outcome = syncer_.run();
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->statements.size(), 1U);
    EXPECT_THAT(sides_.changes(), IsEmpty());
    EXPECT_THAT(sides_.looks(), ElementsAre(StartsWith("SHOW EXTERNAL TABLES LIKE")));
    syncer_.sends = false;
    EXPECT_THAT(syncer_.outcome(), StartsWith("create: TARGET_TYPE is LOGGING: nothing was sent"));
    EXPECT_THAT(sides_.looks(), IsEmpty());
}

TEST_F(TableSyncTest, SendsNoStatementNearTheDeadline) {
    put({"x:int"});
    syncer_.answer_with([&](const http::Request& request) {
        auto answer = sides_.answer(request);
        if (request.body.find("SHOW") != std::string::npos) sides_.clock.advance_ms(59'500);
        return answer;
    });
    EXPECT_THAT(syncer_.outcome(), HasSubstr("not begun, the deadline is near"));
    EXPECT_THAT(sides_.changes(), IsEmpty());
}

TEST_F(TableSyncTest, SaysWhatToDoWhereTheSchemaIsMissing) {
    sides_.catalog.put_database("a__none");
    sides_.catalog.put_table({"a__none", "t"}, tests::parquet_table("t", {"x:int"}));
    auto request = syncer_.request();
    request.source.database = "a__none";
    EXPECT_THAT(tests::Syncer::text_of(syncer_.sync().sync(request)),
                HasSubstr(R"(error: the schema "A"."NONE" does not exist)"));
}

TEST_F(TableSyncTest, RefreshesThePartitionsThatChanged) {
    put({"x:int"}, {"dt:string"});
    syncer_.config.auto_refresh = snowflake::AutoRefresh::off;
    sides_.catalog.put_partition({"a__b", "t"}, {"1"}, "s3://lake/raw/t/dt=1/");
    EXPECT_THAT(partitions({{"1"}}), StartsWith("create"));
    sides_.changes();
    EXPECT_THAT(partitions({{"1"}, {"2"}, {"1"}}), StartsWith("refresh: 2 partitions changed"));
    EXPECT_THAT(sides_.changes(), ElementsAre(testing::EndsWith("REFRESH 'dt=1/'"),
                                              testing::EndsWith("REFRESH 'dt=2/'")));
    EXPECT_THAT(partitions({}, false), StartsWith("refresh: "));
    EXPECT_THAT(sides_.changes(), ElementsAre(testing::EndsWith("REFRESH")));
    EXPECT_THAT(partitions({{"1", "2"}}), StartsWith("refresh: "));
    EXPECT_THAT(sides_.changes(), ElementsAre(testing::EndsWith("REFRESH")));
}

TEST_F(TableSyncTest, NamesAPartitionOutsideOfTheTable) {
    put({"x:int"}, {"dt:string"});
    syncer_.config.auto_refresh = snowflake::AutoRefresh::off;
    ASSERT_TRUE(syncer_.run());
    sides_.changes();
    sides_.catalog.put_partition({"a__b", "t"}, {"9"}, "s3://lake/elsewhere/");
    EXPECT_THAT(partitions({{"9"}}), HasSubstr("partition (9) is not below the table's location"));
    EXPECT_THAT(sides_.changes(), IsEmpty());
}

TEST_F(TableSyncTest, LeavesPartitionsToSnowflakeWhereItRefreshes) {
    put({"x:int"}, {"dt:string"});
    EXPECT_THAT(partitions({{"1"}}), StartsWith("skip: AUTO_REFRESH is on"));
    EXPECT_THAT(sides_.catalog.calls(), IsEmpty());
}

TEST_F(TableSyncTest, RefusesALayoutThatTheExpressionsMisread) {
    put({"x:int"}, {"dt:string"});
    sides_.catalog.put_partition({"a__b", "t"}, {"1"}, "s3://lake/raw/t/a/b/c/");
    EXPECT_THAT(syncer_.outcome(),
                testing::AllOf(StartsWith("skip: "), HasSubstr("PARTITION_MODE=user_specified")));
    EXPECT_THAT(sides_.changes(), IsEmpty());
}

TEST_F(TableSyncTest, AddsAndDropsUserSpecifiedPartitions) {
    put({"x:int"}, {"dt:string"});
    syncer_.config.partition_mode = PartitionMode::user_specified;
    syncer_.config.auto_refresh = snowflake::AutoRefresh::off;
    sides_.catalog.put_partition({"a__b", "t"}, {"1"}, "s3://lake/raw/t/any/place/");
    EXPECT_THAT(syncer_.outcome(), StartsWith("create: "));
    EXPECT_THAT(sides_.changes(), ElementsAre(StartsWith("CREATE"), HasSubstr("ADD PARTITION"),
                                              StartsWith("COMMENT")));
    EXPECT_THAT(syncer_.outcome(), StartsWith("none: "));
    EXPECT_THAT(partitions({{"1"}}), StartsWith("alter: "));  // its new files
    EXPECT_THAT(sides_.changes(), testing::Contains(HasSubstr("ADD PARTITION")));
    sides_.catalog.delete_partition({"a__b", "t"}, {"1"});
    EXPECT_THAT(partitions({{"1"}}), StartsWith("alter: "));
    EXPECT_THAT(sides_.changes(), testing::Contains(HasSubstr("DROP PARTITION LOCATION")));
    EXPECT_THAT(syncer_.outcome(), StartsWith("none: "));
    put({"x:int", "a:int"}, {"dt:string"});
    EXPECT_THAT(syncer_.outcome(), StartsWith("alter: "));
    EXPECT_THAT(syncer_.outcome(), StartsWith("none: "));
}

TEST_F(TableSyncTest, FailsOnBadAnswersAndNamesThem) {
    put({"x:int"});
    const std::vector<std::pair<std::string, std::string>> cases{
        {"<html>", "GetTable"},
        {"{}", "the answer of GetTable has no Table"},
        {R"({"Table":[]})", "the answer of GetTable has no Table"},
        {R"({"Table":{"Name":"t","StorageDescriptor":{"Columns":7}}})", "Columns is not an array"},
        {R"({"Table":{"Name":"t","StorageDescriptor":{"Columns":[{"Name":"x","Type":"int<"}]}}})",
         ""}};
    for (const auto& [answer, message] : cases) {
        intercept("GetTable", {{200, {}, answer}});
        EXPECT_THAT(syncer_.outcome(), HasSubstr(message)) << answer;
        EXPECT_THAT(sides_.changes(), IsEmpty()) << answer;
    }
    for (const char* answer : {"<html>", "{}", R"({"code":"090001"})"}) {
        intercept("SHOW EXTERNAL", {{200, {}, answer}});
        EXPECT_THAT(syncer_.outcome(), HasSubstr("error: SHOW EXTERNAL TABLES LIKE")) << answer;
        EXPECT_THAT(sides_.changes(), IsEmpty()) << answer;
    }
}

TEST_F(TableSyncTest, LeavesATableWithoutAStorageDescriptor) {
    sides_.catalog.put_table({"a__b", "t"}, R"("StorageDescriptor":null,"Parameters":null)");
    EXPECT_THAT(syncer_.outcome(), StartsWith("skip: "));
}

}  // namespace

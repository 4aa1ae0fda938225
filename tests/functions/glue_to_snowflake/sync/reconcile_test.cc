#include "functions/glue_to_snowflake/sync/reconcile.h"

#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/glue_to_snowflake/sync/sync_world.h"

namespace {

using glue_to_snowflake::DeletePolicy;
using glue_to_snowflake::ReconcileReport;
using glue_to_snowflake::Sending;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using testing::UnorderedElementsAre;

class ReconcileTest : public testing::Test {
  protected:
    void put(const std::string& database, const std::string& table,
             const std::vector<std::string>& columns = {"x:int"}) {
        sides_.catalog.put_table({database, table}, tests::parquet_table(table, columns));
    }
    void put_schema(const std::string& database, const std::string& schema) {
        sides_.command("CreateSchema",
                       R"({"database":")" + database + R"(","schema":")" + schema + "\"}");
    }
    ReconcileReport reconcile(glue_to_snowflake::ReconcileRequest request = {}) {
        auto report = syncer_.reconcile(std::move(request));
        EXPECT_TRUE(report) << report.error().message;
        return report ? *std::move(report) : ReconcileReport();
    }
    static std::vector<std::string> lines(const ReconcileReport& report) {
        std::vector<std::string> lines = report.failures;
        for (const auto& table : report.tables)
            lines.push_back(table.glue + " " + std::string(action_name(table.action)));
        return lines;
    }

    tests::SyncSides sides_;
    tests::Syncer syncer_{sides_};
};

TEST_F(ReconcileTest, MakesWhatIsMissingAndThenSendsOneShow) {
    for (int i = 0; i < 150; ++i)
        put("a__b", "t" + std::to_string(i));
    const auto first = reconcile();
    EXPECT_THAT(first.failures, IsEmpty());
    EXPECT_EQ(first.tables.size(), 150U);
    EXPECT_EQ(sides_.changes().size(), 150U);
    sides_.looks();
    const auto second = reconcile();
    EXPECT_EQ(std::count_if(second.tables.begin(), second.tables.end(),
                            [](const auto& table) {
                                return table.action == glue_to_snowflake::Action::none;
                            }),
              150);
    EXPECT_THAT(sides_.changes(), IsEmpty());
    EXPECT_THAT(sides_.looks(),
                ElementsAre(R"(SHOW EXTERNAL TABLES IN SCHEMA "A"."B" LIMIT 10000)"));
}

TEST_F(ReconcileTest, AltersOneTableAmongOthers) {
    put("a__b", "t");
    put("a__b", "u");
    reconcile();
    sides_.changes();
    put("a__b", "u", {"x:int", "a:int"});
    EXPECT_THAT(lines(reconcile()), UnorderedElementsAre("a__b.t none", "a__b.u alter"));
    EXPECT_THAT(sides_.changes(), ElementsAre(HasSubstr("ADD COLUMN"), StartsWith("COMMENT")));
}

TEST_F(ReconcileTest, GoesOnAfterATableThatFails) {
    put("a__b", "t");
    sides_.catalog.put_table({"a__b", "bad"}, R"("Parameters":7)");
    put("a__b", "type", {"x:int<"});
    const auto report = reconcile();
    EXPECT_THAT(report.failures, UnorderedElementsAre("a__b.bad: Parameters is not an object",
                                                      testing::StartsWith("a__b.type: column x")));
    EXPECT_THAT(sides_.changes(), ElementsAre(HasSubstr(R"("T")")));
}

TEST_F(ReconcileTest, SaysOfEachTableThatItsSchemaIsMissing) {
    sides_.catalog.put_database("a__none");
    for (const char* table : {"t", "u"})
        put("a__none", table);
    put("a__b", "t");
    const auto report = reconcile();
    ASSERT_EQ(report.failures.size(), 2U);
    for (const std::string& failure : report.failures)
        EXPECT_THAT(failure, HasSubstr(R"(: the schema "A"."NONE" does not exist, or the role)"));
    EXPECT_THAT(sides_.changes(), ElementsAre(HasSubstr(R"("A"."B"."T")")));
}

TEST_F(ReconcileTest, LooksAtWhatTheFiltersLetThrough) {
    sides_.catalog.put_database("plain");
    put("plain", "t");
    sides_.catalog.put_database("x__y");
    put("x__y", "t");
    put("a__b", "t");
    put("a__b", "u");
    syncer_.config.database_filter = {"a__*", "plain"};
    syncer_.config.table_filter = {"t"};
    EXPECT_THAT(lines(reconcile()),
                UnorderedElementsAre("plain skip", "a__b.t create", "a__b.u skip"));
}

TEST_F(ReconcileTest, ShowsASchemaOnceForTwoDatabases) {
    sides_.catalog.put_database("one");
    sides_.catalog.put_database("two");
    put("one", "t");
    put("two", "t");
    put("two", "u");
    syncer_.config.database_rule = glue_to_snowflake::DatabaseRule::map;
    for (const char* database : {"one", "two"})
        syncer_.config.database_map.emplace(database, *glue_to_snowflake::parse_schema_name("A.B"));
    syncer_.config.database_filter = {"one", "two"};
    EXPECT_THAT(lines(reconcile()),
                UnorderedElementsAre("one.t create", "two.t skip", "two.u create"));
    sides_.looks();
    EXPECT_THAT(lines(reconcile()), UnorderedElementsAre("one.t none", "two.t skip", "two.u none"));
    EXPECT_EQ(sides_.looks().size(), 1U);
    syncer_.sending = Sending::off;
    sides_.command("CreateSchema", R"({"database":"A","schema":"C"})");
    syncer_.config.database_map.clear();
    for (const char* database : {"one", "two"})
        syncer_.config.database_map.emplace(database, *glue_to_snowflake::parse_schema_name("A.C"));
    EXPECT_THAT(lines(reconcile()),
                UnorderedElementsAre("one.t create", "two.t skip", "two.u create"));
}

TEST_F(ReconcileTest, ActsOnOrphansByThePolicy) {
    put("a__b", "t");
    put("a__b", "u");
    reconcile();
    sides_.changes();
    sides_.catalog.delete_table({"a__b", "u"});
    sides_.looks();
    EXPECT_THAT(lines(reconcile()), UnorderedElementsAre("a__b.t none", "a__b.u skip"));
    EXPECT_THAT(sides_.changes(), IsEmpty());
    EXPECT_EQ(sides_.looks().size(), 1U);
    syncer_.config.delete_policy = DeletePolicy::rename;
    EXPECT_THAT(lines(reconcile()), UnorderedElementsAre("a__b.t none", "a__b.u rename"));
    EXPECT_THAT(lines(reconcile()), UnorderedElementsAre("a__b.t none"));  // no mirror any more
    sides_.catalog.delete_table({"a__b", "t"});
    syncer_.config.delete_policy = DeletePolicy::drop;
    EXPECT_THAT(lines(reconcile()), UnorderedElementsAre("a__b.t drop"));
}

TEST_F(ReconcileTest, LeavesTheTablesOfOthersAlone) {
    const auto existing = [&](const std::string& name, const std::string& comment) {
        codec::JsonWriter json;
        json.begin_object().member("database", "A").member("schema", "B").member("object", name);
        json.member("kind", "EXTERNAL TABLE").member("comment", comment);
        json.key("grants").begin_array().end_array().end_object();
        sides_.command("CreateExisting", json.take());
    };
    const auto mark = [](const std::string& catalog, const std::string& database,
                         const std::string& table) {
        return R"(lakefeed {"version":1,"catalog":")" + catalog + R"(","database":")" + database +
               R"(","table":")" + table + R"(","definition":"0"})";
    };
    existing("BY_HAND", "mine");
    existing("OTHER", mark(tests::kOtherAccount, "a__b", "other"));
    existing("ELSEWHERE", mark(tests::kAccount, "c__d", "elsewhere"));
    syncer_.config.delete_policy = DeletePolicy::drop;
    EXPECT_THAT(lines(reconcile()), IsEmpty());
    EXPECT_THAT(sides_.changes(), IsEmpty());
}

TEST_F(ReconcileTest, AsksForAnOrphanByNameBeforeThePolicyActs) {
    put("a__b", "t");
    reconcile();
    sides_.changes();
    syncer_.config.delete_policy = DeletePolicy::drop;
    // The list leaves the table out, as Lake Formation's does where the role may not see it.
    syncer_.answer_with([&](const http::Request& request) -> base::Result<http::Response> {
        const auto target = http::find_header(request.headers, "X-Amz-Target").value_or("");
        if (target == "AWSGlue.GetTables") return http::Response{200, {}, R"({"TableList":[]})"};
        return sides_.answer(request);
    });
    EXPECT_THAT(lines(reconcile()), ElementsAre("a__b.t none"));
    EXPECT_THAT(sides_.changes(), IsEmpty());
}

TEST_F(ReconcileTest, TakesNoTableForAnOrphanWhereTheListBreaksOff) {
    for (int i = 0; i < 150; ++i)
        put("a__b", "t" + std::to_string(i));
    reconcile();
    sides_.changes();
    syncer_.config.delete_policy = DeletePolicy::drop;
    syncer_.answer_with([&](const http::Request& request) -> base::Result<http::Response> {
        if (request.body.find("NextToken") != std::string::npos)
            return http::Response{400, {}, R"({"__type":"InvalidInputException"})"};
        return sides_.answer(request);
    });
    const auto report = reconcile();
    EXPECT_THAT(report.failures, ElementsAre(StartsWith("a__b: GetTables")));
    EXPECT_EQ(report.tables.size(), 100U);
    EXPECT_THAT(sides_.changes(), IsEmpty());
}

TEST_F(ReconcileTest, FindsTheTablesOfADeletedDatabase) {
    put("a__b", "t");
    put("a__b", "u");
    reconcile();
    sides_.changes();
    sides_.catalog.delete_database("a__b");
    sides_.catalog.put_database("default");
    syncer_.config.delete_policy = DeletePolicy::drop;
    EXPECT_THAT(lines(reconcile({.catalog_id = tests::kAccount, .database = "a__b"})),
                testing::IsSupersetOf({"a__b.t drop", "a__b.u drop"}));
    EXPECT_EQ(sides_.changes().size(), 2U);
    EXPECT_THAT(lines(reconcile({.catalog_id = "", .database = "a__b"})), ElementsAre("a__b skip"));
}

TEST_F(ReconcileTest, LooksAtOneDatabaseOrOneTable) {
    put_schema("C", "D");
    sides_.catalog.put_database("c__d");
    put("a__b", "t");
    put("a__b", "u");
    put("c__d", "t");
    EXPECT_THAT(lines(reconcile({.catalog_id = "", .database = "a__b", .table = "t"})),
                ElementsAre("a__b.t create"));
    EXPECT_THAT(lines(reconcile({.catalog_id = "", .database = "a__b"})),
                UnorderedElementsAre("a__b.t none", "a__b.u create"));
    EXPECT_THAT(lines(reconcile({.catalog_id = "", .database = "plain"})),
                ElementsAre("plain skip"));
}

TEST_F(ReconcileTest, SaysWhatTheDeadlineLeft) {
    for (const char* table : {"t", "u", "v"})
        put("a__b", table);
    int creates = 0;
    syncer_.answer_with([&](const http::Request& request) {
        auto answer = sides_.answer(request);
        if (request.body.find("CREATE") != std::string::npos && ++creates == 1)
            sides_.clock.advance_ms(58'000);
        return answer;
    });
    const auto report = reconcile();
    EXPECT_EQ(report.tables.size(), 1U);
    EXPECT_EQ(report.tables_left, 2U);
    EXPECT_THAT(report.failures, ElementsAre(HasSubstr("the deadline is near: 2 tables")));
    syncer_.deadline = {sides_.clock.now_ms() + 60'000};
    EXPECT_THAT(lines(reconcile()),
                UnorderedElementsAre("a__b.t none", "a__b.u create", "a__b.v create"));
}

TEST_F(ReconcileTest, LeavesAllWhereAPersonAsksToStop) {
    put("a__b", "t");
    std::stop_source stop;
    stop.request_stop();
    const auto report = reconcile({.stop = stop.get_token()});
    EXPECT_EQ(report.databases_left, 1U);
    EXPECT_THAT(report.failures, ElementsAre(HasSubstr("a stop was asked for")));
    EXPECT_THAT(sides_.looks(), IsEmpty());
}

TEST_F(ReconcileTest, SendsNothingInADryRun) {
    put("a__b", "t");
    syncer_.sending = Sending::off;
    const auto report = reconcile();
    ASSERT_EQ(report.tables.size(), 1U);
    EXPECT_EQ(report.tables[0].statements.size(), 1U);
    syncer_.sends = false;
    syncer_.sending = Sending::on;
    EXPECT_THAT(lines(reconcile()), ElementsAre("a__b.t create"));
    EXPECT_THAT(sides_.changes(), IsEmpty());
}

TEST_F(ReconcileTest, TellsItsProgress) {
    put("a__b", "t");
    put("a__b", "u");
    std::vector<std::string> seen;
    const auto report = syncer_.reconcile({}, [&](const auto& progress) {
        seen.push_back(std::to_string(progress.done) + "/" + std::to_string(progress.known) + " " +
                       std::string(progress.database));
    });
    ASSERT_TRUE(report);
    EXPECT_THAT(seen, ElementsAre("1/2 a__b", "2/2 a__b"));
}

TEST_F(ReconcileTest, FailsWhereTheDatabasesCannotBeListed) {
    syncer_.answer_with([](const http::Request&) -> base::Result<http::Response> {
        return http::Response{400, {}, R"({"__type":"AccessDeniedException","Message":"no"})"};
    });
    const auto report = syncer_.reconcile();
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().kind, base::ErrorKind::access_denied);
}

TEST_F(ReconcileTest, EndsARenameThatBrokeOff) {
    put("a__b", "t");
    reconcile();
    sides_.changes();
    sides_.catalog.delete_table({"a__b", "t"});
    syncer_.config.delete_policy = DeletePolicy::rename;
    syncer_.answer_with([&](const http::Request& request) -> base::Result<http::Response> {
        if (request.body.find("COMMENT ON TABLE") != std::string::npos)
            return http::Response{422, {}, R"({"code":"003001","message":"no"})"};
        return sides_.answer(request);
    });
    EXPECT_THAT(lines(reconcile()), ElementsAre(HasSubstr("a__b.t: COMMENT")));
    syncer_.answer_with([&](const http::Request& request) { return sides_.answer(request); });
    put("a__b", "t");
    syncer_.config.delete_policy = DeletePolicy::ignore;
    EXPECT_THAT(lines(reconcile()), UnorderedElementsAre("a__b.t create", "a__b.t rename"));
    EXPECT_THAT(lines(reconcile()), ElementsAre("a__b.t none"));
}

}  // namespace

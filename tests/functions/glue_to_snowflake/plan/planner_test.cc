#include "functions/glue_to_snowflake/plan/planner.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/glue_to_snowflake/plan/planner_fixture.h"

namespace {

using glue_to_snowflake::Action;
using glue_to_snowflake::DeletePolicy;
using glue_to_snowflake::Mark;
using glue_to_snowflake::Plan;
using glue_to_snowflake::Shown;
using glue_to_snowflake::wants_columns;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using tests::define;
using tests::kSource;
using tests::marked;
using tests::plan_change;
using tests::shown_of;
using tests::texts_of;
using tests::Wish;

constexpr const char* kComment = R"(COMMENT ON TABLE "SALES"."RAW"."ORDERS" IS 'lakefeed {)";
constexpr const char* kReplace = R"(CREATE OR REPLACE EXTERNAL TABLE "SALES"."RAW"."ORDERS" ()";
constexpr const char* kCreate = R"(CREATE EXTERNAL TABLE IF NOT EXISTS "SALES"."RAW"."ORDERS" ()";

void expect_skip(const Plan& plan, const std::string& reason) {
    EXPECT_EQ(plan.action, Action::skip);
    EXPECT_THAT(plan.statements, IsEmpty());
    EXPECT_THAT(plan.reason, HasSubstr(reason));
}

void expect_none(const Plan& plan) {
    EXPECT_EQ(plan.action, Action::none) << plan.reason;
    EXPECT_THAT(plan.statements, IsEmpty());
}

void expect_replace(const Plan& plan, const std::string& reason) {
    EXPECT_EQ(plan.action, Action::replace);
    EXPECT_THAT(plan.reason, StartsWith(reason));
    ASSERT_THAT(texts_of(plan),
                ElementsAre(AllOf(StartsWith(kReplace), HasSubstr(" COPY GRANTS "))));
    EXPECT_EQ(plan.statements[0].reason, reason);
    EXPECT_FALSE(plan.statements[0].ends_where_there);
}

std::vector<aws::GlueColumn> many_columns(std::size_t count, const char* type) {
    std::vector<aws::GlueColumn> columns;
    columns.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        columns.push_back({"column_with_a_name_" + std::to_string(i), type});
    return columns;
}

TEST(Planner, CreatesWhatIsNotThere) {
    const Plan plan = plan_table(define({}), kSource, std::nullopt);
    EXPECT_EQ(plan.action, Action::create);
    EXPECT_EQ(plan.reason, "the table is new");
    ASSERT_THAT(texts_of(plan),
                ElementsAre(AllOf(StartsWith(kCreate), HasSubstr("COMMENT = 'lakefeed {"))));
    EXPECT_EQ(plan.statements[0].subject, R"(CREATE EXTERNAL TABLE "SALES"."RAW"."ORDERS")");
    EXPECT_TRUE(plan.statements[0].ends_where_there);
}

TEST(Planner, PutsTheDescriptionBeforeTheMark) {
    const Plan plan = plan_table(define({.description = "it's\nours"}), kSource, std::nullopt);
    EXPECT_THAT(texts_of(plan)[0], HasSubstr(R"(COMMENT = 'it''s\nours\nlakefeed {)"));
}

TEST(Planner, DoesNothingWhereTheDefinitionIsTheSame) {
    expect_none(plan_change({}, {}));
    expect_none(plan_change({.columns = {{"a", "int"}, {"b", "varchar(3)"}}},
                            {.columns = {{"b", "varchar(9)"}, {"a", "bigint"}}}));
    EXPECT_EQ(plan_change({}, {}).reason, "the definition is the same");
}

TEST(Planner, AddsAColumn) {
    const Plan plan = plan_change({}, {.columns = {{"a", "int"}, {"c", "int"}, {"b", "string"}}});
    EXPECT_EQ(plan.action, Action::alter);
    EXPECT_EQ(plan.reason, "column C is new");
    EXPECT_THAT(texts_of(plan),
                ElementsAre(R"(ALTER TABLE "SALES"."RAW"."ORDERS" ADD COLUMN IF NOT EXISTS "C" )"
                            R"(NUMBER(38,0) AS (VALUE:"c"::NUMBER(38,0)))",
                            StartsWith(kComment)));
    EXPECT_EQ(plan.statements[0].subject, R"(ALTER TABLE "SALES"."RAW"."ORDERS" ADD COLUMN "C")");
    EXPECT_EQ(plan.statements[0].reason, "column C is new");
}

TEST(Planner, DropsAColumn) {
    const Plan plan = plan_change({}, {.columns = {{"b", "string"}}});
    EXPECT_EQ(plan.action, Action::alter);
    EXPECT_EQ(plan.reason, "column A is gone");
    EXPECT_THAT(texts_of(plan),
                ElementsAre(R"(ALTER TABLE "SALES"."RAW"."ORDERS" DROP COLUMN IF EXISTS "A")",
                            StartsWith(kComment)));
}

TEST(Planner, TakesARenamedColumnForANewAndAGoneOne) {
    const Plan plan = plan_change({}, {.columns = {{"a", "int"}, {"title", "string"}}});
    EXPECT_EQ(plan.reason, "column TITLE is new; column B is gone");
    EXPECT_THAT(texts_of(plan), ElementsAre(HasSubstr("ADD COLUMN"), HasSubstr("DROP COLUMN"),
                                            StartsWith(kComment)));
}

TEST(Planner, NeverDropsPartitionColumnsNorValue) {
    const Wish before{.keys = {{"dt", "date"}}};
    const Wish after{.columns = {{"a", "int"}}, .keys = {{"dt", "date"}}};
    EXPECT_THAT(texts_of(plan_change(before, after)),
                ElementsAre(HasSubstr(R"(DROP COLUMN IF EXISTS "B")"), StartsWith(kComment)));
}

TEST(Planner, MakesAColumnAnewThatABrokenOffAlterLeft) {
    const Wish after{.columns = {{"a", "int"}, {"b", "string"}, {"c", "int"}}};
    Shown shown = shown_of({});
    shown.columns.push_back({"C", "VARCHAR", true});
    const Plan plan = plan_table(define(after), kSource, shown);
    EXPECT_EQ(plan.reason, "column C is made anew, since an ALTER broke off");
    EXPECT_THAT(texts_of(plan),
                ElementsAre(HasSubstr(R"(DROP COLUMN IF EXISTS "C")"),
                            HasSubstr(R"(ADD COLUMN IF NOT EXISTS "C" NUMBER(38,0))"),
                            StartsWith(kComment)));
}

// What DESC calls a column must not decide whether a change of it is seen.
TEST(Planner, SeesAChangedColumnByItsNameAlone) {
    Shown shown = shown_of({});
    for (auto& column : shown.columns)
        column.is_virtual = false;
    expect_replace(
        plan_table(define({.columns = {{"a", "string"}, {"b", "string"}}}), kSource, shown),
        "column A: its type changed from NUMBER to VARCHAR");
    shown.columns.clear();
    expect_replace(plan_table(define({.columns = {{"a", "int"}}}), kSource, shown),
                   "its columns changed, and DESC shows none");
}

TEST(Planner, FinishesADropThatLacksItsComment) {
    Shown shown = shown_of({});
    shown.columns.pop_back();
    const Plan plan = plan_table(define({.columns = {{"a", "int"}}}), kSource, shown);
    EXPECT_EQ(plan.action, Action::alter);
    EXPECT_EQ(plan.reason, "an ALTER broke off before the comment");
    EXPECT_THAT(texts_of(plan), ElementsAre(StartsWith(kComment)));
}

TEST(Planner, ReplacesForAnotherTypeOrExpression) {
    expect_replace(plan_change({}, {.columns = {{"a", "string"}, {"b", "string"}}}),
                   "column A: its type changed from NUMBER to VARCHAR");
    expect_replace(plan_change({.columns = {{"a", "decimal(9,2)"}}},
                               {.columns = {{"a", "decimal(9,3)"}, {"b", "int"}}}),
                   "column A: its expression changed");
}

TEST(Planner, AppendsACsvColumnAndReplacesForOneInTheMiddle) {
    const Wish before{.serde = tests::kOpenCsvSerde, .columns = {{"a", "string"}, {"b", "string"}}};
    Wish appended = before;
    appended.columns.push_back({"c", "string"});
    EXPECT_EQ(plan_change(before, appended).reason, "column C is new");
    Wish inserted = before;
    inserted.columns.insert(inserted.columns.begin() + 1, {"c", "string"});
    expect_replace(plan_change(before, inserted), "column B: its expression changed");
    Wish dropped = before;
    dropped.columns.erase(dropped.columns.begin());
    expect_replace(plan_change(before, dropped), "column B: its expression changed");
}

TEST(Planner, ReplacesForWhatNoAlterChanges) {
    expect_replace(plan_change({}, {.folder = "new"}), "the location changed");
    expect_replace(plan_change({}, {.serde = tests::kOpenxJsonSerde}), "the file format changed");
    expect_replace(plan_change({}, {.keys = {{"dt", "date"}}}), "the partition columns changed");
    expect_replace(plan_change({}, {.keys = {{"dt", "date"}}, .folder = "new"}),
                   "the location, the partition columns changed");
}

TEST(Planner, ReplacesWhereAColumnBecomesAPartitionKey) {
    const Wish after{.columns = {{"a", "int"}}, .keys = {{"b", "string"}}};
    expect_replace(plan_change({}, after), "the partition columns changed");
}

TEST(Planner, ReplacesAnInvalidTable) {
    Shown shown = shown_of({});
    shown.table.is_invalid = true;
    shown.table.invalid_reason = "the stage was dropped";
    expect_replace(plan_table(define({}), kSource, shown),
                   "Snowflake calls the table invalid: the stage was dropped");
}

TEST(Planner, ReplacesForTheClausesOfAnotherRelease) {
    const Shown shown = marked(shown_of({}), [](Mark& mark) { mark.definition = "other"; });
    expect_replace(plan_table(define({}), kSource, shown),
                   "its clauses are those of another release of lakefeed");
}

TEST(Planner, SetsAutoRefreshAlone) {
    const Wish off{.auto_refresh = snowflake::AutoRefresh::off};
    EXPECT_THAT(
        texts_of(plan_change({}, off)),
        ElementsAre(R"(ALTER EXTERNAL TABLE "SALES"."RAW"."ORDERS" SET AUTO_REFRESH = FALSE)",
                    AllOf(StartsWith(kComment), HasSubstr(R"("auto_refresh":false)"))));
    EXPECT_EQ(plan_change({}, off).reason, "AUTO_REFRESH is off now");
    EXPECT_EQ(plan_change(off, {}).reason, "AUTO_REFRESH is on now");
    EXPECT_THAT(texts_of(plan_change(off, {}))[0], HasSubstr("SET AUTO_REFRESH = TRUE"));
}

TEST(Planner, SetsAutoRefreshBesideColumns) {
    const Wish after{.columns = {{"b", "string"}}, .auto_refresh = snowflake::AutoRefresh::off};
    EXPECT_THAT(texts_of(plan_change({}, after)),
                ElementsAre(HasSubstr("DROP COLUMN"), HasSubstr("SET AUTO_REFRESH = FALSE"),
                            StartsWith(kComment)));
}

TEST(Planner, ChangesTheDescriptionByTheCommentAlone) {
    const Plan plan = plan_change({.description = "old"}, {.description = "new"});
    EXPECT_EQ(plan.action, Action::alter);
    EXPECT_EQ(plan.reason, "the description changed");
    EXPECT_THAT(texts_of(plan), ElementsAre(HasSubstr(R"(IS 'new\nlakefeed {)")));
    EXPECT_THAT(texts_of(plan_change({.description = "old"}, {.description = ""})),
                ElementsAre(StartsWith(kComment)));
    EXPECT_THAT(texts_of(plan_change({}, {.description = "new"})),
                ElementsAre(HasSubstr(R"(IS 'new\nlakefeed {)")));
}

TEST(Planner, KeepsWhatAPersonWroteBeforeTheMark) {
    Shown shown = shown_of({});
    shown.table.comment = "by hand\n" + shown.table.comment;
    expect_none(plan_table(define({}), kSource, shown));
    EXPECT_THAT(texts_of(plan_table(define({.columns = {{"a", "int"}}}), kSource, shown)),
                testing::Contains(HasSubstr(R"(IS 'by hand\nlakefeed {)")));
    EXPECT_THAT(texts_of(plan_table(define({.folder = "new"}), kSource, shown)),
                ElementsAre(HasSubstr(R"(COMMENT = 'by hand\nlakefeed {)")));
}

TEST(Planner, LeavesAloneWhatIsNotOurs) {
    Shown shown = shown_of({});
    const Wish after{.columns = {{"a", "string"}}};
    for (const char* comment : {"", "made by hand", "lakefeed was here"}) {
        shown.table.comment = comment;
        expect_skip(plan_table(define(after), kSource, shown), "without lakefeed's mark");
    }
    shown = marked(shown_of({}), [](Mark& mark) { mark.deleted = "2026-11-21T19:00:00Z"; });
    expect_skip(plan_table(define(after), kSource, shown), "tombstone");
    shown.table.comment = R"(lakefeed {"version":2})";
    expect_skip(plan_table(define(after), kSource, shown), "made by a newer lakefeed");
}

TEST(Planner, LeavesTheMirrorOfAnotherTableAlone) {
    for (const aws::GlueTableId& other : {aws::GlueTableId{"999999999999", "sales__raw", "orders"},
                                          aws::GlueTableId{"123456789012", "sales__RAW", "orders"},
                                          aws::GlueTableId{"123456789012", "sales__raw", "Orders"},
                                          aws::GlueTableId{"", "sales__raw", "orders"}}) {
        const Shown shown = marked(shown_of({}), [&](Mark& mark) { mark.source = other; });
        expect_skip(
            plan_table(define({.folder = "new"}), kSource, shown),
            "mirrors " + other.database + "." + other.name + " of catalog " + other.catalog_id);
    }
}

TEST(Planner, ReplacesWhereTheMarkDoesNotSayWhichColumnsChanged) {
    const Shown shown = marked(shown_of({}), [](Mark& mark) { mark.columns.reset(); });
    expect_replace(plan_table(define({.columns = {{"a", "int"}}}), kSource, shown),
                   "its columns changed, and which of them its comment does not say");
    expect_none(plan_table(define({}), kSource, shown));
    const Plan plan =
        plan_table(define({.auto_refresh = snowflake::AutoRefresh::off}), kSource, shown);
    EXPECT_EQ(plan.reason, "AUTO_REFRESH is off now");
}

TEST(Planner, GivesATableItsOwnStageAndDropsTheOld) {
    EXPECT_THAT(texts_of(plan_table(define({.own_stage = 1}), kSource, std::nullopt)),
                ElementsAre(AllOf(StartsWith(R"(CREATE STAGE IF NOT EXISTS "SALES"."RAW".)"),
                                  HasSubstr(R"("ORDERS_00000001" URL = 's3://other/1/')")),
                            AllOf(StartsWith(kCreate), HasSubstr(R"("stage":"ORDERS_00000001")"))));
    EXPECT_THAT(texts_of(plan_change({.own_stage = 1}, {.own_stage = 2})),
                ElementsAre(HasSubstr("CREATE STAGE IF NOT EXISTS"), StartsWith(kReplace),
                            R"(DROP STAGE IF EXISTS "SALES"."RAW"."ORDERS_00000001")"));
    EXPECT_THAT(texts_of(plan_change({.own_stage = 1}, {})),
                ElementsAre(StartsWith(kReplace), HasSubstr("DROP STAGE")));
    expect_none(plan_change({.own_stage = 1}, {.own_stage = 1}));
    EXPECT_THAT(
        texts_of(plan_change({.own_stage = 1}, {.serde = tests::kOpenxJsonSerde, .own_stage = 1})),
        ElementsAre(HasSubstr("CREATE STAGE IF NOT EXISTS"), StartsWith(kReplace)));
}

// Whoever may write the comment of a table must not choose the stage that we drop.
TEST(Planner, DropsNoStageThatWasNotMadeForTheTable) {
    for (const char* stage : {"LAKE", "OTHER_00000001", "ORDERS_0000000g", "ORDERS-00000001",
                              "_00000001", "ORDERSX_00000001", "ORDERS_", "x"}) {
        const Shown shown =
            marked(shown_of({.own_stage = 1}), [stage](Mark& mark) { mark.stage = stage; });
        EXPECT_THAT(texts_of(plan_table(define({}), kSource, shown)),
                    testing::Each(Not(HasSubstr("DROP STAGE"))))
            << stage;
    }
}

TEST(Planner, KeepsReasonsShort) {
    const Plan added = plan_change({}, {.columns = many_columns(2'000, "int")});
    EXPECT_EQ(added.statements.size(), 2'000U + 2 + 1);
    EXPECT_LT(added.reason.size(), 400U);
    EXPECT_THAT(added.reason, AllOf(StartsWith("columns COLUMN_WITH_A_NAME_0, "),
                                    HasSubstr(" and 1995 more are new; columns A, B are gone")));
    const Plan changed = plan_change({.columns = many_columns(2'000, "int")},
                                     {.columns = many_columns(2'000, "string")});
    EXPECT_EQ(changed.action, Action::replace);
    EXPECT_LT(changed.reason.size(), 700U);
    Shown shown = shown_of({});
    shown.table.is_invalid = true;
    shown.table.invalid_reason = std::string(100'000, 'x');
    EXPECT_LT(plan_table(define({}), kSource, shown).reason.size(), 400U);
}

TEST(Planner, WantsTheColumnsOnlyWhereTheyDecide) {
    const auto wants = [](const Wish& after, const Shown& shown) {
        return wants_columns(define(after), kSource, shown.table);
    };
    const Wish fewer{.columns = {{"a", "int"}}};
    EXPECT_TRUE(wants(fewer, shown_of({})));
    EXPECT_FALSE(wants({}, shown_of({})));
    EXPECT_FALSE(wants({.auto_refresh = snowflake::AutoRefresh::off}, shown_of({})));
    EXPECT_FALSE(wants({.description = "new"}, shown_of({})));
    EXPECT_FALSE(wants({.columns = {{"a", "int"}}, .folder = "new"}, shown_of({})));
    EXPECT_FALSE(wants(fewer, marked(shown_of({}), [](Mark& mark) { mark.columns.reset(); })));
    EXPECT_FALSE(wants(fewer, marked(shown_of({}), [](Mark& mark) { mark.source.name = "x"; })));
    EXPECT_FALSE(wants(fewer, tests::shown_iceberg({})));
    Shown invalid = shown_of({});
    invalid.table.is_invalid = true;
    EXPECT_FALSE(wants(fewer, invalid));
    invalid.table.comment.clear();
    EXPECT_FALSE(wants(fewer, invalid));
}

}  // namespace

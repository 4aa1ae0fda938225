#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "functions/glue_to_snowflake/plan/planner.h"
#include "tests/functions/glue_to_snowflake/plan/planner_fixture.h"

namespace {

using glue_to_snowflake::Action;
using glue_to_snowflake::DeletePolicy;
using glue_to_snowflake::Mark;
using glue_to_snowflake::Plan;
using glue_to_snowflake::PlanOptions;
using glue_to_snowflake::Shown;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using tests::define;
using tests::define_iceberg;
using tests::kSource;
using tests::marked;
using tests::shown_iceberg;
using tests::shown_of;
using tests::texts_of;
using tests::Wish;

constexpr const char* kCreated =
    R"(CREATE ICEBERG TABLE IF NOT EXISTS "SALES"."RAW"."ORDERS" CATALOG = 'int' )"
    R"(CATALOG_TABLE_NAME = 'orders' CATALOG_NAMESPACE = 'sales__raw' AUTO_REFRESH = TRUE )"
    R"(COMMENT = 'lakefeed {"version":1,"catalog":"123456789012","database":"sales__raw",)"
    R"("table":"orders","definition":")";

PlanOptions options(DeletePolicy policy) {
    return {.delete_policy = policy, .tombstone = {1'795'287'600'000, "1a2b"}};
}

TEST(IcebergPlan, CreatesWhatIsNotThere) {
    const Plan plan = plan_iceberg(define_iceberg({}), kSource, std::nullopt);
    EXPECT_EQ(plan.action, Action::create);
    EXPECT_THAT(texts_of(plan), ElementsAre(StartsWith(kCreated)));
    EXPECT_TRUE(plan.statements[0].ends_where_there);
}

TEST(IcebergPlan, DoesNothingForACommit) {
    const Wish committed{.columns = {{"other", "string"}}, .folder = "elsewhere"};
    const Plan plan = plan_iceberg(define_iceberg(committed), kSource, shown_iceberg({}));
    EXPECT_EQ(plan.action, Action::none);
    EXPECT_THAT(plan.statements, IsEmpty());
}

TEST(IcebergPlan, SetsAutoRefresh) {
    const Wish off{.auto_refresh = snowflake::AutoRefresh::off};
    const Plan plan = plan_iceberg(define_iceberg(off), kSource, shown_iceberg({}));
    EXPECT_EQ(plan.action, Action::alter);
    EXPECT_EQ(plan.reason, "AUTO_REFRESH is off now");
    EXPECT_THAT(
        texts_of(plan),
        ElementsAre(R"(ALTER ICEBERG TABLE "SALES"."RAW"."ORDERS" SET AUTO_REFRESH = FALSE)",
                    StartsWith(R"(COMMENT ON TABLE "SALES"."RAW"."ORDERS" IS 'lakefeed)")));
}

TEST(IcebergPlan, ChangesTheDescriptionByTheCommentAlone) {
    EXPECT_THAT(
        texts_of(plan_iceberg(define_iceberg({.description = "new"}), kSource, shown_iceberg({}))),
        ElementsAre(HasSubstr(R"(IS 'new\nlakefeed)")));
}

TEST(IcebergPlan, LeavesAloneWhatIsNotOurs) {
    Shown shown = shown_iceberg({});
    shown.table.comment = "by hand";
    const Plan plan = plan_iceberg(define_iceberg({}), kSource, shown, options(DeletePolicy::drop));
    EXPECT_EQ(plan.action, Action::skip);
    EXPECT_THAT(plan.statements, IsEmpty());
}

// No statement keeps the grants then, so that it is for DELETE_POLICY to say.
TEST(IcebergPlan, ChangesTheIntegrationByThePolicy) {
    auto definition = define_iceberg({});
    definition.table.catalog_integration = "other";
    const auto plan = [&](DeletePolicy policy) {
        return plan_iceberg(definition, kSource, shown_iceberg({}), options(policy));
    };
    EXPECT_EQ(plan(DeletePolicy::ignore).action, Action::skip);
    EXPECT_THAT(plan(DeletePolicy::ignore).reason,
                StartsWith("its catalog integration or its external volume changed"));
    EXPECT_THAT(texts_of(plan(DeletePolicy::drop)),
                ElementsAre(R"(DROP ICEBERG TABLE IF EXISTS "SALES"."RAW"."ORDERS")",
                            StartsWith("CREATE ICEBERG TABLE IF NOT EXISTS ")));
    EXPECT_EQ(plan(DeletePolicy::drop).action, Action::replace);
}

TEST(KindChange, FollowsThePolicy) {
    const auto plan = [](DeletePolicy policy) {
        return plan_iceberg(define_iceberg({}), kSource, shown_of({}), options(policy));
    };
    EXPECT_EQ(plan(DeletePolicy::ignore).action, Action::skip);
    EXPECT_THAT(plan(DeletePolicy::ignore).reason, HasSubstr("it is an Iceberg table now"));
    EXPECT_THAT(plan(DeletePolicy::ignore).statements, IsEmpty());
    EXPECT_THAT(texts_of(plan(DeletePolicy::drop)),
                ElementsAre(R"(DROP EXTERNAL TABLE IF EXISTS "SALES"."RAW"."ORDERS")",
                            StartsWith(kCreated)));
    EXPECT_THAT(
        texts_of(plan(DeletePolicy::rename)),
        ElementsAre(R"(ALTER TABLE "SALES"."RAW"."ORDERS" RENAME TO )"
                    R"("SALES"."RAW"."ORDERS_DELETED_20261121T190000Z_1a2b")",
                    HasSubstr(R"("deleted":"2026-11-21T19:00:00Z")"), StartsWith(kCreated)));
}

TEST(KindChange, GoesBackFromIceberg) {
    const auto plan = [](DeletePolicy policy) {
        return plan_table(define({}), kSource, shown_iceberg({}), options(policy));
    };
    EXPECT_EQ(plan(DeletePolicy::ignore).action, Action::skip);
    EXPECT_THAT(texts_of(plan(DeletePolicy::drop)),
                ElementsAre(R"(DROP ICEBERG TABLE IF EXISTS "SALES"."RAW"."ORDERS")",
                            StartsWith("CREATE EXTERNAL TABLE IF NOT EXISTS ")));
}

}  // namespace

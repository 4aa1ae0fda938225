#include "functions/glue_to_snowflake/plan/delete_plan.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/utf8.h"
#include "tests/functions/glue_to_snowflake/plan/planner_fixture.h"

namespace {

using glue_to_snowflake::Action;
using glue_to_snowflake::DeletePolicy;
using glue_to_snowflake::Mark;
using glue_to_snowflake::Plan;
using glue_to_snowflake::Shown;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::kSource;
using tests::marked;
using tests::shown_of;
using tests::texts_of;

// 2026-11-21T19:00:00Z
const glue_to_snowflake::Tombstone kTombstone{1'795'287'600'000, "1a2b3c4d"};

Plan plan_deleted(const std::optional<Shown>& shown, DeletePolicy policy,
                  std::string_view name = "ORDERS") {
    return glue_to_snowflake::plan_deleted(tests::make_name(name), kSource, shown, policy,
                                           kTombstone);
}

TEST(DeletePlan, ReportsByDefault) {
    const Plan plan = plan_deleted(shown_of({}), DeletePolicy::ignore);
    EXPECT_EQ(plan.action, Action::skip);
    EXPECT_EQ(plan.reason,
              "the catalog does not have it any more; DELETE_POLICY is ignore: the table stays");
    EXPECT_THAT(plan.statements, IsEmpty());
}

TEST(DeletePlan, HasNothingToDoWhereNothingIs) {
    for (const auto policy : {DeletePolicy::ignore, DeletePolicy::drop, DeletePolicy::rename}) {
        const Plan plan = plan_deleted(std::nullopt, policy);
        EXPECT_EQ(plan.action, Action::none);
        EXPECT_THAT(plan.statements, IsEmpty());
    }
}

TEST(DeletePlan, DropsByPolicy) {
    const Plan plan = plan_deleted(shown_of({}), DeletePolicy::drop);
    EXPECT_EQ(plan.action, Action::drop);
    EXPECT_THAT(texts_of(plan),
                ElementsAre(R"(DROP EXTERNAL TABLE IF EXISTS "SALES"."RAW"."ORDERS")"));
    EXPECT_THAT(texts_of(plan_deleted(tests::shown_iceberg({}), DeletePolicy::drop)),
                ElementsAre(R"(DROP ICEBERG TABLE IF EXISTS "SALES"."RAW"."ORDERS")"));
}

TEST(DeletePlan, DropsTheTablesOwnStageBehindIt) {
    EXPECT_THAT(texts_of(plan_deleted(shown_of({.own_stage = 1}), DeletePolicy::drop)),
                ElementsAre(HasSubstr("DROP EXTERNAL TABLE"),
                            R"(DROP STAGE IF EXISTS "SALES"."RAW"."ORDERS_00000001")"));
}

TEST(DeletePlan, RenamesByPolicyAndSaysSinceWhen) {
    const Plan plan =
        plan_deleted(shown_of({.own_stage = 1, .description = "it's"}), DeletePolicy::rename);
    EXPECT_EQ(plan.action, Action::rename);
    EXPECT_THAT(
        texts_of(plan),
        ElementsAre(
            R"(ALTER TABLE "SALES"."RAW"."ORDERS" RENAME TO )"
            R"("SALES"."RAW"."ORDERS_DELETED_20261121T190000Z_1a2b3c4d")",
            AllOf(HasSubstr(R"(COMMENT ON TABLE "SALES"."RAW".)"
                            R"("ORDERS_DELETED_20261121T190000Z_1a2b3c4d" IS 'it''s\nlake)"),
                  EndsWith(R"("deleted":"2026-11-21T19:00:00Z"}')"))));
}

TEST(DeletePlan, LeavesAloneWhatIsNotOurs) {
    Shown shown = shown_of({});
    shown.table.comment = "by hand";
    const Shown other = marked(shown_of({}), [](Mark& mark) { mark.source.database = "other"; });
    const Shown tomb = marked(shown_of({}), [](Mark& mark) { mark.deleted = "since ever"; });
    const Shown newer = marked(shown_of({}), [](Mark& mark) { mark.version = 2; });
    for (const auto policy : {DeletePolicy::drop, DeletePolicy::rename}) {
        for (const Shown& each : {shown, other, tomb, newer}) {
            const Plan plan = plan_deleted(each, policy);
            EXPECT_EQ(plan.action, Action::skip) << plan.reason;
            EXPECT_THAT(plan.statements, IsEmpty());
        }
    }
}

TEST(DeletePlan, FinishesARenameThatLacksItsComment) {
    for (const auto policy : {DeletePolicy::ignore, DeletePolicy::drop, DeletePolicy::rename}) {
        const Plan plan =
            plan_deleted(shown_of({}), policy, "ORDERS_DELETED_20251231T235959Z_ffff");
        EXPECT_EQ(plan.action, Action::rename);
        EXPECT_THAT(texts_of(plan),
                    ElementsAre(AllOf(HasSubstr("COMMENT ON TABLE "),
                                      HasSubstr(R"("deleted":"2025-12-31T23:59:59Z")"))));
    }
}

TEST(DeletePlan, TakesNoOtherNameForATombstones) {
    for (const char* name :
         {"_DELETED_", "ORDERS_DELETED_", "ORDERS_DELETED_20251231T235959Z",
          "ORDERS_DELETED_20251231T235959Z_", "ORDERS_DELETED_2025123XT235959Z_a",
          "ORDERS_DELETED_20251231T235959Z_x", "ORDERS_20251231T235959Z_a"}) {
        EXPECT_THAT(texts_of(plan_deleted(shown_of({}), DeletePolicy::drop, name)),
                    ElementsAre(HasSubstr("DROP EXTERNAL TABLE")))
            << name;
    }
}

TEST(DeletePlan, CutsATombstonesNameToWhatSnowflakeHolds) {
    std::string name;
    for (int i = 0; i < 255; ++i)
        name += "ü";
    const auto tombstone =
        tombstone_name(*snowflake::Identifier::from(name, "the table"), kTombstone);
    EXPECT_EQ(base::utf8_character_count(tombstone.name()), 255U);
    EXPECT_THAT(tombstone.name(), EndsWith("ü_DELETED_20261121T190000Z_1a2b3c4d"));
}

}  // namespace

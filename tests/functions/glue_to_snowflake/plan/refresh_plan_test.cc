#include "functions/glue_to_snowflake/plan/refresh_plan.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/glue_to_snowflake/plan/planner_fixture.h"

namespace {

using glue_to_snowflake::Action;
using glue_to_snowflake::ChangedPartitions;
using glue_to_snowflake::Plan;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::define;
using tests::kSource;
using tests::plan_change;
using tests::shown_of;
using tests::texts_of;
using tests::Wish;

const Wish kOff{.keys = {{"dt", "date"}}, .auto_refresh = snowflake::AutoRefresh::off};
const Wish kOn{.keys = {{"dt", "date"}}};
constexpr const char* kRefreshAll = R"(ALTER EXTERNAL TABLE "SALES"."RAW"."ORDERS" REFRESH)";

Plan refresh(const ChangedPartitions& changed, const Wish& before = kOff,
             const Wish& after = kOff) {
    return plan_refresh(plan_change(before, after), define(after), changed);
}

ChangedPartitions paths(std::size_t count) {
    ChangedPartitions changed{.paths = {}, .is_complete = true};
    for (std::size_t i = 0; i < count; ++i)
        changed.paths.push_back("dt=" + std::to_string(i) + "/");
    return changed;
}

TEST(RefreshPlan, RefreshesEachPartitionOnce) {
    const Plan plan = refresh({{"dt=it's/", "dt=1/", "dt=1/"}, true});
    EXPECT_EQ(plan.action, Action::refresh);
    EXPECT_EQ(plan.reason, "2 partitions changed");
    EXPECT_THAT(texts_of(plan), ElementsAre(std::string(kRefreshAll) + " 'dt=1/'",
                                            std::string(kRefreshAll) + " 'dt=it''s/'"));
    EXPECT_EQ(plan.statements[0].reason, "partition dt=1/ changed");
    EXPECT_EQ(refresh({{"dt=1/"}, true}).reason, "partition dt=1/ changed");
}

TEST(RefreshPlan, RefreshesTheWholeTableWhereItMust) {
    EXPECT_EQ(texts_of(refresh(paths(100))).size(), 100U);
    EXPECT_THAT(texts_of(refresh(paths(101))), ElementsAre(kRefreshAll));
    EXPECT_THAT(texts_of(refresh({{"dt=1/"}, false})), ElementsAre(kRefreshAll));
    EXPECT_THAT(texts_of(refresh({{}, false})), ElementsAre(kRefreshAll));
    for (const char* path : {"", "/", "/dt=1/", "dt=1"})
        EXPECT_THAT(texts_of(refresh({{path, "dt=2/"}, true})), ElementsAre(kRefreshAll)) << path;
}

TEST(RefreshPlan, DoesNothingWhereSnowflakeFindsFilesItself) {
    const Plan plan = refresh(paths(3), kOn, kOn);
    EXPECT_EQ(plan.action, Action::skip);
    EXPECT_THAT(plan.reason, HasSubstr("AUTO_REFRESH is on"));
    EXPECT_THAT(plan.statements, IsEmpty());
}

TEST(RefreshPlan, IsNotForUserSpecifiedTables) {
    auto definition = define(kOff);
    definition.table.partition_type = snowflake::PartitionType::user_specified;
    const Plan none{Action::none, "the definition is the same", {}};
    EXPECT_EQ(plan_refresh(none, definition, paths(3)).action, Action::none);
}

TEST(RefreshPlan, DoesNothingForNoPartition) {
    EXPECT_EQ(refresh({{}, true}).action, Action::none);
}

TEST(RefreshPlan, ComesBehindAnAlter) {
    Wish after = kOff;
    after.columns.pop_back();
    const Plan plan = refresh(paths(1), kOff, after);
    EXPECT_EQ(plan.action, Action::alter);
    EXPECT_EQ(plan.reason, "column B is gone; partition dt=0/ changed");
    EXPECT_THAT(texts_of(plan), ElementsAre(HasSubstr("DROP COLUMN"), HasSubstr("COMMENT ON"),
                                            HasSubstr("REFRESH 'dt=0/'")));
    after.auto_refresh = snowflake::AutoRefresh::on;
    EXPECT_THAT(texts_of(refresh(paths(1), kOff, after)),
                testing::Each(testing::Not(HasSubstr(" REFRESH "))));
}

TEST(RefreshPlan, LeavesOtherPlansAsTheyAre) {
    Wish moved = kOff;
    moved.folder = "new";
    EXPECT_EQ(texts_of(refresh(paths(1), kOff, moved)).size(), 1U);
    auto shown = shown_of(kOff);
    shown.table.comment.clear();
    const Plan skip =
        plan_refresh(plan_table(define(kOff), kSource, shown), define(kOff), paths(1));
    EXPECT_EQ(skip.action, Action::skip);
    EXPECT_THAT(skip.statements, IsEmpty());
    const Plan created =
        plan_refresh(plan_table(define(kOff), kSource, std::nullopt), define(kOff), paths(1));
    EXPECT_EQ(created.statements.size(), 1U);
}

}  // namespace

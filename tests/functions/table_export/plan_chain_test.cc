#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "functions/table_export/plan.h"
#include "tests/functions/table_export/planning.h"

namespace {

using aws::ExportStatus;
using table_export::Action;
using table_export::ExportMode;
using table_export::LostWindow;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using tests::Planning;

// Times are minutes after 2026-11-20T00:00:00Z, and slots are 10 minutes after the windows' ends.

TEST(PlanChain, BeginsWithAFullExport) {
    Planning chain;
    const auto plan = chain.plan(60);
    EXPECT_THAT(chain.started(plan), ElementsAre("full 60"));
    EXPECT_THAT(plan.failures, IsEmpty());
    EXPECT_EQ(plan.windows_due, 0U);
}

TEST(PlanChain, GoesOnFromTheFullExport) {
    for (const auto status : {ExportStatus::completed, ExportStatus::in_progress}) {
        Planning chain;
        chain.full(0, status);
        EXPECT_THAT(chain.started(chain.plan(70)), ElementsAre("0 to 60"));
    }
}

TEST(PlanChain, GoesOnFromTheLastWindow) {
    for (const auto status : {ExportStatus::completed, ExportStatus::in_progress}) {
        Planning chain;
        chain.full(0).window(0, 60).window(60, 125, status);
        EXPECT_THAT(chain.started(chain.plan(190)), ElementsAre("125 to 180"));
    }
}

TEST(PlanChain, GoesOnFromTheFurthestEnd) {
    Planning chain;
    chain.full(0).window(0, 120).window(30, 60);
    EXPECT_THAT(chain.started(chain.plan(190)), ElementsAre("120 to 180"));
}

// Another full export on the way is no reason to leave a part of the history out.
TEST(PlanChain, GoesOnFromTheLastWindowAcrossANewerFullExport) {
    Planning chain;
    chain.full(0).window(0, 60).full(100);
    EXPECT_THAT(chain.started(chain.plan(190)), ElementsAre("60 to 180"));
}

TEST(PlanChain, NeedsNoListedFullExportToGoOn) {
    for (const auto mode : {ExportMode::automatic, ExportMode::incremental}) {
        Planning chain;
        chain.mode = mode;
        chain.window(0, 60);
        EXPECT_THAT(chain.started(chain.plan(130)), ElementsAre("60 to 120"));
    }
}

TEST(PlanChain, FailsWhereThereIsNothingToChainFrom) {
    Planning chain;
    chain.mode = ExportMode::incremental;
    chain.full(0, ExportStatus::failed);
    const auto plan = chain.plan(70);
    EXPECT_THAT(plan.exports, IsEmpty());
    EXPECT_THAT(plan.failures, ElementsAre(AllOf(HasSubstr("nothing to chain from"),
                                                 HasSubstr(R"({"export_type":"full"})"),
                                                 HasSubstr("EXPORT_TYPE=auto"))));
}

TEST(PlanChain, CatchesUpInWindowsOfTheLongestLength) {
    Planning chain;
    chain.config.window_minutes_max = 60;
    chain.full(0);
    const auto plan = chain.plan(10 + 60 * 3 + 20);
    EXPECT_THAT(chain.started(plan),
                ElementsAre("0 to 60", "60 to 120", "120 to 180", "180 to 200"));
    EXPECT_EQ(plan.windows_due, 4U);
}

TEST(PlanChain, StartsSoManyWindowsAndNoMore) {
    Planning chain;
    chain.config.window_minutes_max = 60;
    chain.config.windows_per_run_max = 2;
    chain.full(0);
    const auto plan = chain.plan(10 + 300);
    EXPECT_THAT(chain.started(plan), ElementsAre("0 to 60", "60 to 120"));
    EXPECT_EQ(plan.windows_due, 5U);
}

// 15 minutes are the least, and the slot decides where a window ends.
TEST(PlanChain, WaitsForFifteenMinutes) {
    Planning chain;
    chain.full(0);
    const auto early = chain.plan(24);
    EXPECT_THAT(chain.started(early), IsEmpty());
    ASSERT_THAT(early.exports, SizeIs(1));
    EXPECT_EQ(early.exports[0].action, Action::up_to_date);
    EXPECT_EQ(early.exports[0].export_arn, "full 0");
    EXPECT_THAT(chain.started(chain.plan(25)), ElementsAre("0 to 15"));
}

TEST(PlanChain, EndsAtTheSlotWheneverTheCallComes) {
    Planning chain;
    chain.full(0);
    for (const int latest : {60, 61, 200, 10'000}) {
        chain.latest = latest;
        EXPECT_THAT(chain.started(chain.plan(70)), ElementsAre("0 to 60")) << latest;
    }
}

// Recovery may be further behind than it usually is.
TEST(PlanChain, LeavesToTheNextRunWhatRecoveryHasNotReached) {
    Planning chain;
    chain.config.window_minutes_max = 60;
    chain.full(0);
    chain.latest = 119;
    EXPECT_THAT(chain.started(chain.plan(130)), ElementsAre("0 to 60"));
    chain.latest = 59;
    const auto plan = chain.plan(70);
    EXPECT_THAT(chain.started(plan), IsEmpty());
    EXPECT_EQ(plan.exports.at(0).action, Action::up_to_date);
    EXPECT_THAT(plan.failures, IsEmpty());
}

struct StateCase {
    int slot;
    ExportStatus last;
    Action action;
    const char* arn;
};

class State : public testing::TestWithParam<StateCase> {};

TEST_P(State, TellsWhatBecameOfTheSlot) {
    Planning chain;
    chain.full(0).window(0, 60).window(60, 120, GetParam().last);
    const auto plan = chain.plan(GetParam().slot);
    ASSERT_THAT(plan.exports, SizeIs(1));
    EXPECT_EQ(plan.exports[0].action, GetParam().action);
    EXPECT_EQ(plan.exports[0].export_arn, GetParam().arn);
}

INSTANTIATE_TEST_SUITE_P(
    PlanChain, State,
    testing::Values(
        // doubled
        StateCase{130, ExportStatus::completed, Action::already_started, "60 to 120"},
        StateCase{130, ExportStatus::in_progress, Action::already_started, "60 to 120"},
        // an older slot after a newer one, and the first slot of all
        StateCase{70, ExportStatus::completed, Action::already_started, "0 to 60"},
        StateCase{0, ExportStatus::completed, Action::already_started, "full 0"},
        // an older slot that never ran, and one before all exports
        StateCase{100, ExportStatus::completed, Action::up_to_date, "60 to 120"},
        StateCase{-500, ExportStatus::in_progress, Action::in_progress, "60 to 120"},
        // too early for the next window
        StateCase{144, ExportStatus::completed, Action::up_to_date, "60 to 120"},
        StateCase{144, ExportStatus::in_progress, Action::in_progress, "60 to 120"}));

TEST(PlanChain, RunsFailedWindowsAgainBeforeNewerOnes) {
    Planning chain;
    chain.full(0)
        .window(0, 60, ExportStatus::failed)
        .window(60, 120)
        .window(120, 180, ExportStatus::failed);
    const auto plan = chain.plan(250);
    EXPECT_THAT(chain.started(plan), ElementsAre("0 to 60", "120 to 180", "180 to 240"));
    EXPECT_TRUE(plan.exports[0].repairs);
    EXPECT_TRUE(plan.exports[1].repairs);
    EXPECT_FALSE(plan.exports[2].repairs);
    EXPECT_THAT(plan.warnings, IsEmpty());
    EXPECT_THAT(chain.earlier(plan), ElementsAre("120 to 180", "60 to 120", "0 to 60", "full 0"));
}

TEST(PlanChain, GivesEachAttemptATokenOfItsOwn) {
    std::set<std::string> tokens;
    Planning chain;
    chain.full(0);
    for (int attempt = 0; attempt < 5; ++attempt) {
        const auto plan = chain.plan(70);
        EXPECT_THAT(chain.started(plan), ElementsAre("0 to 60"));
        tokens.insert(plan.exports[0].request.client_token);
        EXPECT_EQ(chain.plan(70).exports[0].request.client_token,
                  plan.exports[0].request.client_token);
        chain.window(0, 60, ExportStatus::failed);
    }
    EXPECT_THAT(tokens, SizeIs(5));
}

TEST(PlanChain, CountsRepeatsApartFromNewWindows) {
    Planning chain;
    chain.config.window_minutes_max = 60;
    chain.config.windows_per_run_max = 2;
    chain.full(0);
    for (int i = 0; i < 3; ++i)
        chain.window(i * 60, i * 60 + 60, ExportStatus::failed);
    chain.window(180, 240);
    const auto plan = chain.plan(10 + 240 + 180);
    EXPECT_THAT(chain.started(plan),
                ElementsAre("0 to 60", "60 to 120", "240 to 300", "300 to 360"));
    EXPECT_EQ(plan.windows_due, 6U);
}

TEST(PlanChain, TakesARepeatThatIsThere) {
    Planning chain;
    chain.full(0).window(0, 60, ExportStatus::failed).window(60, 120).window(0, 60);
    EXPECT_THAT(chain.started(chain.plan(130)), IsEmpty());
}

TEST(PlanChain, FailsWhileRecoveryIsOff) {
    Planning chain;
    chain.full(0);
    chain.recovery_is_on = false;
    const auto plan = chain.plan(130);
    EXPECT_THAT(plan.exports, IsEmpty());
    EXPECT_THAT(plan.failures, ElementsAre(AllOf(HasSubstr("point-in-time recovery is off"),
                                                 HasSubstr("update-continuous-backups"))));
}

TEST(PlanChain, CountsWindowsOfAnyViewTypeAndMakesThoseOfTheSetting) {
    Planning chain;
    chain.config.view_type = aws::ExportViewType::new_image;
    chain.full(0).window(0, 60);
    const auto plan = chain.plan(130);
    EXPECT_THAT(chain.started(plan), ElementsAre("60 to 120"));
    EXPECT_EQ(plan.exports[0].request.incremental->view_type, aws::ExportViewType::new_image);
}

TEST(PlanChain, IgnoresExportsWithoutTheirTimes) {
    Planning chain;
    chain.full(0).window(0, 60);
    chain.history.exports[0].incremental.reset();
    EXPECT_THAT(chain.started(chain.plan(130)), ElementsAre("0 to 120"));
    chain.history.exports[1].export_time_ms.reset();
    EXPECT_THAT(chain.started(chain.plan(130)), ElementsAre("full 130"));
}

TEST(PlanChain, TellsHowFarCompletedExportsReach) {
    Planning chain;
    chain.full(0).window(0, 60).window(60, 120, ExportStatus::in_progress).window(120, 180);
    EXPECT_EQ(chain.plan(190).chain_complete_ms, tests::minute(60));
    EXPECT_EQ(chain.plan(190).newest_complete_ms, tests::minute(180));
    chain.full(150);
    EXPECT_EQ(chain.plan(190).chain_complete_ms, tests::minute(180));
    Planning without_full;
    without_full.window(60, 120).window(0, 60);
    EXPECT_EQ(without_full.plan(190).chain_complete_ms, tests::minute(120));
    EXPECT_EQ(Planning().plan(190).chain_complete_ms, std::nullopt);
}

TEST(PlanChain, ReportsFailedWindowsHoweverOldAsLongAsTheyAreMissing) {
    Planning chain;
    chain.config.windows_per_run_max = 1;
    chain.full(0).window(0, 15, ExportStatus::failed).window(15, 30, ExportStatus::failed);
    for (int i = 2; i < 16; ++i)
        chain.window(i * 15, i * 15 + 15);
    const auto plan = chain.plan(250);
    EXPECT_THAT(chain.earlier(plan), SizeIs(12));
    EXPECT_THAT(chain.earlier(plan), testing::Contains("0 to 15"));
    EXPECT_THAT(chain.earlier(plan), testing::Contains("15 to 30"));
}

}  // namespace

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

TEST(ChainDamage, ExportsAGapAndSaysSo) {
    Planning chain;
    chain.full(0).window(0, 60).window(120, 180);
    const auto plan = chain.plan(190);
    EXPECT_THAT(chain.started(plan), ElementsAre("60 to 120"));
    EXPECT_THAT(
        plan.warnings,
        ElementsAre(AllOf(HasSubstr("gap from 2026-11-20T01:00:00Z to 2026-11-20T02:00:00Z"),
                          HasSubstr("exported now"))));
    EXPECT_EQ(plan.gaps, 1U);
}

TEST(ChainDamage, FindsTheGapBetweenTheFullExportAndTheFirstWindow) {
    Planning chain;
    chain.full(0).window(30, 60);
    EXPECT_THAT(chain.started(chain.plan(70)), ElementsAre("0 to 30"));
}

// A gap too short for a window is exported with the beginning of its newer neighbour.
TEST(ChainDamage, WidensAShortGapOverItsNewerNeighbour) {
    Planning chain;
    chain.full(0).window(0, 60).window(65, 125);
    const auto plan = chain.plan(135);
    EXPECT_THAT(chain.started(plan), ElementsAre("60 to 75"));
    EXPECT_THAT(plan.warnings,
                ElementsAre(AllOf(
                    HasSubstr("gap from 2026-11-20T01:00:00Z to 2026-11-20T01:05:00Z"),
                    HasSubstr("in an overlap from 2026-11-20T01:05:00Z to 2026-11-20T01:15:00Z"))));

    chain.window(60, 75);
    const auto next = chain.plan(135);
    EXPECT_THAT(chain.started(next), IsEmpty());
    EXPECT_THAT(next.warnings,
                ElementsAre(AllOf(
                    HasSubstr("overlap from 2026-11-20T01:05:00Z to 2026-11-20T01:15:00Z"),
                    HasSubstr("65 to 125"), HasSubstr("60 to 75"), Not(HasSubstr("0 to 60")))));
    EXPECT_EQ(next.overlaps, 1U);
}

TEST(ChainDamage, LeavesAGapThatIsNewerThanTheSlotToANewerSlot) {
    Planning chain;
    chain.full(0).window(0, 60).window(120, 180);
    const auto plan = chain.plan(100);
    EXPECT_THAT(chain.started(plan), IsEmpty());
    EXPECT_THAT(plan.warnings, ElementsAre(AllOf(HasSubstr("gap from"), HasSubstr("newer"))));
}

TEST(ChainDamage, FailsOnAGapThatRecoveryNoLongerReaches) {
    Planning chain;
    chain.full(0).window(0, 60).window(120, 180);
    chain.earliest = 61;
    const auto plan = chain.plan(250);
    EXPECT_THAT(
        plan.failures,
        ElementsAre(AllOf(HasSubstr("gap from 2026-11-20T01:00:00Z to 2026-11-20T02:00:00Z"),
                          HasSubstr("reaches back to 2026-11-20T01:01:00Z"),
                          HasSubstr(R"(send the function {"export_type":"full"} once)"),
                          HasSubstr("LOST_WINDOW=full"))));
    // What comes after it is not to be lost too.
    EXPECT_THAT(chain.started(plan), ElementsAre("180 to 240"));
}

TEST(ChainDamage, StartsNothingBeyondALostEnd) {
    Planning chain;
    chain.full(0).window(0, 60);
    chain.earliest = 100;
    const auto plan = chain.plan(250);
    EXPECT_THAT(plan.exports, IsEmpty());
    EXPECT_THAT(plan.failures, ElementsAre(HasSubstr("gap from 2026-11-20T01:00:00Z to")));
}

TEST(ChainDamage, PutsAFullExportInTheLostWindowsPlace) {
    for (const auto mode : {ExportMode::automatic, ExportMode::incremental}) {
        Planning chain;
        chain.mode = mode;
        chain.config.lost_window = LostWindow::full;
        chain.full(0).window(0, 60);
        chain.earliest = 100;
        const auto plan = chain.plan(250);
        EXPECT_THAT(chain.started(plan), ElementsAre("full 250"));
        EXPECT_THAT(plan.failures, IsEmpty());
        EXPECT_THAT(plan.warnings,
                    ElementsAre(AllOf(HasSubstr("gap from 2026-11-20T01:00:00Z"),
                                      HasSubstr("a new full export takes its place"))));
        // And goes on from there, still saying what is in no increment.
        chain.full(250, ExportStatus::in_progress);
        const auto next = chain.plan(320);
        EXPECT_THAT(chain.started(next), ElementsAre("250 to 310"));
        EXPECT_THAT(next.failures, IsEmpty());
        EXPECT_THAT(next.warnings,
                    ElementsAre(HasSubstr("full export as of 2026-11-20T04:10:00Z makes it good")));
        // Unless it fails.
        chain.fail_last();
        EXPECT_THAT(chain.started(chain.plan(330)), ElementsAre("full 330"));
    }
}

TEST(ChainDamage, PutsAFullExportInAGapsPlaceAndGoesOn) {
    Planning chain;
    chain.config.lost_window = LostWindow::full;
    chain.full(0).window(0, 60).window(120, 180).window(200, 260);
    chain.earliest = 61;
    const auto plan = chain.plan(350);
    EXPECT_THAT(chain.started(plan), ElementsAre("full 350", "180 to 200", "260 to 340"));
}

TEST(ChainDamage, IsContentWithANewerFullExport) {
    Planning chain;
    chain.full(0).window(0, 60).window(120, 180).full(180);
    chain.earliest = 100;
    const auto plan = chain.plan(250);
    EXPECT_THAT(plan.failures, IsEmpty());
    EXPECT_THAT(plan.warnings, ElementsAre(HasSubstr("makes it good")));
    EXPECT_THAT(chain.started(plan), ElementsAre("180 to 240"));
}

TEST(ChainDamage, GoesOnFromAFullExportWhereTheChainsEndIsLost) {
    Planning chain;
    chain.full(0).window(0, 60).full(150);
    chain.earliest = 100;
    const auto plan = chain.plan(250);
    EXPECT_THAT(plan.failures, IsEmpty());
    EXPECT_THAT(chain.started(plan), ElementsAre("150 to 240"));
}

TEST(ChainDamage, MakesTheFullExportUnderItsWindowsAgain) {
    Planning chain;
    chain.full(0, ExportStatus::failed).window(0, 60);
    const auto plan = chain.plan(130);
    EXPECT_THAT(chain.started(plan), ElementsAre("full 0", "60 to 120"));
    EXPECT_TRUE(plan.exports[0].repairs);
    EXPECT_THAT(plan.warnings, ElementsAre(HasSubstr("FAILED: it is made again")));

    chain.earliest = 10;
    EXPECT_THAT(chain.started(chain.plan(130)), ElementsAre("full 130", "60 to 120"));

    chain.mode = ExportMode::incremental;
    const auto incremental = chain.plan(130);
    EXPECT_THAT(chain.started(incremental), ElementsAre("60 to 120"));
    EXPECT_THAT(incremental.failures, ElementsAre(HasSubstr("build upon FAILED")));
}

TEST(ChainDamage, NeedsNoFullExportThatFailedLater) {
    Planning chain;
    chain.window(0, 60).full(30, ExportStatus::failed);
    EXPECT_THAT(chain.started(chain.plan(130)), ElementsAre("60 to 120"));
    Planning other;
    other.full(0).full(60, ExportStatus::failed).window(0, 60);
    EXPECT_THAT(other.started(other.plan(130)), ElementsAre("60 to 120"));
}

TEST(ChainDamage, SaysWhatOverlaps) {
    Planning chain;
    chain.full(0).window(0, 60).window(30, 90).window(60, 120, ExportStatus::failed);
    const auto plan = chain.plan(160);
    EXPECT_THAT(
        plan.warnings,
        ElementsAre(HasSubstr("overlap from 2026-11-20T00:30:00Z to 2026-11-20T01:00:00Z")));
    EXPECT_THAT(chain.started(plan), ElementsAre("90 to 150"));
    EXPECT_EQ(plan.overlaps, 1U);
}

TEST(ChainDamage, DoesNotJudgeWhatMayHaveBeenForgotten) {
    Planning chain;
    chain.window(0, 60).window(120, 180).window(150, 210);
    chain.history.known_from_ms = tests::minute(400);
    const auto plan = chain.plan(500);
    EXPECT_THAT(plan.warnings, IsEmpty());
    EXPECT_THAT(chain.started(plan), ElementsAre("210 to 490"));
}

}  // namespace

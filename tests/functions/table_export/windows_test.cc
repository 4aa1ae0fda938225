#include "functions/table_export/windows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using table_export::cut_into_windows;
using table_export::doubled_parts;
using table_export::kMsPerMinute;
using table_export::missing_parts;
using table_export::Remainder;
using table_export::Window;
using testing::ElementsAre;
using testing::IsEmpty;

// In minutes.
Window window(std::int64_t from, std::int64_t to) {
    return {from * kMsPerMinute, to * kMsPerMinute};
}

std::vector<Window> cut(std::int64_t from, std::int64_t to, std::int64_t longest,
                        Remainder remainder, const std::vector<Window>& failed = {}) {
    return cut_into_windows(window(from, to), failed, longest * kMsPerMinute, remainder);
}

TEST(Windows, AreDescribedByTheirTimes) {
    EXPECT_EQ(describe(Window{1'795'136'400'000, 1'795'140'000'000}),
              "2026-11-20T01:00:00Z to 2026-11-20T02:00:00Z");
}

TEST(MissingParts, AreWhatNoWindowHolds) {
    EXPECT_THAT(missing_parts(window(0, 60), {}), ElementsAre(window(0, 60)));
    EXPECT_THAT(missing_parts(window(0, 60), {window(0, 60)}), IsEmpty());
    EXPECT_THAT(missing_parts(window(0, 60), {window(0, 20), window(20, 60)}), IsEmpty());
    EXPECT_THAT(missing_parts(window(0, 60), {window(-5, 20), window(30, 40), window(55, 90)}),
                ElementsAre(window(20, 30), window(40, 55)));
    EXPECT_THAT(missing_parts(window(0, 60), {window(0, 50), window(10, 20)}),
                ElementsAre(window(50, 60)));
    EXPECT_THAT(missing_parts(window(0, 60), {window(-20, -10), window(70, 80)}),
                ElementsAre(window(0, 60)));
    EXPECT_THAT(missing_parts(window(60, 60), {}), IsEmpty());
}

TEST(DoubledParts, AreWhatTwoWindowsHold) {
    EXPECT_THAT(doubled_parts({}), IsEmpty());
    EXPECT_THAT(doubled_parts({window(0, 20), window(20, 40)}), IsEmpty());
    EXPECT_THAT(doubled_parts({window(0, 30), window(20, 40)}), ElementsAre(window(20, 30)));
    EXPECT_THAT(doubled_parts({window(0, 30), window(0, 30)}), ElementsAre(window(0, 30)));
    EXPECT_THAT(doubled_parts({window(0, 100), window(10, 20), window(30, 120), window(119, 130)}),
                ElementsAre(window(10, 20), window(30, 100), window(119, 120)));
    EXPECT_THAT(doubled_parts({window(0, 50), window(10, 40), window(20, 60)}),
                ElementsAre(window(10, 50)));
}

TEST(CutIntoWindows, MakesWholeOnesAndWaitsForTheRest) {
    EXPECT_THAT(cut(0, 14, 60, Remainder::waits), IsEmpty());
    EXPECT_THAT(cut(0, 15, 60, Remainder::waits), ElementsAre(window(0, 15)));
    EXPECT_THAT(cut(0, 60, 60, Remainder::waits), ElementsAre(window(0, 60)));
    EXPECT_THAT(cut(0, 74, 60, Remainder::waits), ElementsAre(window(0, 60)));
    EXPECT_THAT(cut(0, 75, 60, Remainder::waits), ElementsAre(window(0, 60), window(60, 75)));
    EXPECT_THAT(cut(0, 3 * 1'440, 1'440, Remainder::waits),
                ElementsAre(window(0, 1'440), window(1'440, 2'880), window(2'880, 4'320)));
    EXPECT_THAT(cut(60, 0, 60, Remainder::waits), IsEmpty());
}

// A window never has less than 15 minutes, so a gap's rest is taken from the window before it, or
// its window reaches into what is there.
TEST(CutIntoWindows, LeavesNoRestOfAGap) {
    EXPECT_THAT(cut(0, 61, 60, Remainder::widens), ElementsAre(window(0, 46), window(46, 61)));
    EXPECT_THAT(cut(0, 5, 60, Remainder::widens), ElementsAre(window(0, 15)));
    EXPECT_THAT(cut(0, 16, 15, Remainder::widens), ElementsAre(window(0, 15), window(15, 30)));
    EXPECT_THAT(cut(0, 31, 30, Remainder::widens), ElementsAre(window(0, 16), window(16, 31)));
    EXPECT_THAT(cut(0, 25, 20, Remainder::widens), ElementsAre(window(0, 20), window(20, 35)));
}

TEST(CutIntoWindows, TakesFailedWindowsAsTheyWere) {
    const std::vector<Window> failed{window(0, 37), window(37, 60), window(100, 130)};
    EXPECT_THAT(cut(0, 200, 60, Remainder::waits, failed),
                ElementsAre(window(0, 37), window(37, 60), window(60, 100), window(100, 130),
                            window(130, 190)));
    EXPECT_THAT(cut(0, 60, 60, Remainder::widens, failed),
                ElementsAre(window(0, 37), window(37, 60)));
    // With room for no window before it, or longer than windows are by now, it is an example no
    // more.
    EXPECT_THAT(cut(90, 150, 60, Remainder::waits, failed), ElementsAre(window(90, 150)));
    EXPECT_THAT(cut(0, 60, 30, Remainder::widens, {window(0, 60)}),
                ElementsAre(window(0, 30), window(30, 60)));
}

// The run of an older slot must not cut what a newer one makes again as a whole.
TEST(CutIntoWindows, LeavesAFailedWindowThatReachesOverTheEnd) {
    EXPECT_THAT(cut(0, 100, 60, Remainder::waits, {window(30, 120)}), ElementsAre(window(0, 30)));
    EXPECT_THAT(cut(30, 100, 60, Remainder::waits, {window(30, 120)}), IsEmpty());
}

TEST(CutIntoWindows, KeepsToTheLimitsWhateverComes) {
    for (std::int64_t longest = 15; longest <= 70; ++longest) {
        for (std::int64_t length = 1; length <= 200; ++length) {
            for (const auto remainder : {Remainder::waits, Remainder::widens}) {
                std::int64_t at = 0;
                for (const Window& each : cut(0, length, longest, remainder)) {
                    ASSERT_EQ(each.from_ms, at);
                    ASSERT_GE(each.length_ms(), table_export::kWindowMsMin);
                    ASSERT_LE(each.length_ms(), longest * kMsPerMinute);
                    at = each.to_ms;
                }
                const std::int64_t rest = length - at / kMsPerMinute;
                ASSERT_LT(rest, 15) << length << " in " << longest;
                if (remainder == Remainder::widens) {
                    ASSERT_LE(rest, 0) << length << " in " << longest;
                } else {
                    ASSERT_GE(rest, 0) << length << " in " << longest;
                }
            }
        }
    }
}

}  // namespace

#include "runtime/local/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace local {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr base::EpochMs kStart = tests::kTestNowMs;
constexpr ProgressTotals kTotals{.files = 4, .items = 1'000};

// A megabyte for each item.
ProgressCounts at(std::int64_t files, std::int64_t items) {
    return {.files = files, .items = items, .bytes = static_cast<std::uint64_t>(items) * 1'000'000};
}

Progress bar(const ProgressTotals& totals = kTotals, const ProgressCounts& at_start = {}) {
    return {ProgressLook::bar, totals, at_start, kStart};
}

Progress lines(const ProgressTotals& totals = kTotals, const ProgressCounts& at_start = {}) {
    return {ProgressLook::lines, totals, at_start, kStart};
}

TEST(ProgressRate, IsOfTheLastTwentySeconds) {
    tests::FakeClock clock(kStart);
    ProgressRate rate({}, clock.now_ms());
    std::int64_t items = 0;
    for (int second = 1; second <= 100; ++second) {
        clock.advance_ms(1'000);
        items += second <= 50 ? 100 : 2;  // fast, then slow
        rate.add(at(0, items), clock.now_ms());
    }
    EXPECT_DOUBLE_EQ(rate.bytes_per_second(), 2e6);
    EXPECT_EQ(rate.seconds_left({.files = 1, .items = items + 61}), 31);  // 30.5 rounded up
}

TEST(ProgressRate, IsThatSinceTheStartBeforeTwentySeconds) {
    ProgressRate rate(at(0, 500), kStart);
    rate.add(at(0, 540), kStart + 100);
    rate.add(at(0, 700), kStart + 10'000);
    EXPECT_DOUBLE_EQ(rate.bytes_per_second(), 20e6);
    EXPECT_EQ(rate.seconds_left(kTotals), 15);
}

TEST(ProgressRate, SaysNothingWhileNothingMoves) {
    ProgressRate rate({}, kStart);
    EXPECT_EQ(rate.bytes_per_second(), 0);
    EXPECT_EQ(rate.seconds_left(kTotals), std::nullopt);
    rate.add({}, kStart + 5'000);
    EXPECT_EQ(rate.bytes_per_second(), 0);
    EXPECT_EQ(rate.seconds_left(kTotals), std::nullopt);
}

TEST(ProgressRate, EndsAtTheTotal) {
    ProgressRate rate({}, kStart);
    rate.add(at(4, 1'000), kStart + 1'000);
    EXPECT_EQ(rate.seconds_left(kTotals), std::nullopt);
    rate.add(at(4, 1'100), kStart + 2'000);  // more than the manifest said
    EXPECT_EQ(rate.seconds_left(kTotals), std::nullopt);
}

TEST(ProgressRate, GoesByFilesWhereThereAreNoItems) {
    ProgressRate rate({}, kStart);
    rate.add(at(2, 0), kStart + 1'000);
    EXPECT_EQ(rate.seconds_left({.files = 6, .items = 0}), 2);
}

TEST(ProgressRate, TakesCountsThatGoBack) {
    ProgressRate rate(at(0, 500), kStart);
    rate.add(at(0, 400), kStart + 1'000);
    EXPECT_EQ(rate.bytes_per_second(), 0);
    EXPECT_EQ(rate.seconds_left(kTotals), std::nullopt);
}

TEST(ProgressRate, BeginsAnewWhenTheClockWasSetBack) {
    ProgressRate rate({}, kStart);
    rate.add(at(0, 100), kStart + 1'000);
    rate.add(at(0, 200), kStart - 3'600'000);
    EXPECT_EQ(rate.bytes_per_second(), 0);
    rate.add(at(0, 210), kStart - 3'599'000);
    EXPECT_DOUBLE_EQ(rate.bytes_per_second(), 10e6);
}

TEST(ProgressBar, FillsTheLineButItsLastColumn) {
    Progress progress = bar();
    progress.step({}, kStart, 120);
    const std::string text = progress.step(at(2, 500), kStart + 10'000, 101);
    // 40 cells at most; the rest of the line stays empty.
    EXPECT_EQ(text,
              "\r[####################--------------------]  50 %  2/4 files  500/1,000 items  "
              "50.0 MB/s  0:10 left\x1b[K");
}

TEST(ProgressBar, StaysWithinAnyWidth) {
    for (std::size_t columns = 0; columns <= 200; ++columns) {
        Progress progress = bar();
        const std::string text = progress.step(at(2, 500), kStart + 10'000, columns);
        if (text.empty()) {
            EXPECT_LT(columns, 7U);
            continue;
        }
        ASSERT_THAT(text, StartsWith("\r"));
        const std::size_t shown = text.size() - 1 - 3;  // "\r" and "\x1b[K"
        EXPECT_LT(shown, columns) << text;
        EXPECT_THAT(text, HasSubstr("50 %"));
    }
}

TEST(ProgressBar, LeavesOutTheBarFirst) {
    Progress progress = bar();
    EXPECT_THAT(progress.step(at(2, 500), kStart + 10'000, 66),
                StartsWith("\r 50 %  2/4 files  500/1,000 items  50.0 MB/s  0:10 left"));
    Progress narrow = bar();
    EXPECT_EQ(narrow.step(at(2, 500), kStart + 10'000, 20), "\r 50 %  2/4 files\x1b[K");
}

TEST(ProgressBar, IsDrawnAtOnceThenTenTimesASecondAndOnlyWhenItChanged) {
    Progress progress = bar();
    EXPECT_NE(progress.step({}, kStart, 80), "");
    EXPECT_EQ(progress.step(at(0, 10), kStart + 99, 80), "");
    EXPECT_NE(progress.step(at(0, 10), kStart + 100, 80), "");
    EXPECT_EQ(progress.step(at(0, 10), kStart + 150, 80), "");
    Progress still = bar();
    EXPECT_NE(still.step({}, kStart, 80), "");
    EXPECT_EQ(still.step({}, kStart + 1'000, 80), "");
}

TEST(ProgressBar, IsTakenAwayAndDrawnAgain) {
    Progress progress = bar();
    EXPECT_EQ(progress.clear(), "");
    progress.step({}, kStart, 80);
    EXPECT_EQ(progress.clear(), "\r\x1b[K");
    EXPECT_EQ(progress.clear(), "");
    EXPECT_NE(progress.step({}, kStart + 1, 80), "");
}

TEST(ProgressBar, CountsFailedFiles) {
    Progress progress = bar();
    ProgressCounts counts = at(1, 250);
    counts.failed_files = 2;
    EXPECT_THAT(progress.step(counts, kStart + 1'000, 120),
                HasSubstr("25 %  1/4 files  2 failed  250/1,000 items"));
    Progress without = bar();
    EXPECT_THAT(without.step(at(1, 250), kStart + 1'000, 120), Not(HasSubstr("failed")));
}

TEST(ProgressLines, ComeEveryTenSecondsWithoutEscapeCodes) {
    Progress progress = lines();
    EXPECT_EQ(progress.step({}, kStart, 80), "");
    EXPECT_EQ(progress.step(at(1, 200), kStart + 9'999, 80), "");
    EXPECT_EQ(progress.step(at(1, 250), kStart + 10'000, 80),
              "25 %, 1 of 4 files, 250 of 1000 items, 25.0 MB/s, 0:30 left\n");
    EXPECT_EQ(progress.step(at(2, 400), kStart + 19'999, 80), "");
    EXPECT_NE(progress.step(at(2, 400), kStart + 20'000, 80), "");
    EXPECT_EQ(progress.clear(), "");
}

TEST(ProgressLines, CountFailedFiles) {
    Progress progress = lines();
    ProgressCounts counts = at(1, 250);
    counts.failed_files = 1;
    EXPECT_THAT(progress.step(counts, kStart + 10'000, 80),
                StartsWith("25 %, 1 of 4 files (1 failed), 250 of 1000 items"));
}

TEST(Progress, CountsWhatWasDoneBeforeForTheShareNotForTheRate) {
    const ProgressCounts before{.files = 3, .items = 900, .bytes = 0};
    Progress progress = lines(kTotals, before);
    ProgressCounts now = before;
    now.items += 50;
    now.bytes += 50'000'000;
    EXPECT_EQ(progress.step(now, kStart + 10'000, 80),
              "95 %, 3 of 4 files, 950 of 1000 items, 5.0 MB/s, 0:10 left\n");
}

TEST(Progress, IsWholeWhereThereIsNothingToDo) {
    Progress progress = lines({.files = 0, .items = 0});
    EXPECT_THAT(progress.step({}, kStart + 10'000, 80), StartsWith("100 %, 0 of 0 files"));
}

TEST(Progress, CountsFilesWhereNobodyKnowsTheItems) {
    Progress in_lines = lines({.files = 4, .items = 0});
    EXPECT_EQ(in_lines.step(at(1, 250), kStart + 10'000, 80),
              "25 %, 1 of 4 files, 250 items, 25.0 MB/s, 0:30 left\n");
    Progress as_bar = bar({.files = 4, .items = 0});
    EXPECT_THAT(as_bar.step(at(1, 250), kStart + 10'000, 80),
                HasSubstr("25 %  1/4 files  250 items  25.0 MB/s  0:30 left"));
}

TEST(Progress, NeverPassesTheWhole) {
    Progress progress = lines();
    EXPECT_THAT(progress.step(at(4, 1'200), kStart + 10'000, 80), StartsWith("100 %"));
}

TEST(ProgressTexts, AreForPeople) {
    EXPECT_EQ(size_text(0), "0 bytes");
    EXPECT_EQ(size_text(999), "999 bytes");
    EXPECT_EQ(size_text(1'000), "1.0 kB");
    EXPECT_EQ(size_text(412'049'999), "412.0 MB");
    EXPECT_EQ(size_text(12'000'000'000), "12.0 GB");
    EXPECT_EQ(duration_text(0), "0:00");
    EXPECT_EQ(duration_text(7), "0:07");
    EXPECT_EQ(duration_text(754), "12:34");
    EXPECT_EQ(duration_text(3'723), "1:02:03");
    EXPECT_EQ(rate_text(85'260'000), "85.3 MB/s");
}

}  // namespace
}  // namespace local

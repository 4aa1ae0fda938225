#include "functions/tool/catalog_progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace tool {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr base::EpochMs kStart = tests::kTestNowMs;
constexpr std::size_t kWide = 200;
constexpr std::string_view kErase = "\r\x1b[K";

CatalogProgress bar() {
    return {local::ProgressLook::bar, kStart};
}

TEST(CatalogProgress, TellsRateTimeLeftAndDatabase) {
    CatalogProgress progress = bar();
    EXPECT_EQ(progress.step({0, 1'000, "sales"}, kStart, kWide),
              std::string(kErase) + "0/1,000 tables  sales");
    EXPECT_EQ(progress.step({200, 1'200, "web"}, kStart + 2'000, kWide),
              std::string(kErase) + "200/1,200 tables  100.0 tables/s  0:10 left  web");
}

TEST(CatalogProgress, DrawsTenTimesASecond) {
    CatalogProgress progress = bar();
    EXPECT_NE(progress.step({0, 9, "a"}, kStart, kWide), "");
    EXPECT_EQ(progress.step({1, 9, "a"}, kStart + 99, kWide), "");
    EXPECT_NE(progress.step({2, 9, "a"}, kStart + 100, kWide), "");
    EXPECT_NE(progress.step({3, 9, "a"}, kStart - 5'000, kWide), "");  // the clock was set
}

TEST(CatalogProgress, StaysWithinTheTerminal) {
    const std::string whole = "200/1,200 tables  100.0 tables/s  0:10 left  web";
    for (std::size_t columns = 0; columns <= whole.size() + 2; ++columns) {
        CatalogProgress progress = bar();
        const std::string drawn =
            progress.step({200, 1'200, "web"}, kStart + 2'000, columns).substr(kErase.size());
        EXPECT_LT(drawn.size(), std::max<std::size_t>(columns, 1));
        EXPECT_EQ(drawn, whole.substr(0, drawn.size()));
        EXPECT_EQ(drawn == whole, columns > whole.size());
    }
}

TEST(CatalogProgress, IsALineEveryTenSecondsWhereNothingIsDrawn) {
    CatalogProgress progress(local::ProgressLook::lines, kStart);
    EXPECT_EQ(progress.step({0, 10, "a"}, kStart, 0), "");
    EXPECT_EQ(progress.step({1, 10, "a"}, kStart + 9'999, 0), "");
    EXPECT_EQ(progress.step({2, 10, "a"}, kStart + 10'000, 0),
              "2/10 tables  0.2 tables/s  0:40 left  a\n");
    EXPECT_EQ(progress.step({3, 10, "a"}, kStart + 19'999, 0), "");
    EXPECT_EQ(progress.clear(), "");
}

TEST(CatalogProgress, IsTakenAwayOnce) {
    CatalogProgress progress = bar();
    EXPECT_EQ(progress.clear(), "");
    EXPECT_NE(progress.step({0, 9, "a"}, kStart, kWide), "");
    EXPECT_EQ(progress.clear(), kErase);
    EXPECT_EQ(progress.clear(), "");
}

TEST(CatalogProgress, GivesTheTerminalNoCommandsOfAName) {
    CatalogProgress progress = bar();
    EXPECT_THAT(progress.step({0, 9, "a\x1b[2J"}, kStart, kWide), HasSubstr(R"(a\u001b[2J)"));
    EXPECT_THAT(progress.step({1, 9, "\n"}, kStart + 100, kWide), Not(HasSubstr("\n")));
}

}  // namespace
}  // namespace tool

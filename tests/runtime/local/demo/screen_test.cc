#include "runtime/local/demo/screen.h"

#include <string>

#include <gtest/gtest.h>

namespace {

using demo::Counts;
using demo::Picture;

constexpr demo::ScreenOptions kLines = {.look = local::ProgressLook::lines};
constexpr demo::ScreenOptions kPanel = {.look = local::ProgressLook::bar};

std::size_t count(std::string_view text, std::string_view what) {
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string_view::npos;
         at = text.find(what, at + 1))
        ++found;
    return found;
}

TEST(Picture, PlainLinesComeAtNewPhasesAndEveryFewSeconds) {
    Picture picture(kLines, 10'000);
    const Counts first{.phase = "one"};
    EXPECT_EQ(count(picture.step(first, 10'000, 80), "\n"), 1U);
    EXPECT_EQ(picture.step(first, 12'999, 80), "");
    EXPECT_NE(picture.step(first, 13'000, 80), "");
    EXPECT_EQ(picture.step(first, 13'100, 80), "");
    EXPECT_NE(picture.step({.phase = "two"}, 13'200, 80), "");
    EXPECT_EQ(picture.end({.phase = "two"}, 13'300, 80), "");
    EXPECT_NE(picture.end({.phase = "three"}, 13'300, 80), "");
}

TEST(Picture, PlainLinesHoldNoEscapeCode) {
    Picture picture({.look = local::ProgressLook::lines, .colour = local::Colour::on}, 0);
    EXPECT_EQ(count(picture.step({.phase = "one"}, 0, 80), "\x1b"), 0U);
    EXPECT_EQ(count(picture.end({.phase = "two"}, 0, 80), "\x1b"), 0U);
}

TEST(Picture, ThePanelIsDrawnOverItselfAndTheCursorComesBack) {
    Picture picture(kPanel, 0);
    const std::string first = picture.step({}, 0, 80);
    const std::size_t lines = count(first, "\n");
    EXPECT_TRUE(first.starts_with(demo::kHideCursor));
    EXPECT_EQ(count(first, "A"), 0U) << "nothing is above the first one";
    const std::string second = picture.step({}, 100, 80);
    EXPECT_EQ(count(second, "\x1b[" + std::to_string(lines) + "A"), 1U);
    EXPECT_EQ(count(second, "\n"), lines);
    const std::string last = picture.end({}, 200, 80);
    EXPECT_EQ(count(last, "\n"), lines);
    EXPECT_TRUE(last.ends_with(demo::kShowCursor));
}

}  // namespace

#include "runtime/local/demo/panel.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "runtime/local/demo/stall_watch.h"

namespace {

using demo::Counts;
using demo::panel_lines;
using demo::PanelView;

std::size_t characters(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

Counts some_counts() {
    return {.phase = "changes go on",
            .planned = 4'000,
            .made = 3'120,
            .inserts = 1'400,
            .modifies = 1'500,
            .removes = 220,
            .api_items = 12,
            .sent = 3'050,
            .in_lake = 2'000,
            .lake_lines = 2'003,
            .lake_objects = 7,
            .faults = {{"none", 90}, {"partial", 3}, {"throttle", 2}, {"slow", 0}}};
}

bool contains(const std::vector<std::string>& lines, std::string_view text) {
    return std::ranges::any_of(
        lines, [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

TEST(Panel, TellsWhatEachPartDid) {
    const auto lines = panel_lines({.counts = some_counts(),
                                    .rates = {.made = 412.4, .sent = 0, .in_lake = 1'390},
                                    .lags = {1, 2},
                                    .elapsed_ms = 67'900},
                                   200, local::Colour::off);
    EXPECT_TRUE(contains(lines, "1:07  changes go on"));
    EXPECT_TRUE(contains(lines, "3,120 changes     412/s  1,400 inserts, 1,500 modifies, 220"));
    EXPECT_TRUE(contains(lines, "2,000 changes   1,390/s  7 objects, 3 lines twice"));
    EXPECT_TRUE(contains(lines, "partial 3, throttle 2"));
    EXPECT_FALSE(contains(lines, "slow"));
    EXPECT_TRUE(contains(lines, " 50 %  lag   1,120"));
    EXPECT_FALSE(contains(lines, "\x1b"));
}

TEST(Panel, StaysWithinTheTerminalAndHasAlwaysAsManyLines) {
    for (const std::size_t columns : {1UL, 20UL, 40UL, 79UL, 80UL, 200UL}) {
        const auto lines =
            panel_lines({.counts = some_counts(), .lags = std::vector<std::int64_t>(50, 7)},
                        columns, local::Colour::off);
        EXPECT_EQ(lines.size(), demo::kPanelLines);
        for (const std::string& line : lines)
            EXPECT_LE(characters(line), columns) << line;
    }
}

TEST(Panel, ColourChangesNothingElse) {
    const PanelView view{.counts = some_counts()};
    auto coloured = panel_lines(view, 60, local::Colour::on);
    for (std::string& line : coloured) {
        for (std::size_t at = line.find('\x1b'); at != std::string::npos; at = line.find('\x1b'))
            line.erase(at, line.find('m', at) + 1 - at);
    }
    EXPECT_EQ(coloured, panel_lines(view, 60, local::Colour::off));
}

TEST(Panel, APlainLineHasTheFaultsWhereThereAreSome) {
    Counts counts = some_counts();
    EXPECT_EQ(demo::plain_line(counts, 3'500),
              "0:03  3,120 of 4,000 changes made, 2,000 in the lake, lag 1,120; faults 5; "
              "changes go on\n");
    counts.faults = {{"none", 5}};
    EXPECT_EQ(demo::plain_line(counts, 0),
              "0:00  3,120 of 4,000 changes made, 2,000 in the lake, lag 1,120; changes go on\n");
}

TEST(RateMeter, MeasuresTheLastSeconds) {
    demo::RateMeter meter;
    EXPECT_EQ(meter.rates().made, 0);
    meter.add({.made = 0}, 0);
    EXPECT_EQ(meter.rates().made, 0);
    meter.add({.made = 500}, 1'000);
    EXPECT_EQ(meter.rates().made, 500);
    for (int second = 2; second <= 10; ++second)
        meter.add({.made = 500}, second * 1'000);
    EXPECT_EQ(meter.rates().made, 0);
}

TEST(RateMeter, KeepsTheLagOfEachSecond) {
    demo::RateMeter meter;
    for (int tenth = 0; tenth < 25; ++tenth)
        meter.add({.made = tenth, .in_lake = 0}, tenth * 100);
    EXPECT_EQ(meter.lags(), (std::vector<std::int64_t>{0, 10, 20}));
}

TEST(StallWatch, WaitsForAsLongAsSomethingArrives) {
    demo::StallWatch watch(1'000);
    EXPECT_FALSE(watch.is_stalled(0, 180'999));
    EXPECT_TRUE(watch.is_stalled(0, 181'000));
    EXPECT_FALSE(watch.is_stalled(1, 181'000));
    EXPECT_FALSE(watch.is_stalled(1, 360'999));
    EXPECT_TRUE(watch.is_stalled(1, 361'000));
}

TEST(Grouped, HasAComma) {
    EXPECT_EQ(demo::grouped(0), "0");
    EXPECT_EQ(demo::grouped(999), "999");
    EXPECT_EQ(demo::grouped(1'000), "1,000");
    EXPECT_EQ(demo::grouped(-1'234'567), "-1,234,567");
    EXPECT_EQ(demo::grouped(-123), "-123");
}

TEST(Sparkline, ShowsTheLastOnes) {
    EXPECT_EQ(demo::sparkline({}, 4), "");
    EXPECT_EQ(demo::sparkline({0, 0}, 4), "▁▁");
    EXPECT_EQ(demo::sparkline({900, 0, 35, 70}, 3), "▁▄█");
}

}  // namespace

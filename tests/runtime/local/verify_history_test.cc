#include "runtime/local/verify_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using dynamodb::Operation;
using local::History;
using local::HistoryLine;
using local::LineTime;
using local::time_of;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

constexpr base::EpochMs kMoment = 1'700'000'000'000;

HistoryLine stream_line(const char* number, base::EpochMs time_ms, const char* image,
                        Operation operation = Operation::modify) {
    return {number, time_ms, time_of(true, false, time_ms, kMoment), {operation, true, image, {}}};
}

HistoryLine export_line(base::EpochMs time_ms, const char* image,
                        Operation operation = Operation::insert) {
    return {"", time_ms, time_of(false, false, time_ms, kMoment), {operation, true, image, {}}};
}

// The images of the candidates, "-" for none; those of one rank with a bar between.
std::vector<std::string> candidates(const std::vector<HistoryLine>& lines) {
    History history;
    for (const HistoryLine& line : lines)
        history.add(line);
    std::vector<std::string> images;
    for (const History::Version* version : history.candidates()) {
        std::string text;
        if (version == nullptr) text = "none";
        for (std::size_t i = 0; version != nullptr && i < version->states.size(); ++i)
            text += (i == 0 ? "" : "|") +
                    (version->states[i].is_absent() ? "-" : version->states[i].image);
        images.push_back(text);
    }
    return images;
}

TEST(TimeOf, LeavesASecondOfDoubtToTheStream) {
    EXPECT_EQ(time_of(true, false, kMoment - 1'000, kMoment), LineTime::before);
    EXPECT_EQ(time_of(true, false, kMoment - 999, kMoment), LineTime::boundary);
    EXPECT_EQ(time_of(true, false, kMoment + 999, kMoment), LineTime::boundary);
    EXPECT_EQ(time_of(true, false, kMoment + 1'000, kMoment), LineTime::later);
}

TEST(TimeOf, IsExactForExports) {
    EXPECT_EQ(time_of(false, false, kMoment - 1, kMoment), LineTime::before);
    EXPECT_EQ(time_of(false, false, kMoment, kMoment), LineTime::boundary);
    EXPECT_EQ(time_of(false, true, kMoment, kMoment), LineTime::before);
    EXPECT_EQ(time_of(false, false, kMoment + 1, kMoment), LineTime::later);
}

TEST(History, TakesTheHigherSequenceNumberOfTheStream) {
    const base::EpochMs time = kMoment - 10'000;
    EXPECT_THAT(candidates({stream_line("9", time, "old"), stream_line("10", time, "new")}),
                ElementsAre("new"));
    EXPECT_THAT(candidates({stream_line("10", time, "new"), stream_line("9", time, "old")}),
                ElementsAre("new"));
    // Whatever their times.
    EXPECT_THAT(candidates({stream_line("10", time - 5'000, "new"), stream_line("9", time, "old")}),
                ElementsAre("new"));
}

TEST(History, TakesTheLaterLineOfExports) {
    EXPECT_THAT(candidates({export_line(kMoment - 1, "new"), export_line(kMoment - 2, "old")}),
                ElementsAre("new"));
    // An increment's change from the snapshot's moment on is newer than the snapshot.
    EXPECT_THAT(candidates({export_line(kMoment - 9, "new", Operation::modify),
                            export_line(kMoment - 9, "old")}),
                ElementsAre("new"));
    EXPECT_THAT(candidates({export_line(kMoment - 9, "old"),
                            export_line(kMoment - 9, "", Operation::remove)}),
                ElementsAre("-"));
}

TEST(History, TakesTheLaterOfStreamAndExport) {
    const base::EpochMs second = kMoment - 60'000;
    EXPECT_THAT(candidates({stream_line("1", second - 1'000, "stream"), export_line(second, "x")}),
                ElementsAre("x"));
    EXPECT_THAT(candidates({stream_line("1", second, "stream"), export_line(second, "x")}),
                ElementsAre("stream"));
    // Whole seconds of the stream, and an export in the midst of one.
    EXPECT_THAT(candidates({stream_line("1", second, "stream"), export_line(second + 28, "x")}),
                ElementsAre("stream"));
    EXPECT_THAT(candidates({stream_line("1", second, "stream"), export_line(second + 1'000, "x")}),
                ElementsAre("x"));
}

TEST(History, CountsARepeatedLineOnce) {
    const base::EpochMs time = kMoment - 10'000;
    EXPECT_THAT(candidates({stream_line("1", time, "a"), stream_line("1", time, "a")}),
                ElementsAre("a"));
    EXPECT_THAT(candidates({stream_line("1", time, "a"), stream_line("1", time, "b")}),
                ElementsAre("a|b"));
}

TEST(History, TakesEveryCutAtTheBoundary) {
    EXPECT_THAT(candidates({stream_line("1", kMoment - 2'000, "a"), stream_line("2", kMoment, "b"),
                            stream_line("3", kMoment + 500, "c")}),
                ElementsAre("a", "b", "c"));
    // A line at the boundary with a lower number than a certain one is older than that.
    EXPECT_THAT(
        candidates({stream_line("2", kMoment - 2'000, "a"), stream_line("1", kMoment, "b")}),
        ElementsAre("a"));
    EXPECT_THAT(candidates({export_line(kMoment - 60'000, "a"),
                            stream_line("2", kMoment, "", Operation::remove)}),
                UnorderedElementsAre("a", "-"));
}

TEST(History, StartsWithNothingWhereTheFirstLineIsAnInsertAtTheBoundary) {
    EXPECT_THAT(candidates({stream_line("1", kMoment, "a", Operation::insert)}),
                UnorderedElementsAre("none", "a"));
    // A change of an item whose history is lost.
    EXPECT_THAT(candidates({stream_line("2", kMoment, "a")}), ElementsAre("a"));
    EXPECT_THAT(candidates({export_line(kMoment, "a", Operation::modify)}),
                UnorderedElementsAre("none", "a"));
    EXPECT_THAT(candidates({}), ElementsAre("none"));
}

TEST(History, KeepsNoMoreThanItNeeds) {
    History history;
    std::int64_t bytes = 0;
    const std::string image(1'000, 'x');
    for (int i = 1; i <= 100; ++i)
        bytes +=
            history.add(stream_line(std::to_string(i).c_str(), kMoment - 10'000, image.c_str()));
    EXPECT_LT(bytes, 2'000);
    EXPECT_EQ(history.newest()->sequence_number, "100");
}

}  // namespace

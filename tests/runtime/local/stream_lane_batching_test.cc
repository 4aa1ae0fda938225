// How a lane cuts its batches.
#include <gtest/gtest.h>

#include "tests/runtime/local/lane_fixture.h"

namespace {

using tests::LaneRun;
using tests::Numbers;

constexpr std::size_t kMib = 1UL << 20U;

TEST(LaneBatching, InvokesAsSoonAsRecordsAreThere) {
    LaneRun run({});
    EXPECT_EQ(run.next(), std::nullopt);
    run.add(1);
    EXPECT_EQ(run.next(), Numbers{"1"});
}

TEST(LaneBatching, BatchSizeIsTheMost) {
    LaneRun run({.batch_size = 2});
    run.add(5);
    EXPECT_EQ(run.next(), (Numbers{"1", "2"}));
    run.succeed();
    EXPECT_EQ(run.next(), (Numbers{"3", "4"}));
    run.succeed();
    EXPECT_EQ(run.next(), (Numbers{"5"}));
}

TEST(LaneBatching, TenThousandRecordsFitIntoOneBatch) {
    LaneRun run({.batch_size = 10'000});
    run.add(10'001);
    EXPECT_EQ(run.next()->size(), 10'000U);
    run.succeed();
    EXPECT_EQ(run.next(), Numbers{"10001"});
}

TEST(LaneBatching, WindowGathersRecords) {
    LaneRun run({.batch_size = 100, .maximum_batching_window_s = 5});
    run.add(1);
    run.now_ms += 4'999;
    run.add(1);
    EXPECT_EQ(run.next(), std::nullopt);
    run.now_ms += 1;
    EXPECT_EQ(run.next(), (Numbers{"1", "2"}));
}

TEST(LaneBatching, WindowBeginsWithTheFirstRecordOfABatch) {
    LaneRun run({.batch_size = 100, .maximum_batching_window_s = 300});
    run.add(1);
    EXPECT_EQ(run.lane.due_ms(), tests::kTestNowMs + 300'000);
    run.wait_next();
    run.succeed();
    EXPECT_EQ(run.lane.due_ms(), std::nullopt);
    run.add(1);
    EXPECT_EQ(run.lane.due_ms(), tests::kTestNowMs + 600'000);
}

TEST(LaneBatching, FullBatchDoesNotWaitForTheWindow) {
    LaneRun run({.batch_size = 2, .maximum_batching_window_s = 5});
    run.add(1);
    EXPECT_EQ(run.next(), std::nullopt);
    run.add(1);
    EXPECT_EQ(run.next(), (Numbers{"1", "2"}));
}

TEST(LaneBatching, FullPayloadDoesNotWaitForTheWindow) {
    LaneRun run({.batch_size = 100, .maximum_batching_window_s = 5});
    run.add(5, kMib);
    EXPECT_EQ(run.next(), std::nullopt);
    run.add(1, kMib);
    EXPECT_EQ(run.next()->size(), 5U);
}

// {"Records":[…]} has 14 bytes of its own, and a comma between two records.
TEST(LaneBatching, RecordThatDoesNotFitMakesTheBatchFull) {
    LaneRun run({.batch_size = 100, .maximum_batching_window_s = 5});
    run.add(2, (local::kEventBytesMax - 15) / 2);
    run.lane.add(tests::stream_record(9, run.now_ms, 100), run.now_ms);
    const auto first = run.next();
    ASSERT_EQ(first, (Numbers{"1", "2"}));
    EXPECT_EQ(run.event->size(), 6'291'455U);
}

TEST(LaneBatching, EventMayHaveTheLastByte) {
    LaneRun run({.batch_size = 100});
    run.lane.add(tests::stream_record(1, run.now_ms, 3'145'720), run.now_ms);
    run.lane.add(tests::stream_record(2, run.now_ms, 3'145'721), run.now_ms);
    EXPECT_EQ(run.next(), (Numbers{"1", "2"}));
    EXPECT_EQ(run.event->size(), 6'291'456U);
}

TEST(LaneBatching, EventIsCutBeforeOneByteMore) {
    LaneRun run({.batch_size = 100});
    run.lane.add(tests::stream_record(1, run.now_ms, 3'145'721), run.now_ms);
    run.lane.add(tests::stream_record(2, run.now_ms, 3'145'721), run.now_ms);
    EXPECT_EQ(run.next(), Numbers{"1"});
    run.succeed();
    EXPECT_EQ(run.next(), Numbers{"2"});
}

TEST(LaneBatching, RecordLargerThanABatchGoesAlone) {
    LaneRun run({.batch_size = 100});
    run.add(1);
    run.add(1, 7 * kMib);
    run.add(1);
    EXPECT_EQ(run.next(), Numbers{"1"});
    run.succeed();
    EXPECT_EQ(run.next(), Numbers{"2"});
    run.succeed();
    EXPECT_EQ(run.next(), Numbers{"3"});
}

TEST(LaneBatching, EventHoldsTheRecordsAsTheyAre) {
    LaneRun run({});
    run.lane.add({.sequence_number = "7", .arrival_ms = run.now_ms, .json = R"({"a" : 1.0E9})"},
                 run.now_ms);
    run.lane.add({.sequence_number = "8", .arrival_ms = run.now_ms, .json = "{}"}, run.now_ms);
    EXPECT_EQ(run.lane.next_event(run.now_ms), R"({"Records":[{"a" : 1.0E9},{}]})");
}

TEST(LaneBatching, RecordsThatComeMeanwhileWaitForTheirBatch) {
    LaneRun run({.batch_size = 10});
    run.add(2);
    EXPECT_EQ(run.next(), (Numbers{"1", "2"}));
    run.add(1);
    run.fail();
    EXPECT_EQ(run.wait_next(), (Numbers{"1", "2"}));
    run.succeed();
    EXPECT_EQ(run.next(), Numbers{"3"});
}

TEST(LaneBatching, FlushEndsTheWindow) {
    LaneRun run({.batch_size = 10, .maximum_batching_window_s = 300});
    run.add(2);
    run.lane.flush();
    EXPECT_EQ(run.next(), (Numbers{"1", "2"}));
    run.succeed();
    EXPECT_TRUE(run.lane.idle());
}

TEST(LaneBatching, CountsEveryRecordOnce) {
    LaneRun run({.batch_size = 2, .maximum_retry_attempts = 0});
    run.add(5);
    run.next();
    run.succeed();
    run.next();
    run.fail();
    const local::MappingCounts counts = run.lane.counts();
    EXPECT_EQ(counts.polled, 5);
    EXPECT_EQ(counts.delivered, 2);
    EXPECT_EQ(counts.discarded, 2);
    EXPECT_EQ(counts.pending, 1);
    EXPECT_EQ(counts.invoked, 2);
    EXPECT_EQ(counts.function_errors, 1);
    EXPECT_GT(run.lane.bytes_pending(), 0U);
}

}  // namespace

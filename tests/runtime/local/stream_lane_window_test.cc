// Tumbling windows: state, borders, ends.
#include <gtest/gtest.h>

#include "tests/runtime/local/lane_fixture.h"

namespace {

using tests::LaneRun;
using tests::Numbers;

// Of a window of 5 minutes: kTestNowMs is 2026-11-20T01:00:00Z.
constexpr std::int64_t kWindowS = 300;
constexpr std::int64_t kWindowMs = kWindowS * 1000;

std::string state_of(const LaneRun& run) {
    const auto document = codec::parse_json(*run.event, "the event");
    return codec::write_json(*codec::find_object(*document, "state"));
}

bool flag_of(const LaneRun& run, std::string_view name) {
    const auto document = codec::parse_json(*run.event, "the event");
    return codec::find_bool(*document, name).value();
}

TEST(LaneWindow, EventHasTheWindowsMembers) {
    LaneRun run({.tumbling_window_s = kWindowS});
    run.lane.add({.sequence_number = "1", .arrival_ms = run.now_ms + 61'000, .json = "{}"},
                 run.now_ms);
    EXPECT_EQ(run.lane.next_event(run.now_ms),
              R"({"Records":[{}],"window":{"start":"2026-11-20T01:00:00Z",)"
              R"("end":"2026-11-20T01:05:00Z"},"state":{},"shardId":"shardId-1","eventSourceARN":)"
              R"("arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/x",)"
              R"("isFinalInvokeForWindow":false,"isWindowTerminatedEarly":false})");
}

TEST(LaneWindow, NoWindowNoMembers) {
    LaneRun run({});
    run.add(1);
    run.next();
    EXPECT_EQ(run.event->find("window"), std::string::npos);
    EXPECT_EQ(run.event->find("state"), std::string::npos);
}

TEST(LaneWindow, StateIsCarriedWithinTheWindow) {
    LaneRun run({.batch_size = 1, .tumbling_window_s = kWindowS});
    run.add(2);
    run.next();
    EXPECT_EQ(state_of(run), "{}");
    run.answer(R"({"state":{"sum":282}})");
    EXPECT_EQ(run.next(), Numbers{"2"});
    EXPECT_EQ(state_of(run), R"({"sum":282})");
}

TEST(LaneWindow, AnswerWithoutStateIsAFailedInvocation) {
    LaneRun run({.batch_size = 1, .tumbling_window_s = kWindowS});
    run.add(1);
    run.next();
    run.answer("{}");
    EXPECT_EQ(run.lane.counts().delivered, 0);
    EXPECT_EQ(run.wait_next(), Numbers{"1"});
}

TEST(LaneWindow, FailedInvocationLeavesTheState) {
    LaneRun run({.batch_size = 1, .tumbling_window_s = kWindowS});
    run.add(2);
    run.next();
    run.answer(R"({"state":{"sum":1}})");
    run.next();
    run.fail();
    run.wait_next();
    EXPECT_EQ(state_of(run), R"({"sum":1})");
}

TEST(LaneWindow, BatchDoesNotCrossTheBorder) {
    LaneRun run({.batch_size = 10, .tumbling_window_s = kWindowS});
    run.add(2);
    run.now_ms += kWindowMs;
    run.add(1);
    EXPECT_EQ(run.next(), (Numbers{"1", "2"}));
    run.answer(R"({"state":{"sum":2}})");
    EXPECT_EQ(run.next(), Numbers{});
    EXPECT_TRUE(flag_of(run, "isFinalInvokeForWindow"));
    EXPECT_FALSE(flag_of(run, "isWindowTerminatedEarly"));
    EXPECT_EQ(state_of(run), R"({"sum":2})");
    run.answer(R"({"state":{}})");
    EXPECT_EQ(run.next(), Numbers{"3"});
    EXPECT_FALSE(flag_of(run, "isFinalInvokeForWindow"));
    EXPECT_EQ(state_of(run), "{}");
    EXPECT_NE(run.event->find(R"("start":"2026-11-20T01:05:00Z")"), std::string::npos);
}

TEST(LaneWindow, RecordThatComesLateBelongsToTheOpenWindow) {
    LaneRun run({.batch_size = 1, .tumbling_window_s = kWindowS});
    run.add(1);
    run.lane.add(tests::stream_record(2, run.now_ms - 1, 0), run.now_ms);
    run.next();
    run.answer(R"({"state":{"a":1}})");
    EXPECT_EQ(run.next(), Numbers{"2"});
    EXPECT_EQ(state_of(run), R"({"a":1})");
}

TEST(LaneWindow, IdleWindowEndsTwoMinutesAfterItsLastRecord) {
    LaneRun run({.tumbling_window_s = 60});
    run.now_ms += 59'000;
    run.add(1);
    run.next();
    run.answer(R"({"state":{"a":1}})");
    EXPECT_EQ(run.lane.due_ms(), run.now_ms + 120'000);
    run.now_ms += 119'999;
    EXPECT_EQ(run.next(), std::nullopt);
    run.now_ms += 1;
    EXPECT_EQ(run.next(), Numbers{});
    EXPECT_TRUE(flag_of(run, "isFinalInvokeForWindow"));
}

TEST(LaneWindow, WindowIsNotOverBeforeItsEnd) {
    LaneRun run({.tumbling_window_s = 900});
    run.add(1);
    run.next();
    run.answer(R"({"state":{}})");
    EXPECT_EQ(run.lane.due_ms(), run.now_ms + 900'000);
    EXPECT_FALSE(run.lane.idle());
}

TEST(LaneWindow, EndOfTheShardClosesTheWindow) {
    LaneRun run({.tumbling_window_s = kWindowS});
    run.add(1);
    run.next();
    run.answer(R"({"state":{"a":1}})");
    run.lane.flush();
    EXPECT_EQ(run.wait_next(), Numbers{});
    EXPECT_TRUE(flag_of(run, "isFinalInvokeForWindow"));
    run.answer(R"({"state":{}})");
    EXPECT_TRUE(run.lane.idle());
}

TEST(LaneWindow, LastInvocationIsTriedUntilItSucceeds) {
    LaneRun run({.maximum_retry_attempts = 0, .tumbling_window_s = kWindowS});
    run.add(1);
    run.next();
    run.answer(R"({"state":{"a":1}})");
    run.now_ms += kWindowMs;
    run.add(1);
    for (int tries = 0; tries < 5; ++tries) {
        EXPECT_EQ(run.wait_next(), Numbers{});
        EXPECT_EQ(state_of(run), R"({"a":1})");
        run.fail();
    }
    EXPECT_EQ(run.wait_next(), Numbers{});
    run.answer(R"({"state":{}})");
    EXPECT_EQ(run.wait_next(), Numbers{"2"});
}

TEST(LaneWindow, RetryAttemptsHoldForTheRecords) {
    LaneRun run({.maximum_retry_attempts = 0, .tumbling_window_s = kWindowS});
    run.add(1);
    run.next();
    run.fail();
    EXPECT_EQ(run.lane.take_discarded().size(), 1U);
}

TEST(LaneWindow, StateOfOneMebibyteIsKept) {
    LaneRun run({.batch_size = 1, .tumbling_window_s = kWindowS});
    run.add(2);
    run.next();
    run.answer(R"({"state":")" + std::string((1U << 20U) - 2, 's') + "\"}");
    EXPECT_EQ(run.next(), Numbers{"2"});
    EXPECT_FALSE(flag_of(run, "isWindowTerminatedEarly"));
}

TEST(LaneWindow, LargerStateEndsTheWindowEarly) {
    LaneRun run({.batch_size = 1, .tumbling_window_s = kWindowS});
    run.add(2);
    run.next();
    run.answer(R"({"state":")" + std::string((1U << 20U) - 1, 's') + "\"}");
    EXPECT_EQ(run.next(), Numbers{});
    EXPECT_TRUE(flag_of(run, "isFinalInvokeForWindow"));
    EXPECT_TRUE(flag_of(run, "isWindowTerminatedEarly"));
    run.answer(R"({"state":{}})");
    EXPECT_EQ(run.next(), Numbers{"2"});
    EXPECT_EQ(state_of(run), "{}");
}

TEST(LaneWindow, CheckpointKeepsTheStateThatCameWithIt) {
    LaneRun run(
        {.batch_size = 2, .tumbling_window_s = kWindowS, .report_batch_item_failures = true});
    run.add(2);
    run.next();
    run.answer(R"({"state":{"a":1},"batchItemFailures":[{"itemIdentifier":"2"}]})");
    EXPECT_EQ(run.wait_next(), Numbers{"2"});
    EXPECT_EQ(state_of(run), R"({"a":1})");
}

TEST(LaneWindow, EventWithTheLargestStateStaysWithinSixMebibytes) {
    LaneRun run({.batch_size = 1'000, .tumbling_window_s = kWindowS});
    run.add(1);
    run.next();
    run.answer(R"({"state":")" + std::string((1U << 20U) - 2, 's') + "\"}");
    run.add(100, 100'000);
    run.next();
    EXPECT_LE(run.event->size(), local::kEventBytesMax);
    EXPECT_GT(run.event->size(), local::kEventBytesMax - 110'000);
}

}  // namespace

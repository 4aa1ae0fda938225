// What a lane does after an answer that is no success.
#include <gtest/gtest.h>

#include "tests/runtime/local/lane_fixture.h"

namespace {

using tests::failures;
using tests::LaneRun;
using tests::Numbers;
using Condition = local::DiscardedBatch::Condition;

constexpr std::int64_t kHourMs = 3'600'000;

Numbers numbers_of(const local::DiscardedBatch& batch) {
    Numbers numbers;
    for (const local::StreamRecord& record : batch.records)
        numbers.push_back(record.sequence_number);
    return numbers;
}

TEST(LaneRetry, FunctionErrorRetriesTheWholeBatch) {
    LaneRun run({.batch_size = 3});
    run.add(4);
    EXPECT_EQ(run.next(), (Numbers{"1", "2", "3"}));
    run.fail();
    EXPECT_EQ(run.next(), std::nullopt);
    EXPECT_EQ(run.wait_next(), (Numbers{"1", "2", "3"}));
    EXPECT_EQ(run.lane.counts().retried, 0);
    run.succeed();
    EXPECT_EQ(run.lane.counts().retried, 1);
}

TEST(LaneRetry, ErrorBlocksWhatComesAfter) {
    LaneRun run({.batch_size = 1});
    run.add(2);
    for (int tries = 0; tries < 20; ++tries) {
        EXPECT_EQ(run.wait_next(), Numbers{"1"});
        run.fail();
    }
}

TEST(LaneRetry, CheckpointIsTheLowestNumberAndAllAfterGoAgain) {
    LaneRun run({.batch_size = 5, .report_batch_item_failures = true});
    run.add(5);
    run.next();
    run.answer(failures({"5", "3"}));
    EXPECT_EQ(run.lane.counts().delivered, 2);
    EXPECT_EQ(run.lane.counts().rewinds, 1);
    EXPECT_EQ(run.wait_next(), (Numbers{"3", "4", "5"}));
}

TEST(LaneRetry, CheckpointAtTheFirstRecordRetriesAll) {
    LaneRun run({.batch_size = 3, .report_batch_item_failures = true});
    run.add(3);
    run.next();
    run.answer(failures({"1"}));
    EXPECT_EQ(run.wait_next(), (Numbers{"1", "2", "3"}));
}

TEST(LaneRetry, AnswerThatNobodyUnderstandsRetriesTheWholeBatch) {
    LaneRun run({.batch_size = 2, .report_batch_item_failures = true});
    run.add(2);
    run.next();
    run.answer(failures({"77"}));
    EXPECT_EQ(run.wait_next(), (Numbers{"1", "2"}));
    run.answer("{");
    EXPECT_EQ(run.lane.counts().malformed, 2);
    EXPECT_EQ(run.lane.counts().delivered, 0);
}

TEST(LaneRetry, WithoutResponseTypesTheListIsAcknowledged) {
    LaneRun run({.batch_size = 2});
    run.add(2);
    run.next();
    run.answer(failures({"1"}));
    EXPECT_EQ(run.lane.counts().delivered, 2);
    EXPECT_TRUE(run.lane.idle());
}

TEST(LaneRetry, RetryAttemptsZeroMeansOneInvocation) {
    LaneRun run({.batch_size = 2, .maximum_retry_attempts = 0});
    run.add(3);
    run.next();
    run.fail();
    const auto discarded = run.lane.take_discarded();
    ASSERT_EQ(discarded.size(), 1U);
    EXPECT_EQ(discarded[0].condition, Condition::retry_attempts_exhausted);
    EXPECT_EQ(numbers_of(discarded[0]), (Numbers{"1", "2"}));
    EXPECT_EQ(discarded[0].invoke_count, 1);
    EXPECT_TRUE(discarded[0].function_error);
    EXPECT_EQ(discarded[0].request_id, "id-2");
    EXPECT_EQ(run.next(), Numbers{"3"});
}

TEST(LaneRetry, RetryAttemptsAreRetriesAfterTheFirst) {
    LaneRun run({.batch_size = 1, .maximum_retry_attempts = 2});
    run.add(1);
    for (int invocations = 0; invocations < 3; ++invocations) {
        EXPECT_EQ(run.wait_next(), Numbers{"1"});
        EXPECT_TRUE(run.lane.take_discarded().empty());
        run.fail();
    }
    EXPECT_EQ(run.lane.take_discarded().at(0).invoke_count, 3);
    EXPECT_TRUE(run.lane.idle());
}

TEST(LaneRetry, RetriesHaveNoEndByDefault) {
    LaneRun run({.batch_size = 1});
    run.add(1);
    for (int invocations = 0; invocations < 10'050; ++invocations) {
        ASSERT_EQ(run.next(), Numbers{"1"}) << invocations;
        run.fail();
        run.now_ms = *run.lane.due_ms();
        if (run.now_ms > tests::kTestNowMs + 23 * kHourMs) break;
    }
    EXPECT_TRUE(run.lane.take_discarded().empty());
}

TEST(LaneRetry, AttemptsAreNotGivenBackByACheckpoint) {
    LaneRun run({.batch_size = 3, .maximum_retry_attempts = 1, .report_batch_item_failures = true});
    run.add(3);
    run.next();
    run.answer(failures({"2"}));
    EXPECT_EQ(run.wait_next(), (Numbers{"2", "3"}));
    run.answer(failures({"3"}));
    const auto discarded = run.lane.take_discarded();
    ASSERT_EQ(discarded.size(), 1U);
    EXPECT_EQ(numbers_of(discarded[0]), Numbers{"3"});
    EXPECT_FALSE(discarded[0].function_error);
}

TEST(LaneRetry, BisectSplitsInTheMiddleInOrder) {
    LaneRun run({.batch_size = 4, .bisect_batch_on_function_error = true});
    run.add(4);
    run.next();
    run.fail();
    EXPECT_EQ(run.wait_next(), (Numbers{"1", "2"}));
    run.succeed();
    EXPECT_EQ(run.next(), (Numbers{"3", "4"}));
}

TEST(LaneRetry, BisectLeavesThePoisonRecordAlone) {
    LaneRun run(
        {.batch_size = 8, .maximum_retry_attempts = 0, .bisect_batch_on_function_error = true});
    run.add(8);
    for (int steps = 0; steps < 100 && !run.lane.idle(); ++steps) {
        const auto batch = run.wait_next();
        ASSERT_TRUE(batch);
        if (std::ranges::find(*batch, "6") != batch->end()) {
            run.fail();
        } else {
            run.succeed();
        }
    }
    const auto discarded = run.lane.take_discarded();
    ASSERT_EQ(discarded.size(), 1U);
    EXPECT_EQ(numbers_of(discarded[0]), Numbers{"6"});
    EXPECT_EQ(run.lane.counts().delivered, 7);
}

TEST(LaneRetry, SplitsUseNoAttempt) {
    LaneRun run(
        {.batch_size = 4, .maximum_retry_attempts = 1, .bisect_batch_on_function_error = true});
    run.add(4);
    Numbers sizes;
    for (int steps = 0; steps < 4; ++steps) {
        sizes.push_back(std::to_string(run.wait_next()->size()));
        run.fail();
    }
    EXPECT_EQ(sizes, (Numbers{"4", "2", "1", "1"}));
    EXPECT_EQ(numbers_of(run.lane.take_discarded().at(0)), Numbers{"1"});
}

TEST(LaneRetry, BisectIsAtTheReturnedNumber) {
    LaneRun run({.batch_size = 8,
                 .maximum_retry_attempts = 0,
                 .bisect_batch_on_function_error = true,
                 .report_batch_item_failures = true});
    run.add(8);
    run.next();
    run.answer(failures({"6"}));
    EXPECT_TRUE(run.lane.take_discarded().empty());
    EXPECT_EQ(run.wait_next(), (Numbers{"6", "7", "8"}));
}

TEST(LaneRetry, BisectAtTheFirstNumberSplitsInTheMiddle) {
    LaneRun run({.batch_size = 4,
                 .maximum_retry_attempts = 0,
                 .bisect_batch_on_function_error = true,
                 .report_batch_item_failures = true});
    run.add(4);
    run.next();
    run.answer(failures({"1"}));
    EXPECT_EQ(run.wait_next(), (Numbers{"1", "2"}));
}

TEST(LaneRetry, BisectWorksWhateverTheResponseTypes) {
    LaneRun run({.batch_size = 2,
                 .bisect_batch_on_function_error = true,
                 .report_batch_item_failures = true});
    run.add(2);
    run.next();
    run.fail();
    EXPECT_EQ(run.wait_next(), Numbers{"1"});
}

TEST(LaneRetry, ThrottlesUseNoAttempt) {
    LaneRun run({.batch_size = 1, .maximum_retry_attempts = 1});
    run.add(1);
    for (int throttles = 0; throttles < 10; ++throttles) {
        EXPECT_EQ(run.wait_next(), Numbers{"1"});
        run.lane.take_not_invoked(run.now_ms);
    }
    EXPECT_EQ(run.lane.counts().not_invoked, 10);
    EXPECT_EQ(run.lane.counts().invoked, 0);
    run.wait_next();
    run.fail();
    EXPECT_TRUE(run.lane.take_discarded().empty());
    EXPECT_EQ(run.wait_next(), Numbers{"1"});
}

TEST(LaneRetry, ThrottlesEndWithTheRecordsAge) {
    LaneRun run({.batch_size = 1, .maximum_record_age_s = 60});
    run.add(1);
    run.next();
    run.lane.take_not_invoked(run.now_ms);
    run.now_ms += 60'001;
    EXPECT_EQ(run.next(), std::nullopt);
    const auto discarded = run.lane.take_discarded();
    ASSERT_EQ(discarded.size(), 1U);
    EXPECT_EQ(discarded[0].condition, Condition::record_age_exceeded);
    EXPECT_EQ(discarded[0].invoke_count, 0);
    EXPECT_EQ(discarded[0].request_id, "");
}

TEST(LaneRetry, RecordOfTheMaximumAgeIsStillSent) {
    LaneRun run({.maximum_record_age_s = 60});
    run.add(1);
    run.now_ms += 60'000;
    EXPECT_EQ(run.next(), Numbers{"1"});
}

TEST(LaneRetry, OlderRecordsAreSkippedBeforeTheyAreSent) {
    LaneRun run({.maximum_record_age_s = 60});
    run.add(2);
    run.now_ms += 30'000;
    run.add(1);
    run.now_ms += 30'001;
    EXPECT_EQ(run.next(), Numbers{"3"});
    EXPECT_EQ(numbers_of(run.lane.take_discarded().at(0)), (Numbers{"1", "2"}));
}

TEST(LaneRetry, OnlyTheOldPartOfABatchIsSkipped) {
    LaneRun run({.batch_size = 3, .maximum_record_age_s = 60});
    run.add(1);
    run.now_ms += 30'000;
    run.add(2);
    run.next();
    run.fail();
    run.now_ms += 30'001;
    EXPECT_EQ(run.next(), (Numbers{"2", "3"}));
    const auto discarded = run.lane.take_discarded();
    EXPECT_EQ(numbers_of(discarded.at(0)), Numbers{"1"});
    EXPECT_EQ(discarded.at(0).invoke_count, 1);
}

TEST(LaneRetry, RecordsExpireWithTheStreamAfterADay) {
    LaneRun run({.maximum_record_age_s = 604'800});
    run.add(1);
    run.now_ms += 24 * kHourMs;
    EXPECT_EQ(run.next(), Numbers{"1"});
    run.fail();
    run.now_ms += 1'000;
    EXPECT_EQ(run.next(), std::nullopt);
    EXPECT_EQ(run.lane.counts().discarded, 1);
}

TEST(LaneRetry, WaitsLongerAfterEachFailureWithinBounds) {
    LaneRun run({.batch_size = 1});
    run.add(2);
    std::vector<std::int64_t> waits;
    for (int failures_in_a_row = 0; failures_in_a_row < 6; ++failures_in_a_row) {
        run.next();
        run.fail();
        waits.push_back(*run.lane.due_ms() - run.now_ms);
        run.now_ms = *run.lane.due_ms();
    }
    EXPECT_EQ(waits, (std::vector<std::int64_t>{100, 200, 400, 800, 1'000, 1'000}));
    run.next();
    run.succeed();
    run.next();
    run.fail();
    EXPECT_EQ(*run.lane.due_ms() - run.now_ms, 100);
}

TEST(LaneRetry, BrokenOffInvocationCountsForNothing) {
    LaneRun run({.batch_size = 1, .maximum_retry_attempts = 0});
    run.add(1);
    run.next();
    run.lane.take_interrupted();
    EXPECT_EQ(run.lane.counts().invoked, 0);
    EXPECT_EQ(run.next(), Numbers{"1"});
}

}  // namespace

// Whatever the settings, the answers and the times: a lane loses nothing and keeps the order.
#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "tests/runtime/local/lane_fixture.h"

namespace {

using tests::LaneRun;
using tests::Numbers;

local::StreamMappingSettings any_settings() {
    return {.batch_size = *rc::gen::inRange(1, 12),
            .maximum_batching_window_s = *rc::gen::inRange(0, 4),
            .maximum_retry_attempts = *rc::gen::inRange(-1, 4),
            .maximum_record_age_s = *rc::gen::element(-1, 60, 90),
            .bisect_batch_on_function_error = *rc::gen::arbitrary<bool>(),
            .report_batch_item_failures = *rc::gen::arbitrary<bool>()};
}

// Answers the batch in one of the ways there are. Gives how many of its records are acknowledged.
std::size_t answer_somehow(LaneRun& run, const Numbers& batch, bool reports) {
    switch (*rc::gen::weightedElement<int>({{4, 0}, {2, 1}, {3, 2}, {1, 3}, {1, 4}, {1, 5}})) {
        case 0:
            run.succeed();
            return batch.size();
        case 1:
            run.fail();
            return 0;
        case 2: {
            const auto first = *rc::gen::inRange<std::size_t>(0, batch.size());
            run.answer(tests::failures({batch.back(), batch[first]}));
            return reports ? first : batch.size();
        }
        case 3:
            run.answer(tests::failures({"no such number"}));
            return reports ? 0 : batch.size();
        case 4:
            run.lane.take_not_invoked(run.now_ms);
            return 0;
        default:
            run.lane.take_interrupted();
            return 0;
    }
}

Numbers numbers_up_to(int last) {
    Numbers numbers;
    for (int number = 1; number <= last; ++number)
        numbers.push_back(std::to_string(number));
    return numbers;
}

RC_GTEST_PROP(LaneProperty, EachRecordIsSettledOnceAndInOrder, ()) {
    const local::StreamMappingSettings settings = any_settings();
    LaneRun run(settings);
    Numbers settled;  // acknowledged or discarded
    const auto settle_discarded = [&] {
        for (const local::DiscardedBatch& batch : run.lane.take_discarded()) {
            RC_ASSERT(settings.maximum_retry_attempts >= 0 || settings.maximum_record_age_s > 0);
            for (const local::StreamRecord& record : batch.records)
                settled.push_back(record.sequence_number);
        }
    };
    const int steps = *rc::gen::inRange(1, 60);
    for (int step = 0; step < steps; ++step) {
        run.add(*rc::gen::inRange(0, 9));
        run.now_ms += *rc::gen::inRange(0, 20'000);
        const auto batch = run.next();
        settle_discarded();
        if (!batch) continue;
        RC_ASSERT(!batch->empty());
        RC_ASSERT(batch->size() <= static_cast<std::size_t>(settings.batch_size));
        // It begins with the first record that is not settled, and leaves none out.
        const Numbers all = numbers_up_to(run.last_number);
        RC_ASSERT(std::equal(batch->begin(), batch->end(),
                             all.begin() + static_cast<std::ptrdiff_t>(settled.size())));
        const std::size_t acknowledged =
            answer_somehow(run, *batch, settings.report_batch_item_failures);
        settled.insert(settled.end(), batch->begin(),
                       batch->begin() + static_cast<std::ptrdiff_t>(acknowledged));
        settle_discarded();
    }
    RC_ASSERT(settled == numbers_up_to(static_cast<int>(settled.size())));
    const local::MappingCounts counts = run.lane.counts();
    RC_ASSERT(counts.polled == run.last_number);
    RC_ASSERT(counts.delivered + counts.discarded == static_cast<std::int64_t>(settled.size()));
    RC_ASSERT(counts.polled == counts.delivered + counts.discarded + counts.pending);

    // From here on all goes well: what is left comes to an end.
    run.lane.flush();
    for (int step = 0; step < 2 * run.last_number + 2 && !run.lane.idle(); ++step) {
        if (run.wait_next()) run.succeed();
    }
    RC_ASSERT(run.lane.idle());
    RC_ASSERT(run.lane.counts().pending == 0);
}

}  // namespace

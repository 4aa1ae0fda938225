#include "runtime/local/stoppable_clock.h"

#include <thread>

#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace local {
namespace {

constexpr std::int64_t kForEverMs = 86'400'000;

TEST(StoppableClock, TellsTheTimeOfTheOther) {
    tests::FakeClock inner;
    StoppableClock clock(inner, {});
    EXPECT_EQ(clock.now_ms(), tests::kTestNowMs);
    inner.advance_ms(5);
    EXPECT_EQ(clock.now_ms(), tests::kTestNowMs + 5);
}

TEST(StoppableClock, DoesNotSleepOnceItIsStopped) {
    tests::FakeClock inner;
    std::stop_source stop;
    StoppableClock clock(inner, stop.get_token());
    stop.request_stop();
    clock.sleep_ms(kForEverMs);
}

TEST(StoppableClock, WakesAllSleepers) {
    tests::FakeClock inner;
    std::stop_source stop;
    StoppableClock clock(inner, stop.get_token());
    const std::jthread first([&] { clock.sleep_ms(kForEverMs); });
    const std::jthread second([&] { clock.sleep_ms(kForEverMs); });
    stop.request_stop();
}

TEST(StoppableClock, SleepsToItsEndOtherwise) {
    tests::FakeClock inner;
    StoppableClock clock(inner, {});
    clock.sleep_ms(1);
    clock.sleep_ms(0);
}

}  // namespace
}  // namespace local

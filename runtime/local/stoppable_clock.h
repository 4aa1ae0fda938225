// The real clock, whose sleeps end when somebody asks to stop: what waits to try something again
// then comes back at once.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

#include "common/base/clock.h"

namespace local {

// For any number of threads.
class StoppableClock final : public base::Clock {
  public:
    // `clock` outlives it, and may be asked from any thread.
    StoppableClock(const base::Clock& clock, std::stop_token stop)
        : clock_(clock), stop_(std::move(stop)) {}
    [[nodiscard]] base::EpochMs now_ms() const override { return clock_.now_ms(); }
    void sleep_ms(std::int64_t duration_ms) override;

  private:
    const base::Clock& clock_;
    std::stop_token stop_;
    std::mutex mutex_;
    std::condition_variable_any stopped_;
};

}  // namespace local

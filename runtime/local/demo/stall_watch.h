// Whether something still goes on: a function that always fails is tried for ever by its mapping,
// and a demo has to end.
#pragma once

#include <cstdint>

#include "common/base/clock.h"

namespace demo {

// Longer than a function's timeout and the longest back-off together.
constexpr std::int64_t kStalledMs = 180'000;

class StallWatch {
  public:
    explicit StallWatch(base::EpochMs now_ms) : since_ms_(now_ms) {}

    // `arrived` grows with whatever is done; true once it has not for so long.
    bool is_stalled(std::int64_t arrived, base::EpochMs now_ms) {
        if (arrived != arrived_) since_ms_ = now_ms;
        arrived_ = arrived;
        return now_ms - since_ms_ >= kStalledMs;
    }

  private:
    std::int64_t arrived_ = 0;
    base::EpochMs since_ms_;
};

}  // namespace demo

// The moment at which Lambda ends an invocation. Every wait is cut to what is left of it.
#pragma once

#include <algorithm>
#include <limits>

#include "common/base/clock.h"

namespace base {

struct Deadline {
    EpochMs at_ms = std::numeric_limits<EpochMs>::max();  // the default never comes

    // What is left, in milliseconds; 0 once it has passed.
    [[nodiscard]] std::int64_t remaining_ms(const Clock& clock) const {
        return std::max<std::int64_t>(0, at_ms - clock.now_ms());
    }
    // A deadline `reserve_ms` earlier, so that time is left to answer.
    [[nodiscard]] Deadline minus_ms(std::int64_t reserve_ms) const {
        return at_ms == std::numeric_limits<EpochMs>::max() ? *this : Deadline{at_ms - reserve_ms};
    }
};

}  // namespace base

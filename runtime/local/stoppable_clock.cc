#include "runtime/local/stoppable_clock.h"

#include <chrono>

namespace local {

void StoppableClock::sleep_ms(std::int64_t duration_ms) {
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, stop_, std::chrono::milliseconds(duration_ms), [] { return false; });
}

}  // namespace local

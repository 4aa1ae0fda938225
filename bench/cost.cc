#include "bench/cost.h"

#include <algorithm>
#include <cmath>

namespace bench {

double billed_ms(const InvocationTime& time, double memory_mb) {
    return std::ceil(std::max(time.wall_ms, time.processor_ms * kMbOfOneCore / memory_mb));
}

double cost_per_million_records(const InvocationTime& time, double memory_mb, std::size_t records) {
    const double invocation =
        billed_ms(time, memory_mb) / 1e3 * memory_mb / 1024 * kGbSecondPrice + kRequestPrice;
    return invocation * 1e6 / static_cast<double>(records);
}

}  // namespace bench

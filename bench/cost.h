// What an invocation would cost on Lambda, computed from times measured here, not measured there.
//
// Lambda gives a function memory / 1,769 MB of a vCPU ("Configure Lambda function memory"), so work
// that takes c ms of a whole core takes c × 1,769 / memory; an invocation lasts that long, or as
// long as it waits:
//   billed ms = ceil(max(wall, processor × 1,769 / memory))
//   cost      = billed ms / 1,000 × memory / 1,024 × price of a GB-second + price of a request
#pragma once

#include <cstddef>
#include <string_view>

namespace bench {

// us-east-1, x86, first tier, without the free tier; in dollars; read in November 2026.
inline constexpr double kGbSecondPrice = 0.0000166667;
inline constexpr double kRequestPrice = 0.20 / 1e6;
inline constexpr double kMbOfOneCore = 1769;

struct InvocationTime {
    double wall_ms = 0;       // with a core of its own
    double processor_ms = 0;  // of all threads
};

double billed_ms(const InvocationTime& time, double memory_mb);

// Dollars for a million records, with `records` of them in each invocation.
double cost_per_million_records(const InvocationTime& time, double memory_mb, std::size_t records);

inline constexpr std::string_view kCostNote =
    "cost: computed, not measured on Lambda: ceil(max(wall, cpu x 1769 / MB)) ms x MB / 1024 x "
    "$0.0000166667 per GB-s + $0.20 per million requests (us-east-1, x86)";

}  // namespace bench

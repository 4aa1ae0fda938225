// Compares what an invocation did with what its sample event expects.
#pragma once

#include <vector>

#include "runtime/local/json_compare.h"
#include "runtime/local/recorded_call.h"
#include "runtime/local/runtime_api_emulator.h"
#include "runtime/local/sample_case.h"

namespace local {

// Empty where all is as expected. Calls are compared for each service, operation and stream in
// their order; between operations the order is free.
std::vector<Difference> judge(const Expectation& expectation, const Outcome& outcome,
                              const std::vector<RecordedCall>& calls);

// The same without calls, for services that are not watched.
std::vector<Difference> judge_outcome(const Expectation& expectation, const Outcome& outcome);

}  // namespace local

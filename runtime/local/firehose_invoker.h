// One batch through the function, as Firehose calls it (developer guide, "Handle failure in data
// transformation"): a call that timed out or was throttled is made again, with the same bytes, up
// to NumberOfRetries times; what the function itself did wrong is final.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "runtime/local/firehose_response.h"
#include "runtime/local/runtime_api_emulator.h"

namespace local {

// Calls the function with an event. Errors that stand for what Lambda's Invoke answers: throttled,
// access_denied, and for a call that got no answer connect_failed and outcome_unknown. Any other
// error, and an interrupted outcome, mean that the function cannot be called at all.
using Invoke = std::function<base::Result<Outcome>(const std::string& event)>;

constexpr int kRetriesDefault = 3;
constexpr int kRetriesMax = 300;  // of NumberOfRetries
constexpr std::int64_t kInvokeRetryBaseMs = 100;
constexpr std::int64_t kInvokeRetryMaxMs = 5'000;

struct InvokedBatch {
    TransformVerdict verdict = {};
    std::int64_t attempts = 0;
    base::EpochMs ended_ms = 0;  // of the last attempt
};

// An error where the function cannot be called at all: the batch is then still to be done.
base::Result<InvokedBatch> invoke_batch(const Invoke& invoke, const std::string& event,
                                        const std::vector<std::string_view>& record_ids,
                                        int retries_max, base::Clock& clock);

}  // namespace local

// The settings of an event source mapping for a DynamoDB stream, with the bounds of the API
// (CreateEventSourceMapping, and Lambda's page "Process DynamoDB records with Lambda").
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"

namespace local {

// The whole event, in bytes of JSON: a batch is cut before it.
constexpr std::size_t kEventBytesMax = 6UL * 1024 * 1024;
// A tumbling window's state, in bytes of JSON.
constexpr std::size_t kWindowStateBytesMax = 1UL * 1024 * 1024;
// What the stream keeps: older records are gone, whatever the mapping says.
constexpr std::int64_t kStreamRetentionMs = 24LL * 60 * 60 * 1000;

enum class StartingPosition { trim_horizon, latest };

// The names are the API's. No FilterCriteria, and no StartingPositionTimestamp, which DynamoDB
// streams do not have.
struct StreamMappingSettings {
    std::int64_t batch_size = 100;               // 1 to 10,000
    std::int64_t maximum_batching_window_s = 0;  // 0 to 300
    std::int64_t parallelization_factor = 1;     // 1 to 10
    std::int64_t maximum_retry_attempts = -1;    // -1 (until the record expires) to 10,000
    std::int64_t maximum_record_age_s = -1;      // -1, or 60 to 604,800
    std::int64_t tumbling_window_s = 0;          // 0 (off) to 900
    bool bisect_batch_on_function_error = false;
    bool report_batch_item_failures = false;  // FunctionResponseTypes
    StartingPosition starting_position = StartingPosition::trim_horizon;
};

// Kind config_invalid, with all faults at once. A tumbling window takes one lane per shard here:
// its state is one per shard.
base::Result<base::Done> check_settings(const StreamMappingSettings& settings);

// What the API's text asks for and the service does not enforce: a batch size above 10 wants a
// batching window of at least 1 s, though the defaults are 100 and 0.
std::vector<std::string> settings_advice(const StreamMappingSettings& settings);

}  // namespace local

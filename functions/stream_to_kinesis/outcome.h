// What came of an invocation: of each record, in sum, and as metrics.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/metrics.h"
#include "functions/stream_to_kinesis/plan.h"
#include "functions/stream_to_kinesis/send.h"

namespace stream_to_kinesis {

// Each of the event's records counts in just one of `out` to `unsent`.
struct Outcome {
    std::int64_t in = 0;
    std::int64_t out = 0;
    std::int64_t filtered = 0;
    std::int64_t dropped = 0;
    std::int64_t quarantined = 0;
    std::int64_t blocked = 0;
    std::int64_t unsent = 0;

    std::int64_t duplicates_possible = 0;  // confirmed and read again, or of unknown outcome
    // Where the stream is to be read again (event::checkpoint).
    std::optional<std::string_view> checkpoint;

    [[nodiscard]] std::int64_t failed() const { return blocked + unsent; }
};

// After all sending and quarantine.
Outcome sum_up(const Plan& plan, const SendReport& sent);

// RecordsIn = RecordsOut + RecordsFailed + RecordsDropped + RecordsFiltered + RecordsQuarantined.
void add_metrics(const Plan& plan, const SendReport& sent, const Outcome& outcome,
                 base::EpochMs now_ms, base::Metrics& metrics);

}  // namespace stream_to_kinesis

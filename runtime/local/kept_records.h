// Records that were kept when they could not be done, made into events again:
//   the objects of Firehose's error prefix (firehose_failed_record.h), as Firehose's events;
//   stream_to_kinesis's quarantine, JSON lines of
//     {"reason":"…","eventSourceARN":"…","sequence_number":"…","event_id":"…",
//      "quarantined_at":"2026-11-20T01:02:03Z","record":"<base64 of the record in its event>"}
//   as the events of a DynamoDB stream, {"Records":[…]}, in their order.
// What each line became is judged by what the function answers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "runtime/local/firehose_failed_record.h"
#include "runtime/local/runtime_api_emulator.h"

namespace local {

enum class KeptBy { firehose, quarantine };

// A record of an event, and the line that it came from.
struct KeptLine {
    std::size_t line = 0;
    std::string identifier = {};  // how the answer names it; empty: it cannot be named
};

struct KeptEvent {
    std::string body = {};
    std::vector<KeptLine> lines = {};
};

struct KeptEvents {
    std::vector<KeptEvent> events = {};
    std::vector<BadLine> bad = {};
};

// `now_ms` stands in where a line has no arrivalTimestamp.
KeptEvents make_kept_events(KeptBy kept_by, std::string_view lines, base::EpochMs now_ms);

// What the function wrote while it had the event: its answer, and its log, whose JSON lines may
// name a record's reason ({"record_id"|"sequence_number":"…","reason":"…"}).
struct KeptAnswer {
    const Outcome& outcome;
    std::string_view log = {};
};

// The lines that are not done, with the reason; empty where all are.
std::vector<BadLine> judge_kept_event(KeptBy kept_by, const KeptEvent& event,
                                      const KeptAnswer& answer);

}  // namespace local

// Records that were kept when they could not be done, made into events again:
//   the objects of Firehose's error prefix (firehose_failed_record.h), as Firehose's events;
//   stream_to_kinesis's quarantine, JSON lines of
//     {"reason":"…","eventSourceARN":"…","sequence_number":"…","event_id":"…",
//      "quarantined_at":"2026-11-20T01:02:03Z","record":"<base64 of the record in its event>"}
//   as the events of a DynamoDB stream, {"Records":[…]}, in their order;
//   an object of a stream mapping's on-failure destination in S3, one JSON object whose `payload`
//   is the whole event that failed. Page: "Retain discarded records for a DynamoDB event source".
//   SQS and SNS get the same without `payload`. Its records count as lines.
// kept_verdict.h judges what became of each line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "runtime/local/firehose_failed_record.h"

namespace local {

enum class KeptBy { firehose, quarantine, stream_mapping };

// A record of an event, and the line that it came from.
struct KeptLine {
    std::size_t line = 0;
    std::string identifier = {};  // how the answer names it; empty: it cannot be named
};

struct KeptEvent {
    KeptBy kept_by = KeptBy::firehose;
    std::string body = {};
    std::vector<KeptLine> lines = {};
};

struct KeptEvents {
    std::vector<KeptEvent> events = {};
    std::vector<BadLine> bad = {};
};

// `now_ms` stands in where a line has no arrivalTimestamp.
KeptEvents make_kept_events(KeptBy kept_by, std::string_view text, base::EpochMs now_ms);

}  // namespace local

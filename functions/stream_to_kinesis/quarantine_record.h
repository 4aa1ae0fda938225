// A record as it is kept in quarantine: one JSON object, one line in a file.
//   {"reason":"<why>","eventSourceARN":"<arn>","sequence_number":"<digits>","event_id":"<text>",
//    "quarantined_at":"2026-11-20T01:00:00Z","record":"<base64 of the record's bytes in the
//    event>"}
// Members whose source cannot be found in the record are left out. `lakefeed replay
// stream_to_kinesis --from-quarantine FILE` makes events of such lines again.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.h"

namespace stream_to_kinesis {

// The views are slices of the event, but for the reason.
struct QuarantineRecord {
    std::string_view text;    // exactly as it stands in the event
    std::string_view reason;  // without payloads
    std::string_view sequence_number = {};
    std::optional<base::EpochMs> event_time_ms = {};
};

// What a record says of where it comes from, which may be faulty elsewhere.
struct RecordOrigin {
    std::string event_source_arn;
    std::string event_id;
};
RecordOrigin find_origin(std::string_view record);

// Without a newline.
std::string quarantine_line(const QuarantineRecord& record, const RecordOrigin& origin,
                            base::EpochMs now_ms);

}  // namespace stream_to_kinesis

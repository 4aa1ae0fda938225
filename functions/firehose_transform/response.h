// A batch of records -> the response, never larger than Lambda takes. A record whose outcome does
// not fit is answered with ProcessingFailed and its own data, so that Firehose keeps it in the
// error prefix; the others are not touched by it.
//
// Room for that is always there in a real event: a record in the event,
//   {"recordId":"R","approximateArrivalTimestamp":1495072949453,"data":"D"}
// is longer by 16 bytes than its answer,
//   {"recordId":"R","result":"ProcessingFailed","data":"D"}
// and the event itself is at most 6 MB (6,291,456 bytes) with a longer frame around the records.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/event/firehose_event.h"
#include "functions/firehose_transform/transform.h"

namespace firehose_transform {

struct FailedRecord {
    std::string_view record_id;
    std::string reason;
};

// in = ok + dropped + failed.
struct BatchResponse {
    std::string body;
    std::size_t ok = 0;
    std::size_t dropped = 0;
    std::vector<FailedRecord> failed;
};

// Records are answered in their order. The first ones have the first claim on the room: a record
// fails only where it would not fit even with all later ones at their least. Kind
// response_too_large where all at their least would not fit.
base::Result<BatchResponse> transform_batch(
    const std::vector<event::FirehoseRecord>& records, RecordTransform& transform,
    std::size_t bytes_max = event::kFirehoseResponseBytesMax);

}  // namespace firehose_transform

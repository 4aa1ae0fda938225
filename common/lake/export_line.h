// One line of an export's data file, as the change that it tells ("DynamoDB table export output
// format"):
//   full         {"Item":{"id":{"S":"x"}}}
//   incremental  {"Metadata":{"WriteTimestampMicros":"1680109764000000"},"Keys":{…},
//                 "NewImage":{…},"OldImage":{…}}
// The time is a number, a text, or {"N":"…"}. Exports have no event id and no sequence number, and
// do not say whether a delete was the time to live's.
#pragma once

#include <string_view>

#include "common/base/result.h"
#include "common/dynamodb/change_record.h"
#include "common/lake/export_summary.h"

namespace lake {

// Views point into `line`, and into `summary`. A full export's item is an INSERT at the export's
// time. An increment's line is a REMOVE where it has no new image; else an INSERT where it has no
// old one and the view has both, else a MODIFY; its time is WriteTimestampMicros, floored to the
// millisecond. Kind data_invalid where it is no such line; images are checked as JSON.
base::Result<dynamodb::ChangeRecord> parse_export_line(std::string_view line,
                                                       const ExportSummary& summary);

// The change that an item of a full export is. `item` is its JSON, with the braces.
dynamodb::ChangeRecord item_record(std::string_view item, const ExportSummary& summary);

}  // namespace lake

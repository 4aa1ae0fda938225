// CloudTrail's record of a call of the Glue Data Catalog. Every structure member begins with a
// small letter; a request, and an answer, over 100 KB is left out ({"omitted":true,…}).
//
//   {"eventSource":"glue.amazonaws.com","eventName":"BatchUpdatePartition","eventID":…,
//    "eventTime":"2026-11-20T01:00:00Z","errorCode":…,"recipientAccountId":…,
//    "requestParameters":{"catalogId":…,"databaseName":…,"tableName":…,
//      "entries":[{"partitionValueList":["2024","01"],"partitionInput":{"values":[…],…}}]},
//    "responseElements":{"errors":[{"partitionValueList":[…],"errorDetail":{"errorCode":…}}]}}
//
// Where a call has its table's name and its partitions' values: the request structures of the Glue
// API reference. Page: "CloudTrail record contents".
#pragma once

#include <string_view>

#include "common/base/result.h"
#include "common/codec/json.h"
#include "common/event/glue_event.h"

namespace event {

// What the event's name says: "DeleteTable" of CloudTrail, and of native events too.
GlueChange glue_change(std::string_view name);

// Fills in what the record says of `event`, which knows its envelope. `account` is the envelope's,
// for a record that does not name its own. Kind event_invalid where it is no call of Glue.
base::Result<GlueEvent> read_cloud_trail(GlueEvent event, const codec::JsonValue& record,
                                         std::string_view account);

}  // namespace event

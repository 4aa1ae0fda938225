// What `lakefeed explain glue_to_snowflake` tells.
#pragma once

#include <string>

#include "functions/glue_to_snowflake/handler.h"
#include "runtime/local/terminal.h"

namespace tool {

// For each table: its names, the action and its reason, each statement with its own reason.
std::string explain_text(const glue_to_snowflake::EventOutcomes& outcomes, local::Colour colour);

// {"tables":[{"message_id":…,"glue":…,"snowflake":…,"action":…,"reason":…,
//             "statements":[{"sql":…,"reason":…}]}],
//  "failures":[{"message_id":…,"error":"db.table: …"}]}
// "message_id" is there for the messages of an SQS batch.
std::string explain_json(const glue_to_snowflake::EventOutcomes& outcomes);

bool has_failures(const glue_to_snowflake::EventOutcomes& outcomes);

}  // namespace tool

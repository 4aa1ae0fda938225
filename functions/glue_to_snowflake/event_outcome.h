// What became of the events of an invocation.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "functions/glue_to_snowflake/sync/sync.h"

namespace glue_to_snowflake {

// Of one event, or of one thing that it led to.
struct EventOutcome {
    std::string message_id = {};  // of an SQS batch
    std::vector<TableOutcome> tables = {};
    std::vector<std::string> failures = {};     // db.table: what went wrong
    std::size_t failures_for_want_of_time = 0;  // of them
};

struct EventOutcomes {
    bool is_batch = false;  // of SQS: an outcome for each message, in their order
    std::vector<EventOutcome> events = {};
};

}  // namespace glue_to_snowflake

// A schedule's event, from any of its three senders:
//
//   EventBridge rule
//     {"version": "0", "id": …, "detail-type": "Scheduled Event", "source": "aws.events",
//      "account": …, "time": "2026-11-20T01:00:00Z", "region": …, "resources": […], "detail": {}}
//   EventBridge Scheduler
//     the same with "source": "aws.scheduler" where the schedule has no input of its own; else its
//     input, such as {"time": "<aws.scheduler.scheduled-time>"}
//   a person
//     {"time": "2026-11-20T01:00:00Z", "export_type": "full", "table_arns": ["arn:…"]}
//
// Every member may be missing. Pages: "Creating an Amazon EventBridge rule that runs on a
// schedule", "Adding context attributes" (EventBridge Scheduler).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"

namespace event {

struct ScheduleEvent {
    // The slot: the event's own `time` cut to its whole second, or now where it has none. Two
    // events with one time are one slot, however late either comes; nothing is rounded to the
    // minute.
    base::EpochMs slot_ms = 0;
    std::optional<std::string> export_type;
    std::vector<std::string> table_arns;  // without repetitions; empty where the event names none
};

// Kind event_invalid where the text is no JSON object, is another trigger's event (neither empty,
// nor a "Scheduled Event", nor with a member of the manual form), or has a member of the wrong
// type, an empty `table_arns`, or a `time` that is malformed or lies after now.
base::Result<ScheduleEvent> parse_schedule_event(std::string_view text, base::EpochMs now_ms);

}  // namespace event

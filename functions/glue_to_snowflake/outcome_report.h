// What an invocation tells of its work: log lines and metrics.
//
// Metrics: TablesCreated, TablesAltered, TablesReplaced, TablesRefreshed, TablesDropped,
// TablesRenamed, TablesUnchanged, TablesSkipped, TablesFailed; EventsWithoutTable (CloudTrail left
// the names out), MessagesRejected (of an SQS batch: no event); SyncLagMs, how long ago the oldest
// change was made that is in step now.
#pragma once

#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/metrics.h"
#include "common/event/glue_event.h"
#include "functions/glue_to_snowflake/event_outcome.h"

namespace glue_to_snowflake {

class OutcomeReport {
  public:
    // Both outlive it.
    OutcomeReport(const base::Clock& clock, base::Log& log)
        : clock_(clock), log_(log), metrics_(clock, log.function_name()) {}

    // A message that cannot be read, or the one event of the invocation, whose caller is told.
    void rejected(const event::GlueMessage& message);
    // An event that does not name its table, and leads to nothing all the same.
    void without_table() { metrics_.add("EventsWithoutTable", 1); }
    // A thing that the events led to. What was only planned counts in no metric but the failures.
    void done(const EventOutcome& outcome, Sending sending);
    // The invocation's end: the messages, and what became of each.
    void finish(const std::vector<event::GlueMessage>& messages,
                const std::vector<EventOutcome>& outcomes);

  private:
    const base::Clock& clock_;
    base::Log& log_;
    base::Metrics metrics_;
};

}  // namespace glue_to_snowflake

// glue_to_snowflake: events of the Glue Data Catalog in, external tables of Snowflake out. A table
// that fails does not stop the others; the invocation then fails and names each. An SQS batch is
// answered with the messages that failed.
//
// Kinds of error: event_invalid; sync_failed where a table failed; deadline_near where all that
// failed was for want of time.
#pragma once

#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "functions/glue_to_snowflake/event_outcome.h"
#include "functions/glue_to_snowflake/outcome_report.h"
#include "functions/glue_to_snowflake/sync/sync.h"
#include "functions/glue_to_snowflake/work_list.h"
#include "runtime/invocation.h"

namespace glue_to_snowflake {

struct HandlerSettings {
    std::string region;             // of the catalog that this function reads
    Sending sending = Sending::on;  // off: what would be sent is told
};

class CatalogHandler {
  public:
    // All but the settings outlive it.
    CatalogHandler(HandlerSettings settings, TableSync& sync, const base::Clock& clock,
                   base::Log& log);

    base::Result<runtime::InvocationResponse> handle(const runtime::Invocation& invocation);
    // What handle() does, before it is answered.
    base::Result<EventOutcomes> run(const runtime::Invocation& invocation);

  private:
    // The places in the list of what the message leads to; none where it is rejected.
    std::vector<std::size_t> add_work(WorkList& list, const event::GlueMessage& message);
    // By its place in the list.
    std::vector<EventOutcome> do_all(const std::vector<Work>& works,
                                     const runtime::Invocation& invocation);
    EventOutcome do_work(const Work& work, const runtime::Invocation& invocation);
    base::Result<EventOutcome> do_in_time(const Work& work, const runtime::Invocation& invocation,
                                          base::Deadline deadline);
    [[nodiscard]] Sending sending_of(const Work& work) const;

    HandlerSettings settings_;
    TableSync& sync_;
    const base::Clock& clock_;
    OutcomeReport report_;
};

}  // namespace glue_to_snowflake

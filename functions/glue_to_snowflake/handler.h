// glue_to_snowflake: events of the Glue Data Catalog in, external tables of Snowflake out. A table
// that fails does not stop the others; the invocation then fails and names each. An SQS batch is
// answered with the messages that failed.
#pragma once

#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/metrics.h"
#include "common/event/glue_event.h"
#include "functions/glue_to_snowflake/config.h"
#include "functions/glue_to_snowflake/sync.h"
#include "runtime/invocation.h"

namespace glue_to_snowflake {

struct HandlerSettings {
    std::string region;  // of the catalog that this function reads
    snowflake::AutoRefresh auto_refresh = snowflake::AutoRefresh::on;
    Sending sending = Sending::on;  // off: what would be sent is told
};

// What became of one event.
struct EventOutcome {
    std::string message_id = {};  // of an SQS batch
    std::vector<TableOutcome> tables = {};
    std::vector<std::string> failures = {};  // db.table: what went wrong
};

struct EventOutcomes {
    bool is_batch = false;  // of SQS: an outcome for each message, in their order
    std::vector<EventOutcome> events = {};
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
    EventOutcome handle_event(const event::GlueEvent& event, const runtime::Invocation& invocation);
    EventOutcome handle_message(const event::GlueMessage& message,
                                const runtime::Invocation& invocation);
    // Why no table of the event is looked at; empty where they are.
    [[nodiscard]] std::string reason_to_skip_event(const event::GlueEvent& event) const;
    void report(const EventOutcome& outcome);

    HandlerSettings settings_;
    TableSync& sync_;
    base::Log& log_;
    base::Metrics metrics_;
};

}  // namespace glue_to_snowflake

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
};

class CatalogHandler {
  public:
    // All but the settings outlive it.
    CatalogHandler(HandlerSettings settings, TableSync& sync, const base::Clock& clock,
                   base::Log& log);

    base::Result<runtime::InvocationResponse> handle(const runtime::Invocation& invocation);

  private:
    struct EventOutcome {
        std::vector<TableOutcome> tables;
        std::vector<std::string> failures;  // db.table: what went wrong
    };

    EventOutcome handle_event(const event::GlueEvent& event, const runtime::Invocation& invocation);
    std::string handle_batch(const std::vector<event::GlueMessage>& messages,
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

// table_export: starts a full export to S3 of each table for the slot of a schedule's event, once
// however often it is called for that slot, and says what became of the exports before.
#pragma once

#include "common/aws/dynamodb_client.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/result.h"
#include "functions/table_export/config.h"
#include "runtime/invocation.h"

namespace table_export {

// What the handler borrows; all of it outlives the call.
struct Services {
    aws::DynamoDbClient& dynamodb;
    base::Clock& clock;
    base::Log& log;
};

// Errors: event_invalid; export_failed, naming each table that failed or was not tried for want of
// time, after all others were tried.
//
// Metrics of each run: ExportsStarted, AlreadyStarted, ExportsFailed (tables), EarlierFailed (of
// the earlier exports reported), and NewestCompleteExportAgeMs: how old the newest complete
// export's data is, of the table where it is oldest (tables without one are left out).
base::Result<runtime::InvocationResponse> handle(const Config& config, Services services,
                                                 const runtime::Invocation& invocation);

}  // namespace table_export

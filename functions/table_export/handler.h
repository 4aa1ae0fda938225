// table_export: exports each table to S3 for the slot of a schedule's event, once however often it
// is called for that slot, and says what became of the exports before.
#pragma once

#include "common/base/result.h"
#include "functions/table_export/config.h"
#include "functions/table_export/table_run.h"
#include "runtime/invocation.h"

namespace table_export {

// Errors: event_invalid; export_failed, naming each table that failed or was not tried for want of
// time, after all others were tried. The metrics are those of run_metrics.h.
base::Result<runtime::InvocationResponse> handle(const Config& config, const Services& services,
                                                 const runtime::Invocation& invocation);

}  // namespace table_export

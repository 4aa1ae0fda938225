// The metrics of a run, in one line of the Embedded Metric Format.
//
//   ExportsStarted            exports that this run started
//   AlreadyStarted            slots whose export was there already
//   ExportsFailed             tables that failed
//   EarlierFailed             FAILED ones among the earlier exports that are reported
//   NewestCompleteExportAgeMs how old the newest complete export's data is
//
// and of chains (`incremental`, `auto`):
//
//   WindowsRepaired           of the started ones, those that had been missing or FAILED before
//   WindowsBehind             windows that are due and not started yet
//   Gaps, Overlaps            stretches of the chain that are in no export, or in two
//   ChainLagMs                how old the state is that COMPLETED exports rebuild without a gap
//
// Ages are of the table where they are greatest; tables without any complete export are left out.
#pragma once

#include <vector>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "functions/table_export/config.h"
#include "functions/table_export/response.h"

namespace table_export {

void write_metrics(const std::vector<TableOutcome>& tables, ExportMode mode,
                   const base::Clock& clock, const base::Log& log);

}  // namespace table_export

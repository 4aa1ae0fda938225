// What a run is to do for one table: a pure function of the slot and of the exports that exist.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/aws/dynamodb_client.h"
#include "common/base/clock.h"
#include "functions/table_export/config.h"

namespace table_export {

enum class Action { start, already_started };

struct PlannedExport {
    Action action = Action::start;
    aws::ExportTableRequest request;  // with its client token
    std::string export_arn;           // of the one that exists, for already_started
};

struct TablePlan {
    std::vector<PlannedExport> exports;
    // The newest kEarlierExportsMax exports that are not this run's own, newest first.
    std::vector<aws::ExportDescription> earlier;
    // The newest point in time up to which a COMPLETED export holds the table.
    std::optional<base::EpochMs> newest_complete_ms;
};

// A full export whose ExportTime is the slot. One that is COMPLETED or IN_PROGRESS for this very
// slot is this export; those that FAILED for it are made again under a new token. `existing` holds
// the table's exports to `destination`, newest first.
TablePlan plan_full_export(const TableArn& table, const Destination& destination,
                           base::EpochMs slot_ms,
                           const std::vector<aws::ExportDescription>& existing);

}  // namespace table_export

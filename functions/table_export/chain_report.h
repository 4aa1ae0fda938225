// What a run tells of a chain's exports beside those that it starts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/aws/dynamodb_client.h"
#include "functions/table_export/chain.h"
#include "functions/table_export/plan.h"

namespace table_export {

// Where nothing new is due: the slot's own export (already_started), else the newest one
// (in_progress, up_to_date). Nothing where all have FAILED.
std::optional<PlannedExport> find_state(const std::vector<aws::ExportDescription>& exports,
                                        base::EpochMs slot_ms);

// One text for each stretch after `known_from_ms` that more than one export holds.
std::vector<std::string> describe_overlaps(const std::vector<aws::ExportDescription>& exports,
                                           const Chain& chain, base::EpochMs known_from_ms);

// The newest kEarlierExportsMax exports that are none of `own`, and those whose window FAILED and
// is in no other export (100 in all at most).
std::vector<aws::ExportDescription> find_earlier(const std::vector<aws::ExportDescription>& exports,
                                                 const Chain& chain,
                                                 const std::vector<PlannedExport>& own);

}  // namespace table_export

// The steps of a backfill around the conversions: what there is to do, and its end.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/lake/object_store.h"
#include "runtime/local/backfill.h"
#include "runtime/local/backfill_report.h"

namespace local {

struct PlannedBackfill {
    BackfillWork work = {};
    std::vector<lake::ExportDataFile> present = {};  // whose objects are in the lake
    bool success_is_there = false;                   // of an earlier one
};

// The manifest, and what is in the lake. All files are to do. Errors are those of the stores and of
// the manifest.
base::Result<PlannedBackfill> plan_backfill(ThreadStores& stores, const BackfillOptions& options);

// The files of these names are done already, and are kept.
void keep_files(BackfillWork& work, const std::set<std::string>& names);

// Takes the _SUCCESS of an earlier backfill away, where there is something to do.
base::Result<base::Done> begin_backfill(lake::ObjectStore& lake, const PlannedBackfill& planned);

// After all files are done: _SUCCESS. Kind data_invalid where objects are gone meanwhile.
base::Result<base::Done> complete_backfill(lake::ObjectStore& lake, const BackfillWork& work);

// What the files to do hold.
base::Result<DryRun> look_at_files(lake::ObjectStore& source, const BackfillWork& work);

}  // namespace local

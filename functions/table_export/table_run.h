// One table's part of a run: looks at what exists, plans, and starts what is due.
#pragma once

#include <vector>

#include "common/aws/dynamodb_client.h"
#include "common/base/clock.h"
#include "common/base/deadline.h"
#include "common/base/log.h"
#include "functions/table_export/config.h"
#include "functions/table_export/existing_exports.h"
#include "functions/table_export/response.h"

namespace table_export {

// What a run borrows; all of it outlives the call.
struct Services {
    aws::DynamoDbClient& dynamodb;
    ExportReader& exports;
    base::Clock& clock;
    base::Log& log;
};

// What the event asks for.
struct Run {
    base::EpochMs slot_ms = 0;
    ExportMode mode = ExportMode::full;
    std::vector<TableArn> tables;
};

// Starts the plan's exports in their order. After a failure the repairs or the new windows that
// would come next are left to the next run, which finds them missing.
TableOutcome run_table(const Config& config, const Services& services, const Run& run,
                       const TableArn& table, base::Deadline deadline);

}  // namespace table_export

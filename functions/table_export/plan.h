// What a run is to do for one table: a pure function of the settings, of the slot, of the exports
// that exist, and of what point-in-time recovery reaches.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/aws/dynamodb_client.h"
#include "common/base/clock.h"
#include "functions/table_export/config.h"
#include "functions/table_export/existing_exports.h"
#include "functions/table_export/windows.h"

namespace table_export {

// What becomes of a slot: its export is to be started; it is there already; nothing is due, as the
// newest export reaches as far as a window could; the same, and that export is still running.
enum class Action { start, already_started, up_to_date, in_progress };

// The word of the response.
std::string_view action_name(Action action);

struct PlannedExport {
    Action action = Action::start;
    // With its client token. Where an export exists, only the time or the window is filled in.
    aws::ExportTableRequest request;
    std::string export_arn;  // of the one that exists
    bool repairs = false;    // it exports what should have been exported before
    std::string reason;
};

struct TablePlan {
    // In the order in which they are to be sent: repairs, oldest first; then what is new.
    std::vector<PlannedExport> exports;
    // Why the table fails, with the remedy, even where all exports can be started.
    std::vector<std::string> failures;
    // What is not as it should be, yet lost nothing that a newer export does not hold.
    std::vector<std::string> warnings;
    // The newest kEarlierExportsMax exports that are not this run's own, and those that FAILED and
    // are still missing; newest first.
    std::vector<aws::ExportDescription> earlier;
    // The newest point in time up to which a COMPLETED export holds the table.
    std::optional<base::EpochMs> newest_complete_ms;

    // Of a chain.
    std::optional<base::EpochMs> chain_complete_ms;  // complete_until_ms()
    std::size_t windows_due = 0;                     // before MAX_WINDOWS_PER_RUN
    std::size_t gaps = 0;                            // stretches that are in no export
    std::size_t overlaps = 0;                        // stretches that are in two
};

// The request of a full export as of `time_ms`, without a token.
aws::ExportTableRequest full_export_request(const TableArn& table, const Destination& destination,
                                            base::EpochMs time_ms);

// A full export whose ExportTime is the slot. One that is COMPLETED or IN_PROGRESS for this very
// slot is this export; those that FAILED for it are made again under a new token. `existing` holds
// the table's exports to `destination`, newest first.
TablePlan plan_full_export(const TableArn& table, const Destination& destination,
                           base::EpochMs slot_ms,
                           const std::vector<aws::ExportDescription>& existing);

// Windows end so much before their slot at the latest: LatestRestorableDateTime is typically five
// minutes behind, and a window whose end depended on the moment of the call would not be the same
// for two calls of one slot.
inline constexpr std::int64_t kSlotLagMs = 10 * kMsPerMinute;

struct ChainSituation {
    const TableArn& table;
    const Config& config;
    ExportMode mode;  // incremental or automatic
    base::EpochMs slot_ms;
    const History& history;
    const aws::ContinuousBackups& recovery;
};

// Goes on from the exports that exist, with windows that end kSlotLagMs before the slot or earlier:
//  - what is missing between existing windows is exported again: windows that FAILED as they were,
//    a gap in windows of its own; one shorter than 15 minutes reaches into its newer neighbour;
//  - a full export that FAILED and that all windows build upon is made again (mode automatic);
//  - then new windows follow, from the end of the last COMPLETED or IN_PROGRESS one;
//  - what point-in-time recovery no longer reaches, and no newer full export makes good, fails the
//    run or becomes a new full export (LOST_WINDOW);
//  - where there is nothing to go on from: a full export (mode automatic), or a failure.
TablePlan plan_chain(const ChainSituation& situation);

}  // namespace table_export

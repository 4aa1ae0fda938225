// A table's exports read as one chain: a full export, and the windows of the increments after it.
#pragma once

#include <optional>
#include <vector>

#include "common/aws/dynamodb_client.h"
#include "common/base/clock.h"
#include "functions/table_export/existing_exports.h"
#include "functions/table_export/windows.h"

namespace table_export {

// Only what the service says counts: windows of the API's whole seconds, whatever their view type.
// An export without its time, or an increment without its window, holds nothing that is known.
struct Chain {
    // The increments that hold something, and those that FAILED; ordered by from, then to.
    std::vector<Window> windows;
    std::vector<Window> failed;
    // The times of the full exports that hold something, and of those that FAILED; in order.
    std::vector<base::EpochMs> full_times_ms;
    std::vector<base::EpochMs> failed_full_times_ms;

    // Where the chain begins (the full export before the first window that there is or was to be;
    // where none is listed, that window), and where its last window ends.
    base::EpochMs from_ms = 0;
    base::EpochMs to_ms = 0;

    // Whether there is anything to go on from.
    [[nodiscard]] bool exists() const { return !windows.empty() || !full_times_ms.empty(); }
    // Whether a newer full export stands for all that is in `window` and before it.
    [[nodiscard]] bool is_made_good(const Window& window) const {
        return !full_times_ms.empty() && full_times_ms.back() >= window.to_ms;
    }
};

// Which exports hold something: those that are COMPLETED, or the IN_PROGRESS ones too.
enum class Counted { completed, running_too };

Chain read_chain(const std::vector<aws::ExportDescription>& exports,
                 Counted counted = Counted::running_too);

// The increment's window; nothing for a full export or where it is not told.
std::optional<Window> window_of(const aws::ExportDescription& description);
// The full export's time, in whole seconds; nothing for an increment or where it is not told.
std::optional<base::EpochMs> full_time_of(const aws::ExportDescription& description);

// Up to when an export holds the table: the end of its window, or its time.
std::optional<base::EpochMs> held_until_ms(const aws::ExportDescription& description);
// The newest such time of COMPLETED exports.
std::optional<base::EpochMs> newest_complete_ms(const std::vector<aws::ExportDescription>& exports);

// Up to when COMPLETED exports alone rebuild the table: a full export and the windows that follow
// it without a gap (where no full export is listed, the windows alone).
std::optional<base::EpochMs> complete_until_ms(const std::vector<aws::ExportDescription>& exports);

}  // namespace table_export

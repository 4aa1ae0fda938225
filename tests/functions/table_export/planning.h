// Exports in a few words, and what the plan makes of them. Times are minutes after
// 2026-11-20T00:00:00Z; an export's ARN is what it holds: "full 0", "0 to 60".
#pragma once

#include <set>
#include <string>
#include <vector>

#include "functions/table_export/plan.h"

namespace tests {

constexpr base::EpochMs minute(std::int64_t minutes) {
    return 1'795'132'800'000 + minutes * table_export::kMsPerMinute;
}

inline std::string minutes_of(base::EpochMs time_ms) {
    return std::to_string((time_ms - minute(0)) / table_export::kMsPerMinute);
}

struct Planning {
    table_export::Config config;
    table_export::ExportMode mode = table_export::ExportMode::automatic;
    table_export::History history;  // newest first
    std::int64_t earliest = -100'000;
    std::int64_t latest = 100'000;
    bool recovery_is_on = true;
    table_export::TableArn table{"arn:aws:dynamodb:us-east-1:123456789012:table/orders", "aws",
                                 "us-east-1", "123456789012", "orders"};

    Planning& full(std::int64_t time, aws::ExportStatus status = aws::ExportStatus::completed) {
        aws::ExportDescription made;
        made.export_arn = "full " + std::to_string(time);
        made.status = status;
        made.export_time_ms = minute(time);
        history.exports.insert(history.exports.begin(), made);
        return *this;
    }

    Planning& window(std::int64_t from, std::int64_t to,
                     aws::ExportStatus status = aws::ExportStatus::completed) {
        aws::ExportDescription made;
        made.export_arn = std::to_string(from) + " to " + std::to_string(to);
        made.status = status;
        made.type = aws::ExportType::incremental_export;
        made.incremental = aws::IncrementalExport{minute(from), minute(to), {}};
        history.exports.insert(history.exports.begin(), made);
        return *this;
    }

    void fail_last() { history.exports.front().status = aws::ExportStatus::failed; }

    table_export::TablePlan plan(std::int64_t slot) const {
        aws::ContinuousBackups recovery;
        recovery.point_in_time_recovery_enabled = recovery_is_on;
        recovery.earliest_restorable_ms = minute(earliest);
        recovery.latest_restorable_ms = minute(latest);
        return table_export::plan_chain({table, config, mode, minute(slot), history, recovery});
    }

    // What is to be started.
    static std::vector<std::string> started(const table_export::TablePlan& plan) {
        std::vector<std::string> names;
        for (const auto& planned : plan.exports) {
            if (planned.action != table_export::Action::start) continue;
            const auto& window = planned.request.incremental;
            names.push_back(window ? minutes_of(window->from_time_ms) + " to " +
                                         minutes_of(window->to_time_ms)
                                   : "full " + minutes_of(*planned.request.export_time_ms));
        }
        return names;
    }

    static std::vector<std::string> earlier(const table_export::TablePlan& plan) {
        std::vector<std::string> names;
        names.reserve(plan.earlier.size());
        for (const auto& each : plan.earlier)
            names.push_back(each.export_arn);
        return names;
    }
};

}  // namespace tests

#include "functions/table_export/run_metrics.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <optional>
#include <string_view>

#include "common/base/metrics.h"

namespace table_export {
namespace {

using Count = std::function<std::size_t(const TableOutcome&)>;
using Moment = std::optional<base::EpochMs> TableOutcome::*;

std::size_t count_exports(const TableOutcome& table, Action action, bool repairs_only) {
    return static_cast<std::size_t>(
        std::count_if(table.exports.begin(), table.exports.end(), [&](const auto& each) {
            return each.action == action && (each.repairs || !repairs_only);
        }));
}

std::size_t count_failed(const TableOutcome& table) {
    return static_cast<std::size_t>(std::count_if(
        table.earlier.begin(), table.earlier.end(),
        [](const auto& earlier) { return earlier.status == aws::ExportStatus::failed; }));
}

class RunMetrics {
  public:
    RunMetrics(const std::vector<TableOutcome>& tables, const base::Clock& clock,
               const base::Log& log)
        : tables_(tables), clock_(clock), metrics_(clock, log.function_name()) {}

    void add_sum(std::string_view name, const Count& count) {
        std::size_t sum = 0;
        for (const TableOutcome& table : tables_)
            sum += count(table);
        metrics_.add(name, static_cast<double>(sum));
    }

    void add_age(std::string_view name, Moment moment) {
        std::optional<base::EpochMs> oldest_ms;
        for (const TableOutcome& table : tables_) {
            const auto time_ms = table.*moment;
            if (time_ms) oldest_ms = std::min(oldest_ms.value_or(*time_ms), *time_ms);
        }
        if (!oldest_ms) return;
        metrics_.add(name, static_cast<double>(clock_.now_ms() - *oldest_ms),
                     base::MetricUnit::milliseconds);
    }

    void flush(const base::Log& log) { metrics_.flush(log); }

  private:
    const std::vector<TableOutcome>& tables_;
    const base::Clock& clock_;
    base::Metrics metrics_;
};

}  // namespace

void write_metrics(const std::vector<TableOutcome>& tables, ExportMode mode,
                   const base::Clock& clock, const base::Log& log) {
    RunMetrics metrics(tables, clock, log);
    metrics.add_sum("ExportsStarted",
                    [](const auto& table) { return count_exports(table, Action::start, false); });
    metrics.add_sum("AlreadyStarted", [](const auto& table) {
        return count_exports(table, Action::already_started, false);
    });
    metrics.add_sum("ExportsFailed",
                    [](const auto& table) { return table.failure.has_value() ? 1U : 0U; });
    metrics.add_sum("EarlierFailed", count_failed);
    metrics.add_age("NewestCompleteExportAgeMs", &TableOutcome::newest_complete_ms);
    if (mode != ExportMode::full) {
        metrics.add_sum("WindowsRepaired", [](const auto& table) {
            return count_exports(table, Action::start, true);
        });
        metrics.add_sum("WindowsBehind", [](const auto& table) { return table.windows_behind; });
        metrics.add_sum("Gaps", [](const auto& table) { return table.gaps; });
        metrics.add_sum("Overlaps", [](const auto& table) { return table.overlaps; });
        metrics.add_age("ChainLagMs", &TableOutcome::chain_complete_ms);
    }
    metrics.flush(log);
}

}  // namespace table_export

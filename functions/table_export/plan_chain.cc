#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "functions/table_export/chain.h"
#include "functions/table_export/chain_report.h"
#include "functions/table_export/client_token.h"
#include "functions/table_export/plan.h"
#include "functions/table_export/remedy.h"

namespace table_export {
namespace {

constexpr std::string_view kSendFullEvent = R"(send the function {"export_type":"full"} once)";

bool holds(const std::vector<Window>& windows, const Window& window) {
    return std::find(windows.begin(), windows.end(), window) != windows.end();
}

class ChainPlanner {
  public:
    explicit ChainPlanner(const ChainSituation& situation)
        : situation_(situation),
          exports_(situation.history.exports),
          chain_(read_chain(exports_)),
          end_ms_(situation.slot_ms - kSlotLagMs),
          longest_ms_(situation.config.window_minutes_max * kMsPerMinute) {}

    TablePlan make() {
        if (auto fault = find_recovery_fault(situation_.recovery, situation_.table)) {
            plan_.failures.push_back(*std::move(fault));
        } else {
            earliest_ms_ = situation_.recovery.earliest_restorable_ms.value_or(0);
            latest_ms_ = situation_.recovery.latest_restorable_ms.value_or(0);
            chain_.exists() ? go_on() : begin();
        }
        report();
        return std::move(plan_);
    }

  private:
    // Nothing is there to go on from.
    void begin() {
        if (situation_.mode == ExportMode::automatic) {
            add_full(situation_.slot_ms, "the first full export");
            return;
        }
        plan_.failures.push_back(fmt::format(
            "there is nothing to chain from: among the exports of the last 90 days none of this "
            "table to this bucket, prefix and format is COMPLETED or IN_PROGRESS; {}, or set "
            "EXPORT_TYPE=auto",
            kSendFullEvent));
    }

    void go_on() {
        mend_base();
        mend_gaps();
        add_tail();
        if (is_anything_new_ || !plan_.failures.empty()) return;
        if (auto state = find_state(exports_, situation_.slot_ms)) {
            plan_.exports.push_back(*std::move(state));
        }
    }

    void report() {
        for (std::string& text :
             describe_overlaps(exports_, chain_, situation_.history.known_from_ms)) {
            ++plan_.overlaps;
            plan_.warnings.push_back(std::move(text));
        }
        plan_.earlier = find_earlier(exports_, chain_, plan_.exports);
        plan_.newest_complete_ms = newest_complete_ms(exports_);
        plan_.chain_complete_ms = complete_until_ms(exports_);
    }

    // The full export that all windows build upon FAILED, and no other one is there.
    void mend_base() {
        const auto& failed = chain_.failed_full_times_ms;
        if (!chain_.full_times_ms.empty() || failed.empty() || failed.front() > chain_.from_ms) {
            return;
        }
        const std::string what =
            fmt::format("the full export that the windows from {} on build upon FAILED",
                        base::format_iso8601(chain_.from_ms));
        if (situation_.mode != ExportMode::automatic) {
            plan_.failures.push_back(
                fmt::format("{}: {}, or set EXPORT_TYPE=auto", what, kSendFullEvent));
            return;
        }
        plan_.warnings.push_back(what + ": it is made again");
        const bool reachable = chain_.from_ms >= earliest_ms_;
        add_full(reachable ? chain_.from_ms : situation_.slot_ms, what);
        plan_.exports.back().repairs = true;
    }

    // What is missing between the windows that are there.
    void mend_gaps() {
        const base::EpochMs from_ms = std::max(chain_.from_ms, situation_.history.known_from_ms);
        for (const Window& gap : missing_parts({from_ms, chain_.to_ms}, chain_.windows)) {
            ++plan_.gaps;
            if (gap.from_ms < earliest_ms_) {
                lose(gap);
                continue;
            }
            const auto windows =
                cut_into_windows(gap, chain_.failed, longest_ms_, Remainder::widens);
            warn_of_repair(gap, windows);
            for (const Window& window : windows) {
                // A late run's slot may be older than what is missing.
                if (window.to_ms <= end_ms_)
                    add_window(window, "it was missing between other windows", true);
            }
        }
    }

    // What is new, and the windows at the chain's end that FAILED.
    void add_tail() {
        base::EpochMs from_ms = chain_.to_ms;
        auto windows = cut_tail(from_ms);
        if (!windows.empty() && from_ms < earliest_ms_) {
            ++plan_.gaps;
            const auto& fulls = chain_.full_times_ms;
            const bool begins_anew = !fulls.empty() && fulls.back() >= earliest_ms_;
            lose({from_ms, begins_anew ? fulls.back() : situation_.slot_ms});
            from_ms = begins_anew ? fulls.back() : end_ms_;
            windows = cut_tail(from_ms);
        }
        for (const Window& window : windows) {
            const bool failed = holds(chain_.failed, window);
            add_window(window, failed ? "it FAILED before" : "the next window", failed);
        }
    }

    std::vector<Window> cut_tail(base::EpochMs from_ms) {
        auto windows =
            cut_into_windows({from_ms, end_ms_}, chain_.failed, longest_ms_, Remainder::waits);
        // Where recovery is further behind than it usually is, a window waits for the next run.
        std::erase_if(windows, [this](const Window& window) { return window.to_ms > latest_ms_; });
        return windows;
    }

    // What can no longer be exported.
    void lose(const Window& lost) {
        const std::string what = fmt::format(
            "gap from {}: no export holds it, and point-in-time recovery reaches back to {} only",
            describe(lost), base::format_iso8601(earliest_ms_));
        if (chain_.is_made_good(lost)) {
            plan_.warnings.push_back(
                fmt::format("{}; the full export as of {} makes it good", what,
                            base::format_iso8601(chain_.full_times_ms.back())));
        } else if (situation_.config.lost_window == LostWindow::full &&
                   situation_.slot_ms >= lost.to_ms) {
            plan_.warnings.push_back(what +
                                     "; a new full export takes its place (LOST_WINDOW=full)");
            add_full(situation_.slot_ms, what);
        } else {
            plan_.failures.push_back(fmt::format(
                "{}: {}, and the windows go on from it; LOST_WINDOW=full does so by itself", what,
                kSendFullEvent));
        }
    }

    void add_full(base::EpochMs time_ms, std::string reason) {
        is_anything_new_ = true;
        for (const PlannedExport& planned : plan_.exports) {
            if (planned.request.export_time_ms == time_ms) return;
        }
        const auto& failed = chain_.failed_full_times_ms;
        PlannedExport planned;
        planned.request =
            full_export_request(situation_.table, situation_.config.destination, time_ms);
        planned.request.client_token = derive_client_token(
            planned.request, static_cast<int>(std::count(failed.begin(), failed.end(), time_ms)));
        planned.reason = std::move(reason);
        plan_.exports.push_back(std::move(planned));
    }

    void add_window(const Window& window, std::string reason, bool repairs) {
        ++plan_.windows_due;
        if (!repairs) is_anything_new_ = true;
        auto& left = repairs ? repairs_left_ : new_left_;
        if (left == 0) return;
        --left;
        PlannedExport planned;
        planned.request = full_export_request(situation_.table, situation_.config.destination, 0);
        planned.request.export_time_ms.reset();
        planned.request.incremental =
            aws::IncrementalExport{.from_time_ms = window.from_ms,
                                   .to_time_ms = window.to_ms,
                                   .view_type = situation_.config.view_type};
        const auto attempts = std::count(chain_.failed.begin(), chain_.failed.end(), window);
        planned.request.client_token =
            derive_client_token(planned.request, static_cast<int>(attempts));
        planned.repairs = repairs;
        planned.reason = std::move(reason);
        plan_.exports.push_back(std::move(planned));
    }

    // A FAILED window that is made again says enough by itself.
    void warn_of_repair(const Window& gap, const std::vector<Window>& windows) {
        const bool repeats = std::all_of(windows.begin(), windows.end(), [this](const auto& each) {
            return holds(chain_.failed, each);
        });
        if (repeats) return;
        const base::EpochMs to_ms = windows.back().to_ms;
        std::string text =
            fmt::format("gap from {}: it is exported {}", describe(gap),
                        to_ms <= end_ms_ ? "now" : "by the run of a slot that is newer than it");
        if (to_ms > gap.to_ms) {
            text += fmt::format(
                ", in an overlap from {} with its newer neighbour, as a window has at least 15 "
                "minutes",
                describe(Window{gap.to_ms, to_ms}));
        }
        plan_.warnings.push_back(std::move(text));
    }

    const ChainSituation& situation_;
    const std::vector<aws::ExportDescription>& exports_;
    const Chain chain_;
    const base::EpochMs end_ms_;
    const std::int64_t longest_ms_;
    base::EpochMs earliest_ms_ = 0;
    base::EpochMs latest_ms_ = 0;
    std::int64_t repairs_left_ = situation_.config.windows_per_run_max;
    std::int64_t new_left_ = situation_.config.windows_per_run_max;
    bool is_anything_new_ = false;
    TablePlan plan_;
};

}  // namespace

TablePlan plan_chain(const ChainSituation& situation) {
    return ChainPlanner(situation).make();
}

}  // namespace table_export

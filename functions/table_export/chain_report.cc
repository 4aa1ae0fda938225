#include "functions/table_export/chain_report.h"

#include <algorithm>

#include <fmt/format.h>

namespace table_export {
namespace {

constexpr std::size_t kReportedMax = 100;

bool has_failed(const aws::ExportDescription& description) {
    return description.status == aws::ExportStatus::failed;
}

bool is_of_slot(const aws::ExportDescription& description, base::EpochMs slot_ms) {
    if (const auto window = window_of(description)) return window->to_ms == slot_ms - kSlotLagMs;
    return full_time_of(description) == slot_ms;
}

bool is_missing(const aws::ExportDescription& description, const Chain& chain) {
    const auto window = window_of(description);
    if (!has_failed(description) || !window || chain.is_made_good(*window)) return false;
    return !missing_parts(*window, chain.windows).empty();
}

std::string name_holders(const std::vector<aws::ExportDescription>& exports,
                         const Window& stretch) {
    std::string export_arns;
    for (const aws::ExportDescription& each : exports) {
        const auto window = window_of(each);
        if (has_failed(each) || !window) continue;
        if (window->from_ms >= stretch.to_ms || window->to_ms <= stretch.from_ms) continue;
        export_arns.append(export_arns.empty() ? "" : ", ").append(each.export_arn);
    }
    return export_arns;
}

}  // namespace

std::optional<PlannedExport> find_state(const std::vector<aws::ExportDescription>& exports,
                                        base::EpochMs slot_ms) {
    const aws::ExportDescription* best = nullptr;
    const auto rank = [slot_ms](const aws::ExportDescription& each) {
        return std::pair(is_of_slot(each, slot_ms), held_until_ms(each));
    };
    for (const aws::ExportDescription& each : exports) {
        if (has_failed(each) || !held_until_ms(each)) continue;
        if (best == nullptr || rank(each) > rank(*best)) best = &each;
    }
    if (best == nullptr) return std::nullopt;
    PlannedExport state;
    state.action =
        best->status == aws::ExportStatus::in_progress ? Action::in_progress : Action::up_to_date;
    if (is_of_slot(*best, slot_ms)) state.action = Action::already_started;
    state.export_arn = best->export_arn;
    state.request.export_time_ms = full_time_of(*best);
    if (const auto window = window_of(*best)) {
        state.request.incremental = aws::IncrementalExport{
            .from_time_ms = window->from_ms, .to_time_ms = window->to_ms, .view_type = {}};
    }
    return state;
}

std::vector<std::string> describe_overlaps(const std::vector<aws::ExportDescription>& exports,
                                           const Chain& chain, base::EpochMs known_from_ms) {
    std::vector<std::string> texts;
    for (const Window& doubled : doubled_parts(chain.windows)) {
        if (doubled.to_ms <= known_from_ms) continue;
        texts.push_back(
            fmt::format("overlap from {}: its changes come more than once, which loses nothing: {}",
                        describe(doubled), name_holders(exports, doubled)));
    }
    return texts;
}

std::vector<aws::ExportDescription> find_earlier(const std::vector<aws::ExportDescription>& exports,
                                                 const Chain& chain,
                                                 const std::vector<PlannedExport>& own) {
    std::vector<aws::ExportDescription> earlier;
    for (const aws::ExportDescription& each : exports) {
        const bool is_own = std::any_of(own.begin(), own.end(), [&](const auto& planned) {
            return planned.export_arn == each.export_arn;
        });
        const std::size_t left_max = is_missing(each, chain) ? kReportedMax : kEarlierExportsMax;
        if (!is_own && earlier.size() < left_max) earlier.push_back(each);
    }
    return earlier;
}

}  // namespace table_export

#include "functions/table_export/chain.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace table_export {
namespace {

constexpr base::EpochMs kMsPerSecond = 1'000;

base::EpochMs whole_second(base::EpochMs time_ms) {
    return time_ms - time_ms % kMsPerSecond;
}

bool begins_before(const Window& left, const Window& right) {
    return std::pair(left.from_ms, left.to_ms) < std::pair(right.from_ms, right.to_ms);
}

template <typename T, typename Before>
void insert_in_order(std::vector<T>& sorted, const T& element, Before before) {
    sorted.insert(std::upper_bound(sorted.begin(), sorted.end(), element, before), element);
}

// The newest full export before the first window, else that window; without windows the newest full
// export.
base::EpochMs find_beginning(const Chain& chain) {
    std::optional<base::EpochMs> first_ms;
    if (!chain.windows.empty()) first_ms = chain.windows.front().from_ms;
    if (!chain.failed.empty()) {
        const base::EpochMs failed_ms = chain.failed.front().from_ms;
        first_ms = std::min(first_ms.value_or(failed_ms), failed_ms);
    }
    const auto& fulls = chain.full_times_ms;
    if (!first_ms) return fulls.empty() ? 0 : fulls.back();
    const auto after = std::upper_bound(fulls.begin(), fulls.end(), *first_ms);
    return after == fulls.begin() ? *first_ms : *(after - 1);
}

}  // namespace

std::optional<Window> window_of(const aws::ExportDescription& description) {
    if (description.type != aws::ExportType::incremental_export || !description.incremental) {
        return std::nullopt;
    }
    return Window{whole_second(description.incremental->from_time_ms),
                  whole_second(description.incremental->to_time_ms)};
}

std::optional<base::EpochMs> full_time_of(const aws::ExportDescription& description) {
    if (description.type != aws::ExportType::full_export || !description.export_time_ms) {
        return std::nullopt;
    }
    return whole_second(*description.export_time_ms);
}

std::optional<base::EpochMs> held_until_ms(const aws::ExportDescription& description) {
    if (const auto window = window_of(description)) return window->to_ms;
    return full_time_of(description);
}

std::optional<base::EpochMs> newest_complete_ms(
    const std::vector<aws::ExportDescription>& exports) {
    std::optional<base::EpochMs> newest_ms;
    for (const aws::ExportDescription& description : exports) {
        if (description.status != aws::ExportStatus::completed) continue;
        newest_ms = std::max(newest_ms, held_until_ms(description));
    }
    return newest_ms;
}

Chain read_chain(const std::vector<aws::ExportDescription>& exports, Counted counted) {
    Chain chain;
    for (const aws::ExportDescription& description : exports) {
        const bool is_running = description.status == aws::ExportStatus::in_progress;
        if (is_running && counted == Counted::completed) continue;
        const bool failed = description.status == aws::ExportStatus::failed;
        if (const auto window = window_of(description)) {
            insert_in_order(failed ? chain.failed : chain.windows, *window, begins_before);
        } else if (const auto time_ms = full_time_of(description)) {
            insert_in_order(failed ? chain.failed_full_times_ms : chain.full_times_ms, *time_ms,
                            std::less<>());
        }
    }
    chain.from_ms = find_beginning(chain);
    chain.to_ms = chain.from_ms;
    for (const Window& window : chain.windows)
        chain.to_ms = std::max(chain.to_ms, window.to_ms);
    return chain;
}

std::optional<base::EpochMs> complete_until_ms(const std::vector<aws::ExportDescription>& exports) {
    const Chain chain = read_chain(exports, Counted::completed);
    if (!chain.exists()) return std::nullopt;
    base::EpochMs until_ms =
        chain.full_times_ms.empty() ? chain.windows.front().from_ms : chain.full_times_ms.back();
    for (const Window& window : chain.windows) {
        if (window.from_ms <= until_ms) until_ms = std::max(until_ms, window.to_ms);
    }
    return until_ms;
}

}  // namespace table_export

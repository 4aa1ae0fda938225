#include "functions/table_export/windows.h"

#include <algorithm>
#include <optional>

namespace table_export {
namespace {

// The FAILED window that begins here, where it can be made again inside the stretch.
std::optional<base::EpochMs> end_of_repeat(base::EpochMs at_ms, const Window& stretch,
                                           const std::vector<Window>& failed,
                                           std::int64_t longest_ms) {
    for (const Window& window : failed) {
        if (window.from_ms == at_ms && stretch.holds(window) && window.length_ms() <= longest_ms) {
            return window.to_ms;
        }
    }
    return std::nullopt;
}

// Up to where a new window may go: the next FAILED one, where there is room for one before it.
base::EpochMs find_limit(base::EpochMs at_ms, const Window& stretch,
                         const std::vector<Window>& failed) {
    for (const Window& window : failed) {
        if (window.from_ms >= at_ms + kWindowMsMin && stretch.holds(window)) return window.from_ms;
    }
    return stretch.to_ms;
}

// The end of a window that has no example. It leaves enough for another one where it can.
base::EpochMs step(base::EpochMs at_ms, base::EpochMs limit_ms, std::int64_t longest_ms,
                   bool may_leave_a_rest) {
    if (limit_ms - at_ms <= longest_ms) return limit_ms;
    const base::EpochMs end_ms = at_ms + longest_ms;
    const bool leaves_enough = limit_ms - end_ms >= kWindowMsMin;
    if (leaves_enough || may_leave_a_rest || limit_ms - at_ms < 2 * kWindowMsMin) return end_ms;
    return limit_ms - kWindowMsMin;
}

}  // namespace

std::string describe(const Window& window) {
    return base::format_iso8601(window.from_ms) + " to " + base::format_iso8601(window.to_ms);
}

std::vector<Window> missing_parts(const Window& whole, const std::vector<Window>& covered) {
    std::vector<Window> missing;
    base::EpochMs at_ms = whole.from_ms;
    for (const Window& window : covered) {
        const base::EpochMs until_ms = std::min(window.from_ms, whole.to_ms);
        if (until_ms > at_ms) missing.push_back({at_ms, until_ms});
        at_ms = std::max(at_ms, window.to_ms);
    }
    if (at_ms < whole.to_ms) missing.push_back({at_ms, whole.to_ms});
    return missing;
}

std::vector<Window> doubled_parts(const std::vector<Window>& windows) {
    std::vector<Window> doubled;
    if (windows.empty()) return doubled;
    base::EpochMs end_ms = windows.front().from_ms;
    for (const Window& window : windows) {
        const Window both{window.from_ms, std::min(end_ms, window.to_ms)};
        end_ms = std::max(end_ms, window.to_ms);
        if (both.length_ms() <= 0) continue;
        if (!doubled.empty() && both.from_ms <= doubled.back().to_ms) {
            doubled.back().to_ms = std::max(doubled.back().to_ms, both.to_ms);
        } else {
            doubled.push_back(both);
        }
    }
    return doubled;
}

std::vector<Window> cut_into_windows(Window stretch, const std::vector<Window>& failed,
                                     std::int64_t longest_ms, Remainder remainder) {
    const bool waits = remainder == Remainder::waits;
    for (const Window& window : failed) {
        const bool reaches_over = window.from_ms < stretch.to_ms && window.to_ms > stretch.to_ms;
        if (waits && reaches_over) stretch.to_ms = window.from_ms;
    }
    std::vector<Window> windows;
    base::EpochMs at_ms = stretch.from_ms;
    while (at_ms < stretch.to_ms) {
        base::EpochMs end_ms = 0;
        if (const auto repeat_to_ms = end_of_repeat(at_ms, stretch, failed, longest_ms)) {
            end_ms = *repeat_to_ms;
        } else {
            const base::EpochMs limit_ms = find_limit(at_ms, stretch, failed);
            end_ms = step(at_ms, limit_ms, longest_ms, waits && limit_ms == stretch.to_ms);
        }
        if (end_ms - at_ms < kWindowMsMin) {
            if (waits) break;
            end_ms = at_ms + kWindowMsMin;
        }
        windows.push_back({at_ms, end_ms});
        at_ms = end_ms;
    }
    return windows;
}

}  // namespace table_export

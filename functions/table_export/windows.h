// Windows of time, [from, to), and how stretches of time are cut into those that an incremental
// export can have: 15 minutes to 24 hours ("Incremental exports", DynamoDB Developer Guide).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/clock.h"

namespace table_export {

inline constexpr std::int64_t kMsPerMinute = 60'000;
inline constexpr std::int64_t kWindowMsMin = 15 * kMsPerMinute;
inline constexpr std::int64_t kWindowMsMax = 24 * 60 * kMsPerMinute;

struct Window {
    base::EpochMs from_ms = 0;
    base::EpochMs to_ms = 0;

    [[nodiscard]] std::int64_t length_ms() const { return to_ms - from_ms; }
    [[nodiscard]] bool holds(const Window& other) const {
        return from_ms <= other.from_ms && other.to_ms <= to_ms;
    }
    bool operator==(const Window&) const = default;
};

// "2026-11-20T00:00:00Z to 2026-11-20T01:00:00Z".
std::string describe(const Window& window);

// The parts of `whole` that are in none of `covered`, in order. `covered` is ordered by from.
std::vector<Window> missing_parts(const Window& whole, const std::vector<Window>& covered);

// The stretches that are in more than one of `windows`, in order and apart. Ordered by from.
std::vector<Window> doubled_parts(const std::vector<Window>& windows);

// What is left at a stretch's end and too short for a window: it waits until more has passed, or
// its window goes on into what follows the stretch.
enum class Remainder { waits, widens };

// The windows that a stretch is exported in, oldest first, none longer than `longest_ms`. A FAILED
// window is cut out as it was, so that it is the same export again; one that reaches over the end
// of a stretch that is still growing is left to a later time with all that follows it. `failed` is
// ordered by from.
std::vector<Window> cut_into_windows(Window stretch, const std::vector<Window>& failed,
                                     std::int64_t longest_ms, Remainder remainder);

}  // namespace table_export

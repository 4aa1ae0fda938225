#include "tests/functions/table_export/history.h"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "functions/table_export/plan.h"
#include "tests/functions/table_export/world.h"

namespace tests {
namespace {

using table_export::Window;
using Export = ExportService::Export;

constexpr int kSlots = 20;
constexpr int kQuietSlots = 14;
constexpr std::size_t kTimeBytes = 20;  // 2026-11-20T01:00:00Z

bool is_held(const Export& each) {
    return each.status != "FAILED";
}

// How often each moment is in one of these windows: the borders of all, with the count after each.
std::vector<std::pair<Window, int>> count_cover(const std::vector<Window>& windows) {
    std::map<base::EpochMs, int> steps;
    for (const Window& window : windows) {
        ++steps[window.from_ms];
        --steps[window.to_ms];
    }
    std::vector<std::pair<Window, int>> counted;
    int depth = 0;
    for (auto at = steps.begin(); at != steps.end() && std::next(at) != steps.end(); ++at) {
        depth += at->second;
        counted.push_back({{at->first, std::next(at)->first}, depth});
    }
    return counted;
}

// Whether every moment of `stretch` is in one of `windows`.
bool is_covered(const Window& stretch, std::vector<Window> windows) {
    std::sort(windows.begin(), windows.end(),
              [](const Window& left, const Window& right) { return left.from_ms < right.from_ms; });
    base::EpochMs at_ms = stretch.from_ms;
    for (const Window& window : windows) {
        if (window.from_ms <= at_ms) at_ms = std::max(at_ms, window.to_ms);
    }
    return at_ms >= stretch.to_ms;
}

}  // namespace

History::History(Runner& runner, std::uint64_t seed) : runner_(runner), random_(seed) {
    constexpr std::int64_t kLongest[] = {15, 17, 20, 29, 30, 31, 60, 240, 1'440};
    constexpr std::int64_t kPeriods[] = {15, 20, 60, 60, 360, 1'440};
    table_export::Config config;
    config.window_minutes_max = kLongest[pick(9)];
    std::int64_t period_minutes = kPeriods[pick(6)];
    while (period_minutes > 6 * config.window_minutes_max)
        period_minutes /= 2;
    longest_ms_ = config.window_minutes_max * kMinuteMs;
    period_ms_ = period_minutes * kMinuteMs;
    // It can catch up.
    config.windows_per_run_max = 1 + 2 * period_minutes / config.window_minutes_max + pick(6);
    config.lost_window =
        chance(50) ? table_export::LostWindow::full : table_export::LostWindow::fail;
    runner_.configure(config);

    trouble_ = pick(40);
    auto& table = runner_.service().table(kOrders);
    table.recovery_period_ms = chance(50) ? 35 * kDayMs : (5 + pick(30)) * period_ms_;
    table.latest_lag_ms = (chance(80) ? 5 : 1 + pick(30)) * kMinuteMs;
    if (chance(30)) runner_.service().running_max = static_cast<std::size_t>(1 + pick(4));
    runner_.service().on_start = [this](Export& started) { decide_fate(started); };
}

void History::live() {
    using table_export::ExportMode;
    for (int i = 0; i < kSlots; ++i) {
        next_slot();
        upset();
        if (!chance(trouble_ / 2)) run(slot_ms_, ExportMode::automatic);
        if (chance(trouble_ / 2)) run(slot_ms_, ExportMode::automatic);
        if (chance(trouble_ / 2)) run(slot_ms_ - pick(4) * period_ms_, ExportMode::automatic);
        if (chance(trouble_ / 8)) run(slot_ms_, ExportMode::full);
    }
    quieten();
    for (int i = 0; i < kQuietSlots || (is_behind() && i < 8 * kSlots); ++i) {
        next_slot();
        run(slot_ms_, ExportMode::automatic);
    }
    runner_.clock().advance_ms(kDayMs);  // all exports end
    runner_.service().settle();
}

void History::next_slot() {
    slot_ms_ += period_ms_;
    const base::EpochMs now_ms = slot_ms_ + pick(90) * 1'000;
    if (now_ms > runner_.clock().now_ms()) runner_.clock().set_ms(now_ms);
}

void History::upset() {
    auto& table = runner_.service().table(kOrders);
    if (chance(trouble_ / 4)) table.recovery_enabled = false;
    if (!table.recovery_enabled && chance(50)) {
        table.recovery_enabled = true;
        table.earliest_restorable_ms = runner_.clock().now_ms();
    }
    if (chance(trouble_ / 3)) {
        constexpr const char* kCodes[] = {"LimitExceededException", "InternalServerError",
                                          "AccessDeniedException"};
        runner_.refuse_next(chance(50) ? Runner::Call::look : Runner::Call::start, kCodes[pick(3)],
                            static_cast<int>(1 + pick(5)));
    }
    if (chance(trouble_ / 4)) add_foreign_window();
    if (chance(trouble_ / 4)) runner_.clock().advance_ms(pick(5) * period_ms_);
    slot_ms_ = std::max(slot_ms_, runner_.clock().now_ms() / period_ms_ * period_ms_);
}

// Somebody else's increment to the same place, which may leave a gap or an overlap.
void History::add_foreign_window() {
    const auto& exports = runner_.service().exports;
    const base::EpochMs to_ms =
        (slot_ms_ - (10 + pick(3 * period_ms_ / kMinuteMs)) * kMinuteMs) / 1'000 * 1'000;
    const base::EpochMs from_ms = to_ms - (15 + pick(60)) * kMinuteMs;
    if (exports.empty() || from_ms < exports.front().to_ms) return;
    runner_.service().add_window(kOrders, from_ms, to_ms);
    explained_overlaps_.push_back({from_ms, to_ms});
}

void History::quieten() {
    quiet_ = true;
    auto& table = runner_.service().table(kOrders);
    if (!table.recovery_enabled) table.earliest_restorable_ms = runner_.clock().now_ms();
    table.recovery_enabled = true;
    table.latest_lag_ms = 5 * kMinuteMs;
    runner_.service().running_max = 300;
    runner_.forget_refusals();
}

void History::decide_fate(Export& started) {
    started.ends_ms = runner_.clock().now_ms() + (1 + pick(quiet_ ? 5 : 180)) * kMinuteMs;
    started.ends_as = !quiet_ && chance(trouble_) ? "FAILED" : "COMPLETED";
    if (!started.incremental) return;
    EXPECT_GE(started.to_ms - started.from_ms, table_export::kWindowMsMin);
    EXPECT_LE(started.to_ms - started.from_ms, longest_ms_);
    EXPECT_LE(started.to_ms, running_slot_ms_);
}

void History::run(base::EpochMs slot_ms, table_export::ExportMode mode) {
    running_slot_ms_ = slot_ms;
    bool full_is_wanted = false;
    for (const std::string& said : runner_.run(slot_ms, mode)) {
        listen(said);
        full_is_wanted =
            full_is_wanted || said.find(R"(send the function {"export_type":"full"})") != said.npos;
    }
    // The person who reads it does what it says, now or later.
    if (full_is_wanted && (quiet_ || chance(30))) run(slot_ms, table_export::ExportMode::full);
}

// "gap from 2026-11-20T01:00:00Z to 2026-11-20T02:00:00Z: no export holds it …"
void History::listen(const std::string& said) {
    for (std::size_t at = said.find(" from "); at != said.npos; at = said.find(" from ", at + 1)) {
        if (said.size() < at + 6 + 2 * kTimeBytes + 4) return;
        const auto from_ms = base::parse_iso8601(said.substr(at + 6, kTimeBytes));
        const auto to_ms = base::parse_iso8601(said.substr(at + 6 + kTimeBytes + 4, kTimeBytes));
        if (!from_ms || !to_ms) continue;
        const Window window{*from_ms, *to_ms};
        const std::string before = said.substr(0, at);
        const std::string after = said.substr(at + 6 + 2 * kTimeBytes + 4);
        if (before.ends_with("gap") && after.starts_with(": no export holds it")) {
            EXPECT_LT(window.from_ms, runner_.service().earliest_ms(kOrders)) << said;
            lost_.push_back(window);
        } else if (before.ends_with("in an overlap")) {
            explained_overlaps_.push_back(window);  // announced by the run that made it
        } else if (before.ends_with("overlap")) {
            overlaps_.push_back(window);
        }
    }
}

bool History::is_behind() {
    base::EpochMs end_ms = 0;
    for (const Export& each : runner_.service().exports) {
        if (each.incremental && is_held(each)) end_ms = std::max(end_ms, each.to_ms);
    }
    return slot_ms_ - table_export::kSlotLagMs - end_ms >= table_export::kWindowMsMin;
}

void History::check() {
    std::vector<Window> windows;
    base::EpochMs first_ms = kTestNowMs + 36'500 * kDayMs;  // of all windows, FAILED or not
    base::EpochMs end_ms = 0;
    for (const Export& each : runner_.service().exports) {
        if (!each.incremental) continue;
        first_ms = std::min(first_ms, each.from_ms);
        if (!is_held(each)) continue;
        windows.push_back({each.from_ms, each.to_ms});
        end_ms = std::max(end_ms, each.to_ms);
    }
    // Full exports before the newest one that the windows can have begun at are another matter.
    base::EpochMs base_ms = 0;
    for (const Export& each : runner_.service().exports) {
        if (!each.incremental && is_held(each) && each.to_ms <= first_ms)
            base_ms = std::max(base_ms, each.to_ms);
    }
    ASSERT_FALSE(is_behind());
    check_each_moment({base_ms != 0 ? base_ms : first_ms, end_ms}, windows);
    check_rebuilds(windows, end_ms);
}

void History::check_each_moment(const Window& whole, const std::vector<Window>& windows) {
    std::vector<Window> all = windows;
    all.push_back(whole);  // counts as one more
    for (const auto& [stretch, depth] : count_cover(all)) {
        if (!whole.holds(stretch)) continue;
        if (depth == 1) {
            EXPECT_TRUE(is_covered(stretch, lost_))
                << "nobody said that this is lost: " << describe(stretch);
        }
        if (depth > 2) {
            EXPECT_TRUE(is_covered(stretch, overlaps_))
                << "nobody said that this is doubled: " << describe(stretch);
            EXPECT_TRUE(is_covered(stretch, explained_overlaps_))
                << "nothing explains that this is doubled: " << describe(stretch);
        }
    }
}

void History::check_rebuilds(const std::vector<Window>& windows, base::EpochMs end_ms) {
    base::EpochMs newest_full_ms = 0;
    for (const Export& each : runner_.service().exports) {
        if (!each.incremental && each.status == "COMPLETED")
            newest_full_ms = std::max(newest_full_ms, each.to_ms);
    }
    EXPECT_TRUE(newest_full_ms >= end_ms || is_covered({newest_full_ms, end_ms}, windows))
        << "from " << base::format_iso8601(newest_full_ms);
}

}  // namespace tests

// How far a long command is, for a person: on a terminal a bar that is drawn over itself, elsewhere
// a plain line every ten seconds. Pure: the time comes in, the text that is to be written goes out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "common/base/clock.h"

namespace local {

struct ProgressCounts {
    std::int64_t files = 0;
    std::int64_t items = 0;
    std::uint64_t bytes = 0;
    std::int64_t failed_files = 0;
};

struct ProgressTotals {
    std::int64_t files = 0;
    std::int64_t items = 0;  // 0: nobody knows before; the files then are what counts
};

enum class ProgressLook { lines, bar };

constexpr std::int64_t kProgressBarMs = 100;
constexpr std::int64_t kProgressLineMs = 10'000;
// Rate and time left are those of the last so many milliseconds.
constexpr std::int64_t kProgressRateMs = 20'000;

// The rate of what is done now, and how long the rest takes at that rate.
class ProgressRate {
  public:
    ProgressRate(const ProgressCounts& at_start, base::EpochMs now_ms) { add(at_start, now_ms); }
    // Counts may go back (a file failed in its middle) and time may stand still.
    void add(const ProgressCounts& done, base::EpochMs now_ms);
    [[nodiscard]] double bytes_per_second() const;
    [[nodiscard]] double items_per_second() const;
    // Nothing while nothing moves. By items; by files where the whole has no items.
    [[nodiscard]] std::optional<std::int64_t> seconds_left(const ProgressTotals& totals) const;

  private:
    struct Sample {
        ProgressCounts done;
        base::EpochMs at_ms;
    };
    [[nodiscard]] std::int64_t span_ms() const;

    std::deque<Sample> samples_;
};

class Progress {
  public:
    // `at_start` is what was done before this run: it counts for the share, not for the rate.
    Progress(ProgressLook look, const ProgressTotals& totals, const ProgressCounts& at_start,
             base::EpochMs now_ms)
        : look_(look), totals_(totals), rate_(at_start, now_ms), last_ms_(now_ms) {}

    // What is to be written now; empty where nothing is due, or nothing changed. `columns` is the
    // terminal's width; the bar stays within it.
    std::string step(const ProgressCounts& done, base::EpochMs now_ms, std::size_t columns);
    // Takes the bar away, before anything else is written; the next step() draws it again.
    std::string clear();

  private:
    [[nodiscard]] std::string bar(const ProgressCounts& done, std::size_t columns) const;
    [[nodiscard]] std::string line(const ProgressCounts& done) const;
    [[nodiscard]] double share(const ProgressCounts& done) const;

    ProgressLook look_;
    ProgressTotals totals_;
    ProgressRate rate_;
    base::EpochMs last_ms_;
    std::string drawn_;  // the bar that stands on the terminal
    bool drawn_once_ = false;
};

// "950 bytes", "1.5 MB" (a million bytes), "12.0 GB".
std::string size_text(std::uint64_t bytes);
// "0:07", "12:34", "1:02:03".
std::string duration_text(std::int64_t seconds);
// "85.3 MB/s".
std::string rate_text(double bytes_per_second);

}  // namespace local

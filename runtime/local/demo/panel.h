// What a person sees while the demo runs. Pure: counts and times come in, text goes out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "runtime/local/demo/board.h"
#include "runtime/local/terminal.h"

namespace demo {

// Changes a second, over the last few seconds.
struct Rates {
    double made = 0;
    double sent = 0;
    double in_lake = 0;
    double in_s3 = 0;
};

class RateMeter {
  public:
    void add(const Counts& counts, base::EpochMs now_ms);
    [[nodiscard]] Rates rates() const;
    // The lag second by second, the oldest first.
    [[nodiscard]] const std::vector<std::int64_t>& lags() const { return lags_; }

  private:
    struct Sample {
        base::EpochMs at_ms = 0;
        std::int64_t made = 0;
        std::int64_t sent = 0;
        std::int64_t in_lake = 0;
        std::int64_t in_s3 = 0;
    };
    std::deque<Sample> samples_;
    std::vector<std::int64_t> lags_;
    base::EpochMs last_lag_ms_ = 0;
};

struct PanelView {
    Counts counts = {};
    Rates rates = {};
    std::vector<std::int64_t> lags = {};
    std::int64_t elapsed_ms = 0;
};

constexpr std::size_t kPanelLines = 11;

// Lines without a newline, none wider than `columns`, always kPanelLines.
std::vector<std::string> panel_lines(const PanelView& view, std::size_t columns,
                                     local::Colour colour);

// One line, with a newline, without colour:
//   0:03  1,200 of 5,000 changes made, 1,150 in the lake, lag 50; faults 3; changes go on
std::string plain_line(const Counts& counts, std::int64_t elapsed_ms);

// "12,345".
std::string grouped(std::int64_t count);

// A bar for each number, the highest full; at most `width` of them, the last ones.
std::string sparkline(const std::vector<std::int64_t>& numbers, std::size_t width);

}  // namespace demo

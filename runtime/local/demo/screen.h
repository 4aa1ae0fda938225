// Shows the board while the demo runs: on a terminal a panel that is drawn over itself, elsewhere a
// plain line every few seconds, and at each new phase.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "common/base/clock.h"
#include "runtime/local/demo/board.h"
#include "runtime/local/demo/panel.h"
#include "runtime/local/progress.h"
#include "runtime/local/terminal.h"

namespace demo {

constexpr std::string_view kHideCursor = "\x1b[?25l";
constexpr std::string_view kShowCursor = "\x1b[?25h";

struct ScreenOptions {
    local::ProgressLook look = local::ProgressLook::lines;
    local::Colour colour = local::Colour::off;
};

// What is to be written, step by step. Pure.
class Picture {
  public:
    Picture(ScreenOptions options, base::EpochMs start_ms)
        : options_(options), start_ms_(start_ms) {}

    std::string step(const Counts& counts, base::EpochMs now_ms, std::size_t columns);
    // The last one stays; the cursor is shown again.
    std::string end(const Counts& counts, base::EpochMs now_ms, std::size_t columns);

  private:
    std::string draw(const Counts& counts, base::EpochMs now_ms, std::size_t columns);
    std::string line(const Counts& counts, base::EpochMs now_ms);

    ScreenOptions options_;
    base::EpochMs start_ms_;
    RateMeter meter_;
    std::size_t lines_drawn_ = 0;
    base::EpochMs last_line_ms_ = 0;
    std::string last_phase_;
};

// Draws in a thread of its own from its making to its end.
class Screen {
  public:
    // All that is given outlives it.
    Screen(ScreenOptions options, const Board& board, const base::Clock& clock,
           std::function<void(std::string_view)> tell, std::function<std::size_t()> columns);
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;
    Screen(Screen&&) = delete;
    Screen& operator=(Screen&&) = delete;
    ~Screen();

  private:
    void show(const std::stop_token& end);

    const Board& board_;
    const base::Clock& clock_;
    std::function<void(std::string_view)> tell_;
    std::function<std::size_t()> columns_;
    Picture picture_;
    std::jthread thread_;
};

}  // namespace demo

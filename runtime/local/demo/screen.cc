// The terminal's control sequences are those of ECMA-48: CSI n A moves the cursor up n lines, CSI K
// clears the rest of a line, CSI ? 25 h and l show and hide the cursor.
#include "runtime/local/demo/screen.h"

#include <chrono>
#include <condition_variable>
#include <utility>

#include <fmt/format.h>

namespace demo {
namespace {

constexpr std::chrono::milliseconds kDrawEvery{125};
constexpr std::int64_t kLineEveryMs = 3'000;

}  // namespace

std::string Picture::step(const Counts& counts, base::EpochMs now_ms, std::size_t columns) {
    if (options_.look == local::ProgressLook::bar) return draw(counts, now_ms, columns);
    if (counts.phase == last_phase_ && now_ms - last_line_ms_ < kLineEveryMs) return "";
    return line(counts, now_ms);
}

std::string Picture::end(const Counts& counts, base::EpochMs now_ms, std::size_t columns) {
    if (options_.look == local::ProgressLook::lines)
        return counts.phase == last_phase_ ? "" : line(counts, now_ms);
    return draw(counts, now_ms, columns).append(kShowCursor);
}

std::string Picture::draw(const Counts& counts, base::EpochMs now_ms, std::size_t columns) {
    meter_.add(counts, now_ms);
    const auto lines = panel_lines({.counts = counts,
                                    .rates = meter_.rates(),
                                    .lags = meter_.lags(),
                                    .elapsed_ms = now_ms - start_ms_},
                                   columns, options_.colour);
    std::string text(kHideCursor);
    if (lines_drawn_ > 0) text += fmt::format("\x1b[{}A", lines_drawn_);
    for (const std::string& line : lines)
        text.append("\r").append(line).append("\x1b[K\n");
    lines_drawn_ = lines.size();
    return text;
}

std::string Picture::line(const Counts& counts, base::EpochMs now_ms) {
    last_phase_ = counts.phase;
    last_line_ms_ = now_ms;
    return plain_line(counts, now_ms - start_ms_);
}

Screen::Screen(ScreenOptions options, const Board& board, const base::Clock& clock,
               std::function<void(std::string_view)> tell, std::function<std::size_t()> columns)
    : board_(board),
      clock_(clock),
      tell_(std::move(tell)),
      columns_(std::move(columns)),
      picture_(options, clock.now_ms()),
      thread_([this](const std::stop_token& end) { show(end); }) {}

Screen::~Screen() {
    thread_.request_stop();
    thread_.join();
    tell_(picture_.end(board_.counts(), clock_.now_ms(), columns_()));
}

void Screen::show(const std::stop_token& end) {
    std::mutex mutex;
    std::condition_variable_any waiting;
    std::unique_lock lock(mutex);
    while (!end.stop_requested()) {
        if (const std::string text = picture_.step(board_.counts(), clock_.now_ms(), columns_());
            !text.empty())
            tell_(text);
        waiting.wait_for(lock, end, kDrawEvery, [] { return false; });
    }
}

}  // namespace demo

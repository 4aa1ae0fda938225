#include "runtime/local/progress.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace local {
namespace {

constexpr std::size_t kBarCellsMin = 10;
constexpr std::size_t kBarCellsMax = 40;
constexpr std::int64_t kSampleMs = 250;
constexpr std::int64_t kSecondsShownMax = 999LL * 3600;
// Back to the first column, and away with what stands there (ECMA-48, EL).
constexpr std::string_view kToLineStart = "\r";
constexpr std::string_view kEraseToLineEnd = "\x1b[K";

double per_second(std::int64_t count, std::int64_t span_ms) {
    if (count <= 0 || span_ms <= 0) return 0;
    return static_cast<double>(count) * 1000.0 / static_cast<double>(span_ms);
}

std::string left_text(const std::optional<std::int64_t>& seconds) {
    return seconds ? duration_text(*seconds) + " left" : "";
}

}  // namespace

void ProgressRate::add(const ProgressCounts& done, base::EpochMs now_ms) {
    if (!samples_.empty() && now_ms < samples_.back().at_ms) samples_.clear();  // the clock was set
    const bool replaces =
        samples_.size() > 1 && now_ms - samples_[samples_.size() - 2].at_ms < kSampleMs;
    if (replaces) samples_.pop_back();
    samples_.push_back({done, now_ms});
    while (samples_.size() > 2 && now_ms - samples_[1].at_ms >= kProgressRateMs)
        samples_.pop_front();
}

std::int64_t ProgressRate::span_ms() const {
    return samples_.back().at_ms - samples_.front().at_ms;
}

double ProgressRate::bytes_per_second() const {
    const auto bytes = static_cast<std::int64_t>(samples_.back().done.bytes) -
                       static_cast<std::int64_t>(samples_.front().done.bytes);
    return per_second(bytes, span_ms());
}

double ProgressRate::items_per_second() const {
    return per_second(samples_.back().done.items - samples_.front().done.items, span_ms());
}

std::optional<std::int64_t> ProgressRate::seconds_left(const ProgressTotals& totals) const {
    const ProgressCounts& first = samples_.front().done;
    const ProgressCounts& last = samples_.back().done;
    const bool by_items = totals.items > 0;
    const std::int64_t left =
        by_items ? totals.items - last.items : totals.files - last.files - last.failed_files;
    const double rate =
        per_second(by_items ? last.items - first.items : last.files - first.files, span_ms());
    if (left <= 0 || rate <= 0) return std::nullopt;
    const double seconds = std::ceil(static_cast<double>(left) / rate);
    return static_cast<std::int64_t>(std::min(seconds, static_cast<double>(kSecondsShownMax)));
}

double Progress::share(const ProgressCounts& done) const {
    const bool by_items = totals_.items > 0;
    const auto part = static_cast<double>(by_items ? done.items : done.files);
    const auto whole = static_cast<double>(by_items ? totals_.items : totals_.files);
    return whole > 0 ? std::clamp(part / whole, 0.0, 1.0) : 1.0;
}

std::string Progress::step(const ProgressCounts& done, base::EpochMs now_ms, std::size_t columns) {
    rate_.add(done, now_ms);
    const std::int64_t every_ms = look_ == ProgressLook::bar ? kProgressBarMs : kProgressLineMs;
    const bool first_bar = look_ == ProgressLook::bar && !drawn_once_;
    if (!first_bar && now_ms - last_ms_ >= 0 && now_ms - last_ms_ < every_ms) return {};
    last_ms_ = now_ms;
    if (look_ == ProgressLook::lines) return line(done);
    drawn_once_ = true;
    std::string text = bar(done, columns);
    if (text == drawn_) return {};
    drawn_ = std::move(text);
    return fmt::format("{}{}{}", kToLineStart, drawn_, kEraseToLineEnd);
}

std::string Progress::clear() {
    if (drawn_.empty()) return {};
    drawn_.clear();
    drawn_once_ = false;
    return fmt::format("{}{}", kToLineStart, kEraseToLineEnd);
}

// "[#####-----]  50 %  2/4 files  500/1,000 items  85.3 MB/s  0:12 left". What does not fit is left
// out from the end, the bar first. The last column stays free: some terminals wrap there.
std::string Progress::bar(const ProgressCounts& done, std::size_t columns) const {
    const double part = share(done);
    std::string text = fmt::format("{:3d} %", static_cast<int>(part * 100));
    const std::size_t room = columns > 0 ? columns - 1 : 0;
    const auto add = [&](const std::string& piece) {
        if (!piece.empty() && text.size() + 2 + piece.size() <= room) text += "  " + piece;
    };
    add(fmt::format("{:L}/{:L} files", done.files, totals_.files));
    if (done.failed_files > 0) add(fmt::format("{:L} failed", done.failed_files));
    add(totals_.items > 0 ? fmt::format("{:L}/{:L} items", done.items, totals_.items)
                          : fmt::format("{:L} items", done.items));
    add(rate_text(rate_.bytes_per_second()));
    add(left_text(rate_.seconds_left(totals_)));
    if (text.size() > room) return {};
    const std::size_t beside = room - text.size();
    if (beside < kBarCellsMin + 3) return text;
    const std::size_t cells = std::min(beside - 3, kBarCellsMax);
    const auto full = static_cast<std::size_t>(part * static_cast<double>(cells));
    return fmt::format("[{}{}] {}", std::string(full, '#'), std::string(cells - full, '-'), text);
}

std::string Progress::line(const ProgressCounts& done) const {
    const std::string left = left_text(rate_.seconds_left(totals_));
    return fmt::format("{} %, {} of {} files{}, {}{} items, {}{}\n",
                       static_cast<int>(share(done) * 100), done.files, totals_.files,
                       done.failed_files > 0 ? fmt::format(" ({} failed)", done.failed_files) : "",
                       done.items, totals_.items > 0 ? fmt::format(" of {}", totals_.items) : "",
                       rate_text(rate_.bytes_per_second()), left.empty() ? "" : ", " + left);
}

std::string size_text(std::uint64_t bytes) {
    const auto number = static_cast<double>(bytes);
    if (bytes < 1'000) return fmt::format("{} bytes", bytes);
    if (bytes < 1'000'000) return fmt::format("{:.1f} kB", number / 1e3);
    if (bytes < 1'000'000'000) return fmt::format("{:.1f} MB", number / 1e6);
    return fmt::format("{:.1f} GB", number / 1e9);
}

std::string duration_text(std::int64_t seconds) {
    const std::int64_t hours = seconds / 3600;
    const std::int64_t minutes = seconds / 60 % 60;
    if (hours > 0) return fmt::format("{}:{:02d}:{:02d}", hours, minutes, seconds % 60);
    return fmt::format("{}:{:02d}", minutes, seconds % 60);
}

std::string rate_text(double bytes_per_second) {
    return fmt::format("{:.1f} MB/s", bytes_per_second / 1e6);
}

}  // namespace local

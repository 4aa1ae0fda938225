#include "runtime/local/demo/panel.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "common/base/utf8.h"
#include "runtime/local/progress.h"

namespace demo {
namespace {

constexpr std::int64_t kRateWindowMs = 3'000;
constexpr std::int64_t kLagEveryMs = 1'000;
constexpr std::size_t kNameWidth = 20;
constexpr std::size_t kSparkWidth = 24;
constexpr auto kBars = std::to_array<std::string_view>({"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"});

enum class Style { plain, bold, green, yellow, dim };

std::string_view escape(Style style) {
    switch (style) {
        case Style::bold:
            return "\x1b[1m";
        case Style::green:
            return "\x1b[32m";
        case Style::yellow:
            return "\x1b[33m";
        case Style::dim:
            return "\x1b[2m";
        case Style::plain:
            break;
    }
    return "";
}

// The first `columns` characters: all that is drawn here is one column wide.
std::string cut(std::string_view text, std::size_t columns) {
    std::size_t at = 0;
    for (std::size_t seen = 0; at < text.size(); ++at) {
        const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
        if (begins && seen++ == columns) break;
    }
    return std::string(text.substr(0, at));
}

// A line of pieces, which ends where the terminal does.
class Line {
  public:
    Line(std::size_t columns, local::Colour colour) : left_(columns), colour_(colour) {}

    Line& add(std::string_view text, Style style = Style::plain) {
        const std::string shown = cut(text, left_);
        left_ -= static_cast<std::size_t>(std::ranges::count_if(
            shown, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
        const bool styled = colour_ == local::Colour::on && style != Style::plain;
        text_ += styled ? fmt::format("{}{}\x1b[0m", escape(style), shown) : shown;
        return *this;
    }
    std::string take() { return std::move(text_); }

  private:
    std::string text_;
    std::size_t left_;
    local::Colour colour_;
};

std::string per_second(double rate) {
    return fmt::format("{:>7}/s", grouped(std::llround(rate)));
}

std::string progress_bar(const Counts& counts, std::size_t width) {
    const double share = counts.planned == 0
                             ? 0
                             : static_cast<double>(std::min(counts.in_lake, counts.planned)) /
                                   static_cast<double>(counts.planned);
    const auto full = static_cast<std::size_t>(share * static_cast<double>(width));
    std::string bar;
    for (std::size_t i = 0; i < width; ++i)
        bar += i < full ? "█" : "░";
    return fmt::format("{} {:3.0f} %", bar, share * 100);
}

}  // namespace

void RateMeter::add(const Counts& counts, base::EpochMs now_ms) {
    samples_.push_back({.at_ms = now_ms,
                        .made = counts.made,
                        .sent = counts.sent,
                        .in_lake = counts.in_lake,
                        .in_s3 = counts.in_s3});
    while (samples_.size() > 2 && samples_[1].at_ms <= now_ms - kRateWindowMs)
        samples_.pop_front();
    if (!lags_.empty() && now_ms - last_lag_ms_ < kLagEveryMs) return;
    lags_.push_back(counts.lag());
    last_lag_ms_ = now_ms;
}

Rates RateMeter::rates() const {
    if (samples_.size() < 2) return {};
    const Sample& first = samples_.front();
    const Sample& last = samples_.back();
    if (last.at_ms <= first.at_ms) return {};
    const auto rate = [&](std::int64_t Sample::* count) {
        return static_cast<double>(last.*count - first.*count) * 1000 /
               static_cast<double>(last.at_ms - first.at_ms);
    };
    return {.made = rate(&Sample::made),
            .sent = rate(&Sample::sent),
            .in_lake = rate(&Sample::in_lake),
            .in_s3 = rate(&Sample::in_s3)};
}

std::string grouped(std::int64_t count) {
    std::string text = std::to_string(count);
    const std::size_t first = text.starts_with('-') ? 1 : 0;
    for (std::size_t at = text.size(); at > first + 3;)
        text.insert(at -= 3, ",");
    return text;
}

std::string sparkline(const std::vector<std::int64_t>& numbers, std::size_t width) {
    const std::size_t from = numbers.size() > width ? numbers.size() - width : 0;
    std::int64_t highest = 1;
    for (std::size_t i = from; i < numbers.size(); ++i)
        highest = std::max(highest, numbers[i]);
    std::string line;
    for (std::size_t i = from; i < numbers.size(); ++i) {
        const auto level = static_cast<std::size_t>(numbers[i] * 7 / highest);
        line += kBars.at(level);
    }
    return line;
}

std::vector<std::string> panel_lines(const PanelView& view, std::size_t columns,
                                     local::Colour colour) {
    const Counts& counts = view.counts;
    std::vector<std::string> lines;
    const auto part = [&](std::string_view name, const std::string& text) {
        lines.push_back(Line(columns, colour)
                            .add(fmt::format("  {:<{}}", name, kNameWidth), Style::dim)
                            .add(text)
                            .take());
    };
    lines.push_back(Line(columns, colour)
                        .add("lakefeed demo", Style::bold)
                        .add(fmt::format("  {}  {}", local::duration_text(view.elapsed_ms / 1000),
                                         counts.phase))
                        .take());
    part("api_to_dynamodb",
         fmt::format("{:>8} items, before the stream", grouped(counts.api_items)));
    part("orders",
         fmt::format("{:>8} changes {}  {} inserts, {} modifies, {} removes", grouped(counts.made),
                     per_second(view.rates.made), grouped(counts.inserts), grouped(counts.modifies),
                     grouped(counts.removes)));
    part("stream_to_kinesis", fmt::format("{:>8} changes {}  {} batches, {} of them again",
                                          grouped(counts.sent), per_second(view.rates.sent),
                                          grouped(counts.batches), grouped(counts.batches_again)));
    part("firehose_transform", fmt::format("{:>8} changes", grouped(counts.transformed)));
    part("the lake",
         fmt::format("{:>8} changes {}  {} objects, {} lines twice", grouped(counts.in_lake),
                     per_second(view.rates.in_lake), grouped(counts.lake_objects),
                     grouped(counts.lake_lines - counts.in_lake)));
    part("stream_to_s3",
         fmt::format("{:>8} changes {}", grouped(counts.in_s3), per_second(view.rates.in_s3)));
    part("table_export", fmt::format("{:>8} exports; export_to_lake: {} items in dt=00000000",
                                     grouped(counts.exports), grouped(counts.snapshot_items)));
    part("glue_to_snowflake",
         fmt::format("{:>8} statements to Snowflake", grouped(counts.statements)));
    const std::string faults = faults_text(counts.faults);
    lines.push_back(Line(columns, colour)
                        .add(fmt::format("  {:<{}}", "faults suffered", kNameWidth), Style::dim)
                        .add(faults.empty() ? "    none" : faults,
                             faults.empty() ? Style::plain : Style::yellow)
                        .take());
    lines.push_back(Line(columns, colour)
                        .add("  ")
                        .add(progress_bar(counts, 24), Style::green)
                        .add(fmt::format("  lag {:>7} ", grouped(counts.lag())))
                        .add(sparkline(view.lags, kSparkWidth))
                        .take());
    assert(lines.size() == kPanelLines);
    return lines;
}

std::string plain_line(const Counts& counts, std::int64_t elapsed_ms) {
    std::string line =
        fmt::format("{}  {} of {} changes made, {} in the lake, lag {}",
                    local::duration_text(elapsed_ms / 1000), grouped(counts.made),
                    grouped(counts.planned), grouped(counts.in_lake), grouped(counts.lag()));
    if (const std::int64_t faults = counts.faults_suffered(); faults > 0)
        line += fmt::format("; faults {}", grouped(faults));
    return fmt::format("{}; {}\n", line, counts.phase);
}

}  // namespace demo

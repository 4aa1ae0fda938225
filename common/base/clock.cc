#include "common/base/clock.h"

#include <chrono>
#include <thread>

#include <fmt/format.h>

namespace base {
namespace {

constexpr std::int64_t kMsPerDay = 86'400'000;

// Reads exactly `digits` decimal digits at `at`, and moves `at` behind them.
std::optional<unsigned> read_digits(std::string_view text, std::size_t& at, std::size_t digits) {
    if (at + digits > text.size()) return std::nullopt;
    unsigned number = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        const char c = text[at + i];
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + static_cast<unsigned>(c - '0');
    }
    at += digits;
    return number;
}

bool read_char(std::string_view text, std::size_t& at, char wanted) {
    if (at >= text.size() || text[at] != wanted) return false;
    ++at;
    return true;
}

// ".123456" -> 123; no fraction -> 0. A dot without digits is an error.
std::optional<std::int64_t> read_fraction_ms(std::string_view text, std::size_t& at) {
    if (!read_char(text, at, '.')) return 0;
    std::int64_t fraction_ms = 0;
    int digits = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++digits) {
        if (digits < 3) fraction_ms = fraction_ms * 10 + (text[at] - '0');
    }
    if (digits == 0) return std::nullopt;
    for (; digits < 3; ++digits)
        fraction_ms *= 10;
    return fraction_ms;
}

// "Z" or "+hh:mm" or "-hh:mm", to the end of the text; in minutes.
std::optional<std::int64_t> read_offset_minutes(std::string_view text, std::size_t at) {
    if (read_char(text, at, 'Z'))
        return at == text.size() ? std::optional<std::int64_t>(0) : std::nullopt;
    const std::int64_t sign = read_char(text, at, '-') ? -1 : 1;
    if (sign == 1 && !read_char(text, at, '+')) return std::nullopt;
    const auto hours = read_digits(text, at, 2);
    if (!hours || !read_char(text, at, ':')) return std::nullopt;
    const auto minutes = read_digits(text, at, 2);
    if (!minutes || at != text.size() || *hours > 23 || *minutes > 59) return std::nullopt;
    return sign * (static_cast<std::int64_t>(*hours) * 60 + *minutes);
}

}  // namespace

EpochMs SystemClock::now_ms() const {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

void SystemClock::sleep_ms(std::int64_t duration_ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(duration_ms));
}

UtcTime utc_time(EpochMs time_ms) {
    const auto days = std::chrono::floor<std::chrono::days>(
        std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(time_ms)));
    const std::chrono::year_month_day date(days);
    const auto in_day = static_cast<unsigned>(((time_ms % kMsPerDay) + kMsPerDay) % kMsPerDay);
    return {.year = static_cast<int>(date.year()),
            .month = static_cast<unsigned>(date.month()),
            .day = static_cast<unsigned>(date.day()),
            .hour = in_day / 3'600'000,
            .minute = in_day / 60'000 % 60,
            .second = in_day / 1'000 % 60,
            .millisecond = in_day % 1'000};
}

std::string format_iso8601(EpochMs time_ms) {
    const UtcTime t = utc_time(time_ms);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", t.year, t.month, t.day, t.hour,
                       t.minute, t.second);
}

std::string format_iso8601_ms(EpochMs time_ms) {
    const UtcTime t = utc_time(time_ms);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", t.year, t.month, t.day, t.hour,
                       t.minute, t.second, t.millisecond);
}

std::optional<EpochMs> parse_iso8601(std::string_view text) {
    std::size_t at = 0;
    const auto year = read_digits(text, at, 4);
    if (!year || !read_char(text, at, '-')) return std::nullopt;
    const auto month = read_digits(text, at, 2);
    if (!month || !read_char(text, at, '-')) return std::nullopt;
    const auto day = read_digits(text, at, 2);
    if (!day || !read_char(text, at, 'T')) return std::nullopt;
    const auto hour = read_digits(text, at, 2);
    if (!hour || !read_char(text, at, ':')) return std::nullopt;
    const auto minute = read_digits(text, at, 2);
    if (!minute || !read_char(text, at, ':')) return std::nullopt;
    const auto second = read_digits(text, at, 2);
    if (!second) return std::nullopt;
    const auto fraction_ms = read_fraction_ms(text, at);
    if (!fraction_ms) return std::nullopt;
    const auto offset_minutes = read_offset_minutes(text, at);
    if (!offset_minutes) return std::nullopt;

    const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(*month), std::chrono::day(*day));
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    const std::int64_t minutes = static_cast<std::int64_t>(*hour) * 60 + *minute - *offset_minutes;
    return days * kMsPerDay + minutes * 60'000 + static_cast<std::int64_t>(*second) * 1'000 +
           *fraction_ms;
}

}  // namespace base

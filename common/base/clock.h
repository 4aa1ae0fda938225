// The clock seam: wall time for deadlines and signatures, and waiting. Time is a number of
// milliseconds since 1970-01-01T00:00:00Z (Unix epoch). The wall clock is used for deadlines too,
// because Lambda gives the deadline as wall time and the sandbox may have been frozen in between.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace base {

using EpochMs = std::int64_t;

class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual EpochMs now_ms() const = 0;
    virtual void sleep_ms(std::int64_t duration_ms) = 0;
};

class SystemClock final : public Clock {
  public:
    [[nodiscard]] EpochMs now_ms() const override;
    void sleep_ms(std::int64_t duration_ms) override;
};

// "2026-11-20T01:00:00Z" (UTC, whole seconds; fractions are cut off).
std::string format_iso8601(EpochMs time_ms);

// "2026-11-20T01:00:00.123Z".
std::string format_iso8601_ms(EpochMs time_ms);

// Reads "2026-11-20T01:00:00Z", with an optional fraction (kept to the millisecond) and an offset
// of Z or ±hh:mm. Nothing where the text is anything else or the date does not exist.
std::optional<EpochMs> parse_iso8601(std::string_view text);

struct UtcTime {
    int year;
    unsigned month;  // 1 to 12
    unsigned day;    // 1 to 31
    unsigned hour;
    unsigned minute;
    unsigned second;
    unsigned millisecond;
};

UtcTime utc_time(EpochMs time_ms);

}  // namespace base

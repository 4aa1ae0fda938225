// The expected milliseconds were computed by Python's datetime.
#include "common/base/clock.h"

#include <gtest/gtest.h>

#include "common/base/deadline.h"
#include "tests/support/fakes.h"

namespace base {
namespace {

struct TimeCase {
    std::string_view text;
    EpochMs time_ms;
};

constexpr TimeCase kTimes[] = {
    {"1970-01-01T00:00:00.000Z", 0},
    {"1969-12-31T23:59:59.999Z", -1},
    {"1969-12-31T23:59:59.000Z", -1000},
    {"1900-03-01T00:00:00.000Z", -2203891200000},
    {"1600-02-29T12:34:56.789Z", -11670953103211},
    {"0001-01-01T00:00:00.000Z", -62135596800000},
    {"2000-02-29T23:59:59.001Z", 951868799001},
    {"2024-02-29T00:00:00.000Z", 1709164800000},
    {"2038-01-19T03:14:07.000Z", 2147483647000},
    {"2038-01-19T03:14:08.000Z", 2147483648000},
    {"2026-11-20T01:00:00.000Z", 1795136400000},
    {"2100-02-28T23:59:59.999Z", 4107542399999},
    {"2100-03-01T00:00:00.000Z", 4107542400000},
    {"9999-12-31T23:59:59.999Z", 253402300799999},
    {"2026-03-29T01:00:00.000Z", 1774746000000},
    {"1999-12-31T23:59:59.500Z", 946684799500},
};

constexpr TimeCase kOffsets[] = {
    {"2026-11-20T01:00:00+00:00", 1795136400000},
    {"2026-11-20T01:00:00-00:00", 1795136400000},
    {"2026-11-20T01:00:00+05:30", 1795116600000},
    {"2026-11-20T01:00:00-08:00", 1795165200000},
    {"2026-11-20T23:30:00-01:00", 1795221000000},
    {"2026-01-01T00:30:00+01:00", 1767223800000},
    {"2026-11-20T01:00:00+14:00", 1795086000000},
    {"2026-11-20T01:00:00+23:59", 1795050060000},
    {"2026-11-20T01:00:00.250000-12:45", 1795182300250},
};

constexpr std::string_view kNoTimes[] = {
    "",
    "Z",
    "2026",
    "2026-11-20",
    "2026-11-20T01:00Z",
    "2026-11-20T01:00:00",
    "2026-11-20T01:00:00z",
    "2026-11-20t01:00:00Z",
    "2026-11-20 01:00:00Z",
    " 2026-11-20T01:00:00Z",
    "2026-11-20T01:00:00Z ",
    "2026-11-20T01:00:00ZZ",
    "20261120T010000Z",
    "26-11-20T01:00:00Z",
    "+2026-11-20T01:00:00Z",
    "-026-11-20T01:00:00Z",
    "2026-1-20T01:00:00Z",
    "2026-11-2T01:00:00Z",
    "2026-11-20T1:00:00Z",
    "2026/11/20T01:00:00Z",
    // Dates and times that do not exist.
    "2026-00-20T01:00:00Z",
    "2026-13-20T01:00:00Z",
    "2026-11-00T01:00:00Z",
    "2026-11-31T01:00:00Z",
    "2026-02-29T01:00:00Z",
    "2024-02-30T01:00:00Z",
    "1900-02-29T01:00:00Z",
    "2100-02-29T01:00:00Z",
    "2026-11-20T24:00:00Z",
    "2026-11-20T01:60:00Z",
    "2026-11-20T01:00:60Z",
    "2016-12-31T23:59:60Z",
    // Fractions and offsets that are none.
    "2026-11-20T01:00:00.Z",
    "2026-11-20T01:00:00,5Z",
    "2026-11-20T01:00:00.5",
    "2026-11-20T01:00:00.-5Z",
    "2026-11-20T01:00:00+0100",
    "2026-11-20T01:00:00+01",
    "2026-11-20T01:00:00+1:00",
    "2026-11-20T01:00:00+24:00",
    "2026-11-20T01:00:00+01:60",
    "2026-11-20T01:00:00+01:00Z",
    "2026-11-20T01:00:00 +01:00",
    "2026-11-20T01:00:00*01:00",
    "2026-11-20T01:00:00+-1:00",
    "2026-11-20T01:00:00UTC",
    "Fri, 20 Nov 2026 01:00:00 GMT",
};

TEST(Clock, FormatsMilliseconds) {
    for (const TimeCase& c : kTimes)
        EXPECT_EQ(format_iso8601_ms(c.time_ms), c.text);
}

TEST(Clock, FormatsWholeSecondsByCuttingOff) {
    EXPECT_EQ(format_iso8601(1795136400999), "2026-11-20T01:00:00Z");
    EXPECT_EQ(format_iso8601(-1), "1969-12-31T23:59:59Z");
    for (const TimeCase& c : kTimes)
        EXPECT_EQ(format_iso8601(c.time_ms), std::string(c.text.substr(0, 19)) + "Z");
}

TEST(Clock, ReadsWhatItFormats) {
    for (const TimeCase& c : kTimes)
        EXPECT_EQ(parse_iso8601(c.text), c.time_ms) << c.text;
    // Every day of 800 years, two leap-year cycles.
    for (EpochMs time_ms = -12'622'780'800'000; time_ms < 12'622'780'800'000;
         time_ms += 86'400'000 + 61'001)
        ASSERT_EQ(parse_iso8601(format_iso8601_ms(time_ms)), time_ms);
}

TEST(Clock, ReadsOffsets) {
    for (const TimeCase& c : kOffsets)
        EXPECT_EQ(parse_iso8601(c.text), c.time_ms) << c.text;
}

TEST(Clock, ReadsFractionsToTheMillisecond) {
    const std::pair<std::string_view, EpochMs> fractions[] = {
        {"", 0},       {".0", 0},      {".1", 100}, {".12", 120},
        {".123", 123}, {".1239", 123}, {".001", 1}, {".999999999999", 999},
        {".0009", 0}};
    for (const auto& [fraction, milliseconds] : fractions) {
        EXPECT_EQ(parse_iso8601("2026-11-20T01:00:00" + std::string(fraction) + "Z"),
                  1795136400000 + milliseconds)
            << fraction;
    }
}

TEST(Clock, ReadsNothingElse) {
    for (const std::string_view text : kNoTimes)
        EXPECT_EQ(parse_iso8601(text), std::nullopt) << text;
    EXPECT_EQ(parse_iso8601(std::string_view("2026-11-20T01:00:00Z\0", 21)), std::nullopt);
}

TEST(Clock, TakesATimeApart) {
    const UtcTime time = utc_time(1795136400123 + 45'000);
    EXPECT_EQ(time.year, 2026);
    EXPECT_EQ(time.month, 11U);
    EXPECT_EQ(time.day, 20U);
    EXPECT_EQ(time.hour, 1U);
    EXPECT_EQ(time.minute, 0U);
    EXPECT_EQ(time.second, 45U);
    EXPECT_EQ(time.millisecond, 123U);
    EXPECT_EQ(utc_time(-1).millisecond, 999U);
    EXPECT_EQ(utc_time(-1).year, 1969);
}

TEST(Clock, SystemClockGoesOn) {
    SystemClock clock;
    const EpochMs before = clock.now_ms();
    EXPECT_GT(before, 1'700'000'000'000);  // 2023: milliseconds, not seconds or microseconds
    EXPECT_LT(before, 10'000'000'000'000);
    clock.sleep_ms(0);
    clock.sleep_ms(-5);
    EXPECT_GE(clock.now_ms(), before);
}

TEST(Deadline, TellsWhatIsLeft) {
    tests::FakeClock clock(1'000);
    const Deadline deadline{3'000};
    EXPECT_EQ(deadline.remaining_ms(clock), 2'000);
    EXPECT_EQ(deadline.minus_ms(500).remaining_ms(clock), 1'500);
    EXPECT_EQ(deadline.minus_ms(5'000).remaining_ms(clock), 0);
    clock.set_ms(3'000);
    EXPECT_EQ(deadline.remaining_ms(clock), 0);
    clock.set_ms(9'000);
    EXPECT_EQ(deadline.remaining_ms(clock), 0);
}

TEST(Deadline, NeverComesUnlessItIsSet) {
    const tests::FakeClock clock;
    EXPECT_GT(Deadline{}.remaining_ms(clock), 1'000'000'000'000);
    EXPECT_GT(Deadline{}.minus_ms(1'000).remaining_ms(clock), 1'000'000'000'000);
}

}  // namespace
}  // namespace base

#include "common/dynamodb/event_time.h"

#include <string>

#include <gtest/gtest.h>

namespace dynamodb {
namespace {

struct Case {
    const char* number;
    TimeUnit unit;
    std::int64_t expected_ms;
};

// Expected values by hand.
TEST(EventTime, ReadsEveryForm) {
    const Case cases[] = {
        {"1684934517", TimeUnit::by_size, 1684934517000},
        {"1.684934517E9", TimeUnit::by_size, 1684934517000},
        {"1.684934517e+09", TimeUnit::by_size, 1684934517000},
        {"16849345170E-1", TimeUnit::by_size, 1684934517000},
        {"1684934517.9999", TimeUnit::by_size, 1684934517999},
        {"1684934517123", TimeUnit::by_size, 1684934517123},
        {"1684934517123999", TimeUnit::by_size, 1684934517123},
        {"1684934517123999", TimeUnit::microseconds, 1684934517123},
        {"1.684934517123999E15", TimeUnit::microseconds, 1684934517123},
        {"1684934517123", TimeUnit::milliseconds, 1684934517123},
        {"99999999999", TimeUnit::by_size, 99999999999000},
        {"100000000000", TimeUnit::by_size, 100000000000},
        {"99999999999999", TimeUnit::by_size, 99999999999999},
        {"100000000000000", TimeUnit::by_size, 100000000000},
        {"0", TimeUnit::by_size, 0},
        {"-0", TimeUnit::seconds, 0},
        {"0.0", TimeUnit::seconds, 0},
        {"0.0019", TimeUnit::seconds, 1},
        {"0.9", TimeUnit::milliseconds, 0},
        {"999", TimeUnit::microseconds, 0},
        {"-1", TimeUnit::seconds, -1000},
        {"-0.0005", TimeUnit::seconds, -1},
        {"-1", TimeUnit::microseconds, -1},
        {"-1000", TimeUnit::microseconds, -1},
        {"-1001", TimeUnit::microseconds, -2},
        {"1e-99999999999999999999", TimeUnit::seconds, 0},
        {"253402300799", TimeUnit::seconds, 253402300799000},
        {"-62135596800", TimeUnit::seconds, -62135596800000},
    };
    for (const Case& one : cases)
        EXPECT_EQ(parse_epoch_ms(one.number, one.unit), one.expected_ms) << one.number;
}

TEST(EventTime, RefusesWhatIsNoTime) {
    for (const char* number :
         {"", "x", "NaN", "01", "1.", "+1", " 1", "1 ", "0x1", "1e", "2026-11-20T01:00:00Z",
          "1e400", "1e99999999999999999999", "-1e400", "253402300800", "-62135596801"}) {
        EXPECT_EQ(parse_epoch_ms(number, TimeUnit::seconds), std::nullopt) << number;
    }
    EXPECT_EQ(parse_epoch_ms(std::string(1'000'000, '9'), TimeUnit::by_size), std::nullopt);
}

TEST(EventTime, ReadsAMillionDigitsBehindThePoint) {
    EXPECT_EQ(parse_epoch_ms("1684934517." + std::string(1'000'000, '9'), TimeUnit::by_size),
              1684934517999);
}

}  // namespace
}  // namespace dynamodb

#include "common/dynamodb/event_time.h"

#include <algorithm>
#include <charconv>

#include "common/dynamodb/attribute_value.h"

namespace dynamodb {
namespace {

constexpr std::int64_t kYear1Ms = -62'135'596'800'000;        // 0001-01-01T00:00:00Z
constexpr std::int64_t kYear9999EndMs = 253'402'300'799'999;  // 9999-12-31T23:59:59.999Z
constexpr int kExponentMax = 100'000;
constexpr std::int64_t kPointMax = 18;  // digits of a whole number that always fits 64 bits

// A decimal number as digits without leading zeros, and the place of its point among them, which
// may lie outside: 1.5E3 is "15" with point 4, 0.001 is "1" with point -2. The digits are the two
// parts, one after the other.
struct Decimal {
    bool negative = false;
    std::string_view whole;
    std::string_view fraction;
    std::int64_t point = 0;

    [[nodiscard]] std::size_t size() const { return whole.size() + fraction.size(); }
    // 0 behind the last one.
    [[nodiscard]] int digit(std::size_t i) const {
        if (i < whole.size()) return whole[i] - '0';
        return i < size() ? fraction[i - whole.size()] - '0' : 0;
    }
};

// Gives how many it took away.
std::int64_t trim_zeros(std::string_view& digits) {
    const std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
    digits.remove_prefix(zeros);
    return static_cast<std::int64_t>(zeros);
}

std::int64_t read_exponent(std::string_view text) {
    std::int64_t exponent = 0;
    if (text.front() == '+') text.remove_prefix(1);
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (fault != std::errc()) exponent = text.front() == '-' ? -kExponentMax : kExponentMax;
    return std::clamp<std::int64_t>(exponent, -kExponentMax, kExponentMax);
}

// `number` is a JSON number.
Decimal split_decimal(std::string_view number) {
    Decimal decimal;
    decimal.negative = number.front() == '-';
    if (decimal.negative) number.remove_prefix(1);
    std::size_t dot = number.size();
    std::size_t mark = number.size();
    for (std::size_t i = 0; i < mark; ++i) {
        if (number[i] == '.') dot = i;
        if (number[i] == 'e' || number[i] == 'E') mark = i;
    }
    dot = std::min(dot, mark);
    decimal.whole = number.substr(0, dot);
    if (dot < mark) decimal.fraction = number.substr(dot + 1, mark - dot - 1);
    if (mark < number.size()) decimal.point = read_exponent(number.substr(mark + 1));
    decimal.point += static_cast<std::int64_t>(decimal.whole.size());
    decimal.point -= trim_zeros(decimal.whole);
    if (decimal.whole.empty()) decimal.point -= trim_zeros(decimal.fraction);
    return decimal;
}

TimeUnit unit_by_size(std::int64_t whole_digits) {
    if (whole_digits <= 11) return TimeUnit::seconds;
    return whole_digits <= 14 ? TimeUnit::milliseconds : TimeUnit::microseconds;
}

}  // namespace

std::optional<std::int64_t> parse_epoch_ms(std::string_view number, TimeUnit unit) {
    if (!is_json_number(number)) return std::nullopt;
    Decimal decimal = split_decimal(number);
    if (decimal.size() == 0) return 0;
    if (unit == TimeUnit::by_size) unit = unit_by_size(decimal.point);
    if (unit == TimeUnit::seconds) decimal.point += 3;
    if (unit == TimeUnit::microseconds) decimal.point -= 3;
    if (decimal.point > kPointMax) return std::nullopt;

    const auto whole_digits = static_cast<std::size_t>(std::max<std::int64_t>(0, decimal.point));
    std::int64_t time_ms = 0;
    for (std::size_t i = 0; i < whole_digits; ++i)
        time_ms = time_ms * 10 + decimal.digit(i);
    bool has_fraction = false;
    for (std::size_t i = whole_digits; i < decimal.size() && !has_fraction; ++i)
        has_fraction = decimal.digit(i) != 0;
    if (decimal.negative) time_ms = -time_ms - (has_fraction ? 1 : 0);
    if (time_ms < kYear1Ms || time_ms > kYear9999EndMs) return std::nullopt;
    return time_ms;
}

}  // namespace dynamodb

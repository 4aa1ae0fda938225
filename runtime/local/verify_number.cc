#include "runtime/local/verify_number.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include <fmt/format.h>

#include "common/dynamodb/attribute_value.h"

namespace local {
namespace {

constexpr std::size_t kExponentDigitsMax = 15;
// As many zeros may stand between the digits and the point.
constexpr std::int64_t kZerosMax = 20;

// Nothing where it is too large for any use.
std::optional<std::int64_t> read_exponent(std::string_view text) {
    if (text.empty()) return 0;
    if (text.front() == '+') text.remove_prefix(1);
    if (text.size() > kExponentDigitsMax) return std::nullopt;
    std::int64_t exponent = 0;
    std::from_chars(text.data(), text.data() + text.size(), exponent);
    return exponent;
}

// `digits` without zeros at either end, times ten to the `exponent`.
std::string write_decimal(const std::string& digits, std::int64_t exponent) {
    const auto count = static_cast<std::int64_t>(digits.size());
    const std::int64_t whole = count + exponent;  // digits before the point
    if (exponent > kZerosMax || whole < -kZerosMax) return fmt::format("{}e{}", digits, exponent);
    if (exponent >= 0) return digits + std::string(static_cast<std::size_t>(exponent), '0');
    if (whole <= 0) return "0." + std::string(static_cast<std::size_t>(-whole), '0') + digits;
    const auto point = static_cast<std::size_t>(whole);
    return digits.substr(0, point) + "." + digits.substr(point);
}

}  // namespace

std::optional<std::string> canonical_decimal(std::string_view text) {
    if (!dynamodb::is_json_number(text)) return std::nullopt;
    const bool is_negative = text.front() == '-';
    if (is_negative) text.remove_prefix(1);
    const std::size_t mark = std::min(text.find_first_of("eE"), text.size());
    const auto power = read_exponent(text.substr(std::min(mark + 1, text.size())));
    std::string digits(text.substr(0, mark));
    std::int64_t exponent = power.value_or(0);
    if (const std::size_t point = digits.find('.'); point != std::string::npos) {
        exponent -= static_cast<std::int64_t>(digits.size() - point - 1);
        digits.erase(point, 1);
    }
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    if (digits.empty()) return "0";
    if (!power) return std::nullopt;
    const std::size_t end = digits.find_last_not_of('0') + 1;
    exponent += static_cast<std::int64_t>(digits.size() - end);
    digits.resize(end);
    return (is_negative ? "-" : "") + write_decimal(digits, exponent);
}

}  // namespace local

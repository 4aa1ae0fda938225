#include "common/aws/epoch_seconds.h"

#include <charconv>
#include <string>

namespace aws {
namespace {

constexpr int kMsDigits = 3;
constexpr std::int64_t kExponentMax = 400;  // beyond any double
constexpr std::size_t kDigitsMax = 18;      // what an EpochMs holds whatever the digits are

// Takes the decimal digits at the front of `text`, and puts them behind `digits`.
std::size_t take_digits(std::string_view& text, std::string& digits) {
    std::size_t count = 0;
    while (count < text.size() && text[count] >= '0' && text[count] <= '9')
        ++count;
    digits.append(text.substr(0, count));
    text.remove_prefix(count);
    return count;
}

bool take_char(std::string_view& text, char wanted) {
    if (text.empty() || text.front() != wanted) return false;
    text.remove_prefix(1);
    return true;
}

// "E9", "e+9", "e-3"; no exponent is 0.
std::optional<std::int64_t> take_exponent(std::string_view& text) {
    if (!take_char(text, 'e') && !take_char(text, 'E')) return 0;
    const bool negative = take_char(text, '-');
    if (!negative) take_char(text, '+');
    std::string digits;
    take_digits(text, digits);
    std::int64_t exponent = 0;
    const auto [stop, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (error != std::errc() || exponent > kExponentMax) return std::nullopt;
    return negative ? -exponent : exponent;
}

}  // namespace

std::optional<base::EpochMs> parse_epoch_seconds(std::string_view number) {
    const bool negative = take_char(number, '-');
    std::string digits;
    const std::size_t whole_digits = take_digits(number, digits);
    if (whole_digits == 0 || (whole_digits > 1 && digits.front() == '0')) return std::nullopt;
    if (take_char(number, '.') && take_digits(number, digits) == 0) return std::nullopt;
    const auto exponent = take_exponent(number);
    if (!exponent || !number.empty()) return std::nullopt;

    // The point moves right by the exponent, and by three more digits for milliseconds.
    const std::int64_t point = static_cast<std::int64_t>(whole_digits) + *exponent + kMsDigits;
    digits.resize(point > 0 ? static_cast<std::size_t>(point) : 0, '0');
    digits.erase(0, digits.find_first_not_of('0'));
    if (digits.size() > kDigitsMax) return std::nullopt;
    base::EpochMs time_ms = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), time_ms);
    return negative ? -time_ms : time_ms;
}

}  // namespace aws

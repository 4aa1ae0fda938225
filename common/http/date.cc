#include "common/http/date.h"

#include <algorithm>
#include <array>
#include <string>

namespace http {

std::optional<base::EpochMs> parse_http_date(std::string_view text) {
    constexpr std::string_view kForm = "Fri, 20 Nov 2026 01:00:00 GMT";
    constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (text.size() != kForm.size() || text.substr(3, 2) != ", " || text[7] != ' ' ||
        text[11] != ' ' || text[16] != ' ' || text.substr(25) != " GMT")
        return std::nullopt;
    const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
    if (month == kMonths.end()) return std::nullopt;
    std::string number = std::to_string(month - kMonths.begin() + 1);
    if (number.size() == 1) number.insert(0, "0");
    std::string iso8601;
    iso8601.append(text.substr(12, 4)).append("-").append(number).append("-");
    iso8601.append(text.substr(5, 2)).append("T").append(text.substr(17, 8)).append("Z");
    return base::parse_iso8601(iso8601);
}

}  // namespace http

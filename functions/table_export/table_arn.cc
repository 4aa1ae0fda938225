#include "functions/table_export/table_arn.h"

#include <algorithm>
#include <array>

namespace table_export {
namespace {

constexpr std::size_t kParts = 6;
constexpr std::size_t kAccountDigits = 12;
constexpr std::size_t kNameBytesMin = 3;
constexpr std::size_t kNameBytesMax = 255;
constexpr std::string_view kTablePrefix = "table/";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

bool is_name(std::string_view text) {
    if (text.size() < kNameBytesMin || text.size() > kNameBytesMax) return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return is_digit(c) || is_lower(c) || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
               c == '.';
    });
}

// "us-east-1", "us-gov-west-1": words of letters joined by hyphens, and a number at the end.
bool is_region(std::string_view text) {
    const std::size_t last_hyphen = text.rfind('-');
    if (last_hyphen == std::string_view::npos || last_hyphen < 2) return false;
    const std::string_view words = text.substr(0, last_hyphen);
    const std::string_view number = text.substr(last_hyphen + 1);
    return !number.empty() && std::all_of(number.begin(), number.end(), is_digit) &&
           is_lower(words.front()) && is_lower(words.back()) && words.find('-') != words.npos &&
           words.find("--") == words.npos &&
           std::all_of(words.begin(), words.end(), [](char c) { return is_lower(c) || c == '-'; });
}

std::string_view partition_of(std::string_view region) {
    if (region.starts_with("cn-")) return "aws-cn";
    if (region.starts_with("us-gov-")) return "aws-us-gov";
    return "aws";
}

// The five colons cut an ARN into six parts; the last may hold more of them.
bool split(std::string_view text, std::array<std::string_view, kParts>& parts) {
    for (std::size_t i = 0; i + 1 < kParts; ++i) {
        const std::size_t colon = text.find(':');
        if (colon == std::string_view::npos) return false;
        parts.at(i) = text.substr(0, colon);
        text.remove_prefix(colon + 1);
    }
    parts.back() = text;
    return true;
}

base::Error wrong(std::string what) {
    return {base::ErrorKind::data_invalid, std::move(what)};
}

}  // namespace

base::Result<TableArn> parse_table_arn(std::string_view text) {
    std::array<std::string_view, kParts> parts;
    if (!split(text, parts) || parts[0] != "arn") return wrong("it is no ARN");
    const auto [arn, partition, service, region, account_id, resource] = parts;
    if (partition != "aws" && partition != "aws-cn" && partition != "aws-us-gov") {
        return wrong("its partition is none of aws, aws-cn, aws-us-gov");
    }
    if (service != "dynamodb") return wrong("its service is not dynamodb");
    if (!is_region(region)) return wrong("its region is none");
    if (partition != partition_of(region)) {
        return wrong("its region belongs to the partition " + std::string(partition_of(region)));
    }
    if (account_id.size() != kAccountDigits ||
        !std::all_of(account_id.begin(), account_id.end(), is_digit)) {
        return wrong("its account is not 12 digits");
    }
    if (!resource.starts_with(kTablePrefix) || !is_name(resource.substr(kTablePrefix.size()))) {
        return wrong("its last part is not table/NAME with 3 to 255 of a-z A-Z 0-9 _ - . in NAME");
    }
    return TableArn{.text = std::string(text),
                    .partition = std::string(partition),
                    .region = std::string(region),
                    .account_id = std::string(account_id),
                    .table_name = std::string(resource.substr(kTablePrefix.size()))};
}

}  // namespace table_export

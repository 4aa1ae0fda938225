#include "functions/tool/trust_policy.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "functions/tool/property_rows.h"
#include "functions/tool/terminal_text.h"

namespace tool {
namespace {

constexpr std::string_view kUserArn = "STORAGE_AWS_IAM_USER_ARN";
constexpr std::string_view kExternalId = "STORAGE_AWS_EXTERNAL_ID";
constexpr std::string_view kRoleArn = "STORAGE_AWS_ROLE_ARN";
constexpr std::string_view kProvider = "STORAGE_PROVIDER";

// AssumeRole's ExternalId: [\w+=,.@:\/-]*, 2 to 1224 characters.
constexpr std::size_t kExternalIdBytesMin = 2;
constexpr std::size_t kExternalIdBytesMax = 1224;
constexpr std::string_view kExternalIdMarks = "_+=,.@:/-";
// A name in IAM, and its path.
constexpr std::string_view kNameMarks = "_+=,.@/-";
constexpr std::size_t kAccountDigits = 12;
constexpr std::size_t kShownBytesMax = 100;

base::Error fault(std::string message) {
    return {base::ErrorKind::data_invalid, std::move(message)};
}

bool is_of(std::string_view text, std::string_view marks) {
    return std::ranges::all_of(text, [marks](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               marks.find(c) != std::string_view::npos;
    });
}

std::string shown(std::string_view value) {
    return for_terminal(value.substr(0, kShownBytesMax)) +
           (value.size() > kShownBytesMax ? "..." : "");
}

// arn:PARTITION:iam::ACCOUNT:user/NAME, or role/NAME
bool is_arn_of(std::string_view arn, std::string_view kind) {
    std::array<std::string_view, 5> parts;
    for (std::string_view& part : parts) {
        const auto end = arn.find(':');
        if (end == std::string_view::npos) return false;
        part = arn.substr(0, end);
        arn.remove_prefix(end + 1);
    }
    const auto& [scheme, partition, service, region, account] = parts;
    const bool is_partition =
        partition == "aws" || (partition.starts_with("aws-") && is_of(partition, "-"));
    const bool is_account =
        account.size() == kAccountDigits &&
        std::ranges::all_of(account, [](char c) { return c >= '0' && c <= '9'; });
    return scheme == "arn" && is_partition && service == "iam" && region.empty() && is_account &&
           arn.starts_with(kind) && arn.size() > kind.size() && is_of(arn, kNameMarks);
}

// The value of a property, or nothing where there is no such row or it is empty.
std::optional<std::string> find_value(const std::vector<PropertyRow>& rows, std::string_view name) {
    const auto row = std::ranges::find(rows, name, &PropertyRow::property);
    if (row == rows.end() || row->value.empty()) return std::nullopt;
    return row->value;
}

std::optional<base::Error> several(const std::vector<PropertyRow>& rows) {
    for (const std::string_view name : {kUserArn, kExternalId, kRoleArn, kProvider}) {
        if (std::ranges::count(rows, name, &PropertyRow::property) > 1) {
            return fault(
                fmt::format("the answer holds {} more than once, so it describes several "
                            "integrations; give the answer of one DESC INTEGRATION",
                            name));
        }
    }
    return std::nullopt;
}

base::Error missing(const std::vector<PropertyRow>& rows, std::string_view name) {
    if (rows.empty()) {
        return fault(
            "no column property and property_value was found; give the answer of DESC INTEGRATION, "
            "best as JSON: snow sql -q 'DESC INTEGRATION name' --format json");
    }
    return fault(fmt::format(
        "the answer has no property {}; give the whole answer of DESC INTEGRATION for an "
        "integration of S3, best as JSON (snow sql --format json)",
        name));
}

std::optional<base::Error> find_fault(const IntegrationTrust& trust) {
    const std::string_view arn = trust.principal;
    if (!is_arn_of(arn, "user/") && !is_arn_of(arn, "role/")) {
        const bool has_wildcard = arn.find_first_of("*?") != std::string_view::npos;
        return fault(fmt::format(
            "{} is {}, {}; it has the form arn:aws:iam::123456789012:user/NAME", kUserArn,
            shown(arn), has_wildcard ? "a wildcard" : "not the ARN of a user or role in IAM"));
    }
    if (trust.external_id.size() < kExternalIdBytesMin ||
        trust.external_id.size() > kExternalIdBytesMax ||
        !is_of(trust.external_id, kExternalIdMarks)) {
        return fault(fmt::format(
            "{} is {}, which AssumeRole does not take: 2 to 1224 letters, digits and +=,.@:/-_; "
            "set another one with ALTER STORAGE INTEGRATION",
            kExternalId, shown(trust.external_id)));
    }
    if (!trust.role_arn.empty() && !is_arn_of(trust.role_arn, "role/")) {
        return fault(
            fmt::format("{} is {}, not the ARN of a role in IAM: "
                        "arn:aws:iam::123456789012:role/NAME",
                        kRoleArn, shown(trust.role_arn)));
    }
    return std::nullopt;
}

}  // namespace

base::Result<IntegrationTrust> read_integration(std::string_view text) {
    const auto rows = read_property_rows(text);
    if (!rows) return rows.error();
    if (auto error = several(*rows)) return *std::move(error);
    const auto provider = find_value(*rows, kProvider);
    if (provider && *provider != "S3" && *provider != "S3GOV" && *provider != "S3CHINA") {
        return fault(fmt::format("{} is {}; a trust policy is for an integration of S3", kProvider,
                                 shown(*provider)));
    }
    auto principal = find_value(*rows, kUserArn);
    if (!principal) return missing(*rows, kUserArn);
    auto external_id = find_value(*rows, kExternalId);
    if (!external_id) return missing(*rows, kExternalId);
    IntegrationTrust trust{*std::move(principal), *std::move(external_id),
                           find_value(*rows, kRoleArn).value_or("")};
    if (auto error = find_fault(trust)) return *std::move(error);
    return trust;
}

std::string trust_policy_json(const IntegrationTrust& trust) {
    codec::JsonWriter json;
    json.begin_object().member("Version", "2012-10-17").key("Statement").begin_array();
    json.begin_object().member("Effect", "Allow");
    json.key("Principal").begin_object().member("AWS", trust.principal).end_object();
    json.member("Action", "sts:AssumeRole").key("Condition").begin_object();
    json.key("StringEquals").begin_object().member("sts:ExternalId", trust.external_id);
    json.end_object().end_object().end_object().end_array().end_object();
    return json.take();
}

std::string trust_policy_text(const IntegrationTrust& trust) {
    // Neither value holds what JSON would escape: find_fault has seen them.
    return fmt::format(R"({{
  "Version": "2012-10-17",
  "Statement": [
    {{
      "Effect": "Allow",
      "Principal": {{ "AWS": "{}" }},
      "Action": "sts:AssumeRole",
      "Condition": {{ "StringEquals": {{ "sts:ExternalId": "{}" }} }}
    }}
  ]
}}
)",
                       trust.principal, trust.external_id);
}

std::string trust_parameters_text(const IntegrationTrust& trust) {
    return fmt::format("SnowflakeAccountPrincipal={} SnowflakeExternalId={}", trust.principal,
                       trust.external_id);
}

std::string trust_parameters_json(const IntegrationTrust& trust) {
    codec::JsonWriter json;
    json.begin_object()
        .member("SnowflakeAccountPrincipal", trust.principal)
        .member("SnowflakeExternalId", trust.external_id)
        .end_object();
    return json.take();
}

}  // namespace tool

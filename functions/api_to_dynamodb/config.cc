#include "functions/api_to_dynamodb/config.h"

#include <algorithm>
#include <set>
#include <utility>

#include "common/codec/uri.h"
#include "common/dynamodb/change_record.h"
#include "common/http/url.h"

namespace api_to_dynamodb {
namespace {

constexpr std::string_view kPlace = "{place}";
constexpr std::int64_t kTimeoutSecondsDefault = 10;
constexpr std::int64_t kTimeoutSecondsMax = 60;

// RFC 9110, section 5.6.2.
bool is_header_name(std::string_view name) {
    static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

void read_url(base::SettingsReader& settings, Config& config) {
    constexpr std::string_view kUrl = "API_URL";
    constexpr std::string_view kPlaces = "PLACES";
    config.api_url = settings.required(kUrl, "https://api.example.com/v1/current?q={place}");
    config.places = settings.list(kPlaces);
    std::set<std::string_view> seen;
    for (const std::string& place : config.places) {
        if (!seen.insert(place).second) settings.add_fault(kPlaces, place, "name each place once");
    }
    if (config.api_url.empty()) return;
    const bool has_place = config.api_url.find(kPlace) != std::string::npos;
    const auto url = http::parse_url(fill_place(config.api_url, "place"));
    if (!url) {
        settings.add_fault(kUrl, config.api_url, url.error().message);
    } else if (url->scheme != "https" && !http::plain_http_allowed(http::host_kind(url->host))) {
        settings.add_fault(kUrl, config.api_url, "use https");
    }
    if (has_place && config.places.empty())
        settings.add_fault(kUrl, config.api_url, "set PLACES to what {place} stands for");
    if (!has_place && !config.places.empty())
        settings.add_fault(kUrl, config.api_url, "put {place} where each of PLACES belongs");
}

void read_api_key(base::SettingsReader& settings, Config& config) {
    constexpr std::string_view kParameter = "API_KEY_PARAMETER";
    constexpr std::string_view kHeader = "API_KEY_HEADER";
    config.api_key_secret_id = settings.text("API_KEY_SECRET_ARN");
    config.api_key_parameter = settings.text(kParameter);
    config.api_key_header = settings.text(kHeader);
    for (const auto& [name, value] : {std::pair(kParameter, config.api_key_parameter),
                                      std::pair(kHeader, config.api_key_header)}) {
        if (!value.empty() && config.api_key_secret_id.empty())
            settings.add_fault(name, value, "set API_KEY_SECRET_ARN as well, or leave it unset");
    }
    if (!config.api_key_header.empty() && !is_header_name(config.api_key_header))
        settings.add_fault(kHeader, config.api_key_header, "use a header's name");
    if (!config.api_key_header.empty() && !config.api_key_parameter.empty())
        settings.add_fault(kHeader, config.api_key_header, "use this or API_KEY_PARAMETER");
    const bool is_unset = config.api_key_parameter.empty() && config.api_key_header.empty();
    if (!config.api_key_secret_id.empty() && is_unset) config.api_key_parameter = "key";
}

void read_item_map(base::SettingsReader& settings, Config& config) {
    constexpr std::string_view kName = "ITEM_MAP";
    const std::string text = settings.required(kName, R"({"id":"/id","value":"/value"})");
    if (text.empty()) return;
    auto map = parse_item_map(text);
    if (!map) {
        settings.add_fault(kName, text, map.error().message);
        return;
    }
    config.item_map = *std::move(map);
    const bool has_place = std::any_of(
        config.item_map.begin(), config.item_map.end(),
        [](const MappedAttribute& attribute) { return attribute.kind == SourceKind::place; });
    if (has_place && config.places.empty())
        settings.add_fault(kName, text, "set PLACES, which \"place\" takes its value from");
}

}  // namespace

Config read_config(base::SettingsReader& settings) {
    constexpr std::string_view kTable = "TABLE_NAME";
    Config config;
    read_url(settings, config);
    config.table_name = settings.required(kTable, "weather");
    if (!config.table_name.empty() && !dynamodb::is_table_name(config.table_name) &&
        dynamodb::table_name_of_arn(config.table_name).empty()) {
        settings.add_fault(kTable, config.table_name, "use a table's name or ARN");
    }
    read_item_map(settings, config);
    read_api_key(settings, config);
    config.api_timeout_ms = 1'000 * settings.integer("API_TIMEOUT_SECONDS", kTimeoutSecondsDefault,
                                                     1, kTimeoutSecondsMax);
    return config;
}

std::string fill_place(std::string_view api_url, std::string_view place) {
    const std::string encoded = codec::uri_encode(place);
    std::string url(api_url);
    for (std::size_t at = url.find(kPlace); at != std::string::npos;
         at = url.find(kPlace, at + encoded.size())) {
        url.replace(at, kPlace.size(), encoded);
    }
    return url;
}

}  // namespace api_to_dynamodb

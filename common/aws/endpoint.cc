#include "common/aws/endpoint.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/http/url.h"

namespace aws {
namespace {

constexpr std::size_t kRegionBytesMax = 40;

// Region prefix -> DNS suffix, from the SDKs' partitions.json; all others are aws and aws-us-gov.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kDnsSuffixes{{
    {"cn-", "amazonaws.com.cn"},
    {"us-iso-", "c2s.ic.gov"},
    {"us-isob-", "sc2s.sgov.gov"},
    {"us-isof-", "csp.hci.ic.gov"},
    {"eu-isoe-", "cloud.adc-e.uk"},
    {"eusc-", "amazonaws.eu"},
}};

base::Error fault(std::string message) {
    return {base::ErrorKind::config_invalid, std::move(message)};
}

}  // namespace

bool is_region(std::string_view region) {
    if (region.empty() || region.size() > kRegionBytesMax) return false;
    if (region.front() == '-' || region.back() == '-') return false;
    return std::all_of(region.begin(), region.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

std::string_view dns_suffix(std::string_view region) {
    for (const auto& [prefix, suffix] : kDnsSuffixes) {
        if (region.starts_with(prefix)) return suffix;
    }
    return "amazonaws.com";
}

base::Result<Endpoint> parse_endpoint_url(std::string_view endpoint_url) {
    const auto url = http::parse_url(endpoint_url);
    if (!url) return fault("use an absolute URL, such as https://vpce.example.com");
    const http::HostKind kind = http::host_kind(url->host);
    if (kind == http::HostKind::metadata || kind == http::HostKind::ambiguous ||
        kind == http::HostKind::container_credentials)
        return fault("this host is never an AWS service: use another one");
    if (url->scheme != "https" && kind != http::HostKind::loopback)
        return fault("use https (http only to localhost, 127.0.0.1 or [::1])");
    if (url->target.find('?') != std::string::npos) return fault("use a URL without a query");
    std::string base_path = url->target;
    while (!base_path.empty() && base_path.back() == '/')
        base_path.pop_back();
    return Endpoint{url->scheme + "://" + url->authority, url->authority, std::move(base_path)};
}

base::Result<Endpoint> resolve_endpoint(const ClientSettings& settings, const Service& service) {
    std::string_view endpoint_url = settings.endpoint_url;
    for (const auto& [id, url] : settings.service_endpoint_urls) {
        if (id == service.id) endpoint_url = url;
    }
    if (!endpoint_url.empty()) {
        auto endpoint = parse_endpoint_url(endpoint_url);
        if (endpoint) return endpoint;
        return fault("the endpoint override of " + std::string(service.id) +
                     " is of no use: " + endpoint.error().message);
    }
    if (!is_region(settings.region))
        return fault("no endpoint for " + std::string(service.id) + ": AWS_REGION is missing");
    std::string host(service.host_prefix);
    host.append(".").append(settings.region).append(".").append(dns_suffix(settings.region));
    return Endpoint{"https://" + host, host, ""};
}

}  // namespace aws

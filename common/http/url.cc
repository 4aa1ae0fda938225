#include "common/http/url.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstring>
#include <netinet/in.h>

namespace http {
namespace {

base::Error fault(std::string_view what) {
    return {base::ErrorKind::config_invalid, "the URL " + std::string(what)};
}

std::string to_lower(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_host_name(std::string_view host) {
    return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '.' || c == '_';
    });
}

// Takes "host", "host:port" or "[address]:port" apart.
bool split_authority(std::string_view authority, std::string& host, std::string_view& port) {
    if (!authority.empty() && authority.front() == '[') {
        const std::size_t close = authority.find(']');
        if (close == std::string_view::npos) return false;
        host = to_lower(authority.substr(1, close - 1));
        in6_addr address;
        if (inet_pton(AF_INET6, host.c_str(), &address) != 1) return false;
        authority.remove_prefix(close + 1);
        if (!authority.empty() && authority.front() != ':') return false;
    } else {
        const std::size_t colon = authority.find(':');
        host = to_lower(authority.substr(0, colon));
        if (!is_host_name(host)) return false;
        authority.remove_prefix(colon == std::string_view::npos ? authority.size() : colon);
    }
    port = authority.empty() ? authority : authority.substr(1);
    return authority.empty() || !port.empty();
}

HostKind kind_of_ipv4(const std::array<unsigned char, 4>& bytes) {
    if (bytes[0] == 127) return HostKind::loopback;
    if (bytes[0] != 169 || bytes[1] != 254) return HostKind::address;
    const bool container = bytes[2] == 170 && (bytes[3] == 2 || bytes[3] == 23);
    return container ? HostKind::container_credentials : HostKind::metadata;
}

HostKind kind_of_ipv6(const std::array<unsigned char, 16>& bytes) {
    constexpr std::array<unsigned char, 16> kLoopback{0, 0, 0, 0, 0, 0, 0, 0,
                                                      0, 0, 0, 0, 0, 0, 0, 1};
    constexpr std::array<unsigned char, 16> kMetadata{0xfd, 0, 0x0e, 0xc2, 0, 0, 0,    0,
                                                      0,    0, 0,    0,    0, 0, 0x02, 0x54};
    constexpr std::array<unsigned char, 16> kContainer{0xfd, 0, 0x0e, 0xc2, 0, 0, 0, 0,
                                                       0,    0, 0,    0,    0, 0, 0, 0x23};
    constexpr std::array<unsigned char, 12> kMappedIpv4{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (bytes == kLoopback) return HostKind::loopback;
    if (bytes == kContainer) return HostKind::container_credentials;
    if (bytes == kMetadata) return HostKind::metadata;
    if (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80) return HostKind::metadata;
    // ::ffff:169.254.169.254 reaches the same service as its IPv4 form.
    if (std::equal(kMappedIpv4.begin(), kMappedIpv4.end(), bytes.begin()))
        return kind_of_ipv4({bytes[12], bytes[13], bytes[14], bytes[15]});
    return HostKind::address;
}

// Whether resolvers may read the name as an IPv4 address: its last label is a number.
bool ends_in_number(std::string_view host) {
    while (!host.empty() && host.back() == '.')
        host.remove_suffix(1);
    const std::string_view last = host.substr(host.rfind('.') + 1);
    if (last.empty()) return false;
    return std::all_of(last.begin(), last.end(), is_digit) || last.starts_with("0x");
}

}  // namespace

base::Result<Url> parse_url(std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte >= 0x7f || c == '\\')
            return fault("holds a byte that must be encoded");
    }
    Url url{};
    const std::size_t scheme_end = text.find("://");
    if (scheme_end != std::string_view::npos) url.scheme = to_lower(text.substr(0, scheme_end));
    if (url.scheme != "http" && url.scheme != "https") return fault("is neither https nor http");
    text.remove_prefix(scheme_end + 3);
    if (text.find('#') != std::string_view::npos) return fault("has a fragment");

    const std::size_t authority_end = std::min(text.find_first_of("/?"), text.size());
    const std::string_view authority = text.substr(0, authority_end);
    if (authority.find('@') != std::string_view::npos) return fault("holds a user name");
    std::string_view port;
    if (!split_authority(authority, url.host, port)) return fault("has no valid host and port");
    const std::uint16_t default_port = url.scheme == "https" ? 443 : 80;
    url.port = default_port;
    if (!port.empty()) {
        const auto [stop, error] =
            std::from_chars(port.data(), port.data() + port.size(), url.port);
        if (error != std::errc() || stop != port.data() + port.size() || url.port == 0)
            return fault("has no valid port");
    }
    url.authority = authority.front() == '[' ? "[" + url.host + "]" : url.host;
    if (url.port != default_port) url.authority += ":" + std::to_string(url.port);
    url.target = text.substr(authority_end);
    if (url.target.empty() || url.target.front() == '?') url.target.insert(0, "/");
    return url;
}

HostKind host_kind(std::string_view host) {
    const std::string lower = to_lower(host);
    if (lower == "localhost") return HostKind::loopback;
    if (lower == "instance-data" || lower == "instance-data.ec2.internal")
        return HostKind::metadata;
    std::array<unsigned char, 4> ipv4{};
    if (inet_pton(AF_INET, lower.c_str(), ipv4.data()) == 1) return kind_of_ipv4(ipv4);
    std::array<unsigned char, 16> ipv6{};
    if (inet_pton(AF_INET6, lower.c_str(), ipv6.data()) == 1) return kind_of_ipv6(ipv6);
    return ends_in_number(lower) ? HostKind::ambiguous : HostKind::name;
}

bool plain_http_allowed(HostKind kind) {
    return kind == HostKind::loopback || kind == HostKind::container_credentials;
}

}  // namespace http

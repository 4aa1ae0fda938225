#include "runtime/server_address.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <netinet/in.h>
#include <optional>

#include <fmt/format.h>

namespace runtime {
namespace {

constexpr std::string_view kScheme = "http://";
constexpr std::uint16_t kDefaultPort = 80;

base::Error invalid(std::string_view text, std::string_view remedy) {
    return {base::ErrorKind::config_invalid,
            fmt::format("AWS_LAMBDA_RUNTIME_API is \"{}\": {}", text, remedy)};
}

// What may stand in a request line and a Host header as it is.
bool is_plain(std::string_view text) {
    return std::ranges::all_of(
        text, [](char c) { return c > ' ' && c < '\x7F' && c != '?' && c != '#' && c != '"'; });
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [stop, error] = std::from_chars(text.begin(), text.end(), port);
    if (error != std::errc() || stop != text.end() || port == 0) return std::nullopt;
    return port;
}

bool is_localhost(std::string_view host) {
    return host == "localhost" || host.ends_with(".localhost");
}

template <typename T>
void store(const T& socket_address, ServerAddress& address) {
    std::memcpy(&address.socket_address, &socket_address, sizeof socket_address);
    address.socket_address_bytes = sizeof socket_address;
}

bool resolve(std::string_view host, std::uint16_t port, ServerAddress& address) {
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) {
        sockaddr_in6 v6 = {};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        const std::string literal(host.substr(1, host.size() - 2));
        if (::inet_pton(AF_INET6, literal.c_str(), &v6.sin6_addr) != 1) return false;
        store(v6, address);
        return true;
    }
    sockaddr_in v4 = {};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    const std::string literal = is_localhost(host) ? "127.0.0.1" : std::string(host);
    if (::inet_pton(AF_INET, literal.c_str(), &v4.sin_addr) != 1) return false;
    store(v4, address);
    return true;
}

}  // namespace

base::Result<ServerAddress> parse_server_address(std::string_view text) {
    if (!is_plain(text)) return invalid(text, "use HOST:PORT, for example 127.0.0.1:9001");
    std::string_view rest = text;
    if (rest.starts_with(kScheme)) rest.remove_prefix(kScheme.size());
    if (rest.find("://") != std::string_view::npos) return invalid(text, "only http is spoken");

    ServerAddress address;
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    address.authority = rest.substr(0, slash);
    address.path_prefix = rest.substr(slash);
    while (address.path_prefix.ends_with('/'))
        address.path_prefix.pop_back();

    std::string_view host = address.authority;
    std::uint16_t port = kDefaultPort;
    const std::size_t colon = host.rfind(':');
    const bool in_brackets = host.ends_with(']');
    if (colon != std::string_view::npos && !in_brackets) {
        const auto parsed = parse_port(host.substr(colon + 1));
        if (!parsed) return invalid(text, "the port is a number from 1 to 65535");
        port = *parsed;
        host = host.substr(0, colon);
    }
    if (!resolve(host, port, address)) {
        return invalid(text,
                       "the host is an IPv4 literal, an IPv6 literal in brackets, or "
                       "localhost; other names are not looked up");
    }
    return address;
}

}  // namespace runtime

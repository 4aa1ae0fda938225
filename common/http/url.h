// Absolute http and https URLs: taken apart, and what their host is. Nothing but these two schemes,
// no user name, no fragment.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace http {

struct Url {
    std::string scheme;     // "http" or "https"
    std::string host;       // lower case; an IPv6 address without its brackets
    std::uint16_t port;     // 80 or 443 where the URL names none
    std::string authority;  // what the Host header says: "localhost:5000", "[::1]:5000"
    std::string target;     // path and query as given; "/" where there is none
};

// Kind config_invalid. The URL itself is not in the message: it may hold a secret.
base::Result<Url> parse_url(std::string_view text);

enum class HostKind {
    name,                   // to be looked up
    address,                // any other IP address
    loopback,               // localhost, 127.0.0.0/8, ::1
    container_credentials,  // ECS and EKS give credentials there: 169.254.170.2, .23, fd00:ec2::23
    metadata,   // the instance metadata service, and all other link-local addresses: never asked
    ambiguous,  // a number that resolvers read as an address, such as 0x7f000001 or 127.1
};
HostKind host_kind(std::string_view host);

// Whether a request without TLS may go there: only where it does not leave the machine.
bool plain_http_allowed(HostKind kind);

}  // namespace http

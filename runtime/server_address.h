// Where the Runtime API listens: the value of AWS_LAMBDA_RUNTIME_API.
//
// On Lambda it is HOST:PORT. Local emulators may give more, so that an optional "http://" in front
// and a path prefix behind are taken too ("http://127.0.0.1:9000/.rt/orders/"). HOST is an IPv4
// literal, an IPv6 literal in brackets, or localhost (also any name below .localhost, RFC 6761),
// which means 127.0.0.1. Any other name is refused: a fully static binary cannot ask the host's
// resolver, whose parts glibc loads at run time.
#pragma once

#include <string>
#include <string_view>
#include <sys/socket.h>

#include "common/base/result.h"

namespace runtime {

struct ServerAddress {
    sockaddr_storage socket_address = {};
    socklen_t socket_address_bytes = 0;
    std::string authority;    // "127.0.0.1:9001": the Host header, and the name in messages
    std::string path_prefix;  // "", or "/.rt/orders"
};

// Kind config_invalid where the text is none of the forms above.
base::Result<ServerAddress> parse_server_address(std::string_view text);

}  // namespace runtime

// The real HttpMulti, on libcurl. One client is one connection pool and serves one thread.
//
// - TLS 1.2 or newer; the peer's certificate and host name are always checked.
// - http (no TLS) goes to loopback and to the container credentials hosts only; the instance
//   metadata service is never asked, also where a name leads to it.
// - http_proxy, https_proxy and no_proxy are not honoured; LAKEFEED_HTTPS_PROXY is, for https.
// - A connection that was idle for more than a minute is not used again.
// - Where a connection breaks before any byte of an answer, a repeatable request is sent once more
//   on a fresh one; others are not, and end in outcome_unknown.
#pragma once

#include <memory>
#include <string>

#include "common/base/clock.h"
#include "common/base/environment.h"
#include "common/http/http.h"

namespace http {

struct CurlSettings {
    std::string ca_bundle;    // a PEM file; empty where none was found: no https then
    std::string https_proxy;  // "http://proxy:3128"; empty: none

    // AWS_CA_BUNDLE, SSL_CERT_FILE, CURL_CA_BUNDLE (the first that is set must be readable), else
    // where Amazon Linux 2023 and Debian keep theirs; LAKEFEED_HTTPS_PROXY.
    static CurlSettings from_environment(base::SettingsReader& settings);
};

// `clock` outlives the client. SIGPIPE is ignored from here on: a peer that closes must not end the
// process.
std::unique_ptr<HttpMulti> make_curl_client(CurlSettings settings, const base::Clock& clock);

}  // namespace http

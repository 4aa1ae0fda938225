// The HTTP seam: what a service client asks of HTTP, and what it can be told. curl_client.h has the
// real one; tests give a scripted one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/deadline.h"
#include "common/base/result.h"

namespace http {

// Names are compared without regard to case (RFC 9110, section 5.1) and kept in the order given.
struct Header {
    std::string name;
    std::string value;
};
using Headers = std::vector<Header>;

// Whether two header names are the same (ASCII letters without regard to case).
bool same_name(std::string_view left, std::string_view right);

// The first header of that name; nothing where there is none.
std::optional<std::string_view> find_header(const Headers& headers, std::string_view name);

// Whether the request may be done twice without harm. Decides if a connection that broke before any
// byte of an answer came is tried once more on a fresh one.
enum class Repeatable { no, yes };

struct Request {
    std::string method = "GET";
    std::string url;  // absolute, http or https, path and query already encoded
    Headers headers;
    std::string body;
    Repeatable repeatable = Repeatable::no;
    std::int64_t connect_timeout_ms = 2'000;
    std::int64_t first_byte_timeout_ms =
        10'000;  // from the request's last byte to the answer's first
    std::int64_t total_timeout_ms = 60'000;
    base::Deadline deadline;  // cuts all three
    std::size_t response_bytes_max = 64U << 20U;
};

struct Response {
    int status = 0;
    Headers headers;
    std::string body;
};

// One of three things comes of a request:
// - an answer, whatever its status: a Response;
// - an error of kind connect_failed: nothing was sent, the service certainly did nothing;
// - an error of kind outcome_unknown: it was sent, at least in part, and no whole answer came back.
// (deadline_near where no time was left to begin, which is certain too; config_invalid for a URL
// that is none.) Redirects are not followed. A body's Content-Encoding gzip is taken off.
class HttpClient {
  public:
    virtual ~HttpClient() = default;
    virtual base::Result<Response> send(const Request& request) = 0;
};

}  // namespace http

// The HTTP seam: what a service client asks of HTTP, and what it can be told. curl_client.h has the
// real one; tests give a scripted one.
#pragma once

#include <cstddef>
#include <cstdint>
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

// Whether a connection that was kept from an earlier request will do.
enum class Connection { kept_or_new, new_only };

struct Request {
    std::string method = "GET";
    std::string url;  // absolute, http or https, path and query already encoded
    Headers headers;
    std::string body;
    Repeatable repeatable = Repeatable::no;
    Connection connection = Connection::kept_or_new;
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
// that is none.) Redirects are not followed. A body's Content-Encoding gzip is taken off, but where
// the request says "Accept-Encoding: identity": an object of S3 has the encoding with which it was
// stored, whatever is asked for, and its ranges are those of the stored bytes.
class HttpClient {
  public:
    virtual ~HttpClient() = default;
    virtual base::Result<Response> send(const Request& request) = 0;
};

// How many requests an HttpMulti has on their way at once, at most: as many sockets, and as many
// bodies in memory.
inline constexpr std::size_t kRequestsAtOnceMax = 8;

// Names a request that was started; never 0, and never given twice by a client.
using Ticket = std::uint64_t;

struct Completion {
    Ticket ticket = 0;
    base::Result<Response> result;
};

// A client that has several requests on their way at once, each over a connection of its own, in
// one thread: they move on within wait() and send(). What comes of each is what comes of send().
class HttpMulti : public HttpClient {
  public:
    // Comes back at once; where the request cannot even begin, wait() tells. At most
    // kRequestsAtOnceMax are started and not yet told.
    virtual Ticket start(Request request) = 0;
    // One that is done, in no order; nothing where the time came first. Where nothing is on its way
    // it comes back at once, and where the time is past it still tells what is done by now.
    virtual std::optional<Completion> wait(base::EpochMs until_ms) = 0;
    // Ends one that wait() did not tell yet, with its connection: the answer, if it is there by
    // now, else connect_failed or outcome_unknown.
    virtual base::Result<Response> cancel(Ticket ticket) = 0;
};

}  // namespace http

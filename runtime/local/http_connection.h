// HTTP/1.1 (RFC 9112) over one loopback socket, for the local servers: heads, bodies by length or
// in chunks, trailers. What a client library hides is visible here: a body that was cut short, a
// peer that went away while it waits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/http/http.h"

namespace local {

constexpr std::size_t kHeadBytesMax = 2U << 20U;  // Lambda's own header limit is 1 MiB

// A request line or a status line, and the headers below it.
struct MessageHead {
    std::string first_line = {};
    http::Headers headers = {};
};

enum class BodyEnd { complete, truncated, too_large };

struct MessageBody {
    std::string bytes = {};
    http::Headers trailers = {};
    BodyEnd end = BodyEnd::complete;
};

// What a body without length and chunks is: nothing (a request), or all until the connection ends.
enum class UnmeasuredBody { empty, until_close };

// What a caller is given: the answer, or nothing but the connection's end.
enum class AnswerEnd { whole, none };

struct HttpAnswer {
    int status = 200;
    http::Headers headers = {};  // Content-Length is added
    std::string body = {};
    AnswerEnd end = AnswerEnd::whole;
};

class HttpConnection {
  public:
    explicit HttpConnection(int descriptor) : descriptor_(descriptor) {}
    HttpConnection(const HttpConnection&) = delete;
    HttpConnection& operator=(const HttpConnection&) = delete;
    HttpConnection(HttpConnection&&) = delete;
    HttpConnection& operator=(HttpConnection&&) = delete;
    ~HttpConnection();

    // Nothing where the peer closed, or where what came is no HTTP/1.x head of a legal size.
    std::optional<MessageHead> read_head();
    // Keeps at most `bytes_max`; what lies beyond is read off and dropped.
    MessageBody read_body(const MessageHead& head, std::size_t bytes_max,
                          UnmeasuredBody unmeasured);
    [[nodiscard]] bool send(std::string_view first, std::string_view second = {}) const;
    // Whether the peer closed its side; true only when nothing is left to read.
    [[nodiscard]] bool peer_gone() const;
    // Ends all waits on this connection; may be called by another thread.
    void shut_down() const;
    void set_receive_timeout_ms(std::int64_t timeout_ms) const;

  private:
    bool receive_more();
    std::optional<std::string> read_line(std::size_t bytes_max);
    void take_body_bytes(std::uint64_t length, std::size_t bytes_max, MessageBody& body);
    void read_chunks(std::size_t bytes_max, MessageBody& body);
    bool read_headers(http::Headers& headers);

    int descriptor_;
    std::string buffer_;
    std::size_t read_ = 0;  // bytes of the buffer that were used already
};

// The path of a request line, and its method: {"GET", "/a?b"}.
struct RequestLine {
    std::string_view method = {};
    std::string_view target = {};
};
RequestLine split_request_line(std::string_view first_line);

// "200 OK" from a status line such as "HTTP/1.1 200 OK"; 0 where it is none.
int status_of(std::string_view status_line);

// A connected socket to 127.0.0.1.
base::Result<int> connect_loopback(std::uint16_t port);

struct HttpCall {
    std::uint16_t port = 0;
    std::string_view method = "GET";
    std::string_view target = "/";
    http::Headers headers = {};  // Host and Content-Length are added where they are missing
    std::string_view body = {};
    std::int64_t timeout_ms = 30'000;
};

// One request on a fresh connection.
base::Result<HttpAnswer> call_loopback(const HttpCall& call);

// The bytes of a request or an answer up to the body.
std::string write_head(std::string_view first_line, const http::Headers& headers);

}  // namespace local

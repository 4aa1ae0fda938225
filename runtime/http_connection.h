// A small HTTP/1.1 client over one kept-alive TCP socket, for the Runtime API alone: plain HTTP,
// one request at a time, one send per request, the response read into a buffer that is used again
// and again.
//
// Reading has no time limit: `next` waits for as long as no event comes, and the sandbox may be
// frozen meanwhile. Connecting and sending are bounded (kConnectMs, kSendStallMs).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "common/base/result.h"
#include "runtime/http_response.h"
#include "runtime/server_address.h"

namespace runtime {

constexpr std::int64_t kConnectMs = 10'000;
// A server that takes no byte for as long as the longest function may run will never take one.
constexpr std::int64_t kSendStallMs = 900'000;
constexpr std::size_t kPartsMax = 4;

// A whole response. Its views hold until the connection's next exchange or send.
class HttpResponse {
  public:
    explicit HttpResponse(const ResponseReader& reader) : reader_(&reader) {}
    [[nodiscard]] int status() const { return reader_->status(); }
    [[nodiscard]] std::string_view body() const { return reader_->body(); }
    [[nodiscard]] std::string_view header(std::string_view name) const {
        return reader_->header(name);
    }

  private:
    const ResponseReader* reader_;
};

class HttpConnection {
  public:
    explicit HttpConnection(ServerAddress server) : server_(std::move(server)) {}
    ~HttpConnection() { close(); }
    HttpConnection(const HttpConnection&) = delete;
    HttpConnection& operator=(const HttpConnection&) = delete;

    [[nodiscard]] const ServerAddress& server() const { return server_; }

    // Sends a request and reads its response. Opens the connection where it is not open. A
    // kept-alive connection that turns out dead before a byte of the response came is opened anew,
    // and the request sent again, once: each call of the Runtime API may be repeated, as a second
    // answer to an invocation is refused. Errors: connect_failed (nothing was sent),
    // outcome_unknown (no response came), data_invalid (what came is no HTTP/1.1 response).
    base::Result<HttpResponse> exchange(std::string_view head, std::string_view body);

    // The two halves of an exchange, for a request that is sent in pieces. send() takes at most
    // kPartsMax pieces and sends them with one call.
    base::Result<base::Done> send(std::span<const std::string_view> pieces);
    base::Result<HttpResponse> receive();

    [[nodiscard]] bool is_open() const { return socket_ >= 0; }
    void close();
    // Closes where the server has closed already; for a request that cannot be sent a second time.
    void close_if_dead();

  private:
    base::Result<base::Done> open();
    [[nodiscard]] base::Error failure(base::ErrorKind kind, std::string_view action,
                                      std::string_view reason) const;

    ServerAddress server_;
    int socket_ = -1;
    ResponseReader reader_;
};

}  // namespace runtime

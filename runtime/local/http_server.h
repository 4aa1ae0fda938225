// The HTTP server under the local servers: 127.0.0.1, a free port, one thread per connection. A
// handler sees the head first and reads the body itself, so that it can decide in between.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "common/base/result.h"
#include "runtime/local/http_connection.h"

namespace local {

// One request while it is answered.
class HttpExchange {
  public:
    HttpExchange(HttpConnection& connection, MessageHead head);

    [[nodiscard]] std::string_view method() const {
        return split_request_line(head_.first_line).method;
    }
    [[nodiscard]] std::string_view target() const {
        return split_request_line(head_.first_line).target;
    }
    [[nodiscard]] const http::Headers& headers() const { return head_.headers; }
    // The header's value, empty where there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const;
    // At most once; an answer without it drops the body.
    MessageBody read_body(std::size_t bytes_max);
    [[nodiscard]] bool peer_gone() const { return connection_.peer_gone(); }
    [[nodiscard]] bool body_taken() const { return body_taken_; }

  private:
    HttpConnection& connection_;
    MessageHead head_;
    bool body_taken_ = false;
};

using HttpHandler = std::function<HttpAnswer(HttpExchange&)>;

class HttpServer {
  public:
    HttpServer() = default;
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;
    HttpServer(HttpServer&&) = delete;
    HttpServer& operator=(HttpServer&&) = delete;
    ~HttpServer() { stop(); }

    // The handler is called by many threads at once.
    base::Result<base::Done> start(HttpHandler handler);
    [[nodiscard]] std::uint16_t port() const { return port_; }
    // Closes all connections and waits for their threads: wake a handler that blocks before this.
    void stop();

  private:
    struct Client {
        explicit Client(int descriptor) : connection(descriptor) {}
        HttpConnection connection;
        bool done = false;
        std::thread thread;
    };
    void accept_clients();
    void serve(HttpConnection& connection);
    void join_finished();

    HttpHandler handler_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::thread acceptor_;
    std::mutex mutex_;
    bool stopping_ = false;
    std::list<Client> clients_;
};

}  // namespace local

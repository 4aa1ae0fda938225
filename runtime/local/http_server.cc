#include "runtime/local/http_server.h"

#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include "runtime/local/text.h"

namespace local {
namespace {

std::string_view reason_phrase(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 202:
            return "Accepted";
        case 400:
            return "Bad Request";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 410:
            return "Gone";
        case 413:
            return "Request Entity Too Large";
        case 500:
            return "Internal Server Error";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        default:
            return "Status";
    }
}

// An answer of 204 or 304, and one to HEAD, has no body; the headers that describe it are kept.
bool send_answer(HttpConnection& connection, const HttpExchange& exchange, HttpAnswer answer) {
    const bool bodiless = answer.status == 204 || answer.status == 304;
    if (!http::find_header(answer.headers, "Content-Length") && !bodiless)
        answer.headers.push_back({"Content-Length", std::to_string(answer.body.size())});
    const std::string head = write_head(
        fmt::format("HTTP/1.1 {} {}", answer.status, reason_phrase(answer.status)), answer.headers);
    if (bodiless || exchange.method() == "HEAD") return connection.send(head);
    return connection.send(head, answer.body);
}

base::Result<int> listen_on_loopback(std::uint16_t& port) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    // NOLINTBEGIN(*-reinterpret-cast): the sockets interface has no other form.
    const bool listening =
        listener >= 0 && ::bind(listener, reinterpret_cast<sockaddr*>(&address), length) == 0 &&
        ::listen(listener, SOMAXCONN) == 0 &&
        ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) == 0;
    // NOLINTEND(*-reinterpret-cast)
    if (!listening) {
        const int failure = errno;
        if (listener >= 0) ::close(listener);
        return base::Error{base::ErrorKind::unexpected,
                           fmt::format("listen on 127.0.0.1: {}",
                                       std::strerror(failure))};  // NOLINT(concurrency-mt-unsafe)
    }
    port = ntohs(address.sin_port);
    return listener;
}

}  // namespace

HttpExchange::HttpExchange(HttpConnection& connection, MessageHead head)
    : connection_(connection), head_(std::move(head)) {}

std::string_view HttpExchange::header(std::string_view name) const {
    return http::find_header(head_.headers, name).value_or(std::string_view());
}

MessageBody HttpExchange::read_body(std::size_t bytes_max) {
    if (body_taken_) return {};
    body_taken_ = true;
    if (equal_ignoring_case(header("Expect"), "100-continue"))
        (void)connection_.send("HTTP/1.1 100 Continue\r\n\r\n");  // a peer that is gone shows below
    return connection_.read_body(head_, bytes_max, UnmeasuredBody::empty);
}

base::Result<base::Done> HttpServer::start(HttpHandler handler) {
    auto listener = listen_on_loopback(port_);
    if (!listener) return std::move(listener).error();
    listener_ = *listener;
    handler_ = std::move(handler);
    acceptor_ = std::thread([this] { accept_clients(); });
    return base::Done{};
}

void HttpServer::accept_clients() {
    while (true) {
        const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (descriptor < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
        if (descriptor < 0) return;
        const int yes = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        join_finished();
        const std::scoped_lock lock(mutex_);
        if (stopping_) {
            ::close(descriptor);
            return;
        }
        Client& client = clients_.emplace_back(descriptor);
        client.thread = std::thread([this, &client] {
            serve(client.connection);
            client.connection.shut_down();
            const std::scoped_lock done_lock(mutex_);
            client.done = true;
        });
    }
}

void HttpServer::serve(HttpConnection& connection) {
    while (auto head = connection.read_head()) {
        const bool last = equal_ignoring_case(
            http::find_header(head->headers, "Connection").value_or(""), "close");
        HttpExchange exchange(connection, std::move(*head));
        HttpAnswer answer = exchange.method().empty()
                                ? HttpAnswer{.status = 400, .headers = {}, .body = {}}
                                : handler_(exchange);
        if (answer.end == AnswerEnd::none) return;
        // The rest of the request is read off, so that the answer is not lost to a reset.
        if (!exchange.body_taken() && exchange.read_body(0).end == BodyEnd::truncated) return;
        if (!send_answer(connection, exchange, std::move(answer)) || last) return;
    }
}

void HttpServer::join_finished() {
    std::list<Client> finished;
    {
        const std::scoped_lock lock(mutex_);
        for (auto client = clients_.begin(); client != clients_.end();) {
            const auto next = std::next(client);
            if (client->done) finished.splice(finished.end(), clients_, client);
            client = next;
        }
    }
    for (Client& client : finished)
        client.thread.join();
}

void HttpServer::stop() {
    if (listener_ < 0) return;
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        for (const Client& client : clients_)
            client.connection.shut_down();
    }
    ::shutdown(listener_, SHUT_RDWR);  // ends accept
    acceptor_.join();
    for (Client& client : clients_)
        client.thread.join();
    clients_.clear();
    ::close(listener_);
    listener_ = -1;
}

}  // namespace local

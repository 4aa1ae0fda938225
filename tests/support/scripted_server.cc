#include "tests/support/scripted_server.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace tests {
namespace {

bool receive_more(int socket, std::string& bytes) {
    std::array<char, 65536> buffer = {};
    const ssize_t count = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (count <= 0) return false;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
}

bool receive_until(int socket, std::string& bytes, std::string_view end) {
    while (bytes.find(end) == std::string::npos) {
        if (!receive_more(socket, bytes)) return false;
    }
    return true;
}

bool receive_count(int socket, std::string& bytes, std::size_t count) {
    while (bytes.size() < count) {
        if (!receive_more(socket, bytes)) return false;
    }
    return true;
}

std::string take(std::string& bytes, std::size_t count) {
    std::string taken = bytes.substr(0, count);
    bytes.erase(0, count);
    return taken;
}

// Up to and with the blank line behind the last chunk and its trailers.
bool receive_chunked(int socket, std::string& unread, std::string& body) {
    for (;;) {
        if (!receive_until(socket, unread, "\r\n")) return false;
        const std::string line = take(unread, unread.find("\r\n") + 2);
        body += line;
        const std::size_t size = std::stoul(line, nullptr, 16);
        if (size == 0) break;
        if (!receive_count(socket, unread, size + 2)) return false;
        body += take(unread, size + 2);
    }
    for (;;) {
        if (!receive_until(socket, unread, "\r\n")) return false;
        const std::string line = take(unread, unread.find("\r\n") + 2);
        body += line;
        if (line == "\r\n") return true;
    }
}

bool send_in_pieces(int socket, const ServerAnswer& answer) {
    const std::size_t piece = answer.piece_bytes == 0 ? answer.bytes.size() : answer.piece_bytes;
    std::size_t at = 0;
    while (at < answer.bytes.size()) {
        const std::size_t count = std::min(piece, answer.bytes.size() - at);
        const ssize_t sent = ::send(socket, answer.bytes.data() + at, count, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        at += static_cast<std::size_t>(sent);
    }
    return true;
}

void wait_for_client_to_go(int socket) {
    std::string ignored;
    while (receive_more(socket, ignored)) {
    }
}

}  // namespace

ScriptedServer::ScriptedServer(std::vector<ServerAnswer> script)
    : ScriptedServer([script = std::move(script),
                      at = std::size_t{0}](const ServerRequest&) mutable -> ServerAnswer {
          if (at == script.size()) return {.bytes = "", .after = AfterAnswer::stop};
          return script[at++];
      }) {}

ScriptedServer::ScriptedServer(Responder responder) : responder_(std::move(responder)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_, generic, size), 0);
    EXPECT_EQ(::listen(listener_, 64), 0);
    EXPECT_EQ(::getsockname(listener_, generic, &size), 0);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_connections(); });
}

ScriptedServer::~ScriptedServer() {
    stop_listening();
    acceptor_.join();
    {
        const std::lock_guard lock(mutex_);
        for (const int socket : sockets_)
            ::shutdown(socket, SHUT_RDWR);
    }
    for (std::thread& connection : connections_)
        connection.join();
    for (const int socket : sockets_) {
        if (socket >= 0) ::close(socket);
    }
    ::close(listener_);
}

std::string ScriptedServer::address() const {
    return "127.0.0.1:" + std::to_string(port_);
}

std::vector<ServerRequest> ScriptedServer::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

bool ScriptedServer::wait_for_requests(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10),
                             [&] { return requests_.size() >= count; });
}

bool ScriptedServer::wait_for_close(int connection) {
    std::unique_lock lock(mutex_);
    const auto at = static_cast<std::size_t>(connection);
    return changed_.wait_for(lock, std::chrono::seconds(10),
                             [&] { return sockets_.size() > at && sockets_[at] < 0; });
}

void ScriptedServer::accept_connections() {
    for (;;) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        const int on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        const std::lock_guard lock(mutex_);
        const int connection = static_cast<int>(sockets_.size());
        sockets_.push_back(socket);
        connections_.emplace_back([this, socket, connection] { serve(socket, connection); });
    }
}

// The socket is closed here, so that the client sees it; the destructor only shuts down what still
// runs. Both happen under the lock, as a closed descriptor's number is given out again.
void ScriptedServer::serve(int socket, int connection) {
    std::string unread;
    auto after = AfterAnswer::keep;
    while (after == AfterAnswer::keep) {
        ServerRequest request;
        request.connection = connection;
        if (!read_request(socket, unread, request)) break;
        const ServerAnswer answer = answer_to(request);
        after = send_in_pieces(socket, answer) ? answer.after : AfterAnswer::close;
        if (after == AfterAnswer::hang) wait_for_client_to_go(socket);
        if (after == AfterAnswer::stop) stop_listening();
        if (after == AfterAnswer::reset) {
            const linger at_once = {1, 0};
            ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        }
    }
    const std::lock_guard lock(mutex_);
    sockets_[static_cast<std::size_t>(connection)] = -1;
    ::close(socket);
    changed_.notify_all();
}

bool ScriptedServer::read_request(int socket, std::string& unread, ServerRequest& request) const {
    if (!receive_until(socket, unread, "\r\n\r\n")) return false;
    request.head = take(unread, unread.find("\r\n\r\n") + 4);
    if (!reads_bodies_) return true;
    if (header_of(request, "Transfer-Encoding") == "chunked")
        return receive_chunked(socket, unread, request.body);
    const std::string length = header_of(request, "Content-Length");
    if (length == "(none)") return true;
    if (!receive_count(socket, unread, std::stoul(length))) return false;
    request.body = take(unread, std::stoul(length));
    return true;
}

ServerAnswer ScriptedServer::answer_to(const ServerRequest& request) {
    const std::lock_guard lock(mutex_);
    ServerAnswer answer = responder_(request);
    requests_.push_back(request);
    changed_.notify_all();
    return answer;
}

// shutdown() of a listening socket wakes accept() and has new connections refused.
void ScriptedServer::stop_listening() {
    ::shutdown(listener_, SHUT_RDWR);
}

ServerAnswer answer(int status, const std::string& body, const std::string& more_headers) {
    return {.bytes = "HTTP/1.1 " + std::to_string(status) +
                     " Status\r\nContent-Type: application/json\r\nContent-Length: " +
                     std::to_string(body.size()) + "\r\n" + more_headers + "\r\n" + body};
}

ServerAnswer event_answer(const std::string& event, const std::string& request_id,
                          const std::string& more_headers) {
    return answer(200, event,
                  "Lambda-Runtime-Aws-Request-Id: " + request_id + "\r\n" + more_headers);
}

std::string header_of(const ServerRequest& request, const std::string& name) {
    const std::string wanted = "\r\n" + name + ": ";
    const std::size_t at = request.head.find(wanted);
    if (at == std::string::npos) return "(none)";
    const std::size_t begin = at + wanted.size();
    return request.head.substr(begin, request.head.find("\r\n", begin) - begin);
}

std::string request_line_of(const ServerRequest& request) {
    return request.head.substr(0, request.head.find("\r\n"));
}

}  // namespace tests

#include "runtime/http_connection.h"

#include <array>
#include <cassert>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

namespace runtime {
namespace {

std::string reason_of(int error) {
    return std::generic_category().message(error);
}

void set_send_limit(int socket, std::int64_t limit_ms) {
    const timeval limit = {limit_ms / 1000, limit_ms % 1000 * 1000};
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

// Moves the vector on by what was sent.
void skip_sent(msghdr& message, std::size_t sent) {
    while (message.msg_iovlen > 0 && sent >= message.msg_iov->iov_len) {
        sent -= message.msg_iov->iov_len;
        ++message.msg_iov;
        --message.msg_iovlen;
    }
    if (message.msg_iovlen == 0) return;
    message.msg_iov->iov_base = static_cast<char*>(message.msg_iov->iov_base) + sent;
    message.msg_iov->iov_len -= sent;
}

}  // namespace

base::Result<HttpResponse> HttpConnection::exchange(std::string_view head, std::string_view body) {
    const std::array<std::string_view, 2> pieces = {head, body};
    for (;;) {
        const bool reused = is_open();
        auto sent = send(pieces);
        if (!sent && !is_open()) return std::move(sent).error();
        // Also after a failed send: a server that refuses a request may answer and close before it
        // has read all of it.
        auto received = receive();
        if (!sent) close();
        if (received || !reused || reader_.received_any()) {
            return !sent && !received ? base::Result<HttpResponse>(std::move(sent).error())
                                      : std::move(received);
        }
    }
}

base::Result<base::Done> HttpConnection::send(std::span<const std::string_view> pieces) {
    assert(pieces.size() <= kPartsMax);
    if (!is_open()) {
        auto opened = open();
        if (!opened) return opened;
    }
    std::array<iovec, kPartsMax> vectors = {};
    msghdr message = {};
    message.msg_iov = vectors.data();
    for (const std::string_view piece : pieces) {
        if (piece.empty()) continue;
        // sendmsg takes a pointer to mutable bytes and does not change them.
        vectors[message.msg_iovlen++] = {const_cast<char*>(piece.data()), piece.size()};
    }
    while (message.msg_iovlen > 0) {
        const ssize_t sent = ::sendmsg(socket_, &message, MSG_NOSIGNAL);
        if (sent >= 0) {
            skip_sent(message, static_cast<std::size_t>(sent));
        } else if (errno != EINTR) {
            const int error = errno;
            // A server that takes nothing any more will not answer either.
            if (error == EAGAIN) close();
            return failure(base::ErrorKind::outcome_unknown, "send to", reason_of(error));
        }
    }
    return base::Done{};
}

base::Result<HttpResponse> HttpConnection::receive() {
    assert(is_open());
    reader_.begin();
    auto progress = ResponseReader::Progress::more;
    while (progress == ResponseReader::Progress::more) {
        const std::span<char> room = reader_.room();
        const int flags = reader_.room_is_certain() ? MSG_WAITALL : 0;
        const ssize_t count = ::recv(socket_, room.data(), room.size(), flags);
        if (count > 0) {
            progress = reader_.received(static_cast<std::size_t>(count));
        } else if (count == 0) {
            progress = reader_.closed();
        } else if (errno != EINTR) {
            const std::string reason = reason_of(errno);
            close();
            return failure(base::ErrorKind::outcome_unknown, "receive from", reason);
        }
    }
    if (progress == ResponseReader::Progress::invalid) {
        const bool cut_off = reader_.ended_early();
        close();
        return failure(cut_off ? base::ErrorKind::outcome_unknown : base::ErrorKind::data_invalid,
                       "receive from", reader_.fault());
    }
    if (!reader_.keeps_alive()) close();
    return HttpResponse(reader_);
}

void HttpConnection::close() {
    if (is_open()) ::close(socket_);
    socket_ = -1;
}

void HttpConnection::close_if_dead() {
    if (!is_open()) return;
    char byte = 0;
    const ssize_t count = ::recv(socket_, &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT);
    const bool waiting = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
    if (!waiting) close();
}

base::Result<base::Done> HttpConnection::open() {
    const int type = SOCK_STREAM | SOCK_CLOEXEC;
    socket_ = ::socket(server_.socket_address.ss_family, type, 0);
    if (!is_open()) return failure(base::ErrorKind::connect_failed, "socket for", reason_of(errno));
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    set_send_limit(socket_, kConnectMs);
    const auto* address = reinterpret_cast<const sockaddr*>(&server_.socket_address);
    if (::connect(socket_, address, server_.socket_address_bytes) != 0) {
        // The limit of sending holds for connecting as well, and shows as EINPROGRESS.
        const int error = errno == EINPROGRESS ? ETIMEDOUT : errno;
        close();
        return failure(base::ErrorKind::connect_failed, "connect to", reason_of(error));
    }
    set_send_limit(socket_, kSendStallMs);
    return base::Done{};
}

base::Error HttpConnection::failure(base::ErrorKind kind, std::string_view action,
                                    std::string_view reason) const {
    return {kind, fmt::format("{} {}: {}", action, server_.authority, reason)};
}

}  // namespace runtime

#include "runtime/local/http_connection.h"

#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include "runtime/local/text.h"

namespace local {
namespace {

constexpr std::size_t kReceiveBytes = 128U << 10U;
constexpr std::size_t kAnswerBytesMax = 256U << 20U;

std::optional<std::uint64_t> parse_length(std::string_view text, int base) {
    std::uint64_t length = 0;
    const auto [end, failure] =
        std::from_chars(text.data(), text.data() + text.size(), length, base);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return length;
}

}  // namespace

HttpConnection::~HttpConnection() {
    ::close(descriptor_);
}

bool HttpConnection::receive_more() {
    if (read_ > 0 && read_ == buffer_.size()) {
        buffer_.clear();
        read_ = 0;
    }
    const std::size_t filled = buffer_.size();
    buffer_.resize(filled + kReceiveBytes);
    ssize_t received = -1;
    do {
        received = ::recv(descriptor_, buffer_.data() + filled, kReceiveBytes, 0);
    } while (received < 0 && errno == EINTR);
    buffer_.resize(filled + static_cast<std::size_t>(received > 0 ? received : 0));
    return received > 0;
}

std::optional<std::string> HttpConnection::read_line(std::size_t bytes_max) {
    for (std::size_t looked_at = read_;;) {
        const std::size_t newline = buffer_.find('\n', looked_at);
        if (newline != std::string::npos) {
            std::string line = buffer_.substr(read_, newline - read_);
            read_ = newline + 1;
            if (!line.empty() && line.back() == '\r') line.pop_back();
            return line;
        }
        if (buffer_.size() - read_ > bytes_max) return std::nullopt;
        const std::size_t unread = buffer_.size() - read_;
        if (!receive_more()) return std::nullopt;
        looked_at = read_ + unread;
    }
}

bool HttpConnection::read_headers(http::Headers& headers) {
    std::size_t bytes = 0;
    while (true) {
        const auto line = read_line(kHeadBytesMax);
        if (!line) return false;
        if (line->empty()) return true;
        bytes += line->size();
        const std::size_t colon = line->find(':');
        if (bytes > kHeadBytesMax || colon == std::string::npos || colon == 0) return false;
        headers.push_back({line->substr(0, colon), std::string(trim(line->substr(colon + 1)))});
    }
}

std::optional<MessageHead> HttpConnection::read_head() {
    MessageHead head;
    auto first_line = read_line(kHeadBytesMax);
    if (!first_line || first_line->empty()) return std::nullopt;
    head.first_line = std::move(*first_line);
    if (!read_headers(head.headers)) return std::nullopt;
    return head;
}

void HttpConnection::take_body_bytes(std::uint64_t length, std::size_t bytes_max,
                                     MessageBody& body) {
    while (length > 0) {
        if (read_ == buffer_.size() && !receive_more()) {
            body.end = BodyEnd::truncated;
            return;
        }
        const auto there =
            static_cast<std::size_t>(std::min<std::uint64_t>(length, buffer_.size() - read_));
        const std::size_t room = bytes_max - std::min(bytes_max, body.bytes.size());
        body.bytes.append(buffer_, read_, std::min(there, room));
        if (there > room) body.end = BodyEnd::too_large;
        read_ += there;
        length -= there;
    }
}

// chunk = size in hex [; extension] CRLF bytes CRLF; a chunk of size 0 ends the body, trailers
// follow (RFC 9112, section 7.1).
void HttpConnection::read_chunks(std::size_t bytes_max, MessageBody& body) {
    constexpr std::size_t kSizeLineBytesMax = 1024;
    while (true) {
        const auto line = read_line(kSizeLineBytesMax);
        const auto length =
            line ? parse_length(trim(std::string_view(*line).substr(0, line->find(';'))), 16)
                 : std::nullopt;
        if (!length) break;
        if (*length == 0) {
            if (!read_headers(body.trailers)) break;
            return;
        }
        take_body_bytes(*length, bytes_max, body);
        if (body.end == BodyEnd::truncated || read_line(2) != "") break;
    }
    body.end = BodyEnd::truncated;
}

MessageBody HttpConnection::read_body(const MessageHead& head, std::size_t bytes_max,
                                      UnmeasuredBody unmeasured) {
    MessageBody body;
    const auto coding = http::find_header(head.headers, "Transfer-Encoding");
    if (coding) {
        if (equal_ignoring_case(*coding, "chunked")) {
            read_chunks(bytes_max, body);
        } else {
            body.end = BodyEnd::truncated;
        }
        return body;
    }
    if (const auto text = http::find_header(head.headers, "Content-Length")) {
        const auto length = parse_length(*text, 10);
        if (!length) {
            body.end = BodyEnd::truncated;
            return body;
        }
        body.bytes.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, bytes_max)));
        take_body_bytes(*length, bytes_max, body);
    } else if (unmeasured == UnmeasuredBody::until_close) {
        while (read_ < buffer_.size() || receive_more())
            take_body_bytes(buffer_.size() - read_, bytes_max, body);
    }
    return body;
}

bool HttpConnection::send(std::string_view first, std::string_view second) const {
    // Two parts in one call, so that a small answer is one segment.
    std::string small;
    if (first.size() + second.size() <= kReceiveBytes) {
        small.assign(first).append(second);
        first = small;
        second = {};
    }
    for (std::string_view part : {first, second}) {
        while (!part.empty()) {
            const ssize_t sent = ::send(descriptor_, part.data(), part.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno == EINTR) continue;
            if (sent <= 0) return false;
            part.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    return true;
}

bool HttpConnection::peer_gone() const {
    char byte = 0;
    const ssize_t received = ::recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (received == 0) return true;
    return received < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;
}

void HttpConnection::shut_down() const {
    ::shutdown(descriptor_, SHUT_RDWR);
}

void HttpConnection::set_receive_timeout_ms(std::int64_t timeout_ms) const {
    const timeval limit{.tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

RequestLine split_request_line(std::string_view first_line) {
    const std::size_t method_end = first_line.find(' ');
    const std::size_t target_end = first_line.rfind(' ');
    if (method_end == std::string_view::npos || target_end <= method_end) return {};
    return {.method = first_line.substr(0, method_end),
            .target = first_line.substr(method_end + 1, target_end - method_end - 1)};
}

int status_of(std::string_view status_line) {
    const std::size_t blank = status_line.find(' ');
    if (!status_line.starts_with("HTTP/1.") || blank == std::string_view::npos) return 0;
    const auto status = parse_length(status_line.substr(blank + 1, 3), 10);
    return status && *status >= 100 ? static_cast<int>(*status) : 0;
}

base::Result<int> connect_loopback(std::uint16_t port) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // NOLINTNEXTLINE(*-reinterpret-cast): the sockets interface has no other form.
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const int failure = errno;
        ::close(descriptor);
        return base::Error{base::ErrorKind::connect_failed,
                           fmt::format("connect to 127.0.0.1:{}: {}", port,
                                       std::strerror(failure))};  // NOLINT(concurrency-mt-unsafe)
    }
    const int yes = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return descriptor;
}

std::string write_head(std::string_view first_line, const http::Headers& headers) {
    std::string head(first_line);
    head += "\r\n";
    for (const http::Header& header : headers)
        head.append(header.name).append(": ").append(header.value).append("\r\n");
    return head += "\r\n";
}

base::Result<HttpAnswer> call_loopback(const HttpCall& call) {
    const auto descriptor = connect_loopback(call.port);
    if (!descriptor) return descriptor.error();
    HttpConnection connection(*descriptor);
    connection.set_receive_timeout_ms(call.timeout_ms);
    http::Headers headers = call.headers;
    if (!http::find_header(headers, "Host"))
        headers.push_back({"Host", fmt::format("127.0.0.1:{}", call.port)});
    if (!http::find_header(headers, "Content-Length"))
        headers.push_back({"Content-Length", std::to_string(call.body.size())});
    const std::string request_line = fmt::format("{} {} HTTP/1.1", call.method, call.target);
    const base::Error failure{
        base::ErrorKind::outcome_unknown,
        fmt::format("{} 127.0.0.1:{}: no whole answer came back", call.method, call.port)};
    if (!connection.send(write_head(request_line, headers), call.body)) return failure;

    auto head = connection.read_head();
    while (head && status_of(head->first_line) == 100)
        head = connection.read_head();
    if (!head || status_of(head->first_line) == 0) return failure;
    HttpAnswer answer{.status = status_of(head->first_line), .headers = head->headers, .body = {}};
    if (call.method == "HEAD" || answer.status == 204 || answer.status == 304) return answer;
    MessageBody body = connection.read_body(*head, kAnswerBytesMax, UnmeasuredBody::until_close);
    if (body.end != BodyEnd::complete) return failure;
    answer.body = std::move(body.bytes);
    return answer;
}

}  // namespace local

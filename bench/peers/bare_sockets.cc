// The floor that the loop is measured against: the Runtime API spoken with bare socket calls in a
// fully static binary, with fixed texts and none of the checks that a real runtime needs. One recv
// and one send per step.
#include <array>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace {

// Reads a response with a Content-Length; gives what was read, with the place of the body.
bool read_response(int socket, std::string& buffer, std::size_t& body_at) {
    constexpr std::string_view kLength = "Content-Length: ";
    std::array<char, 65536> piece;
    buffer.clear();
    body_at = std::string::npos;
    for (;;) {
        const ssize_t count = ::recv(socket, piece.data(), piece.size(), 0);
        if (count <= 0) return false;
        buffer.append(piece.data(), static_cast<std::size_t>(count));
        body_at = buffer.find("\r\n\r\n");
        if (body_at == std::string::npos) continue;
        body_at += 4;
        const std::size_t length_at = buffer.find(kLength) + kLength.size();
        const auto length = static_cast<std::size_t>(std::atol(buffer.c_str() + length_at));
        if (buffer.size() >= body_at + length) return true;
    }
}

bool send_all(int socket, std::string_view bytes) {
    return ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
}

}  // namespace

int main() {
    const char* api = std::getenv("AWS_LAMBDA_RUNTIME_API");
    if (api == nullptr) return 1;
    const char* colon = std::strchr(api, ':');
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(colon + 1)));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return 1;

    constexpr std::string_view kNext =
        "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    constexpr std::string_view kId = "Lambda-Runtime-Aws-Request-Id: ";
    std::string event;
    std::string answer;
    std::size_t body_at = 0;
    for (;;) {
        if (!send_all(socket, kNext) || !read_response(socket, event, body_at)) return 1;
        const std::size_t id_at = event.find(kId) + kId.size();
        const std::string_view id(event.data() + id_at, event.find('\r', id_at) - id_at);
        const std::string_view body = std::string_view(event).substr(body_at);
        answer.assign("POST /2018-06-01/runtime/invocation/").append(id);
        answer.append("/response HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ");
        answer.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
        if (!send_all(socket, answer) || !read_response(socket, event, body_at)) return 1;
    }
}

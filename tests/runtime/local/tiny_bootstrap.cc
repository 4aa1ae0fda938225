// A function that does what its event says, for the tests of the local world. Without any library
// of lakefeed, so that the Runtime API is spoken to by somebody else. Events:
//   echo TEXT | error TYPE | exit N | signal N | sleep | hang (says so first) | print TEXT |
//   environment NAME | again TEXT (a response, then exit 0) | child (leaves a child of its own
//   behind, and answers its id)
// INIT_DOES in its environment: error | exit N | sleep.
#include <arpa/inet.h>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace {

std::string runtime_api() {
    return std::getenv("AWS_LAMBDA_RUNTIME_API");
}  // NOLINT

// One request on a connection of its own; the whole answer.
std::string request(const std::string& text) {
    const std::string api = runtime_api();
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(api.substr(api.find(':') + 1))));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // NOLINTNEXTLINE(*-reinterpret-cast)
    if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        std::_Exit(9);
    if (::write(socket, text.data(), text.size()) < 0) std::_Exit(9);
    std::string answer;
    char piece[4096];
    for (ssize_t got = 0; (got = ::read(socket, piece, sizeof piece)) > 0;)
        answer.append(piece, static_cast<std::size_t>(got));
    ::close(socket);
    return answer;
}

std::string header(const std::string& answer, const std::string& name) {
    const std::size_t at = answer.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const std::size_t begin = at + name.size() + 4;
    return answer.substr(begin, answer.find("\r\n", begin) - begin);
}

void post(const std::string& path, const std::string& body) {
    request("POST /2018-06-01/runtime/" + path + " HTTP/1.1\r\nConnection: close\r\n" +
            "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

void do_init() {
    const char* text = std::getenv("INIT_DOES");  // NOLINT(concurrency-mt-unsafe)
    const std::string word = text == nullptr ? "" : text;
    if (word == "error") {
        post("init/error", R"({"errorType":"Function.ConfigInvalid","errorMessage":"INIT_DOES"})");
        std::_Exit(1);
    }
    if (word.starts_with("exit ")) std::_Exit(std::stoi(word.substr(5)));
    if (word == "sleep") ::pause();
}

std::string handle(const std::string& id, const std::string& event) {
    const std::size_t blank = event.find(' ');
    const std::string word = event.substr(0, blank);
    std::string rest = blank == std::string::npos ? "" : event.substr(blank + 1);
    if (word == "exit") std::_Exit(std::stoi(rest));
    if (word == "signal") ::raise(std::stoi(rest));
    if (word == "sleep") ::pause();
    if (word == "hang") {
        std::printf("hangs\n");
        std::fflush(stdout);
        ::pause();
    }
    if (word == "print") std::printf("%s\n", rest.c_str());
    if (word == "environment") {
        const char* value = std::getenv(rest.c_str());  // NOLINT(concurrency-mt-unsafe)
        return value == nullptr ? "unset" : value;
    }
    if (word == "child") {
        const pid_t child = ::fork();
        if (child == 0) {
            for (;;)
                ::pause();
        }
        return std::to_string(child);
    }
    if (word == "error") {
        post("invocation/" + id + "/error", R"({"errorType":")" + rest + R"("})");
        return {};
    }
    if (word == "again") {
        post("invocation/" + id + "/response", rest);
        std::_Exit(0);
    }
    return rest;
}

}  // namespace

int main() {
    do_init();
    while (true) {
        const std::string answer = request(
            "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nConnection: close\r\n\r\n");
        const std::string id = header(answer, "Lambda-Runtime-Aws-Request-Id");
        if (id.empty()) return 8;
        const std::string event = answer.substr(answer.find("\r\n\r\n") + 4);
        const std::string response = handle(id, event);
        std::fflush(stdout);
        if (!event.starts_with("error ")) post("invocation/" + id + "/response", response);
    }
}

#include "bench/loop_server.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <spawn.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

namespace bench {
namespace {

constexpr int kPatienceMs = 10'000;
constexpr std::string_view kAccepted =
    "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n"
    "{\"status\":\"OK\"}\n";

std::int64_t now_ns() {
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

}  // namespace

LoopServer::LoopServer(Candidate candidate) : candidate_(std::move(candidate)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 16) != 0 ||
        ::getsockname(listener_, generic, &size) != 0) {
        fmt::print(stderr, "bench: cannot listen on the loopback interface\n");
        std::exit(1);
    }
    port_ = ntohs(address.sin_port);
}

LoopServer::~LoopServer() {
    stop();
    ::close(listener_);
}

std::int64_t LoopServer::start() {
    const std::int64_t begin = now_ns();
    Request request = {};
    if (!spawn() || !wait_for_request(request) || !request.is_next) return -1;
    waiting_ = request.connection;
    return now_ns() - begin;
}

void LoopServer::stop() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    pid_ = -1;
    for (const Connection& connection : connections_)
        ::close(connection.socket);
    connections_.clear();
}

std::optional<LoopServer::Invocation> LoopServer::invoke(const std::string& event) {
    const std::string head = fmt::format(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        "Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-{:012}\r\n"
        "Lambda-Runtime-Deadline-Ms: 4102444800000\r\n"
        "Lambda-Runtime-Invoked-Function-Arn: "
        "arn:aws:lambda:us-east-1:123456789012:function:echo\r\n"
        "Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;"
        "Sampled=1\r\nContent-Length: {}\r\n\r\n",
        ++invocations_, event.size());
    const std::string whole = head + event;
    const std::int64_t begin = now_ns();
    Request response = {};
    Request next = {};
    if (!send_to(waiting_, whole) || !wait_for_request(response)) return std::nullopt;
    if (!response.is_response) return std::nullopt;
    if (!send_to(response.connection, std::string(kAccepted))) return std::nullopt;
    if (!wait_for_request(next) || !next.is_next) return std::nullopt;
    const std::int64_t took_ns = now_ns() - begin;
    waiting_ = next.connection;
    return Invocation{.took_ns = took_ns, .answer = std::move(response.body)};
}

std::int64_t LoopServer::processor_ns() const {
    clockid_t clock = {};
    timespec time = {};
    if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return 0;
    return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

// proc(5): "VmHWM:      4212 kB"
std::int64_t LoopServer::peak_bytes() const {
    constexpr std::string_view kPeak = "VmHWM:";
    std::ifstream status(fmt::format("/proc/{}/status", pid_));
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(kPeak)) return std::atoll(line.c_str() + kPeak.size()) * 1024;
    }
    return 0;
}

bool LoopServer::wait_for_request(Request& request) {
    std::vector<pollfd> polled;
    for (;;) {
        for (std::size_t i = 0; i < connections_.size(); ++i) {
            if (take_request(i, request)) return true;
        }
        polled.clear();
        polled.push_back({listener_, POLLIN, 0});
        for (const Connection& connection : connections_)
            polled.push_back({connection.socket, POLLIN, 0});
        if (::poll(polled.data(), polled.size(), kPatienceMs) <= 0) return false;
        for (std::size_t i = 1; i < polled.size(); ++i) {
            if (polled[i].revents == 0) continue;
            Connection& connection = connections_[i - 1];
            if (!connection.reader.receive(connection.socket)) {
                // poll() passes over a negative descriptor.
                ::close(connection.socket);
                connection.socket = -1;
            }
        }
        if (polled[0].revents != 0) accept_connection();
        if (::waitpid(pid_, nullptr, WNOHANG) == pid_) {
            pid_ = -1;
            return false;
        }
    }
}

void LoopServer::accept_connection() {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connections_.push_back({socket, RequestReader()});
}

bool LoopServer::take_request(std::size_t connection, Request& request) {
    auto taken = connections_[connection].reader.take();
    if (connections_[connection].reader.wants_continue())
        send_to(connection, "HTTP/1.1 100 Continue\r\n\r\n");
    if (!taken) return false;
    request.connection = connection;
    request.is_next = taken->target.ends_with("/invocation/next");
    request.is_response = taken->target.ends_with("/response");
    request.body = std::move(taken->body);
    return true;
}

bool LoopServer::spawn() {
    posix_spawn_file_actions_t actions = {};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    std::vector<std::string> texts = {
        fmt::format("AWS_LAMBDA_RUNTIME_API=127.0.0.1:{}", port_),
        "AWS_LAMBDA_FUNCTION_NAME=echo",
        "AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128",
        "AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/echo",
        "AWS_LAMBDA_LOG_STREAM_NAME=stream",
        "AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
        "AWS_REGION=us-east-1",
        "LAMBDA_TASK_ROOT=/var/task",
        "_HANDLER=echo.handler",
        fmt::format("PATH={}", std::getenv("PATH") == nullptr ? "" : std::getenv("PATH"))};
    texts.insert(texts.end(), candidate_.environment.begin(), candidate_.environment.end());
    std::vector<char*> environment;
    environment.reserve(texts.size() + 1);
    for (std::string& text : texts)
        environment.push_back(text.data());
    environment.push_back(nullptr);
    std::vector<char*> arguments;
    arguments.reserve(candidate_.command.size() + 1);
    for (std::string& argument : candidate_.command)
        arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    const int error =
        ::posix_spawn(&pid_, arguments[0], &actions, nullptr, arguments.data(), environment.data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) pid_ = -1;
    return error == 0;
}

bool LoopServer::send_to(std::size_t connection, const std::string& bytes) {
    std::string_view rest = bytes;
    while (!rest.empty()) {
        const ssize_t sent =
            ::send(connections_[connection].socket, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) return false;
        if (sent > 0) rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace bench

// It takes a port and no 0, so a free one is looked up first; where another program takes it in
// between, it ends at once and is started again on another.
#include "runtime/local/dynamodb_local.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <optional>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include "runtime/local/http_connection.h"

namespace local {
namespace {

constexpr std::int64_t kStartLimitMs = 60'000;
constexpr std::int64_t kStartCheckMs = 20;
// From the announcement on, it ends within this time where it cannot have its port.
constexpr std::int64_t kEndLimitMs = 200;
constexpr int kStartsMax = 3;
// It writes its configuration, and right after that begins to listen.
constexpr std::string_view kAnnouncement = "SharedDb:";

base::Error cannot_start(const std::string& folder, std::string_view reason) {
    return {base::ErrorKind::config_invalid,
            fmt::format("start DynamoDB Local from {}: {}\ndeploy/setup test installs it", folder,
                        reason)};
}

std::optional<std::uint16_t> free_port() {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    // NOLINTBEGIN(*-reinterpret-cast): the sockets interface has no other form.
    const bool found =
        ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) == 0;
    // NOLINTEND(*-reinterpret-cast)
    ::close(descriptor);
    if (!found) return std::nullopt;
    return ntohs(address.sin_port);
}

// Its HTTP server answers a plain GET with an error of its own.
bool answers(std::uint16_t port) {
    return call_loopback({.port = port, .headers = {}, .timeout_ms = 1'000}).ok();
}

ChildProcessOptions program(const std::string& folder, std::uint16_t port) {
    ChildProcessOptions options{
        .arguments = {"/usr/bin/env", "java", "-Xmx1g", "-Djava.library.path=" + folder + "/lib",
                      "-cp", folder + "/lib/*",
                      "com.amazonaws.services.dynamodbv2.local.main.ServerRunner", "-inMemory",
                      "-sharedDb", "-disableTelemetry", "-port", std::to_string(port)}};
    for (char** variable = environ; *variable != nullptr; ++variable)
        options.environment.emplace_back(*variable);
    return options;
}

enum class Start { ready, ended, too_slow, interrupted };

Start wait_until_ready(ChildProcess& process, std::uint16_t port, const std::stop_token& stop) {
    for (std::int64_t waited_ms = 0; waited_ms < kStartLimitMs; waited_ms += kStartCheckMs) {
        if (stop.stop_requested()) return Start::interrupted;
        if (process.wait_ended(kStartCheckMs)) return Start::ended;
        if (process.output().find(kAnnouncement) == std::string::npos || !answers(port)) continue;
        // Whoever else took the port answers as well: then ours is about to end.
        return process.wait_ended(kEndLimitMs) ? Start::ended : Start::ready;
    }
    return Start::too_slow;
}

}  // namespace

base::Result<DynamoDbLocal> DynamoDbLocal::start(const std::string& folder,
                                                 const std::stop_token& stop) {
    if (::access((folder + "/lib").c_str(), R_OK) != 0)
        return cannot_start(folder, "there is no lib folder");
    std::string reason = "no port is free";
    for (int starts = 0; starts < kStartsMax; ++starts) {
        const auto port = free_port();
        if (!port) break;
        auto process = ChildProcess::start(program(folder, *port));
        if (!process) return cannot_start(folder, process.error().message);
        switch (wait_until_ready(**process, *port, stop)) {
            case Start::ready:
                return DynamoDbLocal(*std::move(process), *port);
            case Start::interrupted:
                return cannot_start(folder, "interrupted");
            case Start::too_slow:
                return cannot_start(
                    folder, fmt::format("it did not answer within {} s", kStartLimitMs / 1000));
            case Start::ended:
                reason = "it ended at once:\n" + (*process)->output();
        }
    }
    return cannot_start(folder, reason);
}

}  // namespace local

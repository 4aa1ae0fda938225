#include "runtime/local/moto_server.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <unistd.h>

#include <fmt/format.h>

#include "runtime/local/http_connection.h"
#include "runtime/local/moto_server_program.h"
#include "runtime/local/package.h"

namespace local {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kStartLimitMs = 60'000;
constexpr std::int64_t kStartCheckMs = 10;
constexpr std::int64_t kResetTimeoutMs = 10'000;

// werkzeug, moto's HTTP server, writes " * Running on http://127.0.0.1:40123" once it listens.
std::optional<std::uint16_t> announced_port(std::string_view output) {
    constexpr std::string_view kAnnouncement = "Running on http://127.0.0.1:";
    const std::size_t at = output.find(kAnnouncement);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view rest = output.substr(at + kAnnouncement.size());
    if (rest.find('\n') == std::string_view::npos) return std::nullopt;
    std::uint16_t port = 0;
    const auto [end, failure] = std::from_chars(rest.data(), rest.data() + rest.size(), port);
    return failure == std::errc{} ? std::optional(port) : std::nullopt;
}

base::Error cannot_start(const std::string& python, const std::string& reason) {
    return {base::ErrorKind::config_invalid,
            fmt::format("start moto's server with {}: {}\n"
                        "./events/replay installs it; or name a Python that has moto[server] in "
                        "LAKEFEED_PYTHON",
                        python, reason)};
}

// Gives the path of the file to start.
base::Result<std::string> write_program(const TemporaryFolder& folder) {
    for (const ProgramFile& file : moto_server_program()) {
        const fs::path path = fs::path(folder.path()) / file.path;
        std::error_code failure;
        fs::create_directories(path.parent_path(), failure);
        std::ofstream stream(path, std::ios::binary);
        stream << file.text;
        stream.close();
        if (!stream)
            return base::Error{
                base::ErrorKind::config_invalid,
                fmt::format("write {}: no room, or not allowed; TMPDIR names another "
                            "place",
                            path.string())};
    }
    return (fs::path(folder.path()) / moto_server_program().front().path).string();
}

}  // namespace

base::Result<MotoServer> MotoServer::start(const std::string& python, const std::stop_token& stop) {
    // Once the server listens, it has read all of its files.
    const auto folder = TemporaryFolder::make();
    if (!folder) return folder.error();
    const auto program = write_program(*folder);
    if (!program) return program.error();
    ChildProcessOptions options{.arguments = {python, *program, "-H", "127.0.0.1", "-p", "0"},
                                .environment = {"PYTHONUNBUFFERED=1"},
                                .working_folder = {},
                                .on_output = {},
                                .on_exit = {}};
    for (char** variable = environ; *variable != nullptr; ++variable)
        options.environment.emplace_back(*variable);
    auto process = ChildProcess::start(std::move(options));
    if (!process) return cannot_start(python, process.error().message);
    for (std::int64_t waited_ms = 0; waited_ms < kStartLimitMs; waited_ms += kStartCheckMs) {
        if (const auto port = announced_port((*process)->output()))
            return MotoServer(*std::move(process), *port);
        if (stop.stop_requested()) return cannot_start(python, "interrupted");
        if ((*process)->wait_ended(kStartCheckMs))
            return cannot_start(python, "it ended at once:\n" + (*process)->output());
    }
    return cannot_start(python, fmt::format("it did not listen within {} s", kStartLimitMs / 1000));
}

base::Result<base::Done> MotoServer::reset() const {
    const auto answer = call_loopback({.port = port_,
                                       .method = "POST",
                                       .target = "/moto-api/reset",
                                       .headers = {},
                                       .timeout_ms = kResetTimeoutMs});
    if (!answer) return answer.error();
    if (answer->status != 200)
        return base::Error{base::ErrorKind::service_failed,
                           fmt::format("reset moto: {}", answer->status)};
    return base::Done{};
}

}  // namespace local

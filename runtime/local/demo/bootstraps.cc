#include "runtime/local/demo/bootstraps.h"

#include <array>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

namespace demo {
namespace {

constexpr auto kFunctions = std::to_array<std::string_view>(
    {"api_to_dynamodb", "export_to_lake", "firehose_transform", "glue_to_snowflake",
     "stream_to_kinesis", "stream_to_s3", "table_export"});
constexpr std::int64_t kTimeoutMs = 60'000;

}  // namespace

base::Result<Bootstraps> Bootstraps::unpack(const local::Workspace& workspace) {
    Bootstraps bootstraps;
    for (const std::string_view function : kFunctions) {
        const std::string zip = local::zip_path(workspace, function);
        std::error_code failure;
        if (!std::filesystem::is_regular_file(zip, failure))
            return base::Error{base::ErrorKind::config_invalid,
                               fmt::format("{} is not there: ./deploy/build makes it; --dist names "
                                           "another folder",
                                           zip)};
        auto folder = local::TemporaryFolder::make();
        if (!folder) return std::move(folder).error();
        auto path = local::unpack_bootstrap(zip, *folder);
        if (!path) return std::move(path).error();
        bootstraps.folders_.push_back(*std::move(folder));
        bootstraps.paths_.emplace(function, *std::move(path));
    }
    return bootstraps;
}

CalledFunction::CalledFunction(FunctionCall call, const base::Clock& clock, Board& board)
    : name_(call.name),
      board_(board),
      function_({.name = std::move(call.name),
                 .bootstrap = std::move(call.bootstrap),
                 .environment = std::move(call.environment),
                 .timeout_ms = kTimeoutMs,
                 .on_output = std::move(call.on_output)},
                call.aws_port, std::move(call.dial), clock) {}

base::Result<std::string> CalledFunction::invoke(const std::string& event,
                                                 const std::stop_token& stop) {
    std::string problem;
    for (int attempt = 0; attempt < kAttemptsMax && !stop.stop_requested(); ++attempt) {
        if (attempt > 0) board_.change([](Counts& counts) { ++counts.retries; });
        auto outcome = function_.invoke({.body = event}, stop);
        if (!outcome) return std::move(outcome).error();
        if (outcome->kind == local::Outcome::Kind::response && outcome->stream_error.empty())
            return std::move(outcome->body);
        problem = outcome->body;
    }
    if (stop.stop_requested())
        return base::Error{base::ErrorKind::deadline_near, "the demo was stopped"};
    return base::Error{base::ErrorKind::rejected,
                       fmt::format("{} failed {} times: {}", name_, kAttemptsMax, problem)};
}

}  // namespace demo

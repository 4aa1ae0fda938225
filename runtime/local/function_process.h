// A Lambda function on this machine: its `bootstrap`, started as Lambda starts it, under a Runtime
// API of its own. A function that crashed or ran into its deadline is started anew for the next
// event.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "runtime/local/child_process.h"
#include "runtime/local/runtime_api_emulator.h"

namespace local {

constexpr std::int64_t kInitLimitMs = 10'000;

using Variables = std::map<std::string, std::string>;

struct FunctionOptions {
    std::string name = {};
    std::string bootstrap = {};  // path of the program; its folder is the working directory
    Variables environment = {};  // the function's own variables; they win over Lambda's defaults
    std::int64_t timeout_ms = 60'000;
    std::int64_t init_limit_ms = kInitLimitMs;
    // What the function writes, as it comes; from a thread of its own.
    std::function<void(std::string_view)> on_output = {};
};

// Lambda's own variables (AWS's page "Using Lambda environment variables"), below the function's.
Variables function_environment(const FunctionOptions& options, std::string_view runtime_api);

class FunctionProcess {
  public:
    FunctionProcess(FunctionOptions options, const base::Clock& clock, base::Random& random);
    FunctionProcess(const FunctionProcess&) = delete;
    FunctionProcess& operator=(const FunctionProcess&) = delete;
    FunctionProcess(FunctionProcess&&) = delete;
    FunctionProcess& operator=(FunctionProcess&&) = delete;
    ~FunctionProcess() { stop(); }

    // Starts the process where none runs. An error where it cannot be started at all; everything
    // that the function does wrong is an Outcome. One call at a time.
    base::Result<Outcome> invoke(Event event, const std::stop_token& stop);
    void stop();
    // Ends the process at once, as if the machine had gone: SIGKILL to it and its children. May be
    // called by another thread while an invocation is on its way, which then ends in `exited`.
    void kill();
    // What the function wrote since the last call, at most 256 KiB of it.
    std::string take_output();

  private:
    base::Result<base::Done> start_process();
    // Nothing where the function is ready; else how its init ended.
    base::Result<std::optional<Outcome>> make_ready(const std::stop_token& stop);
    void keep_output(std::string_view text);

    FunctionOptions options_;
    const base::Clock& clock_;
    base::Random& random_;
    Mode mode_ = Mode::on_demand;
    std::size_t slots_ = 1;
    std::mutex output_mutex_;
    std::string output_;
    std::unique_ptr<RuntimeApiEmulator> emulator_;  // outlives the process that it is told of
    std::mutex process_mutex_;  // for kill(); all else happens in the caller's thread
    std::unique_ptr<ChildProcess> process_;
};

}  // namespace local

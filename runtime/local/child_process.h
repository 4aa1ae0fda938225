// A program of its own process group that cannot outlive us: it is killed and reaped when its owner
// goes, and by the kernel (PR_SET_PDEATHSIG) when this process is killed itself. The kernel watches
// the thread that started it, so start children from a thread that lives on.
#pragma once

#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <thread>
#include <vector>

#include "common/base/result.h"

namespace local {

// How a process ended, as Lambda words it: empty for status 0, "exit status 3", "signal: killed".
std::string describe_exit(int wait_status);

struct ChildProcessOptions {
    std::vector<std::string> arguments = {};    // the first is the program's path
    std::vector<std::string> environment = {};  // NAME=VALUE; nothing else is passed on
    std::string working_folder = {};            // empty: ours
    // Each piece of standard output and standard error as it comes, from a thread of its own or
    // that of catch_up_with_output(), which it must not call.
    std::function<void(std::string_view)> on_output = {};
    // After the end, from a thread of its own. Must not destroy the ChildProcess.
    std::function<void(const std::string& exit)> on_exit = {};
};

class ChildProcess {
  public:
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ChildProcess(ChildProcess&&) = delete;
    ChildProcess& operator=(ChildProcess&&) = delete;
    ~ChildProcess();

    // An error where the program cannot be started: not there, not executable, wrong format.
    static base::Result<std::unique_ptr<ChildProcess>> start(ChildProcessOptions options);

    // SIGTERM, and after `grace_ms` SIGKILL to the whole group; 0: SIGKILL at once. Reaps.
    void stop(std::int64_t grace_ms = 0);
    // SIGKILL to the whole group, without waiting for its end. For any thread.
    void kill() { signal_group(SIGKILL); }
    // Waits for the end, at most that long.
    bool wait_ended(std::int64_t limit_ms);
    // What it wrote, the last 256 KiB of it.
    [[nodiscard]] std::string output() const;
    // Returns when all that it wrote before this call has been handed to on_output.
    void catch_up_with_output();
    [[nodiscard]] pid_t pid() const { return pid_; }

  private:
    explicit ChildProcess(ChildProcessOptions options) : options_(std::move(options)) {}
    base::Result<base::Done> spawn();
    enum class PipeEnd { reached, not_reached };
    void read_output();
    PipeEnd take_output_so_far();
    void reap();
    void signal_group(int signal);

    ChildProcessOptions options_;
    pid_t pid_ = -1;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool reaped_ = false;
    bool ended_ = false;
    std::string output_;
    std::mutex reading_mutex_;  // before mutex_
    int output_descriptor_ = -1;
    std::thread reader_;
    std::thread reaper_;
};

}  // namespace local

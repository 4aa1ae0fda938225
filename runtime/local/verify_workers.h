// Tasks of one kind on a few threads, until all are done, one fails, or somebody asks to stop.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>

#include "common/base/result.h"

namespace local {

using RunTask = std::function<base::Result<base::Done>(std::size_t task)>;

struct WorkerSettings {
    int workers = 1;  // at least 1
    // Makes what one worker runs its tasks with, in its own thread.
    std::function<RunTask()> make_worker;
    // Called from time to time in the caller's thread.
    std::function<void()> tick = {};
    std::stop_token stop = {};
};

constexpr int kTickMs = 100;

// Tasks 0 to count-1, begun in this order. The first error; deadline_near where it was stopped.
base::Result<base::Done> run_tasks(std::size_t count, const WorkerSettings& settings);

}  // namespace local

#include "runtime/local/verify_workers.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace local {
namespace {

class Workers {
  public:
    Workers(std::size_t count, const WorkerSettings& settings)
        : count_(count), settings_(settings) {
        assert(settings.workers > 0);
        working_ = std::min(static_cast<std::size_t>(settings.workers), count);
        for (std::size_t i = working_; i > 0; --i)
            threads_.emplace_back([this] { work(); });
    }

    base::Result<base::Done> wait() {
        std::unique_lock lock(mutex_);
        while (working_ > 0) {
            ended_.wait_for(lock, std::chrono::milliseconds(kTickMs));
            lock.unlock();
            if (settings_.tick) settings_.tick();
            lock.lock();
        }
        if (error_) return *std::move(error_);
        if (settings_.stop.stop_requested())
            return base::Error{base::ErrorKind::deadline_near, "interrupted"};
        return base::Done{};
    }

  private:
    void work() {
        const RunTask run = settings_.make_worker();
        while (const auto task = take()) {
            auto done = run(*task);
            if (done) continue;
            const std::scoped_lock lock(mutex_);
            if (!error_) error_ = std::move(done).error();
        }
        const std::scoped_lock lock(mutex_);
        --working_;
        ended_.notify_all();
    }

    std::optional<std::size_t> take() {
        const std::scoped_lock lock(mutex_);
        if (next_ == count_ || error_ || settings_.stop.stop_requested()) return std::nullopt;
        return next_++;
    }

    const std::size_t count_;
    const WorkerSettings& settings_;
    std::mutex mutex_;
    std::condition_variable ended_;
    // Guarded by mutex_.
    std::size_t next_ = 0;
    std::size_t working_ = 0;
    std::optional<base::Error> error_;
    std::vector<std::jthread> threads_;  // last: they use all of the above
};

}  // namespace

base::Result<base::Done> run_tasks(std::size_t count, const WorkerSettings& settings) {
    return Workers(count, settings).wait();
}

}  // namespace local

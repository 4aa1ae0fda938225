#include "runtime/local/backfill_pool.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <utility>

namespace local {
namespace {

void add(lake::DataFileCounts& sum, const lake::DataFileCounts& counts) {
    sum.items += counts.items;
    sum.bytes_read += counts.bytes_read;
    sum.bytes_inflated += counts.bytes_inflated;
    sum.bytes_written += counts.bytes_written;
}

}  // namespace

BackfillPool::BackfillPool(std::vector<lake::ExportDataFile> files, int workers,
                           const MakeFileTask& make, std::stop_token stop)
    : files_(std::move(files)), stop_(std::move(stop)) {
    assert(workers > 0 && workers <= kWorkersMax);
    working_ = std::min(static_cast<std::size_t>(workers), files_.size());
    under_way_.resize(working_);
    threads_.reserve(working_);
    const std::size_t count = working_;
    for (std::size_t worker = 0; worker < count; ++worker)
        threads_.emplace_back([this, worker, &make] { work(worker, make); });
}

BackfillPool::~BackfillPool() {
    ending_.request_stop();
}

bool BackfillPool::stops() const {
    return stop_.stop_requested() || ending_.stop_requested();
}

void BackfillPool::work(std::size_t worker, const MakeFileTask& make) {
    const std::unique_ptr<FileTask> task = make();
    while (const lake::ExportDataFile* const file = take())
        run(worker, *task, *file);
    const std::scoped_lock lock(mutex_);
    --working_;
    ended_.notify_all();
}

const lake::ExportDataFile* BackfillPool::take() {
    const std::scoped_lock lock(mutex_);
    if (next_ >= files_.size() || failures_in_a_row_ >= kFailuresInARowMax || stops())
        return nullptr;
    return &files_[next_++];
}

void BackfillPool::run(std::size_t worker, FileTask& task, const lake::ExportDataFile& file) {
    const auto progress = [&](const lake::DataFileCounts& so_far) -> base::Result<base::Done> {
        if (stops()) {
            return base::Error{base::ErrorKind::deadline_near, file.uri.text() + ": interrupted"};
        }
        const std::scoped_lock lock(mutex_);
        under_way_[worker] = so_far;
        return base::Done{};
    };
    auto counts = task.run(file, progress);
    const std::scoped_lock lock(mutex_);
    under_way_[worker] = {};
    if (counts) {
        ++files_done_;
        failures_in_a_row_ = 0;
        add(done_, *counts);
        return;
    }
    if (stops()) return;
    ++files_failed_;
    ++failures_in_a_row_;
    failed_.push_back({file, std::move(counts).error()});
}

bool BackfillPool::wait_ms(std::int64_t milliseconds) {
    std::unique_lock lock(mutex_);
    return ended_.wait_for(lock, std::chrono::milliseconds(milliseconds),
                           [&] { return working_ == 0; });
}

PoolCounts BackfillPool::counts() const {
    const std::scoped_lock lock(mutex_);
    PoolCounts counts{.files = files_done_, .failed_files = files_failed_, .done = done_};
    counts.so_far = done_;
    for (const lake::DataFileCounts& one : under_way_)
        add(counts.so_far, one);
    return counts;
}

std::vector<FailedFile> BackfillPool::take_failed() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(failed_, {});
}

}  // namespace local

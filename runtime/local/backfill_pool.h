// The workers of a backfill: each takes the next data file, does its task on it, and takes another,
// until none is left, somebody asks to stop, or nothing goes well any more.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "common/base/result.h"
#include "common/lake/data_file.h"
#include "common/lake/export_manifest.h"

namespace local {

constexpr int kWorkersMax = 64;
// So many failed files with none in between that went well: the next would fail too (the disk is
// full, the credentials ran out), and all that is read for them is read for nothing.
constexpr int kFailuresInARowMax = 10;

// What is done with a file. Each worker has one for itself, made and used in its own thread.
class FileTask {
  public:
    FileTask() = default;
    FileTask(const FileTask&) = delete;
    FileTask& operator=(const FileTask&) = delete;
    virtual ~FileTask() = default;
    virtual base::Result<lake::DataFileCounts> run(const lake::ExportDataFile& file,
                                                   const lake::DataFileProgress& progress) = 0;
};

using MakeFileTask = std::function<std::unique_ptr<FileTask>()>;

struct FailedFile {
    lake::ExportDataFile file;
    base::Error error;
};

struct PoolCounts {
    std::int64_t files = 0;  // done
    std::int64_t failed_files = 0;
    lake::DataFileCounts done = {};  // of these files
    // The same, and so far of the files that are under way.
    lake::DataFileCounts so_far = {};
};

class BackfillPool {
  public:
    // Starts the workers, `workers` of them at most. `make` is called from their threads, and
    // outlives the pool.
    BackfillPool(std::vector<lake::ExportDataFile> files, int workers, const MakeFileTask& make,
                 std::stop_token stop);
    BackfillPool(const BackfillPool&) = delete;
    BackfillPool& operator=(const BackfillPool&) = delete;
    // Asks the workers to stop, and waits for them.
    ~BackfillPool();

    // True when all workers have ended: waits for that, `milliseconds` at most.
    bool wait_ms(std::int64_t milliseconds);
    [[nodiscard]] PoolCounts counts() const;
    // The files that failed since it was last asked. One that was given up for a stop is not among
    // them.
    std::vector<FailedFile> take_failed();

  private:
    void work(std::size_t worker, const MakeFileTask& make);
    // The next file that is to be done, or null.
    const lake::ExportDataFile* take();
    void run(std::size_t worker, FileTask& task, const lake::ExportDataFile& file);
    [[nodiscard]] bool stops() const;

    const std::vector<lake::ExportDataFile> files_;
    std::stop_token stop_;
    std::stop_source ending_;
    mutable std::mutex mutex_;
    std::condition_variable ended_;
    // Guarded by mutex_.
    std::size_t next_ = 0;
    std::size_t working_ = 0;
    std::int64_t files_done_ = 0;
    std::int64_t files_failed_ = 0;
    int failures_in_a_row_ = 0;
    lake::DataFileCounts done_;
    std::vector<lake::DataFileCounts> under_way_;  // of each worker
    std::vector<FailedFile> failed_;
    std::vector<std::jthread> threads_;  // last: they use all of the above
};

}  // namespace local

// Records put aside on disk by the hash of their key, so that those of one key come together again
// with little memory. The files have no name in their folder (they are unlinked as soon as they are
// open): whatever ends the process, nothing of them remains.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace local {

// Where the files lie, and how much all of them hold.
struct SpillSpace {
    std::string folder;
    std::atomic<std::int64_t> bytes = 0;
};

// One file of records, compressed in blocks. Adding is safe from several threads; reading is for
// when all is added.
class SpillFile {
  public:
    // `space` outlives it.
    explicit SpillFile(SpillSpace& space) : space_(&space) {}
    SpillFile(const SpillFile&) = delete;
    SpillFile& operator=(const SpillFile&) = delete;
    ~SpillFile();

    // Kind service_failed, which names the folder; where it is full, with what is free and the
    // remedy.
    base::Result<base::Done> add(std::string_view record);
    // In the order in which they came. An error that `take` gives ends the reading.
    base::Result<base::Done> read(
        const std::function<base::Result<base::Done>(std::string_view record)>& take);

    [[nodiscard]] std::uint64_t records() const { return records_; }
    // Of the records, as they were given.
    [[nodiscard]] std::uint64_t record_bytes() const { return record_bytes_; }

  private:
    base::Result<base::Done> write_block();
    base::Result<base::Done> open_file();
    [[nodiscard]] base::Error error(std::string_view what, int number) const;

    SpillSpace* space_;
    std::mutex mutex_;
    int file_ = -1;
    std::string block_;  // what is not written yet
    std::int64_t file_bytes_ = 0;
    std::uint64_t records_ = 0;
    std::uint64_t record_bytes_ = 0;
};

// A fan of them: level 0 looks at the first bits of a key's hash, level 1 at the next.
constexpr unsigned kFanBits = 6;
constexpr std::size_t kFan = std::size_t{1} << kFanBits;
constexpr unsigned kFanLevels = 8;

std::uint64_t hash_of_key(std::string_view key);
std::size_t partition_of(std::uint64_t hash, unsigned level);

}  // namespace local

// A function's deployment package on this machine: its zip unpacked to a private folder.
#pragma once

#include <string>

#include "common/base/result.h"

namespace local {

// A new folder that only we can read, removed with all that is in it.
class TemporaryFolder {
  public:
    static base::Result<TemporaryFolder> make();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::move(other.path_)) {
        other.path_.clear();
    }
    TemporaryFolder& operator=(TemporaryFolder&&) = delete;
    ~TemporaryFolder();

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}
    std::string path_;
};

// Writes the zip's entry `bootstrap` into the folder, executable, and gives its path.
base::Result<std::string> unpack_bootstrap(const std::string& zip, const TemporaryFolder& folder);

}  // namespace local

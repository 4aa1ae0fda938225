// What a folder store asks of the operating system. For folder_store.cc and folder_list.cc alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <utility>

#include "common/base/result.h"

namespace lake {

// An open file, closed when it goes.
class FileHandle {
  public:
    explicit FileHandle(int descriptor) : descriptor_(descriptor) {}
    FileHandle(FileHandle&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    FileHandle& operator=(FileHandle&&) = delete;
    ~FileHandle();

    [[nodiscard]] int get() const { return descriptor_; }
    [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
    // Kept in `errno` where it gives false.
    bool close();

  private:
    int descriptor_;
};

// The error of an action on a path that failed with `number` (of errno): "write /lake/x: No space
// left on device; make room on its disk".
base::Error file_error(std::string_view action, std::string_view path, int number);

// "a/b/" of "a/b/name"; empty where there is no slash.
std::string_view folder_part(std::string_view path);

// Makes the folders of folder_part(path) that are missing, each on the disk when this comes back.
base::Result<base::Done> make_folders(std::string_view path);

// Brings the names in folder_part(path) to the disk.
base::Result<base::Done> sync_folder(std::string_view path);

// The name under which a file is written before it is whole: hidden, and passed over by listings.
std::string part_name(int process, std::uint64_t number);
bool is_part_name(std::string_view name);

}  // namespace lake

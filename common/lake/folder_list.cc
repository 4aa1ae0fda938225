#include "common/lake/folder_list.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <sys/stat.h>
#include <utility>

#include <fmt/format.h>

#include "common/lake/folder_files.h"

namespace lake {
namespace {

constexpr std::size_t kDepthMax = 100;

using FolderIdentity = std::pair<dev_t, ino_t>;

// A file that is gone by now, a link that leads nowhere or to itself.
bool is_nothing(int number) {
    return number == ENOENT || number == ENOTDIR || number == ELOOP;
}

// Whether `path`, or something below it, may begin with the prefix.
bool may_match(std::string_view path, std::string_view prefix) {
    return path.starts_with(prefix) || prefix.starts_with(path);
}

class FolderWalk {
  public:
    explicit FolderWalk(std::string_view prefix) : prefix_(prefix) {}

    // `folder` is a path that ends with a slash, or empty: the current folder.
    base::Result<base::Done> walk(const std::string& folder);
    std::vector<ObjectInfo> take_files() { return std::move(files_); }

  private:
    base::Result<base::Done> enter(const std::string& folder);
    base::Result<base::Done> look_at(const std::string& path);

    std::string_view prefix_;
    std::vector<FolderIdentity> above_;  // from the first folder down to the present one
    std::vector<ObjectInfo> files_;
};

base::Result<base::Done> FolderWalk::walk(const std::string& folder) {
    struct stat found = {};
    if (::stat(folder.empty() ? "." : folder.c_str(), &found) != 0) {
        if (is_nothing(errno)) return base::Done{};
        return file_error("list", folder, errno);
    }
    const FolderIdentity identity{found.st_dev, found.st_ino};
    if (std::ranges::find(above_, identity) != above_.end()) return base::Done{};
    if (above_.size() == kDepthMax) {
        return base::Error{base::ErrorKind::rejected,
                           fmt::format("list {}: folders lie deeper than {}", folder, kDepthMax)};
    }
    above_.push_back(identity);
    auto walked = enter(folder);
    above_.pop_back();
    return walked;
}

base::Result<base::Done> FolderWalk::enter(const std::string& folder) {
    std::error_code error;
    std::filesystem::directory_iterator entry(folder.empty() ? "." : folder, error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (is_part_name(name) || !may_match(folder + name, prefix_)) continue;
        if (auto looked = look_at(folder + name); !looked) return looked;
    }
    if (error && !is_nothing(error.value())) return file_error("list", folder, error.value());
    return base::Done{};
}

base::Result<base::Done> FolderWalk::look_at(const std::string& path) {
    struct stat found = {};
    if (::stat(path.c_str(), &found) != 0) {
        if (is_nothing(errno)) return base::Done{};
        return file_error("list", path, errno);
    }
    if (S_ISDIR(found.st_mode)) return walk(path + "/");
    if (S_ISREG(found.st_mode) && path.starts_with(prefix_)) {
        files_.push_back(
            {.key = path, .bytes = static_cast<std::uint64_t>(found.st_size), .etag = {}});
    }
    return base::Done{};
}

}  // namespace

base::Result<std::vector<ObjectInfo>> list_files(const std::string& prefix) {
    FolderWalk walk(prefix);
    if (auto walked = walk.walk(std::string(folder_part(prefix))); !walked)
        return std::move(walked).error();
    auto files = walk.take_files();
    std::ranges::sort(files, {}, &ObjectInfo::key);
    return files;
}

}  // namespace lake

#include "common/lake/folder_files.h"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

namespace lake {
namespace {

constexpr std::string_view kPartBegin = ".lakefeed-";
constexpr std::string_view kPartEnd = ".part";
constexpr mode_t kFolderMode = 0777;  // less the umask

base::ErrorKind kind_of(int number) {
    switch (number) {
        case EACCES:
        case EPERM:
        case EROFS:
            return base::ErrorKind::access_denied;
        case EISDIR:
        case ENOTDIR:
        case ENAMETOOLONG:
        case ELOOP:
        case EINVAL:
        case EFBIG:
            return base::ErrorKind::rejected;
        default:
            return base::ErrorKind::service_failed;
    }
}

std::string_view remedy(int number) {
    switch (number) {
        case EACCES:
        case EPERM:
            return "; allow this user to do so, or name another folder";
        case EROFS:
            return "; name a folder on a disk that can be written";
        case ENOSPC:
            return "; make room on its disk";
        case EDQUOT:
            return "; the user's quota of the disk is used up";
        case ENOTDIR:
            return "; a file stands where a folder is named";
        default:
            return "";
    }
}

std::string folder_or_here(std::string_view path) {
    const std::string_view folder = folder_part(path);
    return folder.empty() ? "." : std::string(folder);
}

}  // namespace

FileHandle::~FileHandle() {
    if (is_open()) ::close(descriptor_);
}

bool FileHandle::close() {
    return ::close(std::exchange(descriptor_, -1)) == 0;
}

base::Error file_error(std::string_view action, std::string_view path, int number) {
    return {kind_of(number), fmt::format("{} {}: {}{}", action, path,
                                         std::generic_category().message(number), remedy(number))};
}

std::string_view folder_part(std::string_view path) {
    return path.substr(0, path.rfind('/') + 1);
}

base::Result<base::Done> make_folders(std::string_view path) {
    const std::string_view whole = folder_part(path);
    struct stat found = {};
    if (whole.empty() || ::stat(std::string(whole).c_str(), &found) == 0) return base::Done{};
    for (std::size_t slash = whole.find('/', 1); slash != std::string_view::npos;
         slash = whole.find('/', slash + 1)) {
        const std::string folder(whole.substr(0, slash));
        if (::mkdir(folder.c_str(), kFolderMode) == 0) {
            if (auto synced = sync_folder(folder); !synced) return synced;
            continue;
        }
        const int number = errno;
        if (number != EEXIST && ::stat(folder.c_str(), &found) != 0)
            return file_error("make the folder", folder, number);
    }
    return base::Done{};
}

base::Result<base::Done> sync_folder(std::string_view path) {
    const std::string folder = folder_or_here(path);
    FileHandle handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // A folder that may be written but not read, or a file system that does not sync folders.
    if (!handle.is_open() && errno == EACCES) return base::Done{};
    if (!handle.is_open()) return file_error("open the folder", folder, errno);
    if (::fsync(handle.get()) == 0 || errno == EINVAL || errno == ENOTSUP) return base::Done{};
    return file_error("bring to the disk the folder", folder, errno);
}

std::string part_name(int process, std::uint64_t number) {
    return fmt::format("{}{}-{}{}", kPartBegin, process, number, kPartEnd);
}

bool is_part_name(std::string_view name) {
    return name.starts_with(kPartBegin) && name.ends_with(kPartEnd);
}

}  // namespace lake

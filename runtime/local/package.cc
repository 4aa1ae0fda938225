#include "runtime/local/package.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "runtime/local/sample_case.h"
#include "runtime/local/zip_archive.h"

namespace local {
namespace {

namespace fs = std::filesystem;

base::Error cannot(std::string message) {
    return {base::ErrorKind::config_invalid, std::move(message)};
}

}  // namespace

base::Result<TemporaryFolder> TemporaryFolder::make() {
    std::error_code failure;
    const fs::path parent = fs::temp_directory_path(failure);
    if (failure) return cannot("TMPDIR names no folder: unset it, or name one that is there");
    std::string path = (parent / "lakefeed-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr)
        return cannot(fmt::format("make the folder {}: {}; TMPDIR names another place", path,
                                  std::strerror(errno)));  // NOLINT(concurrency-mt-unsafe)
    return TemporaryFolder(std::move(path));
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code failure;
    if (!path_.empty()) fs::remove_all(path_, failure);
}

base::Result<std::string> unpack_bootstrap(const std::string& zip, const TemporaryFolder& folder) {
    const auto archive = read_file(zip);
    if (!archive) return archive.error();
    const auto entries = list_zip(*archive);
    if (!entries) return cannot(fmt::format("{}: {}", zip, entries.error().message));
    const auto entry = std::ranges::find(*entries, "bootstrap", &ZipEntry::name);
    if (entry == entries->end())
        return cannot(
            fmt::format("{}: it has no entry `bootstrap` at its root: build it anew with "
                        "./deploy/build",
                        zip));
    constexpr std::uint32_t kExecutable = 0111;
    if (entry->unix_mode != 0 && (entry->unix_mode & kExecutable) == 0)
        return cannot(
            fmt::format("{}: its `bootstrap` has mode {:o} and is not executable; Lambda "
                        "would refuse it",
                        zip, entry->unix_mode & 07777U));
    const auto content = unpack_entry(*archive, *entry);
    if (!content) return cannot(fmt::format("{}: {}", zip, content.error().message));

    const std::string path = (fs::path(folder.path()) / "bootstrap").string();
    std::ofstream file(path, std::ios::binary);
    file << *content;
    file.close();
    std::error_code failure;
    fs::permissions(path, fs::perms::owner_all, failure);
    if (!file || failure)
        return cannot(
            fmt::format("write {}: no room, or not allowed; TMPDIR names another place", path));
    return path;
}

}  // namespace local

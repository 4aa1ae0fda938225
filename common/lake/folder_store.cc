#include "common/lake/folder_store.h"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <optional>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "common/lake/folder_files.h"
#include "common/lake/folder_list.h"

namespace lake {
namespace {

using base::ErrorKind;

constexpr mode_t kFileMode = 0666;  // less the umask
// Names that are taken by what was left behind; far more than there ever are.
constexpr int kPartNamesTriedMax = 10'000;

bool is_same_time(const timespec& left, const timespec& right) {
    return left.tv_sec == right.tv_sec && left.tv_nsec == right.tv_nsec;
}

class FileReader final : public ObjectReader {
  public:
    FileReader(FileHandle file, const std::string& path, const struct stat& opened)
        : file_(std::move(file)),
          opened_(opened),
          info_{.key = path, .bytes = static_cast<std::uint64_t>(opened.st_size), .etag = {}} {}

    [[nodiscard]] const ObjectInfo& info() const override { return info_; }

    base::Result<std::size_t> read(char* out, std::size_t room) override {
        assert(room > 0);
        const auto wanted =
            static_cast<std::size_t>(std::min<std::uint64_t>(room, info_.bytes - bytes_read_));
        ssize_t got = 0;
        do {
            got = wanted > 0 ? ::read(file_.get(), out, wanted) : 0;
        } while (got < 0 && errno == EINTR);
        if (got < 0) return file_error("read", info_.key, errno);
        bytes_read_ += static_cast<std::uint64_t>(got);
        if (got == 0 && (wanted > 0 || is_changed())) {
            return base::Error{ErrorKind::data_invalid,
                               fmt::format("read {}: it was changed while it was read", info_.key)};
        }
        return static_cast<std::size_t>(got);
    }

  private:
    // Written in place, that is; one that was renamed over it leaves what is read here as it was.
    [[nodiscard]] bool is_changed() const {
        struct stat now = {};
        return ::fstat(file_.get(), &now) != 0 || now.st_size != opened_.st_size ||
               !is_same_time(now.st_mtim, opened_.st_mtim);
    }

    FileHandle file_;
    struct stat opened_;
    ObjectInfo info_;
    std::uint64_t bytes_read_ = 0;
};

class FileWriter final : public ObjectWriter {
  public:
    FileWriter(FileHandle file, std::string part_path, std::string path)
        : file_(std::move(file)), part_path_(std::move(part_path)), path_(std::move(path)) {}
    ~FileWriter() override {
        if (!is_finished_) ::unlink(part_path_.c_str());
    }
    FileWriter(const FileWriter&) = delete;
    FileWriter& operator=(const FileWriter&) = delete;

    base::Result<base::Done> write(std::string_view bytes) override {
        assert(!is_finished_);
        if (failure_) return *failure_;
        while (!bytes.empty()) {
            const ssize_t put = ::write(file_.get(), bytes.data(), bytes.size());
            if (put < 0 && errno == EINTR) continue;
            if (put < 0) return fail();
            bytes.remove_prefix(static_cast<std::size_t>(put));
        }
        return base::Done{};
    }

    base::Result<base::Done> finish() override {
        assert(!is_finished_);
        if (failure_) return *failure_;
        if (::fsync(file_.get()) != 0 || !file_.close()) return fail();
        if (std::rename(part_path_.c_str(), path_.c_str()) != 0) return fail();
        is_finished_ = true;
        return sync_folder(path_);
    }

  private:
    // What failed once is never made visible.
    base::Error fail() {
        failure_ = file_error("write", path_, errno);
        return *failure_;
    }

    FileHandle file_;
    std::string part_path_;
    std::string path_;
    std::optional<base::Error> failure_;
    bool is_finished_ = false;
};

base::Error no_such_file(const std::string& path) {
    return {ErrorKind::data_invalid, fmt::format("read {}: there is no such file", path),
            "NoSuchKey"};
}

base::Error no_file(std::string_view action, const std::string& path) {
    return {ErrorKind::rejected, fmt::format("{} {}: it is no file", action, path)};
}

bool is_missing(int number) {
    return number == ENOENT || number == ENOTDIR;
}

// A zero byte would end the path for the operating system, and name another file.
bool names_file(const std::string& path) {
    return !path.empty() && path.back() != '/' && path.find('\0') == std::string::npos;
}

}  // namespace

base::Result<std::unique_ptr<ObjectReader>> FolderStore::open(const std::string& key) {
    if (!names_file(key)) return no_file("read", key);
    // Without waiting, where it is a pipe.
    FileHandle file(::open(key.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.is_open()) {
        if (is_missing(errno)) return no_such_file(key);
        return file_error("read", key, errno);
    }
    struct stat found = {};
    if (::fstat(file.get(), &found) != 0) return file_error("read", key, errno);
    if (!S_ISREG(found.st_mode)) return no_file("read", key);
    return std::unique_ptr<ObjectReader>(std::make_unique<FileReader>(std::move(file), key, found));
}

base::Result<std::unique_ptr<ObjectWriter>> FolderStore::create(const std::string& key,
                                                                std::string_view) {
    struct stat found = {};
    if (!names_file(key) || (::stat(key.c_str(), &found) == 0 && S_ISDIR(found.st_mode)))
        return no_file("write", key);
    if (auto made = make_folders(key); !made) return std::move(made).error();
    const std::string folder(folder_part(key));
    for (int tried = 0; tried < kPartNamesTriedMax; ++tried) {
        std::string part_path = folder + part_name(::getpid(), ++last_part_);
        FileHandle file(
            ::open(part_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode));
        if (file.is_open()) {
            return std::unique_ptr<ObjectWriter>(
                std::make_unique<FileWriter>(std::move(file), std::move(part_path), key));
        }
        if (errno != EEXIST) return file_error("write", key, errno);
    }
    return file_error("write", key, EEXIST);
}

base::Result<std::vector<ObjectInfo>> FolderStore::list(const std::string& prefix) {
    return list_files(prefix);
}

base::Result<base::Done> FolderStore::remove(const std::string& key) {
    if (!names_file(key)) return no_file("remove", key);
    if (::unlink(key.c_str()) == 0 || is_missing(errno)) return base::Done{};
    return file_error("remove", key, errno);
}

}  // namespace lake

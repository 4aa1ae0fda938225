#include "runtime/local/verify_spill.h"

#include <cassert>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "common/codec/gzip.h"

namespace local {
namespace {

// Small enough that no block can be taken for a bomb (gzip.h).
constexpr std::size_t kBlockBytes = 64UL * 1024;
constexpr int kFastest = 1;
constexpr double kMegabyte = 1e6;

// Before each block: its size compressed. Before each record: its size.
constexpr std::size_t kSizeBytes = sizeof(std::uint32_t);

void append_size(std::string& out, std::size_t size) {
    const auto number = static_cast<std::uint32_t>(size);
    out.append(reinterpret_cast<const char*>(&number), kSizeBytes);
}

// Of the size that the bytes begin with.
std::size_t read_size(std::string_view bytes) {
    std::uint32_t number = 0;
    bytes.copy(reinterpret_cast<char*>(&number), kSizeBytes);
    return number;
}

// A file of the folder that nobody else can open, or -1.
int open_nameless(const std::string& folder) {
    const int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return file;
    std::string path = folder + "/lakefeed-verify-XXXXXX";
    const int named = ::mkostemp(path.data(), O_CLOEXEC);
    if (named >= 0) ::unlink(path.c_str());
    return named;
}

// Nothing, or the number of the error.
int write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return written < 0 ? errno : ENOSPC;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

// All of `room` from `at` on; false where the file ends before, or cannot be read.
bool read_all(int file, char* out, std::size_t room, std::int64_t at) {
    while (room > 0) {
        const ssize_t got = ::pread(file, out, room, at);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        out += got;
        at += got;
        room -= static_cast<std::size_t>(got);
    }
    return true;
}

}  // namespace

SpillFile::~SpillFile() {
    if (file_ < 0) return;
    ::close(file_);
    space_->bytes -= file_bytes_;
}

base::Error SpillFile::error(std::string_view what, int number) const {
    std::string message = fmt::format("{} the temporary folder {}: {}", what, space_->folder,
                                      std::generic_category().message(number));
    struct statvfs disk{};
    if (number == ENOSPC || number == EDQUOT) {
        message += fmt::format(", with {:.0f} MB of this run in it",
                               static_cast<double>(space_->bytes.load()) / kMegabyte);
        if (::statvfs(space_->folder.c_str(), &disk) == 0)
            message += fmt::format(" and {:.0f} MB free", static_cast<double>(disk.f_bavail) *
                                                              static_cast<double>(disk.f_frsize) /
                                                              kMegabyte);
    }
    if (number == EMFILE) message += "; raise the limit of open files (ulimit -n)";
    return {base::ErrorKind::service_failed, message};
}

base::Result<base::Done> SpillFile::open_file() {
    file_ = open_nameless(space_->folder);
    if (file_ < 0) return error("open a file in", errno);
    return base::Done{};
}

base::Result<base::Done> SpillFile::write_block() {
    if (block_.empty()) return base::Done{};
    if (file_ < 0) {
        if (const auto opened = open_file(); !opened) return opened.error();
    }
    const std::string packed = codec::gzip_compress(block_, kFastest);
    std::string out;
    append_size(out, packed.size());
    out += packed;
    if (const int number = write_all(file_, out); number != 0) return error("write to", number);
    file_bytes_ += static_cast<std::int64_t>(out.size());
    space_->bytes += static_cast<std::int64_t>(out.size());
    block_.clear();
    return base::Done{};
}

base::Result<base::Done> SpillFile::add(std::string_view record) {
    const std::scoped_lock lock(mutex_);
    ++records_;
    record_bytes_ += record.size();
    append_size(block_, record.size());
    while (!record.empty()) {
        const std::string_view part =
            record.substr(0, kBlockBytes - std::min(block_.size(), kBlockBytes));
        block_ += part;
        record.remove_prefix(part.size());
        if (block_.size() < kBlockBytes) continue;
        if (auto written = write_block(); !written) return written;
    }
    return base::Done{};
}

base::Result<base::Done> SpillFile::read(
    const std::function<base::Result<base::Done>(std::string_view record)>& take) {
    if (auto written = write_block(); !written) return written;
    const base::Error broken{
        base::ErrorKind::service_failed,
        fmt::format("read back from the temporary folder {}: not what was written",
                    space_->folder)};
    std::string waiting;  // of a record that goes on in the next block
    for (std::int64_t at = 0; at < file_bytes_;) {
        char head[kSizeBytes];
        if (!read_all(file_, head, kSizeBytes, at)) return broken;
        std::string packed(read_size({head, kSizeBytes}), '\0');
        at += static_cast<std::int64_t>(kSizeBytes);
        if (!read_all(file_, packed.data(), packed.size(), at)) return broken;
        at += static_cast<std::int64_t>(packed.size());
        const auto block = codec::gzip_decompress(packed, 2 * kBlockBytes);
        if (!block) return broken;
        waiting += *block;
        std::string_view rest = waiting;
        while (rest.size() >= kSizeBytes && rest.size() - kSizeBytes >= read_size(rest)) {
            const std::string_view record = rest.substr(kSizeBytes, read_size(rest));
            if (auto taken = take(record); !taken) return taken;
            rest.remove_prefix(kSizeBytes + record.size());
        }
        waiting.erase(0, waiting.size() - rest.size());
    }
    if (!waiting.empty()) return broken;
    return base::Done{};
}

std::uint64_t hash_of_key(std::string_view key) {
    return std::hash<std::string_view>{}(key);
}

std::size_t partition_of(std::uint64_t hash, unsigned level) {
    assert(level < kFanLevels);
    return (hash >> (kFanBits * level)) & (kFan - 1);
}

}  // namespace local

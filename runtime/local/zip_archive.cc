#include "runtime/local/zip_archive.h"

#include <fmt/format.h>
#include <zlib.h>

namespace local {
namespace {

constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kCentralHeader = 0x02014b50;
constexpr std::uint32_t kEndOfDirectory = 0x06054b50;
constexpr std::size_t kLocalHeaderBytes = 30;
constexpr std::size_t kCentralHeaderBytes = 46;
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kCommentBytesMax = 65'535;

base::Error bad_zip(std::string message) {
    return {base::ErrorKind::data_invalid, "read the zip: " + std::move(message)};
}

// Little-endian numbers; the caller has checked the bounds.
std::uint32_t number_at(std::string_view archive, std::size_t offset, std::size_t bytes) {
    std::uint32_t number = 0;
    for (std::size_t i = bytes; i > 0; --i)
        number = number << 8U | static_cast<unsigned char>(archive[offset + i - 1]);
    return number;
}

bool fits(std::string_view archive, std::size_t offset, std::size_t bytes) {
    return offset <= archive.size() && bytes <= archive.size() - offset;
}

// The end of central directory record stands last, but for a comment of up to 64 KiB.
std::size_t find_end_of_directory(std::string_view archive) {
    if (archive.size() < kEndBytes) return std::string_view::npos;
    const std::size_t last = archive.size() - kEndBytes;
    const std::size_t first = last > kCommentBytesMax ? last - kCommentBytesMax : 0;
    for (std::size_t offset = last + 1; offset-- > first;) {
        if (number_at(archive, offset, 4) == kEndOfDirectory &&
            number_at(archive, offset + 20, 2) == archive.size() - offset - kEndBytes)
            return offset;
    }
    return std::string_view::npos;
}

base::Result<std::string> inflate_entry(std::string_view packed, const ZipEntry& entry) {
    std::string content(entry.unpacked_bytes, '\0');
    z_stream stream{};
    if (::inflateInit2(&stream, -MAX_WBITS) != Z_OK) return bad_zip("zlib does not start");
    // zlib's interface takes writable bytes for input and does not write them.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));  // NOLINT
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(content.data());  // NOLINT(*-reinterpret-cast)
    stream.avail_out = static_cast<uInt>(content.size());
    const int outcome = ::inflate(&stream, Z_FINISH);
    const std::size_t written = stream.total_out;
    ::inflateEnd(&stream);
    if (outcome != Z_STREAM_END || written != entry.unpacked_bytes)
        return bad_zip(
            fmt::format("entry {}: its deflated bytes do not give the {} bytes that the "
                        "directory names",
                        entry.name, entry.unpacked_bytes));
    return content;
}

}  // namespace

base::Result<std::vector<ZipEntry>> list_zip(std::string_view archive) {
    const std::size_t end = find_end_of_directory(archive);
    if (end == std::string_view::npos) return bad_zip("it has no end of central directory record");
    const std::size_t count = number_at(archive, end + 10, 2);
    if (number_at(archive, end + 4, 2) != 0 || number_at(archive, end + 8, 2) != count)
        return bad_zip("it is one part of several");
    std::size_t offset = number_at(archive, end + 16, 4);
    std::vector<ZipEntry> entries;
    for (std::size_t i = 0; i < count; ++i) {
        if (!fits(archive, offset, kCentralHeaderBytes) ||
            number_at(archive, offset, 4) != kCentralHeader)
            return bad_zip(fmt::format("entry {} of {} is not in the directory", i + 1, count));
        const std::size_t name_bytes = number_at(archive, offset + 28, 2);
        const std::size_t all_bytes = kCentralHeaderBytes + name_bytes +
                                      number_at(archive, offset + 30, 2) +
                                      number_at(archive, offset + 32, 2);
        if (!fits(archive, offset, all_bytes))
            return bad_zip(fmt::format("entry {} of {} passes the end", i + 1, count));
        constexpr std::uint32_t kMadeByUnix = 3;
        const bool made_by_unix = number_at(archive, offset + 5, 1) == kMadeByUnix;
        entries.push_back(
            {.name = std::string(archive.substr(offset + kCentralHeaderBytes, name_bytes)),
             .unix_mode = made_by_unix ? number_at(archive, offset + 40, 2) : 0,
             .method = static_cast<std::uint16_t>(number_at(archive, offset + 10, 2)),
             .crc = number_at(archive, offset + 16, 4),
             .packed_bytes = number_at(archive, offset + 20, 4),
             .unpacked_bytes = number_at(archive, offset + 24, 4),
             .header_offset = number_at(archive, offset + 42, 4)});
        if ((number_at(archive, offset + 8, 2) & 1U) != 0)
            return bad_zip(fmt::format("entry {} is encrypted", entries.back().name));
        offset += all_bytes;
    }
    return entries;
}

base::Result<std::string> unpack_entry(std::string_view archive, const ZipEntry& entry) {
    if (entry.unpacked_bytes > kUnpackedBytesMax)
        return bad_zip(fmt::format("entry {} unpacks to {} bytes, the limit is {}", entry.name,
                                   entry.unpacked_bytes, kUnpackedBytesMax));
    if (!fits(archive, entry.header_offset, kLocalHeaderBytes) ||
        number_at(archive, entry.header_offset, 4) != kLocalHeader)
        return bad_zip(fmt::format("entry {} has no local header", entry.name));
    const std::size_t content = entry.header_offset + kLocalHeaderBytes +
                                number_at(archive, entry.header_offset + 26, 2) +
                                number_at(archive, entry.header_offset + 28, 2);
    if (!fits(archive, content, entry.packed_bytes))
        return bad_zip(fmt::format("entry {} passes the end", entry.name));
    const std::string_view packed = archive.substr(content, entry.packed_bytes);
    std::string unpacked;
    constexpr std::uint16_t kStored = 0;
    constexpr std::uint16_t kDeflated = 8;
    if (entry.method == kStored && entry.packed_bytes == entry.unpacked_bytes) {
        unpacked = packed;
    } else if (entry.method == kDeflated) {
        auto inflated = inflate_entry(packed, entry);
        if (!inflated) return std::move(inflated).error();
        unpacked = *std::move(inflated);
    } else {
        return bad_zip(fmt::format("entry {} is packed by method {}; stored and deflated are read",
                                   entry.name, entry.method));
    }
    const auto crc = ::crc32(0, reinterpret_cast<const Bytef*>(unpacked.data()),  // NOLINT
                             static_cast<uInt>(unpacked.size()));
    if (crc != entry.crc) return bad_zip(fmt::format("entry {} has a wrong CRC-32", entry.name));
    return unpacked;
}

}  // namespace local

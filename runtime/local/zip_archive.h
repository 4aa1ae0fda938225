// Reads a ZIP archive held in memory (PKWARE's APPNOTE 6.3): the central directory names the
// entries, each stored (0) or deflated (8). Every offset and length is checked against the archive,
// the CRC-32 against the bytes. Not read: ZIP64, encryption, archives in parts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace local {

constexpr std::size_t kUnpackedBytesMax = 250U << 20U;  // Lambda's limit for an unpacked package

struct ZipEntry {
    std::string name = {};
    std::uint32_t unix_mode = 0;  // 0 where the archive was not made on Unix
    std::uint16_t method = 0;
    std::uint32_t crc = 0;
    std::size_t packed_bytes = 0;
    std::size_t unpacked_bytes = 0;
    std::size_t header_offset = 0;
};

// Kind data_invalid where it is no such archive; the message says what is wrong and where.
base::Result<std::vector<ZipEntry>> list_zip(std::string_view archive);

// The entry's content.
base::Result<std::string> unpack_entry(std::string_view archive, const ZipEntry& entry);

}  // namespace local

// The archives are made byte by byte, from PKWARE's APPNOTE; the deflated bytes of the one that is
// whole come from Python's zipfile.
#include "runtime/local/zip_archive.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/base64.h"

namespace local {
namespace {

// zipfile.ZipFile("z", "w", ZIP_DEFLATED), ZipInfo("bootstrap", (1980, 1, 1, 0, 0, 0)) with
// create_system 3 and external_attr 0o100755 << 16, content b"#!/bin/sh\n" + b"x" * 1000.
constexpr std::string_view kPythonZip =
    "UEsDBBQAAAAIAAAAIQA3RT5ZFAAAAPIDAAAJAAAAYm9vdHN0cmFwU1bUT8rM0y/O4KoYBaNgFAx7AABQSwECFAMU"
    "AAAACAAAACEAN0U+WRQAAADyAwAACQAAAAAAAAAAAAAA7YEAAAAAYm9vdHN0cmFwUEsFBgAAAAABAAEANwAAADsA"
    "AAAAAA==";

std::string python_zip() {
    return *codec::base64_decode(kPythonZip);
}

TEST(ZipArchive, ReadsWhatPythonWrote) {
    const std::string archive = python_zip();
    const auto entries = list_zip(archive);
    ASSERT_TRUE(entries) << entries.error().message;
    ASSERT_EQ(entries->size(), 1U);
    EXPECT_EQ(entries->front().name, "bootstrap");
    EXPECT_EQ(entries->front().unix_mode, 0100755U);
    const auto content = unpack_entry(archive, entries->front());
    ASSERT_TRUE(content) << content.error().message;
    EXPECT_EQ(*content, "#!/bin/sh\n" + std::string(1000, 'x'));
}

// A stored entry "a" with the content "hi", its CRC-32 d8932aac, 24 bytes into the archive's
// directory; the offsets of the fields below are those of this text.
constexpr std::string_view kStored(
    "PK\3\4\x14\0\0\0\0\0\0\0\0\0\xac\x2a\x93\xd8\2\0\0\0\2\0\0\0\1\0\0\0ahi"
    "PK\1\2\x14\3\x14\0\0\0\0\0\0\0\0\0\xac\x2a\x93\xd8\2\0\0\0\2\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\xed"
    "\x81"
    "\0\0\0\0a"
    "PK\5\6\0\0\0\0\1\0\1\0\x2f\0\0\0\x21\0\0\0\0\0",
    33 + 47 + 22);
constexpr std::size_t kDirectory = 33;
constexpr std::size_t kEnd = 33 + 47;

std::string with_byte(std::size_t offset, char byte) {
    std::string archive(kStored);
    archive[offset] = byte;
    return archive;
}

std::string fault_of(const std::string& archive) {
    const auto entries = list_zip(archive);
    if (!entries) return entries.error().message;
    for (const ZipEntry& entry : *entries) {
        if (const auto content = unpack_entry(archive, entry); !content)
            return content.error().message;
    }
    return "none";
}

TEST(ZipArchive, ReadsAStoredEntry) {
    const auto entries = list_zip(kStored);
    ASSERT_TRUE(entries) << entries.error().message;
    EXPECT_EQ(entries->front().unix_mode, 0100755U);
    EXPECT_EQ(*unpack_entry(kStored, entries->front()), "hi");
    EXPECT_EQ(fault_of(std::string(kStored)), "none");
}

TEST(ZipArchive, RefusesWhatIsDamagedOrHostile) {
    struct Row {
        std::size_t offset;
        char byte;
        const char* fault;
    };
    const std::vector<Row> rows{
        {0, 'X', "no local header"},
        {kEnd, 'X', "no end of central directory"},
        {kEnd + 4, 1, "one part of several"},
        {kEnd + 8, 2, "one part of several"},
        {kEnd + 16, '\xff', "not in the directory"},  // the directory's offset
        {kEnd + 19, '\xff', "not in the directory"},
        {kDirectory, 'X', "not in the directory"},
        {kDirectory + 8, 1, "encrypted"},
        {kDirectory + 10, 12, "method 12"},  // bzip2
        {kDirectory + 16, 0, "wrong CRC-32"},
        {kDirectory + 20, 99, "passes the end"},       // the packed size
        {kDirectory + 24, 3, "method 0"},              // sizes differ in a stored entry
        {kDirectory + 27, 127, "the limit is"},        // 2 GB unpacked
        {kDirectory + 28, 99, "passes the end"},       // the name's length
        {kDirectory + 45, '\xff', "no local header"},  // the header's offset
        {26, '\xff', "passes the end"},                // the local name's length
        {33 - 1, 'o', "wrong CRC-32"},                 // the content
    };
    for (const Row& row : rows) {
        EXPECT_THAT(fault_of(with_byte(row.offset, row.byte)), testing::HasSubstr(row.fault))
            << "byte " << row.offset;
    }
}

TEST(ZipArchive, RefusesEveryBeginning) {
    for (std::size_t length = 0; length < kStored.size(); ++length)
        EXPECT_NE(fault_of(std::string(kStored.substr(0, length))), "none") << length;
}

TEST(ZipArchive, RefusesAnEntryThatUnpacksToMoreThanItSays) {
    std::string archive = python_zip();
    const auto entries = list_zip(archive);
    ASSERT_TRUE(entries);
    ZipEntry entry = entries->front();
    entry.unpacked_bytes -= 1;
    EXPECT_THAT(unpack_entry(archive, entry).error().message,
                testing::HasSubstr("do not give the 1009 bytes"));
}

}  // namespace
}  // namespace local

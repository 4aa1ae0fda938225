#include "common/codec/gzip.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "common/codec/hex.h"

namespace codec {
namespace {

constexpr std::size_t kCap = 64UL * 1024 * 1024;

// Python: gzip.compress(b"hello lakefeed\n", mtime=0) and gzip.compress(b"", mtime=0).
constexpr std::string_view kHelloHex =
    "1f8b0800000000000203cb48cdc9c957c849cc4e4d4b4d4de102000cd736a50f000000";
constexpr std::string_view kEmptyHex = "1f8b080000000000020303000000000000000000";
// The same text with FEXTRA (AB, "wxyz"), FNAME (orders.json), FCOMMENT and FHCRC, made by Python's
// struct and zlib, and read by its gzip.
constexpr std::string_view kAllHeaderFieldsHex =
    "1f8b081e909bff6a00030800414204007778797a6f72646572732e6a736f6e006120636f6d6d656e7400f34bcb48cd"
    "c9c957c849cc4e4d4b4d4de102000cd736a50f000000";
constexpr std::string_view kHello = "hello lakefeed\n";

std::string bytes(std::string_view hex) {
    return *hex_decode(hex);
}

std::string fault_of(std::string_view gzip, std::size_t cap = kCap) {
    const auto text = gzip_decompress(gzip, cap);
    if (text.ok()) return "none";
    EXPECT_EQ(text.error().kind, base::ErrorKind::data_invalid);
    return text.error().message;
}

// Some text that deflate does not make much of.
std::string noise(std::size_t size) {
    std::string out;
    std::uint32_t state = 1;
    while (out.size() < size) {
        state = state * 1'664'525U + 1'013'904'223U;
        out += static_cast<char>(state >> 24U);
    }
    return out;
}

TEST(Gzip, ReadsWhatPythonWrote) {
    EXPECT_EQ(*gzip_decompress(bytes(kHelloHex), kCap), kHello);
    EXPECT_EQ(*gzip_decompress(bytes(kEmptyHex), kCap), "");
    EXPECT_EQ(*gzip_decompress(bytes(kAllHeaderFieldsHex), kCap), kHello);
}

TEST(Gzip, WritesAHeaderWithoutTimeAndName) {
    for (const int level : {1, 6, 9}) {
        const std::string gzip = gzip_compress(kHello, level);
        EXPECT_EQ(hex_lower(gzip.substr(0, 8)), "1f8b080000000000") << level;
        EXPECT_EQ(gzip, gzip_compress(kHello, level));
        EXPECT_EQ(*gzip_decompress(gzip, kCap), kHello);
    }
}

TEST(Gzip, WritesTheNameThatItIsGiven) {
    GzipWriter writer(kGzipLevel, "orders.json");
    std::string gzip;
    writer.write(kHello, gzip);
    writer.finish(gzip);
    // FNAME set, no time, no extra flags, Unix; then the name and its zero byte (RFC 1952).
    EXPECT_EQ(hex_lower(gzip.substr(0, 22)),
              "1f8b0808000000000003" + hex_lower("orders.json") + "00");
    EXPECT_EQ(gzip.substr(22), gzip_compress(kHello).substr(10));
    EXPECT_EQ(*gzip_decompress(gzip, kCap), kHello);
}

TEST(Gzip, FindsTheNameInAHeader) {
    // Python: gzip.GzipFile("orders.json", "wb", fileobj=…, mtime=0) with nothing written.
    const std::string named =
        bytes("1f8b08080000000002ff6f72646572732e6a736f6e0003000000000000000000");
    EXPECT_EQ(*gzip_decompress(named, kCap), "");
    EXPECT_EQ(gzip_name(named), "orders.json");
    EXPECT_EQ(gzip_name(named.substr(0, 22)), "orders.json");
    EXPECT_EQ(gzip_name(named.substr(0, 21)), "");
    EXPECT_EQ(gzip_name(named.substr(0, 10)), "");
    EXPECT_EQ(gzip_name(named.substr(0, 3)), "");
    EXPECT_EQ(gzip_name(""), "");
    EXPECT_EQ(gzip_name("PK" + named.substr(2)), "");
    EXPECT_EQ(gzip_name(bytes(kHelloHex)), "");
    EXPECT_EQ(gzip_name(bytes(kAllHeaderFieldsHex)), "");
}

TEST(Gzip, WritesTheCrcAndTheLength) {
    // The trailer that Python wrote for the same text.
    const std::string gzip = gzip_compress(kHello);
    EXPECT_EQ(hex_lower(gzip.substr(gzip.size() - 8)), kHelloHex.substr(kHelloHex.size() - 16));
}

TEST(Gzip, ReadsMembersOneBehindTheOther) {
    const std::string hello = bytes(kHelloHex);
    const std::string empty = bytes(kEmptyHex);
    const std::string named = bytes(kAllHeaderFieldsHex);
    EXPECT_EQ(*gzip_decompress(hello + named, kCap), std::string(kHello) + std::string(kHello));
    EXPECT_EQ(*gzip_decompress(empty + hello + empty + empty + hello + empty, kCap),
              std::string(kHello) + std::string(kHello));
    std::string many;
    for (int i = 0; i < 5'000; ++i)
        many += empty;
    EXPECT_EQ(*gzip_decompress(many + hello, kCap), kHello);
}

TEST(Gzip, RefusesEveryTruncation) {
    for (const std::string& whole :
         {bytes(kHelloHex), bytes(kAllHeaderFieldsHex), bytes(kHelloHex) + bytes(kHelloHex)}) {
        for (std::size_t size = 1; size < whole.size(); ++size) {
            if (size == bytes(kHelloHex).size() && whole.size() == 2 * size) continue;
            EXPECT_NE(fault_of(whole.substr(0, size)).find("cut off"), std::string::npos) << size;
        }
    }
    EXPECT_NE(fault_of("").find("nothing there"), std::string::npos);
}

TEST(Gzip, RefusesEveryFlippedBitOfTheTrailer) {
    const std::string whole = bytes(kHelloHex);
    for (std::size_t i = whole.size() - 8; i < whole.size(); ++i) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::string bad = whole;
            bad[i] = static_cast<char>(static_cast<unsigned char>(bad[i]) ^ (1U << bit));
            const bool in_crc = i < whole.size() - 4;
            EXPECT_NE(fault_of(bad).find(in_crc ? "data check" : "length check"),
                      std::string::npos);
        }
    }
}

TEST(Gzip, RefusesADamagedHeader) {
    for (const std::size_t i : {0UL, 1UL, 2UL}) {
        std::string bad = bytes(kHelloHex);
        bad[i] = '\x42';
        EXPECT_NE(fault_of(bad), "none") << i;
    }
    std::string reserved_flag = bytes(kHelloHex);
    reserved_flag[3] = '\x20';
    EXPECT_NE(fault_of(reserved_flag), "none");
    std::string header_crc = bytes(kAllHeaderFieldsHex);
    header_crc[20] = 'X';  // in the name, which FHCRC covers
    EXPECT_NE(fault_of(header_crc).find("header crc"), std::string::npos) << fault_of(header_crc);
}

TEST(Gzip, RefusesWhatFollowsAMember) {
    for (const std::string_view rest : {"x", "\n", "garbage", "\x1f"})
        EXPECT_NE(fault_of(bytes(kHelloHex) + std::string(rest)), "none") << rest;
    EXPECT_NE(fault_of(bytes(kHelloHex) + std::string(512, '\0')), "none");
    EXPECT_NE(fault_of("{\"plain\":\"text\"}"), "none");
}

TEST(Gzip, StopsAtTheCap) {
    const std::string text = noise(100'000);
    const std::string gzip = gzip_compress(text);
    EXPECT_EQ(*gzip_decompress(gzip, 100'000), text);
    EXPECT_NE(fault_of(gzip, 99'999).find("more than 99999 bytes"), std::string::npos);
    EXPECT_NE(fault_of(gzip, 0).find("more than 0 bytes"), std::string::npos);
}

TEST(Gzip, StopsABomb) {
    // Deflate makes at most 1,032 of 1. Zeros pass while they are few, and not when they are many.
    const std::string few(1024UL * 1024, '\0');
    EXPECT_EQ(*gzip_decompress(gzip_compress(few, 9), kCap), few);
    const std::string bomb = gzip_compress(std::string(48UL * 1024 * 1024, '\0'), 9);
    EXPECT_NE(fault_of(bomb).find("more than 1000 times"), std::string::npos) << fault_of(bomb);
    // A bomb behind an honest member is one as well.
    const std::string hidden = gzip_compress(noise(10'000)) + bomb;
    EXPECT_NE(fault_of(hidden).find("more than 1000 times"), std::string::npos);
}

TEST(Gzip, ReaderTakesPiecesOfAnySize) {
    const std::string text = noise(70'000) + std::string(70'000, 'a');
    const std::string gzip = gzip_compress(text, 1) + bytes(kEmptyHex) + gzip_compress(text, 9);
    for (const std::size_t piece : {1UL, 7UL, 1'000UL, 65'537UL, gzip.size()}) {
        GzipReader reader;
        std::string read;
        std::array<char, 333> buffer{};
        for (std::size_t at = 0; at < gzip.size(); at += piece) {
            std::string_view in = std::string_view(gzip).substr(at, piece);
            while (true) {
                const auto got = reader.read(in, buffer.data(), buffer.size());
                ASSERT_TRUE(got.ok()) << got.error().message;
                if (*got == 0) break;
                read.append(buffer.data(), *got);
            }
            ASSERT_TRUE(in.empty());
        }
        ASSERT_TRUE(reader.finish().ok());
        EXPECT_EQ(read, text + text) << piece;
        EXPECT_EQ(reader.bytes_in(), gzip.size());
        EXPECT_EQ(reader.bytes_out(), 2 * text.size());
    }
}

TEST(Gzip, ReaderKnowsTheEndOfAMemberFromACut) {
    const std::string whole = bytes(kHelloHex);
    std::array<char, 64> buffer{};
    GzipReader reader;
    EXPECT_FALSE(reader.finish().ok());
    std::string_view in = std::string_view(whole).substr(0, whole.size() - 1);
    EXPECT_EQ(*reader.read(in, buffer.data(), buffer.size()), kHello.size());
    EXPECT_EQ(*reader.read(in, buffer.data(), buffer.size()), 0U);
    EXPECT_FALSE(reader.finish().ok());
    in = std::string_view(whole).substr(whole.size() - 1);
    EXPECT_EQ(*reader.read(in, buffer.data(), buffer.size()), 0U);
    EXPECT_TRUE(reader.finish().ok());
}

TEST(Gzip, WriterGivesOneMemberForManyPieces) {
    const std::string line = R"({"id":1,"note":"a line like all the others"})"
                             "\n";
    GzipWriter writer(6);
    std::string gzip;
    std::string text;
    std::size_t longest_append = 0;
    for (int i = 0; i < 10'000; ++i) {
        const std::size_t before = gzip.size();
        writer.write(line, gzip);
        longest_append = std::max(longest_append, gzip.size() - before);
        text += line;
    }
    writer.finish(gzip);
    EXPECT_EQ(gzip, gzip_compress(text, 6));
    EXPECT_EQ(*gzip_decompress(gzip, kCap), text);
    EXPECT_LE(longest_append, 64UL * 1024);
}

TEST(Gzip, WriterBeginsANewMemberAfterFinish) {
    GzipWriter writer;
    std::string gzip;
    writer.write(kHello, gzip);
    writer.finish(gzip);
    const std::string one = gzip;
    GzipWriter moved = std::move(writer);
    moved.write(kHello, gzip);
    moved.finish(gzip);
    EXPECT_EQ(gzip, one + one);
}

}  // namespace
}  // namespace codec

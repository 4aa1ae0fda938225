#include "common/lake/gzip_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/hex.h"
#include "tests/support/memory_store.h"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Gives its bytes in pieces of a chosen size.
class Pieces final : public lake::ObjectReader {
  public:
    Pieces(std::string bytes, std::size_t piece_bytes)
        : bytes_(std::move(bytes)), piece_bytes_(piece_bytes) {}
    [[nodiscard]] const lake::ObjectInfo& info() const override { return info_; }
    base::Result<std::size_t> read(char* out, std::size_t room) override {
        const std::size_t taken = bytes_.copy(out, std::min(room, piece_bytes_), at_);
        at_ += taken;
        return taken;
    }

  private:
    lake::ObjectInfo info_;
    std::string bytes_;
    std::size_t piece_bytes_;
    std::size_t at_ = 0;
};

struct Read {
    std::vector<std::string> lines;
    std::string fault;
    std::int64_t line_number = 0;
};

Read read_all(const std::string& gzip, std::size_t piece_bytes = 1000) {
    Pieces pieces(gzip, piece_bytes);
    lake::GzipLines lines(pieces);
    Read read;
    while (true) {
        const auto line = lines.next();
        read.line_number = lines.line_number();
        if (!line) {
            EXPECT_EQ(line.error().kind, base::ErrorKind::data_invalid);
            read.fault = line.error().message;
            break;
        }
        if (!line->has_value()) break;
        read.lines.emplace_back(**line);
    }
    EXPECT_TRUE(!read.fault.empty() || lines.bytes_read() == gzip.size());
    return read;
}

TEST(GzipLines, SplitsAtNewlines) {
    const Read read = read_all(codec::gzip_compress("one\n\nthree\r\n"));
    EXPECT_THAT(read.lines, ElementsAre("one", "", "three\r"));
    EXPECT_EQ(read.line_number, 3);
}

TEST(GzipLines, TakesALastLineWithoutNewline) {
    EXPECT_THAT(read_all(codec::gzip_compress("one\ntwo")).lines, ElementsAre("one", "two"));
}

TEST(GzipLines, TakesNothing) {
    EXPECT_THAT(read_all(codec::gzip_compress("")).lines, IsEmpty());
    const Read nothing = read_all("");
    EXPECT_THAT(nothing.lines, IsEmpty());
    EXPECT_EQ(nothing.fault, "");
}

TEST(GzipLines, ReadsMembersAsOneText) {
    EXPECT_THAT(read_all(codec::gzip_compress("on") + codec::gzip_compress("e\nt") +
                         codec::gzip_compress("") + codec::gzip_compress("wo"))
                    .lines,
                ElementsAre("one", "two"));
}

TEST(GzipLines, GivesTheSameWhateverThePieces) {
    std::string text;
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < 3'000; ++i) {
        expected.push_back(std::string(i % 700, static_cast<char>('a' + i % 26)));
        text += expected.back() + '\n';
    }
    const std::string gzip = codec::gzip_compress(text);
    for (const std::size_t piece : {1UL, 7UL, 65'536UL, gzip.size()})
        EXPECT_EQ(read_all(gzip, piece).lines, expected) << piece;
}

TEST(GzipLines, GrowsForALongLineUpToItsLimit) {
    const std::string longest(lake::kLineBytesMax, 'x');
    const Read read = read_all(codec::gzip_compress("a\n" + longest + "\nb\n", 1), 1 << 20U);
    ASSERT_EQ(read.lines.size(), 3U) << read.fault;
    EXPECT_EQ(read.lines[1], longest);

    const Read beyond = read_all(codec::gzip_compress("a\n" + longest + "x\nb\n", 1), 1 << 20U);
    EXPECT_THAT(beyond.lines, ElementsAre("a"));
    EXPECT_THAT(beyond.fault, HasSubstr("more than 16777216 bytes"));
    EXPECT_EQ(beyond.line_number, 2);
}

TEST(GzipLines, TakesItemsOfOneLetter) {
    std::string text;
    for (int i = 0; i < 30; ++i)
        text.append(380'000, 'x').append("\n");
    const std::string gzip = codec::gzip_compress(text, 9);
    ASSERT_FALSE(codec::gzip_decompress(gzip, text.size()).ok());  // it looks like a bomb
    EXPECT_EQ(read_all(gzip).lines.size(), 30U);
}

TEST(GzipLines, TellsGzipThatIsCutOffOrDamaged) {
    const std::string gzip = codec::gzip_compress("one\ntwo\n");
    for (std::size_t bytes = 1; bytes < gzip.size(); ++bytes)
        EXPECT_THAT(read_all(gzip.substr(0, bytes)).fault, HasSubstr("gzip: cut off")) << bytes;
    std::string damaged = gzip;
    damaged[gzip.size() - 6] ^= 1;  // of the CRC
    EXPECT_THAT(read_all(damaged).fault, HasSubstr("gzip: "));
    EXPECT_THAT(read_all("one\ntwo\n").fault, HasSubstr("gzip: "));
    EXPECT_THAT(read_all(gzip + "one\n").fault, HasSubstr("gzip: "));
}

TEST(GzipLines, TakesTheDigestOfTheStoredBytes) {
    const std::string gzip = codec::gzip_compress("one\n");
    Pieces pieces(gzip, 5);
    codec::Md5 digest;
    lake::GzipLines lines(pieces, &digest);
    while (lines.next()->has_value()) {
    }
    EXPECT_EQ(digest.finish(), codec::md5(gzip));
}

TEST(GzipLines, PassesTheReadersErrorOn) {
    tests::MemoryObjects objects;
    objects.put("k", codec::gzip_compress("one\n"));
    tests::MemoryStore store(objects, [](tests::StoreCall call, std::string_view) {
        return call == tests::StoreCall::read
                   ? std::optional(base::Error{base::ErrorKind::service_failed, "500"})
                   : std::nullopt;
    });
    const auto reader = store.open("k");
    lake::GzipLines lines(**reader);
    EXPECT_EQ(lines.next().error().kind, base::ErrorKind::service_failed);
}

}  // namespace

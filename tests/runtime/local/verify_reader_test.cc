#include "runtime/local/verify_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/gzip.h"

namespace {

using local::read_lines;
using testing::ElementsAre;
using testing::HasSubstr;

// Gives an object's bytes a few at a time.
class PieceReader final : public lake::ObjectReader {
  public:
    PieceReader(std::string bytes, std::size_t piece) : bytes_(std::move(bytes)), piece_(piece) {}
    [[nodiscard]] const lake::ObjectInfo& info() const override { return info_; }
    base::Result<std::size_t> read(char* out, std::size_t room) override {
        if (fails_at && at_ >= *fails_at)
            return base::Error{base::ErrorKind::service_failed, "the disk fails"};
        const std::size_t got = bytes_.copy(out, std::min(room, piece_), at_);
        at_ += got;
        return got;
    }
    std::optional<std::size_t> fails_at;

  private:
    std::string bytes_;
    std::size_t piece_;
    std::size_t at_ = 0;
    lake::ObjectInfo info_;
};

struct Outcome {
    std::vector<std::string> lines;
    std::string fault;
    std::string error;
    std::string seen;
};

Outcome read(PieceReader& reader) {
    Outcome outcome;
    const auto fault = read_lines(
        reader,
        {.take = [&](std::string_view line, std::uint64_t number) -> base::Result<base::Done> {
             outcome.lines.push_back(std::to_string(number) + ":" + std::string(line));
             return base::Done{};
         },
         .see_bytes = [&](std::string_view bytes) { outcome.seen += bytes; }});
    if (!fault)
        outcome.error = fault.error().message;
    else if (*fault)
        outcome.fault = std::to_string((*fault)->line) + ":" + (*fault)->reason;
    return outcome;
}

Outcome read(const std::string& bytes, std::size_t piece = 1'000'000) {
    PieceReader reader(bytes, piece);
    return read(reader);
}

TEST(ReadLines, TakesPlainTextAndGzip) {
    const std::string text = "a\n\nb\r\n  \nlast";
    for (const std::string& bytes : {text, codec::gzip_compress(text)}) {
        for (const std::size_t piece : {1U, 2U, 3U, 1'000U}) {
            const Outcome outcome = read(bytes, piece);
            EXPECT_THAT(outcome.lines, ElementsAre("1:a", "3:b\r", "5:last"));
            EXPECT_EQ(outcome.fault, "");
            EXPECT_EQ(outcome.seen, bytes);
        }
    }
}

TEST(ReadLines, TakesGzipMembersOneBehindTheOther) {
    EXPECT_THAT(read(codec::gzip_compress("a\nb") + codec::gzip_compress("c\nd\n")).lines,
                ElementsAre("1:a", "2:bc", "3:d"));
}

TEST(ReadLines, TakesGzipThatIsAThousandTimesSmaller) {
    std::string text;
    for (int i = 0; i < 20; ++i)
        text += std::string(400'000, 'x') + "\n";
    const std::string bytes = codec::gzip_compress(text, 9);
    ASSERT_GT(text.size(), 1'000 * bytes.size());
    const Outcome outcome = read(bytes);
    EXPECT_EQ(outcome.fault, "");
    EXPECT_EQ(outcome.lines.size(), 20U);
}

TEST(ReadLines, OfAnEmptyObjectAreNone) {
    const Outcome outcome = read("");
    EXPECT_TRUE(outcome.lines.empty());
    EXPECT_EQ(outcome.fault + outcome.error, "");
}

TEST(ReadLines, TellsWhereGzipIsCut) {
    std::string text;
    for (int i = 0; i < 20'000; ++i)
        text += std::to_string(i * 7'919) + "\n";
    const std::string bytes = codec::gzip_compress(text);
    const Outcome outcome = read(bytes.substr(0, bytes.size() / 2));
    EXPECT_GT(outcome.lines.size(), 1'000U);
    EXPECT_THAT(outcome.fault, testing::StartsWith(std::to_string(outcome.lines.size() + 1) + ":"));
    EXPECT_EQ(outcome.error, "");
}

TEST(ReadLines, TellsAWrongChecksum) {
    std::string bytes = codec::gzip_compress("a\nb\n");
    bytes[bytes.size() - 8] = static_cast<char>(bytes[bytes.size() - 8] ^ 1);
    EXPECT_NE(read(bytes).fault, "");
}

TEST(ReadLines, EndsAtALineWithoutEnd) {
    EXPECT_THAT(read("a\n" + std::string(local::kLineBytesMax + 100'000, 'x')).fault,
                HasSubstr("2:a line of more than"));
}

TEST(ReadLines, GivesTheStoresError) {
    PieceReader reader("a\nb\n", 2);
    reader.fails_at = 2;
    const Outcome outcome = read(reader);
    EXPECT_THAT(outcome.lines, ElementsAre("1:a"));
    EXPECT_EQ(outcome.error, "the disk fails");
}

TEST(ReadLines, GivesTheTakersError) {
    PieceReader reader("a\nb\n", 100);
    const auto done = read_lines(
        reader, {.take = [](std::string_view, std::uint64_t) -> base::Result<base::Done> {
            return base::Error{base::ErrorKind::data_invalid, "enough"};
        }});
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().message, "enough");
}

}  // namespace

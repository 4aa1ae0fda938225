// Gzip (RFC 1952), whole or in pieces with constant memory.
//
// Reading checks each member's CRC and length, takes members one behind the other as one text (as
// DynamoDB exports and appended files have them), and refuses what is cut off, what is followed by
// other bytes, and bombs. Writing gives the same bytes for the same input: the header holds no name
// and the time 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace codec {

constexpr int kGzipLevel = 6;

// A member may become at most this many times as long, once it is longer than the free part.
constexpr std::uint64_t kGzipRatioMax = 1'000;
constexpr std::uint64_t kGzipRatioAny = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kGzipRatioFreeBytes = 1024UL * 1024;

// `level` is 1 (fast) to 9 (small).
std::string gzip_compress(std::string_view bytes, int level = kGzipLevel);

// The file name in the header of a gzip text that begins with `head`; empty where it has none, or
// `head` ends before it does.
std::string_view gzip_name(std::string_view head);

// Kind data_invalid where `bytes` is no gzip or becomes longer than `bytes_max`.
base::Result<std::string> gzip_decompress(std::string_view bytes, std::size_t bytes_max);

// Compresses pieces into one member.
class GzipWriter {
  public:
    // `name` (without zero bytes) goes into the header where it is not empty.
    explicit GzipWriter(int level = kGzipLevel, std::string name = {});
    GzipWriter(GzipWriter&&) noexcept;
    GzipWriter& operator=(GzipWriter&&) noexcept;
    ~GzipWriter();

    // Appends to `out` what is ready; not all of a piece comes out at once.
    void write(std::string_view piece, std::string& out);
    // Appends the rest and the trailer. The writer begins a new member with the next write.
    void finish(std::string& out);

  private:
    struct State;
    void deflate_to(std::string_view piece, int flush, std::string& out);
    std::unique_ptr<State> state_;
};

// Decompresses a text that comes in pieces:
//   for each piece:
//     do { bytes = reader.read(piece, buffer.data(), buffer.size()); … } while (*bytes != 0);
//   reader.finish()
class GzipReader {
  public:
    // `ratio_max` is for bombs. Who takes the text in pieces that are bounded need not fear them:
    // no gzip has a ratio beyond 1,032, and text that repeats comes close.
    explicit GzipReader(std::uint64_t ratio_max = kGzipRatioMax);
    GzipReader(GzipReader&&) noexcept;
    GzipReader& operator=(GzipReader&&) noexcept;
    ~GzipReader();

    // Takes bytes from the front of `in` and writes at most `room` (not 0) bytes to `out`; returns
    // their number. 0 means that `in` is used up and nothing more comes of it. After an error the
    // reader is of no more use.
    base::Result<std::size_t> read(std::string_view& in, char* out, std::size_t room);

    // To be called when no more input comes: an error where the last member is not whole, or where
    // there was none.
    [[nodiscard]] base::Result<base::Done> finish() const;

    [[nodiscard]] std::uint64_t bytes_in() const;
    [[nodiscard]] std::uint64_t bytes_out() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace codec

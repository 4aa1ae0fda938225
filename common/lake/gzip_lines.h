// The lines of a gzipped object, one after the other, with the same memory for any size of it (a
// line's own length aside).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/codec/digest.h"
#include "common/codec/gzip.h"
#include "common/lake/object_store.h"

namespace lake {

// An item has at most 400 KB, its JSON some times as much, and a line of an increment two of them.
inline constexpr std::size_t kLineBytesMax = 16UL << 20U;

class GzipLines {
  public:
    // Both outlive it. `digest`, where it is not null, is given what is read, as it is stored.
    explicit GzipLines(ObjectReader& reader, codec::Md5* digest = nullptr);

    // The next line without its newline, until the next call; nothing at the end, where the last
    // line need not have one. Kind data_invalid (without the object's name): no gzip, cut off, a
    // line beyond kLineBytesMax. An object of no bytes at all has no lines.
    base::Result<std::optional<std::string_view>> next();

    // Of the line that was given last, from 1; of the faulty one after an error.
    [[nodiscard]] std::int64_t line_number() const { return line_number_; }
    [[nodiscard]] std::uint64_t bytes_read() const { return bytes_read_; }
    [[nodiscard]] std::uint64_t bytes_inflated() const { return gzip_.bytes_out(); }

  private:
    base::Result<base::Done> make_room();
    base::Result<base::Done> fill();
    base::Result<base::Done> read_more();

    ObjectReader& reader_;
    codec::Md5* digest_;
    codec::GzipReader gzip_;  // of any ratio: an item may be one letter 400,000 times
    std::vector<char> read_;  // compressed
    std::string_view rest_;   // of read_, not inflated yet
    std::vector<char> text_;  // grows with the longest line
    std::size_t begin_ = 0;   // of what was not given yet, in text_
    std::size_t seen_ = 0;    // no newline before it
    std::size_t end_ = 0;
    std::int64_t line_number_ = 0;
    std::uint64_t bytes_read_ = 0;
    bool at_end_ = false;
};

}  // namespace lake

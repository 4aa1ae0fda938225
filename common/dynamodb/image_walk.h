// The fast way from an image to the members of its line: one walk that knows the ten types of
// DynamoDB (attribute_value.h), checks and writes while it reads, and never looks back.
//   {"a":{"S":"x"},"b":{"L":[{"N":"1.50"}]}}  ->  "a":"x","b":[1.50]
//
// It takes what DynamoDB writes: JSON without white space and names without escapes. All else, and
// every fault, it leaves to the plain way (append_attribute_map), which gives the same bytes for
// what both take, and can tell the fault.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "common/dynamodb/attribute_value.h"

namespace dynamodb {

// The names of one object. Few false alarms and a short list: a name whose mark is not set is new.
class NameMarks {
  public:
    // A name's mark, of its ends and its length.
    static std::size_t mark_of(std::string_view name);
    // The same where eight bytes at the name's begin can be read, however short it is.
    static std::size_t mark_of_long(std::string_view name);

    // Gives whether it was set before.
    bool set(std::size_t mark) {
        std::uint64_t& word = words_[mark / 64];
        const std::uint64_t bit = std::uint64_t{1} << (mark % 64);
        const bool was_set = (word & bit) != 0;
        word |= bit;
        return was_set;
    }
    [[nodiscard]] bool has(std::size_t mark) const {
        return (words_[mark / 64] >> (mark % 64) & 1U) != 0;
    }

  private:
    std::array<std::uint64_t, 16> words_{};
};

class ImageWalk {
  public:
    // Bytes that `out` needs for an image of so many: a walk writes no more than it has read, and
    // stores whole blocks.
    static constexpr std::size_t room_for(std::size_t image_bytes) { return image_bytes + 16; }

    // The image that `text` begins with; its members without the braces go to `out`. Gives the
    // bytes of the image; 0 where it is not taken.
    std::size_t write_members(std::string_view text, LineNumbers numbers, char* out);

    // Of the image that was taken last.
    [[nodiscard]] std::size_t bytes_written() const { return written_; }
    [[nodiscard]] bool has_name(std::string_view name, std::size_t mark) const;

  private:
    // Where the reading and the writing stand; `at` is null where the walk ended early.
    struct Place {
        const char* at;
        char* out;
    };
    Place map(Place place, NameMarks& marks, std::size_t level);
    Place value(Place place, std::size_t level);
    Place typed(Place place, std::size_t level);
    Place list(Place place, std::size_t level);
    Place set(Place place, Place (ImageWalk::*element)(Place));
    Place text(Place place);
    Place number(Place place);
    Place binary(Place place);
    Place copy_text(Place place, bool& plain);
    Place name(Place place, NameMarks& marks, std::size_t first_name);
    [[nodiscard]] bool begins(const char* at, std::string_view wanted) const;
    [[nodiscard]] Place word(Place place, std::string_view value, std::string_view json) const;

    const char* end_ = nullptr;
    LineNumbers numbers_ = LineNumbers::number;
    // Of the objects that the walk is in, outermost first.
    std::vector<std::string_view> names_;
    NameMarks marks_;  // of the image itself
    std::size_t written_ = 0;
};

}  // namespace dynamodb

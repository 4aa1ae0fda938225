// A change record to its flat change line (change_line.h) in one pass: the image is written while
// the record is parsed, where its operation stands before it, as both feeds of DynamoDB have it.
//
// It is the fast way of the common settings. What it does not take (image_walk.h, and an attribute
// with the name of a metadata member) goes the plain way, ChangeLineWriter, with the same bytes.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "common/dynamodb/change_record.h"
#include "common/dynamodb/image_walk.h"
#include "common/dynamodb/line_settings.h"

namespace dynamodb {

class LineWalk final : private ImageReader {
  public:
    explicit LineWalk(const LineSettings& settings);

    // Whether it serves these settings: flat lines whose names are kept.
    static bool serves(const LineSettings& settings);

    // Nothing where the record is not taken, for whatever reason; else good until the next write.
    const ChangeRecord* write(std::string_view text);

    // The same for a change that was read elsewhere: its line carries the image that `text` begins
    // with. Gives the image's bytes; 0 where it is not taken.
    std::size_t write_image(const ChangeRecord& change, std::string_view text);

    // The line of the record that was taken last, with its newline; until the next write.
    [[nodiscard]] std::string_view line() const { return {buffer_.data(), line_bytes_}; }

  private:
    struct Member {
        bool is_wanted;
        std::string name;   // with the prefix
        std::string start;  // ,"name":
        std::size_t mark;   // of the name
    };

    std::size_t read(ImageKind kind, const ChangeRecord& record, std::string_view text) override;
    void make_room(std::size_t image_bytes, std::size_t value_bytes);
    [[nodiscard]] bool has_name_of_metadata() const;
    void finish();

    LineNumbers numbers_;
    std::array<Member, 5> metadata_;
    std::size_t metadata_bytes_max_ = 0;  // without the values
    ChangeRecord record_;
    ImageWalk image_;
    std::string_view written_image_;
    std::vector<char> buffer_;  // only grows
    std::size_t line_bytes_ = 0;
};

}  // namespace dynamodb

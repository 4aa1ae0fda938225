#include "common/lake/gzip_lines.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace lake {
namespace {

constexpr std::size_t kReadBytes = 256UL << 10U;
constexpr std::size_t kTextBytes = 256UL << 10U;          // at first
constexpr std::size_t kTextBytesMax = kLineBytesMax + 1;  // with the newline

}  // namespace

GzipLines::GzipLines(ObjectReader& reader, codec::Md5* digest)
    : reader_(reader),
      digest_(digest),
      gzip_(codec::kGzipRatioAny),
      read_(kReadBytes),
      text_(kTextBytes) {}

base::Result<std::optional<std::string_view>> GzipLines::next() {
    using Line = std::optional<std::string_view>;
    ++line_number_;
    while (true) {
        const void* const newline = std::memchr(text_.data() + seen_, '\n', end_ - seen_);
        if (newline != nullptr) {
            const auto at =
                static_cast<std::size_t>(static_cast<const char*>(newline) - text_.data());
            const std::string_view line(text_.data() + begin_, at - begin_);
            begin_ = seen_ = at + 1;
            return Line(line);
        }
        seen_ = end_;
        if (at_end_) break;
        if (auto filled = fill(); !filled) return std::move(filled).error();
    }
    const std::string_view line(text_.data() + begin_, end_ - begin_);
    begin_ = end_;
    if (!line.empty()) return Line(line);
    --line_number_;
    return Line();
}

// Behind end_, by moving the unfinished line to the front, else by growing.
base::Result<base::Done> GzipLines::make_room() {
    const std::size_t unfinished = end_ - begin_;
    std::memmove(text_.data(), text_.data() + begin_, unfinished);
    seen_ -= begin_;
    begin_ = 0;
    end_ = unfinished;
    if (end_ < text_.size()) return base::Done{};
    if (text_.size() == kTextBytesMax) {
        return base::Error{base::ErrorKind::data_invalid,
                           fmt::format("the line has more than {} bytes", kLineBytesMax)};
    }
    text_.resize(std::min(2 * text_.size(), kTextBytesMax));
    return base::Done{};
}

// Some more bytes behind end_, or at_end_.
base::Result<base::Done> GzipLines::fill() {
    if (auto room = make_room(); !room) return room;
    while (!at_end_) {
        const auto inflated = gzip_.read(rest_, text_.data() + end_, text_.size() - end_);
        if (!inflated) return inflated.error();
        end_ += *inflated;
        if (*inflated > 0) break;
        if (auto read = read_more(); !read) return read;
    }
    return base::Done{};
}

base::Result<base::Done> GzipLines::read_more() {
    const auto read = reader_.read(read_.data(), read_.size());
    if (!read) return read.error();
    rest_ = {read_.data(), *read};
    bytes_read_ += *read;
    if (digest_ != nullptr) digest_->update(rest_);
    if (*read > 0) return base::Done{};
    at_end_ = true;
    return bytes_read_ == 0 ? base::Done{} : gzip_.finish();
}

}  // namespace lake

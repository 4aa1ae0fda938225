#include "runtime/local/verify_reader.h"

#include <array>

#include <fmt/format.h>

#include "common/codec/gzip.h"

namespace local {
namespace {

using base::Done;
using base::Result;

constexpr std::size_t kPieceBytes = 64UL * 1024;
constexpr std::string_view kGzipMagic = "\x1f\x8b";

bool is_blank(std::string_view line) {
    return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

// Cuts what comes in pieces into lines.
class LineCutter {
  public:
    explicit LineCutter(const LineSink& sink) : sink_(sink) {}

    Result<Done> add(std::string_view piece) {
        for (;;) {
            const std::size_t end = piece.find('\n');
            if (end == std::string_view::npos) break;
            Result<Done> taken = Done{};
            if (begun_.empty()) {
                taken = give(piece.substr(0, end));
            } else {
                begun_ += piece.substr(0, end);
                taken = give(begun_);
                begun_.clear();
            }
            if (!taken) return taken;
            piece.remove_prefix(end + 1);
        }
        begun_ += piece;
        return Done{};
    }
    // The last line needs no newline.
    Result<Done> finish() { return begun_.empty() ? Result<Done>(Done{}) : give(begun_); }

    [[nodiscard]] bool is_too_long() const { return begun_.size() > kLineBytesMax; }
    // Of the line that comes next, or was begun.
    [[nodiscard]] std::uint64_t number() const { return number_; }

  private:
    Result<Done> give(std::string_view line) {
        const std::uint64_t number = number_++;
        if (is_blank(line)) return Done{};
        return sink_.take(line, number);
    }

    const LineSink& sink_;
    std::string begun_;
    std::uint64_t number_ = 1;
};

// One object's bytes on their way to lines.
class Inflater {
  public:
    explicit Inflater(LineCutter& lines) : lines_(lines) {}

    // `fault` is set where the gzip is broken.
    Result<Done> add(std::string_view piece, std::optional<ContentFault>& fault) {
        if (is_first_) is_gzip_ = piece.starts_with(kGzipMagic);
        is_first_ = false;
        if (!is_gzip_) return cut(piece, fault);
        for (;;) {
            const auto got = gzip_.read(piece, buffer_.data(), buffer_.size());
            if (!got) {
                fault = ContentFault{lines_.number(), got.error().message};
                return Done{};
            }
            if (*got == 0) return Done{};
            if (auto taken = cut({buffer_.data(), *got}, fault); !taken || fault) return taken;
        }
    }
    Result<Done> finish(std::optional<ContentFault>& fault) {
        if (is_gzip_) {
            if (const auto whole = gzip_.finish(); !whole) {
                fault = ContentFault{lines_.number(), whole.error().message};
                return Done{};
            }
        }
        return lines_.finish();
    }

  private:
    Result<Done> cut(std::string_view piece, std::optional<ContentFault>& fault) {
        auto taken = lines_.add(piece);
        if (taken && lines_.is_too_long())
            fault = ContentFault{lines_.number(),
                                 fmt::format("a line of more than {} bytes", kLineBytesMax)};
        return taken;
    }

    LineCutter& lines_;
    codec::GzipReader gzip_{codec::kGzipRatioAny};  // an item may be one letter 400,000 times
    std::array<char, kPieceBytes> buffer_{};
    bool is_first_ = true;
    bool is_gzip_ = false;
};

}  // namespace

Result<std::optional<ContentFault>> read_lines(lake::ObjectReader& object, const LineSink& sink) {
    LineCutter lines(sink);
    Inflater inflater(lines);
    std::string piece(kPieceBytes, '\0');
    std::optional<ContentFault> fault;
    std::size_t kept = 0;  // at the front of `piece`: a first byte alone does not tell gzip
    for (;;) {
        const auto got = object.read(piece.data() + kept, piece.size() - kept);
        if (!got) return got.error();
        const std::string_view bytes(piece.data(), kept + *got);
        if (*got > 0 && sink.see_bytes) sink.see_bytes(bytes.substr(kept));
        if (*got > 0 && bytes.size() < kGzipMagic.size()) {
            kept = bytes.size();
            continue;
        }
        if (!bytes.empty()) {
            if (auto added = inflater.add(bytes, fault); !added) return added.error();
        }
        kept = 0;
        if (fault || *got == 0) break;
    }
    if (!fault) {
        if (auto finished = inflater.finish(fault); !finished) return finished.error();
    }
    return fault;
}

}  // namespace local

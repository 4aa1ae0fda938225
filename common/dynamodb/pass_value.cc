#include <array>
#include <bit>
#include <cstring>
#include <string_view>

#include "common/dynamodb/json_scanner.h"
#include "common/dynamodb/text_scan.h"

namespace dynamodb {
namespace {

const char* pass_space(const char* at, const char* end) {
    while (at != end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        ++at;
    return at;
}

// To the next byte that is no white space; it is there at once in most JSON.
inline const char* to_next(const char* at, const char* end) {
    return at != end && static_cast<unsigned char>(*at) <= ' ' ? pass_space(at, end) : at;
}

const char* pass_word(const char* at, const char* end, std::string_view word) {
    const std::string_view text(at, static_cast<std::size_t>(end - at));
    return text.starts_with(word) ? at + word.size() : nullptr;
}

// A value without brackets.
inline const char* pass_scalar(const char* at, const char* end) {
    switch (*at) {
        case '"':
            return pass_text(at + 1, end);
        case 't':
            return pass_word(at, end, "true");
        case 'f':
            return pass_word(at, end, "false");
        case 'n':
            return pass_word(at, end, "null");
        default:
            return pass_number(at, end);
    }
}

constexpr std::ptrdiff_t kAttributeStartBytes = 7;

constexpr auto kAttributeStartMask = std::bit_cast<std::uint64_t>(
    std::array<unsigned char, 8>{255, 255, 255, 255, 255, 255, 255, 0});

constexpr std::uint64_t attribute_start(char tag) {
    return std::bit_cast<std::uint64_t>(std::array<char, 8>{':', '{', '"', tag, '"', ':', '"', 0});
}

// :{"S":"…"} or :{"N":"…"}, as most members of an image go on behind their names. Nothing where it
// is anything else, with a fault or without.
inline const char* pass_attribute(const char* at, const char* end) {
    std::uint64_t start = 0;
    if (end - at < static_cast<std::ptrdiff_t>(sizeof start)) return nullptr;
    std::memcpy(&start, at, sizeof start);
    start &= kAttributeStartMask;
    if (start != attribute_start('S') && start != attribute_start('N')) return nullptr;
    at = pass_text(at + kAttributeStartBytes, end);
    return at != nullptr && at != end && *at == '}' ? at + 1 : nullptr;
}

// From behind a member's name to its value.
inline const char* pass_colon(const char* at, const char* end) {
    at = to_next(at, end);
    return at != end && *at == ':' ? to_next(at + 1, end) : nullptr;
}

// The closing brackets that are due, innermost last.
class Brackets {
  public:
    explicit Brackets(std::size_t depth_max) : depth_max_(depth_max) {}

    // False where it is one too many.
    bool open(char bracket) {
        if (full()) return false;
        closing_[depth_++] = bracket == '{' ? '}' : ']';
        return true;
    }
    bool close(char bracket) {
        if (closing_[depth_ - 1] != bracket) return false;
        --depth_;
        return true;
    }
    [[nodiscard]] bool in_object() const { return closing_[depth_ - 1] == '}'; }
    [[nodiscard]] bool full() const { return depth_ == depth_max_; }
    [[nodiscard]] bool empty() const { return depth_ == 0; }

  private:
    std::size_t depth_ = 0;
    std::size_t depth_max_;
    std::array<char, kJsonDepthMax> closing_;
};

}  // namespace

const char* pass_value(const char* at, const char* end, std::size_t depth_max) {
    Brackets brackets(depth_max);
    bool value_is_due = true;
    bool opened = false;  // the last thing passed was an opening bracket
    for (;;) {
        if (value_is_due) {
            if (at == end) return nullptr;
            opened = *at == '{' || *at == '[';
            if (opened && !brackets.open(*at)) return nullptr;
            at = opened ? at + 1 : pass_scalar(at, end);
            if (at == nullptr) return nullptr;
        }
        // Behind a value or an opening bracket: closing brackets, then a comma.
        for (; !brackets.empty(); ++at, opened = false) {
            at = to_next(at, end);
            if (at == end) return nullptr;
            if (*at != '}' && *at != ']') break;
            if (!brackets.close(*at)) return nullptr;
        }
        if (brackets.empty()) return at;
        if (!opened) {
            if (*at != ',') return nullptr;
            at = to_next(at + 1, end);
        }
        value_is_due = true;
        if (!brackets.in_object()) continue;
        if (at == end || *at != '"') return nullptr;
        at = pass_text(at + 1, end);
        if (at == nullptr) return nullptr;
        const char* const behind = brackets.full() ? nullptr : pass_attribute(at, end);
        value_is_due = behind == nullptr;
        opened = false;
        at = value_is_due ? pass_colon(at, end) : behind;
        if (at == nullptr) return nullptr;
    }
}

}  // namespace dynamodb

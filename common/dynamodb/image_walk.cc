#include "common/dynamodb/image_walk.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "common/codec/base64.h"
#include "common/dynamodb/text_scan.h"

namespace dynamodb {
namespace {

// M and L inside each other; each is two brackets deep in the JSON. DynamoDB allows 32.
constexpr std::size_t kLevelsMax = 48;
// More in one object are left to the plain way, whose look-up does not grow with their number.
constexpr std::size_t kNamesMax = 256;
// Blocks of a text that are copied as they are looked at.
constexpr int kBlocksCopied = 4;

constexpr std::uint64_t first_bytes(std::string_view bytes) {
    std::array<char, 8> word{};
    std::copy(bytes.begin(), bytes.end(), word.begin());
    return std::bit_cast<std::uint64_t>(word);
}

constexpr std::size_t kWordBytes = 8;

// The mask of a word's first bytes, for each number of them.
constexpr std::array<std::uint64_t, kWordBytes + 1> kFirstBytes = [] {
    std::array<std::uint64_t, kWordBytes + 1> masks{};
    const std::string_view ones = "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF";
    for (std::size_t bytes = 0; bytes <= kWordBytes; ++bytes)
        masks[bytes] = first_bytes(ones.substr(0, bytes));
    return masks;
}();

// Eight bytes from `at` on, which need not lie in the text.
std::uint64_t load_word(std::string_view text, std::size_t at) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    return word;
}

}  // namespace

std::size_t NameMarks::mark_of(std::string_view name) {
    if (name.size() >= kWordBytes) return mark_of_long(name);
    std::array<char, kWordBytes> padded{};
    std::copy(name.begin(), name.end(), padded.begin());
    return mark_of_long({padded.data(), name.size()});
}

// Without a branch, for names are of all lengths.
inline std::size_t NameMarks::mark_of_long(std::string_view name) {
    constexpr std::uint64_t kMix = 0x9E37'79B9'7F4A'7C15U;
    const std::uint64_t mask = kFirstBytes[std::min(name.size(), kWordBytes)];
    const std::size_t tail_at = std::max(name.size(), kWordBytes) - kWordBytes;
    const std::uint64_t head = load_word(name, 0) & mask;
    const std::uint64_t tail = load_word(name, tail_at) & mask;
    std::uint64_t mixed = (head ^ std::rotl(tail, 29)) + name.size();
    mixed *= kMix;
    mixed ^= mixed >> 32U;
    mixed *= kMix;
    return mixed >> 54U;
}

std::size_t ImageWalk::write_members(std::string_view text, LineNumbers numbers, char* out) {
    if (text.empty() || text.front() != '{') return 0;
    end_ = text.data() + text.size();
    numbers_ = numbers;
    names_.clear();
    marks_ = {};
    const Place end = map({text.data() + 1, out}, marks_, 0);
    if (end.at == nullptr) return 0;
    written_ = static_cast<std::size_t>(end.out - out);
    return static_cast<std::size_t>(end.at - text.data());
}

bool ImageWalk::has_name(std::string_view name, std::size_t mark) const {
    return marks_.has(mark) && std::find(names_.begin(), names_.end(), name) != names_.end();
}

[[gnu::always_inline]] inline bool ImageWalk::begins(const char* at,
                                                     std::string_view wanted) const {
    return static_cast<std::size_t>(end_ - at) >= wanted.size() &&
           std::memcmp(at, wanted.data(), wanted.size()) == 0;
}

// From behind the opening quote to behind the closing one, which is written too. `plain` becomes
// true where it certainly holds no escape.
[[gnu::always_inline]] inline ImageWalk::Place ImageWalk::copy_text(Place place, bool& plain) {
    auto [at, out] = place;
    for (int i = 0; i < kBlocksCopied && end_ - at >= static_cast<std::ptrdiff_t>(kBlockBytes);
         ++i) {
        const Block block(at);
        block.store(out);
        const std::uint64_t marks = block.special();
        const std::size_t bytes = marks == 0 ? kBlockBytes : Block::first(marks);
        at += bytes;
        out += bytes;
        if (marks == 0) continue;
        plain = *at == '"';
        if (plain) return {at + 1, out + 1};
        break;
    }
    const char* const behind = pass_text(at, end_);
    if (behind == nullptr) return {};
    const auto rest = static_cast<std::size_t>(behind - at);
    std::memcpy(out, at, rest);
    return {behind, out + rest};
}

// At the opening quote.
inline ImageWalk::Place ImageWalk::text(Place place) {
    if (place.at == end_ || *place.at != '"') return {};
    *place.out = '"';
    bool plain = false;
    return copy_text({place.at + 1, place.out + 1}, plain);
}

inline ImageWalk::Place ImageWalk::number(Place place) {
    if (place.at == end_ || *place.at != '"') return {};
    if (numbers_ == LineNumbers::text) return text(place);
    const char* const begin = place.at + 1;
    const char* const behind = pass_number(begin, end_);
    // DynamoDB's numbers are JSON numbers; what is not becomes text.
    if (behind == nullptr || behind == end_ || *behind != '"') return text(place);
    const auto bytes = static_cast<std::size_t>(behind - begin);
    if (bytes <= kBlockBytes && end_ - begin >= static_cast<std::ptrdiff_t>(kBlockBytes)) {
        Block(begin).store(place.out);
    } else {
        std::memcpy(place.out, begin, bytes);
    }
    return {behind + 1, place.out + bytes};
}

ImageWalk::Place ImageWalk::binary(Place place) {
    const Place behind = text(place);
    if (behind.at == nullptr) return {};
    const std::string_view contents(place.at + 1,
                                    static_cast<std::size_t>(behind.at - place.at) - 2);
    // An escaped slash is no fault; the plain way knows.
    return codec::is_base64(contents) ? behind : Place{};
}

// Behind the opening bracket of a set, to behind its closing one.
ImageWalk::Place ImageWalk::set(Place place, Place (ImageWalk::*element)(Place)) {
    *place.out++ = '[';
    if (place.at != end_ && *place.at == ']') {
        *place.out = ']';
        return {place.at + 1, place.out + 1};
    }
    for (;;) {
        place = (this->*element)(place);
        if (place.at == nullptr || place.at == end_) return {};
        const char next = *place.at++;
        *place.out++ = next;
        if (next == ']') return place;
        if (next != ',') return {};
    }
}

ImageWalk::Place ImageWalk::list(Place place, std::size_t level) {
    *place.out++ = '[';
    if (place.at != end_ && *place.at == ']') {
        *place.out = ']';
        return {place.at + 1, place.out + 1};
    }
    for (;;) {
        place = value(place, level);
        if (place.at == nullptr || place.at == end_) return {};
        const char next = *place.at++;
        *place.out++ = next;
        if (next == ']') return place;
        if (next != ',') return {};
    }
}

// A value that is one word, with its tag before it.
[[gnu::always_inline]] inline ImageWalk::Place ImageWalk::word(Place place, std::string_view value,
                                                               std::string_view json) const {
    if (!begins(place.at, value)) return {};
    return {place.at + value.size(), std::copy(json.begin(), json.end(), place.out)};
}

// The types that are not S and N, up to the closing brace of the attribute value. At least eight
// bytes follow.
ImageWalk::Place ImageWalk::typed(Place place, std::size_t level) {
    auto [at, out] = place;
    switch (at[2]) {
        case 'M': {
            if (!begins(at, R"({"M":{)") || level == kLevelsMax) return {};
            *out++ = '{';
            NameMarks marks;
            place = map({at + 6, out}, marks, level + 1);
            if (place.at != nullptr) *place.out++ = '}';
            return place;
        }
        case 'L':
            if (!begins(at, R"({"L":[)") || level == kLevelsMax) return {};
            return list({at + 6, out}, level + 1);
        case 'S':
            return begins(at, R"({"SS":[)") ? set({at + 7, out}, &ImageWalk::text) : Place{};
        case 'N':
            if (begins(at, R"({"NS":[)")) return set({at + 7, out}, &ImageWalk::number);
            return word(place, R"({"NULL":true)", "null");
        case 'B':
            if (begins(at, R"({"B":)")) return binary({at + 5, out});
            if (begins(at, R"({"BS":[)")) return set({at + 7, out}, &ImageWalk::binary);
            if (begins(at, R"({"BOOL":t)")) return word(place, R"({"BOOL":true)", "true");
            return word(place, R"({"BOOL":false)", "false");
        default:
            return {};
    }
}

// {"TAG":value}
[[gnu::always_inline]] inline ImageWalk::Place ImageWalk::value(Place place, std::size_t level) {
    if (end_ - place.at < 8) return {};
    const std::uint64_t start = load_word({place.at, kWordBytes}, 0) & kFirstBytes[6];
    if (start == first_bytes(R"({"S":")")) {
        *place.out = '"';
        bool plain = false;
        place = copy_text({place.at + 6, place.out + 1}, plain);
    } else if (start == first_bytes(R"({"N":")")) {
        place = number({place.at + 5, place.out});
    } else {
        place = typed(place, level);
    }
    if (place.at == nullptr || place.at == end_ || *place.at != '}') return {};
    return {place.at + 1, place.out};
}

// "name": as it stands.
[[gnu::always_inline]] inline ImageWalk::Place ImageWalk::name(Place place, NameMarks& marks,
                                                               std::size_t first_name) {
    if (place.at == end_ || *place.at != '"') return {};
    *place.out = '"';
    bool plain = false;
    const Place behind = copy_text({place.at + 1, place.out + 1}, plain);
    if (behind.at == nullptr || behind.at == end_ || *behind.at != ':') return {};
    const std::string_view name(place.at + 1, static_cast<std::size_t>(behind.at - place.at) - 2);
    const std::size_t before = names_.size();
    if (before - first_name == kNamesMax) return {};
    if (end_ - name.data() < static_cast<std::ptrdiff_t>(kWordBytes)) return {};
    if (!plain && name.find('\\') != std::string_view::npos) return {};
    if (marks.set(NameMarks::mark_of_long(name)) &&
        std::find(names_.begin() + static_cast<std::ptrdiff_t>(first_name), names_.end(), name) !=
            names_.end())
        return {};
    names_.push_back(name);
    *behind.out = ':';
    return {behind.at + 1, behind.out + 1};
}

// Behind an opening brace, to behind the closing one, which is not written.
ImageWalk::Place ImageWalk::map(Place place, NameMarks& marks, std::size_t level) {
    if (place.at != end_ && *place.at == '}') return {place.at + 1, place.out};
    const std::size_t first_name = names_.size();
    for (;;) {
        place = name(place, marks, first_name);
        if (place.at == nullptr) return {};
        place = value(place, level);
        if (place.at == nullptr || place.at == end_) return {};
        const char next = *place.at++;
        if (next == '}') break;
        if (next != ',') return {};
        *place.out++ = ',';
    }
    if (level > 0) names_.resize(first_name);
    return place;
}

}  // namespace dynamodb

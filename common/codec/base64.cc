#include "common/codec/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "common/codec/base64_kernels.h"

namespace codec {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Two characters for each 12 bits.
constexpr std::array<std::array<char, 2>, 4096> kPairs = [] {
    std::array<std::array<char, 2>, 4096> pairs{};
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        pairs[i] = {kAlphabet[i >> 6U], kAlphabet[i & 63U]};
    }
    return pairs;
}();

constexpr std::uint32_t kNoDigit = 0xFF000000;

// For each of the four places in a group: the character's six bits where they lie in the group's 24
// bits, or kNoDigit. So four look-ups, or-ed, decode a group and check it.
constexpr std::array<std::array<std::uint32_t, 256>, 4> kPlaces = [] {
    std::array<std::array<std::uint32_t, 256>, 4> places{};
    for (std::size_t place = 0; place < 4; ++place) {
        for (std::uint32_t& bits : places[place])
            bits = kNoDigit;
        for (std::uint32_t digit = 0; digit < 64; ++digit) {
            places[place][static_cast<unsigned char>(kAlphabet[digit])] = digit << (18 - 6 * place);
        }
    }
    return places;
}();

std::uint32_t byte_at(const char* at, std::size_t i) {
    return static_cast<unsigned char>(at[i]);
}

char* put_pair(char* out, std::uint32_t twelve_bits) {
    out[0] = kPairs[twelve_bits][0];
    out[1] = kPairs[twelve_bits][1];
    return out + 2;
}

// The 24 bits of a whole group, or kNoDigit among its bits.
std::uint32_t group_bits(const char* in) {
    return kPlaces[0][byte_at(in, 0)] | kPlaces[1][byte_at(in, 1)] | kPlaces[2][byte_at(in, 2)] |
           kPlaces[3][byte_at(in, 3)];
}

// The last group, which may be padded; 0 where it is wrong.
std::size_t decode_last_group(char* out, const char* in) {
    const std::size_t bytes = in[3] != '=' ? 3 : (in[2] != '=' ? 2 : 1);
    std::uint32_t bits = kPlaces[0][byte_at(in, 0)] | kPlaces[1][byte_at(in, 1)];
    if (bytes >= 2) bits |= kPlaces[2][byte_at(in, 2)];
    if (bytes == 3) bits |= kPlaces[3][byte_at(in, 3)];
    const std::uint32_t beyond_last_byte = 0xFFFFFFU >> (8 * bytes);
    if ((bits & (kNoDigit | beyond_last_byte)) != 0) return 0;
    for (std::size_t i = 0; i < bytes; ++i) {
        out[i] = static_cast<char>(bits >> (16 - 8 * i));
    }
    return bytes;
}

// The place of the first fault in a text that base64_decode_to refused.
base::Error explain(std::string_view text) {
    const auto invalid = [&](std::string_view fault) {
        return base::Error{base::ErrorKind::data_invalid,
                           fmt::format("base64 text of {} characters: {}", text.size(), fault)};
    };
    const std::size_t end = text.find_last_not_of('=') + 1;
    for (std::size_t i = 0; i < end; ++i) {
        if (kPlaces[0][static_cast<unsigned char>(text[i])] != kNoDigit) continue;
        const std::string_view fault =
            text[i] == '=' ? "padding in front of other characters" : "no base64 character";
        return invalid(fmt::format("{} (at byte {})", fault, i));
    }
    if (text.size() % 4 != 0) return invalid("no whole number of four-character groups");
    if (text.size() - end > 2) return invalid("more than two padding characters");
    return invalid("bits behind the last byte are not zero");
}

std::size_t take_nothing(char*, const char*, std::size_t) {
    return 0;
}

std::size_t check_nothing(const char*, std::size_t) {
    return 0;
}

}  // namespace

const Base64Kernel kBase64Portable = {
    .encode = take_nothing, .decode = take_nothing, .check = check_nothing};

char* base64_encode_with(const Base64Kernel& kernel, char* out, std::string_view bytes) {
    const std::size_t taken = kernel.encode(out, bytes.data(), bytes.size());
    out += taken / 3 * 4;
    bytes.remove_prefix(taken);
    const char* in = bytes.data();
    const char* const whole_end = in + bytes.size() / 3 * 3;
    for (; in != whole_end; in += 3) {
        const std::uint32_t bits = byte_at(in, 0) << 16U | byte_at(in, 1) << 8U | byte_at(in, 2);
        out = put_pair(put_pair(out, bits >> 12U), bits & 0xFFFU);
    }
    switch (bytes.size() % 3) {
        case 1:
            out = put_pair(out, byte_at(in, 0) << 4U);
            *out++ = '=';
            *out++ = '=';
            break;
        case 2:
            out = put_pair(out, byte_at(in, 0) << 4U | byte_at(in, 1) >> 4U);
            *out++ = kAlphabet[(byte_at(in, 1) & 0xFU) << 2U];
            *out++ = '=';
            break;
        default:
            break;
    }
    return out;
}

char* base64_encode_to(char* out, std::string_view bytes) {
    return base64_encode_with(base64_kernel(), out, bytes);
}

std::string base64_encode(std::string_view bytes) {
    std::string out(base64_encoded_size(bytes.size()), '\0');
    base64_encode_to(out.data(), bytes);
    return out;
}

void append_base64(std::string& out, std::string_view bytes) {
    const std::size_t before = out.size();
    out.resize(before + base64_encoded_size(bytes.size()));
    base64_encode_to(out.data() + before, bytes);
}

void append_base64(std::string& out, std::string_view head, std::string_view tail) {
    const std::size_t before = out.size();
    out.resize(before + base64_encoded_size(head.size() + tail.size()));
    const std::size_t head_rest = head.size() % 3;
    char* at = base64_encode_to(out.data() + before, head.substr(0, head.size() - head_rest));
    if (head_rest > 0) {
        // The group that lies in both.
        std::array<char, 3> group{};
        char* const group_tail = std::copy_n(head.end() - head_rest, head_rest, group.data());
        const std::size_t from_tail = std::min(tail.size(), 3 - head_rest);
        std::copy_n(tail.begin(), from_tail, group_tail);
        at = base64_encode_to(at, {group.data(), head_rest + from_tail});
        tail.remove_prefix(from_tail);
    }
    base64_encode_to(at, tail);
}

std::optional<std::size_t> base64_decode_with(const Base64Kernel& kernel, char* out,
                                              std::string_view text) {
    if (text.empty()) return 0;
    if (text.size() % 4 != 0) return std::nullopt;
    const char* const begin = out;
    const std::size_t taken = kernel.decode(out, text.data(), text.size());
    out += taken / 4 * 3;
    const char* in = text.data() + taken;
    const char* const last = text.data() + text.size() - 4;
    std::uint32_t faults = 0;
    for (; in != last; in += 4) {
        const std::uint32_t bits = group_bits(in);
        faults |= bits;
        out[0] = static_cast<char>(bits >> 16U);
        out[1] = static_cast<char>(bits >> 8U);
        out[2] = static_cast<char>(bits);
        out += 3;
    }
    const std::size_t last_bytes = decode_last_group(out, last);
    if ((faults & kNoDigit) != 0 || last_bytes == 0) return std::nullopt;
    return static_cast<std::size_t>(out - begin) + last_bytes;
}

bool is_base64_with(const Base64Kernel& kernel, std::string_view text) {
    if (text.empty()) return true;
    if (text.size() % 4 != 0) return false;
    const char* in = text.data() + kernel.check(text.data(), text.size());
    const char* const last = text.data() + text.size() - 4;
    std::uint32_t faults = 0;
    for (; in != last; in += 4)
        faults |= group_bits(in);
    std::array<char, 3> unused{};
    return (faults & kNoDigit) == 0 && decode_last_group(unused.data(), last) != 0;
}

std::optional<std::size_t> base64_decode_to(char* out, std::string_view text) {
    return base64_decode_with(base64_kernel(), out, text);
}

bool is_base64(std::string_view text) {
    return is_base64_with(base64_kernel(), text);
}

base::Result<std::string> base64_decode(std::string_view text) {
    std::string out(base64_decoded_size_max(text.size()), '\0');
    const auto bytes = base64_decode_to(out.data(), text);
    if (!bytes) return explain(text);
    out.resize(*bytes);
    return out;
}

std::string base64url_encode(std::string_view bytes) {
    std::string out = base64_encode(bytes);
    for (char& c : out) {
        if (c == '+') c = '-';
        if (c == '/') c = '_';
    }
    out.erase(out.find_last_not_of('=') + 1);
    return out;
}

}  // namespace codec

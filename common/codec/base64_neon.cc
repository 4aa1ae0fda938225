// Base64, 48 bytes <-> 64 characters at a time: the loads and stores of NEON take groups of three
// and four apart, and its table look-up knows 64 entries.
#include "common/codec/base64_kernels.h"

#if defined(__aarch64__)

#include <arm_neon.h>
#include <array>
#include <cstdint>

namespace codec {
namespace {

constexpr std::size_t kBlockBytes = 48;
constexpr std::size_t kBlockCharacters = 64;

constexpr std::array<std::uint8_t, 65> kAlphabet = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"};

// The digit of each ASCII character, 0xFF for what is none.
constexpr std::array<std::uint8_t, 128> kDigits = [] {
    std::array<std::uint8_t, 128> digits{};
    digits.fill(0xFF);
    for (std::uint8_t digit = 0; digit < 64; ++digit)
        digits[kAlphabet[digit]] = digit;
    return digits;
}();

uint8x16x4_t load_table(const std::uint8_t* table) {
    return {{vld1q_u8(table), vld1q_u8(table + 16), vld1q_u8(table + 32), vld1q_u8(table + 48)}};
}

const std::uint8_t* bytes_of(const char* at) {
    return reinterpret_cast<const std::uint8_t*>(at);
}

struct DigitTables {
    uint8x16x4_t below_64 = load_table(kDigits.data());
    uint8x16x4_t from_64 = load_table(kDigits.data() + 64);
};

// A look-up outside its table gives 0; bit 7 stays with bytes that are not ASCII.
uint8x16_t digits_of(const DigitTables& tables, uint8x16_t text) {
    const uint8x16_t low = vqtbl4q_u8(tables.below_64, text);
    const uint8x16_t high = vqtbl4q_u8(tables.from_64, veorq_u8(text, vdupq_n_u8(0x40)));
    return vorrq_u8(vorrq_u8(low, high), vandq_u8(text, vdupq_n_u8(0x80)));
}

// The digits of 64 characters; false where one of them is none.
bool read_digits(const DigitTables& tables, const char* in, uint8x16x4_t& digits) {
    const uint8x16x4_t text = vld4q_u8(bytes_of(in));
    for (int i = 0; i < 4; ++i)
        digits.val[i] = digits_of(tables, text.val[i]);
    const uint8x16_t all =
        vorrq_u8(vorrq_u8(digits.val[0], digits.val[1]), vorrq_u8(digits.val[2], digits.val[3]));
    return vmaxvq_u8(all) < 64;
}

std::size_t encode(char* out, const char* in, std::size_t bytes) {
    const uint8x16x4_t alphabet = load_table(kAlphabet.data());
    const uint8x16_t six_bits = vdupq_n_u8(0x3F);
    std::size_t taken = 0;
    for (; bytes - taken >= kBlockBytes; taken += kBlockBytes, out += kBlockCharacters) {
        const uint8x16x3_t group = vld3q_u8(bytes_of(in + taken));
        const uint8x16_t digits[4] = {
            vshrq_n_u8(group.val[0], 2),
            vandq_u8(vorrq_u8(vshlq_n_u8(group.val[0], 4), vshrq_n_u8(group.val[1], 4)), six_bits),
            vandq_u8(vorrq_u8(vshlq_n_u8(group.val[1], 2), vshrq_n_u8(group.val[2], 6)), six_bits),
            vandq_u8(group.val[2], six_bits)};
        uint8x16x4_t text;
        for (int i = 0; i < 4; ++i)
            text.val[i] = vqtbl4q_u8(alphabet, digits[i]);
        vst4q_u8(reinterpret_cast<std::uint8_t*>(out), text);
    }
    return taken;
}

std::size_t decode(char* out, const char* in, std::size_t characters) {
    const DigitTables tables;
    std::size_t taken = 0;
    uint8x16x4_t digits;
    // The last group may be padded, so it is left.
    while (characters - taken > kBlockCharacters && read_digits(tables, in + taken, digits)) {
        const uint8x16x3_t group = {
            {vorrq_u8(vshlq_n_u8(digits.val[0], 2), vshrq_n_u8(digits.val[1], 4)),
             vorrq_u8(vshlq_n_u8(digits.val[1], 4), vshrq_n_u8(digits.val[2], 2)),
             vorrq_u8(vshlq_n_u8(digits.val[2], 6), digits.val[3])}};
        vst3q_u8(reinterpret_cast<std::uint8_t*>(out), group);
        taken += kBlockCharacters;
        out += kBlockBytes;
    }
    return taken;
}

std::size_t check(const char* in, std::size_t characters) {
    const DigitTables tables;
    std::size_t taken = 0;
    uint8x16x4_t unused;
    while (characters - taken > kBlockCharacters && read_digits(tables, in + taken, unused))
        taken += kBlockCharacters;
    return taken;
}

}  // namespace

const Base64Kernel kBase64Neon = {.encode = encode, .decode = decode, .check = check};

}  // namespace codec

#endif

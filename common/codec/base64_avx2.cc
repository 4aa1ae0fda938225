// Base64, 24 bytes <-> 32 characters at a time: W. Muła and D. Lemire, "Faster Base64 Encoding and
// Decoding Using AVX2 Instructions" (ACM Transactions on the Web, 2018).
#include "common/codec/base64_kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

namespace codec {
namespace {

constexpr std::size_t kBlockBytes = 24;
constexpr std::size_t kBlockCharacters = 32;
// A block is loaded as two halves of 16 bytes, 12 apart.
constexpr std::size_t kBytesLoaded = 28;
// A block's 32 bytes are stored, 8 of them beyond its data: so much text must follow it.
constexpr std::size_t kCharactersStored = 44;

__attribute__((target("avx2"))) __m256i load(const char* at) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
}

__attribute__((target("avx2"))) void store(char* at, __m256i bytes) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(at), bytes);
}

__attribute__((target("avx2"))) __m256i in_both_lanes(__m128i lane) {
    return _mm256_broadcastsi128_si256(lane);
}

__attribute__((target("avx2"))) __m256i encode_block(const char* in) {
    const __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in));
    const __m128i high = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + 12));
    const __m256i groups = _mm256_shuffle_epi8(
        _mm256_set_m128i(high, low),
        in_both_lanes(_mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10)));
    // Each byte becomes one digit of six bits.
    const __m256i even = _mm256_mulhi_epu16(_mm256_and_si256(groups, _mm256_set1_epi32(0x0FC0FC00)),
                                            _mm256_set1_epi32(0x04000040));
    const __m256i odd = _mm256_mullo_epi16(_mm256_and_si256(groups, _mm256_set1_epi32(0x003F03F0)),
                                           _mm256_set1_epi32(0x01000010));
    const __m256i digits = _mm256_or_si256(even, odd);
    // The digit's range (13 for A to Z, 0 for a to z, 1 to 10 for 0 to 9, 11, 12) gives what to
    // add.
    const __m256i upper = _mm256_cmpgt_epi8(_mm256_set1_epi8(26), digits);
    const __m256i range = _mm256_or_si256(_mm256_subs_epu8(digits, _mm256_set1_epi8(51)),
                                          _mm256_and_si256(upper, _mm256_set1_epi8(13)));
    const __m256i shift = _mm256_shuffle_epi8(
        in_both_lanes(_mm_setr_epi8('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                                    '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '+' - 62,
                                    '/' - 63, 'A', 0, 0)),
        range);
    return _mm256_add_epi8(digits, shift);
}

// Gives false where one of the 32 is no base64 character; else the digit of each.
__attribute__((target("avx2"))) bool read_digits(__m256i text, __m256i& digits) {
    const __m256i mask = _mm256_set1_epi8(0x2F);
    const __m256i high = _mm256_and_si256(_mm256_srli_epi32(text, 4), mask);
    const __m256i low = _mm256_and_si256(text, mask);
    const __m256i high_faults = _mm256_shuffle_epi8(
        in_both_lanes(_mm_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10,
                                    0x10, 0x10, 0x10, 0x10, 0x10, 0x10)),
        high);
    const __m256i low_faults = _mm256_shuffle_epi8(
        in_both_lanes(_mm_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
                                    0x13, 0x1A, 0x1B, 0x1B, 0x1B, 0x1A)),
        low);
    const __m256i is_slash = _mm256_cmpeq_epi8(text, mask);
    const __m256i roll = _mm256_shuffle_epi8(
        in_both_lanes(_mm_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0)),
        _mm256_add_epi8(is_slash, high));
    digits = _mm256_add_epi8(text, roll);
    return _mm256_testz_si256(low_faults, high_faults) != 0;
}

__attribute__((target("avx2"))) __m256i join_digits(__m256i digits) {
    const __m256i pairs = _mm256_maddubs_epi16(digits, _mm256_set1_epi32(0x01400140));
    const __m256i groups = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00011000));
    const __m256i lanes = _mm256_shuffle_epi8(
        groups,
        in_both_lanes(_mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1)));
    return _mm256_permutevar8x32_epi32(lanes, _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7));
}

__attribute__((target("avx2"))) std::size_t encode(char* out, const char* in, std::size_t bytes) {
    std::size_t taken = 0;
    for (; bytes - taken >= kBytesLoaded; taken += kBlockBytes, out += kBlockCharacters)
        store(out, encode_block(in + taken));
    return taken;
}

__attribute__((target("avx2"))) std::size_t decode(char* out, const char* in,
                                                   std::size_t characters) {
    std::size_t taken = 0;
    __m256i digits;
    for (; characters - taken >= kCharactersStored; taken += kBlockCharacters) {
        if (!read_digits(load(in + taken), digits)) break;
        store(out, join_digits(digits));
        out += kBlockBytes;
    }
    return taken;
}

__attribute__((target("avx2"))) std::size_t check(const char* in, std::size_t characters) {
    std::size_t taken = 0;
    __m256i unused;
    // The last group may be padded, so it is left.
    while (characters - taken > kBlockCharacters && read_digits(load(in + taken), unused))
        taken += kBlockCharacters;
    return taken;
}

}  // namespace

const Base64Kernel kBase64Avx2 = {.encode = encode, .decode = decode, .check = check};

}  // namespace codec

#endif

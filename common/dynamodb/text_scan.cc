#include "common/dynamodb/text_scan.h"

#include <string_view>

#include "common/base/utf8.h"
#include "common/dynamodb/unicode_escape.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace dynamodb {
namespace {

// 0x80 in each byte that is not plain; above the lowest of them, also in others.
std::uint64_t special_bytes(std::uint64_t word) {
    constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101U;
    constexpr std::uint64_t kHighBits = 0x80 * kOnes;
    const auto zero_bytes = [](std::uint64_t x) { return (x - kOnes) & ~x; };
    const std::uint64_t controls = (word - 0x20 * kOnes) & ~word;
    return (controls | zero_bytes(word ^ '"' * kOnes) | zero_bytes(word ^ '\\' * kOnes) | word) &
           kHighBits;
}

const char* pass_digits(const char* at, const char* end) {
    while (at != end && *at >= '0' && *at <= '9')
        ++at;
    return at;
}

// At the four digits of \uXXXX. A surrogate must have its partner: alone it stands for no character
// and could not be written as UTF-8.
const char* pass_unicode_escape(const char* at, const char* end) {
    const std::string_view text(at, static_cast<std::size_t>(end - at));
    const auto unit = read_hex4(text);
    if (!unit || is_low_surrogate(*unit)) return nullptr;
    if (!is_high_surrogate(*unit)) return at + 4;
    if (text.substr(4, 2) != "\\u") return nullptr;
    const auto low = read_hex4(text.substr(6));
    return low && is_low_surrogate(*low) ? at + 10 : nullptr;
}

const char* pass_escape(const char* at, const char* end) {
    ++at;
    if (at == end) return nullptr;
    if (*at == 'u') return pass_unicode_escape(at + 1, end);
    return std::strchr("\"\\/bfnrt", *at) != nullptr && *at != '\0' ? at + 1 : nullptr;
}

}  // namespace

const char* plain_end_portable(const char* at, const char* end) {
    std::uint64_t word = 0;
    while (end - at >= static_cast<std::ptrdiff_t>(sizeof word)) {
        std::memcpy(&word, at, sizeof word);
        if (special_bytes(word) != 0) break;
        at += sizeof word;
    }
    while (at != end && is_plain(*at))
        ++at;
    return at;
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) const char* plain_end_avx2(const char* at, const char* end) {
    constexpr std::ptrdiff_t kBytes = 32;
    for (; end - at >= kBytes; at += kBytes) {
        const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
        const __m256i special =
            _mm256_or_si256(_mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), bytes),
                            _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"')),
                                            _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\'))));
        const auto mask = static_cast<std::uint32_t>(_mm256_movemask_epi8(special));
        if (mask != 0) return at + __builtin_ctz(mask);
    }
    return plain_end_portable(at, end);
}

const char* plain_end_far(const char* at, const char* end) {
    return __builtin_cpu_supports("avx2") ? plain_end_avx2(at, end) : plain_end_portable(at, end);
}

#else

const char* plain_end_far(const char* at, const char* end) {
    for (; end - at >= static_cast<std::ptrdiff_t>(kBlockBytes); at += kBlockBytes) {
        const std::uint64_t marks = Block(at).special();
        if (marks != 0) return at + Block::first(marks);
    }
    return plain_end_portable(at, end);
}

#endif

const char* pass_special(const char* at, const char* end) {
    const auto byte = [&] { return static_cast<unsigned char>(*at); };
    if (byte() == '\\') return pass_escape(at, end);
    if (byte() < 0x80) return nullptr;
    // Texts of other scripts come in runs.
    while (at != end && byte() >= 0x80) {
        const std::size_t length =
            base::utf8_sequence_length({at, static_cast<std::size_t>(end - at)});
        if (length == 0) return nullptr;
        at += length;
    }
    return at;
}

const char* pass_number(const char* at, const char* end) {
    const auto next_is = [&](char c) { return at != end && *at == c; };
    // Passes one digit or more.
    const auto digits = [&] {
        const char* const first = at;
        at = pass_digits(at, end);
        return at != first;
    };
    if (next_is('-')) ++at;
    if (next_is('0')) {
        ++at;
    } else if (!digits()) {
        return nullptr;
    }
    if (next_is('.')) {
        ++at;
        if (!digits()) return nullptr;
    }
    if (next_is('e') || next_is('E')) {
        ++at;
        if (next_is('+') || next_is('-')) ++at;
        if (!digits()) return nullptr;
    }
    return at;
}

}  // namespace dynamodb

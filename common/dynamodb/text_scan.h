// Passing over JSON texts many bytes at a time. A plain byte is ASCII that stands for itself in a
// JSON text: no quote, no backslash, no control byte, nothing above 0x7F.
//
// Most texts are short, so the first 16 bytes are looked at in place, with what every processor of
// its kind has (SSE2, NEON, else words of 8 bytes). Longer ones go to plain_end_far, which takes 32
// bytes at a time where the processor can.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace dynamodb {

constexpr std::size_t kBlockBytes = 16;

inline bool is_plain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

// 16 bytes of a text. special() has a mark for each that is not plain, first() the place of the
// lowest mark.
#if defined(__x86_64__)

class Block {
  public:
    explicit Block(const char* at)
        : bytes_(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at))) {}

    void store(char* at) const { _mm_storeu_si128(reinterpret_cast<__m128i*>(at), bytes_); }

    [[nodiscard]] std::uint64_t special() const {
        // As signed numbers, what is not ASCII lies below the control bytes.
        const __m128i special =
            _mm_or_si128(_mm_cmplt_epi8(bytes_, _mm_set1_epi8(0x20)),
                         _mm_or_si128(_mm_cmpeq_epi8(bytes_, _mm_set1_epi8('"')),
                                      _mm_cmpeq_epi8(bytes_, _mm_set1_epi8('\\'))));
        return static_cast<std::uint32_t>(_mm_movemask_epi8(special));
    }
    static unsigned first(std::uint64_t marks) {
        return static_cast<unsigned>(__builtin_ctzll(marks));
    }

  private:
    __m128i bytes_;
};

#elif defined(__aarch64__)

class Block {
  public:
    explicit Block(const char* at) : bytes_(vld1q_u8(reinterpret_cast<const std::uint8_t*>(at))) {}

    void store(char* at) const { vst1q_u8(reinterpret_cast<std::uint8_t*>(at), bytes_); }

    [[nodiscard]] std::uint64_t special() const {
        const uint8x16_t special = vorrq_u8(
            vcltq_s8(vreinterpretq_s8_u8(bytes_), vdupq_n_s8(0x20)),
            vorrq_u8(vceqq_u8(bytes_, vdupq_n_u8('"')), vceqq_u8(bytes_, vdupq_n_u8('\\'))));
        // Four bits for each byte.
        const uint8x8_t narrow = vshrn_n_u16(vreinterpretq_u16_u8(special), 4);
        return vget_lane_u64(vreinterpret_u64_u8(narrow), 0);
    }
    static unsigned first(std::uint64_t marks) {
        return static_cast<unsigned>(__builtin_ctzll(marks)) / 4;
    }

  private:
    uint8x16_t bytes_;
};

#else

class Block {
  public:
    explicit Block(const char* at) { std::memcpy(bytes_, at, kBlockBytes); }

    void store(char* at) const { std::memcpy(at, bytes_, kBlockBytes); }

    [[nodiscard]] std::uint64_t special() const {
        std::uint64_t marks = 0;
        for (std::size_t i = 0; i < kBlockBytes; ++i)
            marks |= static_cast<std::uint64_t>(!is_plain(bytes_[i])) << i;
        return marks;
    }
    static unsigned first(std::uint64_t marks) {
        return static_cast<unsigned>(__builtin_ctzll(marks));
    }

  private:
    char bytes_[kBlockBytes];
};

#endif

// The first byte from `at` on that is not plain, or `end`. All versions give the same.
const char* plain_end_portable(const char* at, const char* end);
#if defined(__x86_64__)
const char* plain_end_avx2(const char* at, const char* end);  // only where the processor has it
#endif
const char* plain_end_far(const char* at, const char* end);

inline const char* plain_end(const char* at, const char* end) {
    if (end - at >= static_cast<std::ptrdiff_t>(kBlockBytes)) {
        const std::uint64_t marks = Block(at).special();
        if (marks != 0) return at + Block::first(marks);
        at += kBlockBytes;
    }
    return plain_end_far(at, end);
}

// Passes the byte at `at`, which is not plain and no quote, and what belongs to it: one escape, or
// the UTF-8 sequences from there on. Nothing where that is no part of a JSON text.
const char* pass_special(const char* at, const char* end);

// From behind the opening quote to behind the closing one; nothing where it is no JSON text.
[[gnu::always_inline]] inline const char* pass_text(const char* at, const char* end) {
    while (at != nullptr) {
        at = plain_end(at, end);
        if (at == end) return nullptr;
        if (*at == '"') return at + 1;
        at = pass_special(at, end);
    }
    return nullptr;
}

// Passes one whole value (RFC 8259) that begins at `at`, nested at most `depth_max` deep; nothing
// where it has a fault. Strict as JsonScanner is, which can tell the fault.
const char* pass_value(const char* at, const char* end, std::size_t depth_max);

// Passes one number; nothing where none begins at `at`.
const char* pass_number(const char* at, const char* end);

}  // namespace dynamodb

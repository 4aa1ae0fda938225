// The wide loops of base64, one per instruction set. base64.cc runs the best one that the processor
// has; the tests run all of them against each other.
//
// A kernel takes whole blocks from the front and returns how many bytes of its input it took: whole
// groups (3 bytes of data, 4 characters of text). It stops in front of a block that holds anything
// but the 64 characters, and before the end. What it leaves, faults and padding included, is judged
// by the tables in base64.cc, so that strictness lives in one place.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace codec {

struct Base64Kernel {
    std::size_t (*encode)(char* out, const char* in, std::size_t bytes);
    // Writes within base64_decoded_size_max(characters) of `out`.
    std::size_t (*decode)(char* out, const char* in, std::size_t characters);
    std::size_t (*check)(const char* in, std::size_t characters);
};

// Takes nothing, so that the tables do it all.
extern const Base64Kernel kBase64Portable;
#if defined(__x86_64__)
extern const Base64Kernel kBase64Avx2;  // only where __builtin_cpu_supports("avx2")
#elif defined(__aarch64__)
extern const Base64Kernel kBase64Neon;
#endif

// The best one here.
inline const Base64Kernel& base64_kernel() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") ? kBase64Avx2 : kBase64Portable;
#elif defined(__aarch64__)
    return kBase64Neon;
#else
    return kBase64Portable;
#endif
}

// What base64.h offers, with a kernel of one's choice.
char* base64_encode_with(const Base64Kernel& kernel, char* out, std::string_view bytes);
std::optional<std::size_t> base64_decode_with(const Base64Kernel& kernel, char* out,
                                              std::string_view text);
bool is_base64_with(const Base64Kernel& kernel, std::string_view text);

}  // namespace codec

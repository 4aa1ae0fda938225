#include "common/codec/base64_kernels.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "common/codec/base64.h"

namespace codec {
namespace {

// All that this processor can run; the portable one, the tables alone, is first.
std::vector<Base64Kernel> kernels() {
    std::vector<Base64Kernel> all = {kBase64Portable};
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) all.push_back(kBase64Avx2);
#elif defined(__aarch64__)
    all.push_back(kBase64Neon);
#endif
    return all;
}

std::string encode(const Base64Kernel& kernel, const std::string& bytes) {
    // A buffer of its own and exact size, so that a sanitizer sees a byte too many.
    std::vector<char> out(base64_encoded_size(bytes.size()));
    EXPECT_EQ(base64_encode_with(kernel, out.data(), bytes), out.data() + out.size());
    return {out.begin(), out.end()};
}

std::optional<std::string> decode(const Base64Kernel& kernel, const std::string& text) {
    const std::vector<char> in(text.begin(), text.end());
    std::vector<char> out(base64_decoded_size_max(text.size()));
    const auto bytes = base64_decode_with(kernel, out.data(), {in.data(), in.size()});
    EXPECT_EQ(is_base64_with(kernel, {in.data(), in.size()}), bytes.has_value());
    if (!bytes) return std::nullopt;
    return std::string(out.data(), *bytes);
}

TEST(Base64Kernels, AgreeOnEveryLength) {
    std::mt19937 random(1);
    for (std::size_t size = 0; size <= 300; ++size) {
        std::string bytes(size, '\0');
        for (char& byte : bytes)
            byte = static_cast<char>(random());
        const std::string text = encode(kBase64Portable, bytes);
        for (const Base64Kernel& kernel : kernels()) {
            EXPECT_EQ(encode(kernel, bytes), text);
            EXPECT_EQ(decode(kernel, text), bytes);
        }
    }
}

// Every byte at every place of two blocks: the 64 characters pass, nothing else.
TEST(Base64Kernels, AgreeOnEveryByte) {
    const std::string text(120, 'Q');
    for (std::size_t at = 0; at < 72; ++at) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string changed = text;
            changed[at] = static_cast<char>(byte);
            const auto wanted = decode(kBase64Portable, changed);
            const bool is_digit =
                byte < 128 && (std::isalnum(byte) != 0 || byte == '+' || byte == '/');
            ASSERT_EQ(wanted.has_value(), is_digit) << byte;
            for (const Base64Kernel& kernel : kernels())
                ASSERT_EQ(decode(kernel, changed), wanted) << "byte " << byte << " at " << at;
        }
    }
}

TEST(Base64Kernels, AgreeOnPaddingInEveryPlace) {
    for (std::size_t size = 4; size <= 200; size += 4) {
        for (std::size_t at = 0; at < size; ++at) {
            std::string text(size, 'A');
            text[at] = '=';
            const auto wanted = decode(kBase64Portable, text);
            EXPECT_EQ(wanted.has_value(), at + 1 == size);
            for (const Base64Kernel& kernel : kernels())
                EXPECT_EQ(decode(kernel, text), wanted) << at << " of " << size;
        }
    }
}

TEST(AppendBase64, EncodesTwoSlicesAsOne) {
    std::string bytes;
    for (int i = 0; i < 100; ++i)
        bytes += static_cast<char>(i * 37);
    for (const std::size_t size : {0U, 1U, 2U, 3U, 4U, 5U, 50U, 99U, 100U}) {
        const std::string_view whole = std::string_view(bytes).substr(0, size);
        for (std::size_t head = 0; head <= size; ++head) {
            std::string out = "before";
            append_base64(out, whole.substr(0, head), whole.substr(head));
            EXPECT_EQ(out, "before" + base64_encode(whole)) << head << " of " << size;
        }
    }
}

}  // namespace
}  // namespace codec

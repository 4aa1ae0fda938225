#include "common/base/random.h"

#include <cassert>
#include <sys/random.h>

#include <fmt/format.h>

namespace base {

std::uint64_t SystemRandom::next() {
    std::uint64_t bits = 0;
    // Up to 256 bytes come whole or not at all, and only an early-boot kernel can make this wait.
    while (getrandom(&bits, sizeof bits, 0) != static_cast<ssize_t>(sizeof bits)) {
    }
    return bits;
}

std::uint64_t below(Random& random, std::uint64_t limit) {
    assert(limit >= 1);
    // Multiply-shift (Lemire): the bias is below 2^-32 for every limit used here.
    __extension__ using Wide = unsigned __int128;
    const auto wide = static_cast<Wide>(random.next()) * limit;
    return static_cast<std::uint64_t>(wide >> 64U);
}

std::string make_uuid(Random& random) {
    const std::uint64_t high = (random.next() & 0xFFFF'FFFF'FFFF'0FFFU) | 0x4000U;
    const std::uint64_t low = (random.next() & 0x3FFF'FFFF'FFFF'FFFFU) | 0x8000'0000'0000'0000U;
    return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32U, (high >> 16U) & 0xFFFFU,
                       high & 0xFFFFU, low >> 48U, low & 0xFFFF'FFFF'FFFFU);
}

}  // namespace base

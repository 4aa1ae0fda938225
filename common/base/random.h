// The randomness seam: jitter, request ids, partition keys. Tests give a seeded one.
#pragma once

#include <cstdint>
#include <string>

namespace base {

class Random {
  public:
    virtual ~Random() = default;
    // 64 uniformly distributed bits.
    virtual std::uint64_t next() = 0;
};

// The kernel's generator (getrandom).
class SystemRandom final : public Random {
  public:
    std::uint64_t next() override;
};

// A uniformly distributed number in [0, limit); `limit` is at least 1.
std::uint64_t below(Random& random, std::uint64_t limit);

// A version 4 UUID (RFC 9562), lower case: "2f1c6c2e-5c3b-4f0e-9d2a-0d6f0c3b1a2e".
std::string make_uuid(Random& random);

}  // namespace base

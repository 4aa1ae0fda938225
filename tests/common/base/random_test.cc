#include "common/base/random.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace base {
namespace {

// Gives the same bits each time.
class FixedRandom final : public Random {
  public:
    explicit FixedRandom(std::uint64_t bits) : bits_(bits) {}
    std::uint64_t next() override { return bits_; }

  private:
    std::uint64_t bits_;
};

// xxxxxxxx-xxxx-4xxx-[89ab]xxx-xxxxxxxxxxxx
bool has_uuid_shape(std::string_view uuid) {
    constexpr std::string_view kShape = "xxxxxxxx-xxxx-4xxx-vxxx-xxxxxxxxxxxx";
    const auto fits = [](char wanted, char c) {
        if (wanted == 'x') return std::string_view("0123456789abcdef").find(c) != std::string::npos;
        if (wanted == 'v') return std::string_view("89ab").find(c) != std::string::npos;
        return c == wanted;
    };
    return std::equal(kShape.begin(), kShape.end(), uuid.begin(), uuid.end(), fits);
}

TEST(Random, StaysBelowTheLimit) {
    tests::SeededRandom random;
    for (const std::uint64_t limit : {1ULL, 2ULL, 3ULL, 10ULL, 1'000'003ULL, 1ULL << 63U, ~0ULL}) {
        for (int i = 0; i < 1'000; ++i)
            ASSERT_LT(below(random, limit), limit);
    }
}

TEST(Random, ReachesBothEnds) {
    FixedRandom lowest(0);
    FixedRandom highest(~0ULL);
    for (const std::uint64_t limit : {1ULL, 2ULL, 7ULL, 1'000ULL, ~0ULL}) {
        EXPECT_EQ(below(lowest, limit), 0U);
        EXPECT_EQ(below(highest, limit), limit - 1);
    }
}

TEST(Random, IsUniform) {
    tests::SeededRandom random(7);
    std::array<int, 10> counts{};
    for (int i = 0; i < 100'000; ++i)
        ++counts.at(below(random, counts.size()));
    // Six standard deviations of a count of 10,000.
    for (const int count : counts)
        EXPECT_NEAR(count, 10'000, 570);
}

TEST(Random, MakesVersionFourUuids) {
    tests::SeededRandom random;
    std::set<std::string> seen;
    for (int i = 0; i < 10'000; ++i) {
        const std::string uuid = make_uuid(random);
        ASSERT_TRUE(has_uuid_shape(uuid)) << uuid;
        ASSERT_TRUE(seen.insert(uuid).second);
    }
}

TEST(Random, SetsTheUuidsFixedBitsAlone) {
    FixedRandom zeros(0);
    FixedRandom ones(~0ULL);
    EXPECT_EQ(make_uuid(zeros), "00000000-0000-4000-8000-000000000000");
    EXPECT_EQ(make_uuid(ones), "ffffffff-ffff-4fff-bfff-ffffffffffff");
}

TEST(Random, SystemRandomDoesNotRepeatItself) {
    SystemRandom random;
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 1'000; ++i)
        EXPECT_TRUE(seen.insert(random.next()).second);
}

}  // namespace
}  // namespace base

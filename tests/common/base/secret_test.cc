#include "common/base/secret.h"

#include <array>
#include <cstring>
#include <new>
#include <ostream>
#include <string>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <gtest/gtest.h>

#include "common/base/log.h"

namespace base {
namespace {

template <typename T>
concept Streamable = requires(std::ostream& out, const T& value) { out << value; };
template <typename T>
concept Comparable = requires(const T& one, const T& other) { one == other; };

// A secret has no way out but reveal().
static_assert(Streamable<std::string> && !Streamable<Secret>);
static_assert(fmt::is_formattable<std::string>::value && !fmt::is_formattable<Secret>::value);
static_assert(Comparable<std::string> && !Comparable<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_constructible_v<std::string, Secret>);
static_assert(!std::is_constructible_v<Field, std::string_view, Secret>);
static_assert(!std::is_convertible_v<std::string, Secret>);

constexpr std::string_view kShort = "canary-7d1f";  // lies within the object
constexpr std::string_view kLong = "canary-7d1f-of-a-length-that-lies-on-the-heap";

// The bytes of an object's own storage.
std::string storage_of(const void* at, std::size_t size) {
    return {static_cast<const char*>(at), size};
}

TEST(Secret, RevealsWhatItHolds) {
    EXPECT_EQ(Secret(kShort).reveal(), kShort);
    EXPECT_EQ(Secret(std::string(kLong)).reveal(), kLong);
    EXPECT_TRUE(Secret().empty());
    EXPECT_TRUE(Secret(std::string_view()).empty());
    EXPECT_FALSE(Secret(kShort).empty());
}

TEST(Secret, CopiesAndMoves) {
    for (const std::string_view value : {kShort, kLong}) {
        Secret first(value);
        const Secret copy = first;  // NOLINT(performance-unnecessary-copy-initialization)
        Secret moved = std::move(first);
        Secret assigned;
        assigned = copy;
        EXPECT_EQ(copy.reveal(), value);
        EXPECT_EQ(moved.reveal(), value);
        EXPECT_EQ(assigned.reveal(), value);
        assigned = Secret(std::string_view("other"));
        EXPECT_EQ(assigned.reveal(), "other");
        const Secret& same = moved;
        moved = same;
        EXPECT_EQ(moved.reveal(), value);
    }
}

TEST(Secret, LeavesNothingWhereItWasMovedFrom) {
    for (const std::string_view value : {kShort, kLong}) {
        Secret first(value);
        const Secret second = std::move(first);
        // What is left of `first` is what this test looks at.
        // NOLINTBEGIN(bugprone-use-after-move)
        EXPECT_TRUE(first.empty());
        EXPECT_EQ(storage_of(&first, sizeof first).find(kShort), std::string::npos);
        EXPECT_EQ(second.reveal(), value);
        Secret fourth(kShort);
        Secret fifth(kLong);
        fifth = std::move(fourth);
        EXPECT_TRUE(fourth.empty());
        EXPECT_EQ(storage_of(&fourth, sizeof fourth).find(kShort), std::string::npos);
        // NOLINTEND(bugprone-use-after-move)
    }
}

TEST(Secret, LeavesNothingInAnAssignedOverObject) {
    Secret secret(kShort);
    secret = Secret(std::string_view());
    EXPECT_EQ(storage_of(&secret, sizeof secret).find("7d1f"), std::string::npos);
}

TEST(Secret, WipesItsStorageWhenItGoes) {
    alignas(Secret) std::array<unsigned char, sizeof(Secret)> storage{};
    auto* secret = new (storage.data()) Secret(kShort);
    ASSERT_NE(storage_of(storage.data(), storage.size()).find(kShort), std::string::npos);
    secret->~Secret();
    EXPECT_EQ(storage_of(storage.data(), storage.size()).find("canary"), std::string::npos);
}

TEST(Secret, WipesTheStringItWasMadeFrom) {
    std::string value(kShort);
    const Secret secret(std::move(value));
    EXPECT_EQ(secret.reveal(), kShort);
    // NOLINTNEXTLINE(bugprone-use-after-move): what is left of it is what is looked at
    EXPECT_TRUE(value.empty());
}

}  // namespace
}  // namespace base

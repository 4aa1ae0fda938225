// The table of RFC 3629 section 4, at its borders.
#include "common/base/utf8.h"

#include <string>

#include <gtest/gtest.h>

namespace base {
namespace {

using namespace std::string_view_literals;

struct Sequence {
    std::string_view bytes;
    std::size_t length;  // 0: not valid
};

constexpr Sequence kSequences[] = {
    {"\0"sv, 1},
    {"a", 1},
    {"\x7f", 1},
    {"\xc2\x80", 2},
    {"\xdf\xbf", 2},
    {"\xe0\xa0\x80", 3},
    {"\xe0\xbf\xbf", 3},
    {"\xe1\x80\x80", 3},
    {"\xec\xbf\xbf", 3},
    {"\xed\x80\x80", 3},
    {"\xed\x9f\xbf", 3},
    {"\xee\x80\x80", 3},
    {"\xef\xbf\xbf", 3},
    {"\xf0\x90\x80\x80", 4},
    {"\xf1\x80\x80\x80", 4},
    {"\xf3\xbf\xbf\xbf", 4},
    {"\xf4\x80\x80\x80", 4},
    {"\xf4\x8f\xbf\xbf", 4},
    // Bytes that never begin a character.
    {"\x80", 0},
    {"\xbf", 0},
    {"\xc0", 0},
    {"\xf5\x80\x80\x80", 0},
    {"\xf8\x88\x80\x80\x80", 0},
    {"\xfc\x84\x80\x80\x80\x80", 0},
    {"\xfe", 0},
    {"\xff", 0},
    // Overlong forms.
    {"\xc0\x80", 0},
    {"\xc1\xbf", 0},
    {"\xe0\x80\x80", 0},
    {"\xe0\x9f\xbf", 0},
    {"\xf0\x80\x80\x80", 0},
    {"\xf0\x8f\xbf\xbf", 0},
    // Surrogates, and beyond U+10FFFF.
    {"\xed\xa0\x80", 0},
    {"\xed\xbf\xbf", 0},
    {"\xf4\x90\x80\x80", 0},
    // Cut off, or with a wrong byte inside.
    {"\xc2", 0},
    {"\xe1\x80", 0},
    {"\xe1", 0},
    {"\xf1\x80\x80", 0},
    {"\xf1\x80", 0},
    {"\xf1", 0},
    {"\xc2\x41", 0},
    {"\xc2\xc2", 0},
    {"\xe1\x41\x80", 0},
    {"\xe1\x80\x41", 0},
    {"\xf1\x41\x80\x80", 0},
    {"\xf1\x80\x41\x80", 0},
    {"\xf1\x80\x80\x41", 0},
    {"\xe1\x80\xc0", 0},
};

TEST(Utf8, KnowsTheLengthOfASequence) {
    for (const Sequence& sequence : kSequences) {
        EXPECT_EQ(utf8_sequence_length(sequence.bytes), sequence.length)
            << testing::PrintToString(sequence.bytes);
        EXPECT_EQ(utf8_sequence_length(std::string(sequence.bytes) + "rest"), sequence.length);
    }
}

TEST(Utf8, ChecksATextWhereverTheSequenceStands) {
    for (const Sequence& sequence : kSequences) {
        for (std::size_t before = 0; before < 20; ++before) {
            const std::string text = std::string(before, 'a') + std::string(sequence.bytes);
            EXPECT_EQ(is_utf8(text), sequence.length > 0) << before;
            EXPECT_EQ(is_utf8(text + "some more text"), sequence.length > 0) << before;
        }
    }
    EXPECT_TRUE(is_utf8(""));
}

TEST(Utf8, CountsCharacters) {
    EXPECT_EQ(utf8_character_count(""), 0U);
    EXPECT_EQ(utf8_character_count("abc"), 3U);
    EXPECT_EQ(utf8_character_count("\xc3\xa9t\xc3\xa9"), 3U);
    EXPECT_EQ(utf8_character_count("\xe2\x82\xac\xf0\x9f\x98\x80"), 2U);
}

// All two-byte texts, against a count made by Python: b"..".decode("utf-8") succeeds for 18304.
TEST(Utf8, JudgesAllPairsOfBytes) {
    int valid = 0;
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second)
            valid +=
                is_utf8(std::string{static_cast<char>(first), static_cast<char>(second)}) ? 1 : 0;
    }
    EXPECT_EQ(valid, 18304);
}

// All three-byte texts; Python decodes 2650112 of them.
TEST(Utf8, JudgesAllTriplesOfBytes) {
    int valid = 0;
    std::string text(3, '\0');
    for (int bits = 0; bits < 1 << 24; ++bits) {
        text[0] = static_cast<char>(bits >> 16);
        text[1] = static_cast<char>(bits >> 8);
        text[2] = static_cast<char>(bits);
        valid += is_utf8(text) ? 1 : 0;
    }
    EXPECT_EQ(valid, 2650112);
}

}  // namespace
}  // namespace base

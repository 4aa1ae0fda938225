#include "common/codec/hex.h"

#include <string>

#include <gtest/gtest.h>

namespace codec {
namespace {

TEST(Hex, WritesTwoLowerCaseDigitsAByte) {
    EXPECT_EQ(hex_lower(""), "");
    EXPECT_EQ(hex_lower(std::string_view("\x00\x01\x7f\x80\xab\xff", 6)), "00017f80abff");
}

TEST(Hex, WritesIntoRoomThatIsThere) {
    std::string out = "......";
    EXPECT_EQ(hex_lower_to(out.data() + 1, "\x0f\xa0"), out.data() + 5);
    EXPECT_EQ(out, ".0fa0.");
}

TEST(Hex, ReadsDigitsOfBothCases) {
    const auto bytes = hex_decode("00017F80aBFf");
    ASSERT_TRUE(bytes.ok());
    EXPECT_EQ(*bytes, std::string("\x00\x01\x7f\x80\xab\xff", 6));
    EXPECT_EQ(*hex_decode(""), "");
}

TEST(Hex, ReadsBackEveryByte) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte)
        all += static_cast<char>(byte);
    EXPECT_EQ(*hex_decode(hex_lower(all)), all);
}

TEST(Hex, RefusesEverythingElse) {
    for (const std::string_view text : {"0", "abc", "0g", "g0", " 00", "0 ", "0x10", "00\n", "-1",
                                        "+1", "/0", ":0", "@0", "G0", "`0", "\xff\xff"}) {
        const auto bytes = hex_decode(text);
        ASSERT_FALSE(bytes.ok()) << text;
        EXPECT_EQ(bytes.error().kind, base::ErrorKind::data_invalid);
    }
    EXPECT_FALSE(hex_decode(std::string_view("0\0", 2)).ok());
    EXPECT_NE(hex_decode("000z").error().message.find("byte 3"), std::string::npos);
}

}  // namespace
}  // namespace codec

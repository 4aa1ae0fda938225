#include "common/codec/base64.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace codec {
namespace {

using namespace std::string_view_literals;

struct Pair {
    std::string_view bytes;
    std::string_view text;
};

// The vectors of RFC 4648 section 10, and bytes that reach the ends of the alphabet.
constexpr Pair kPairs[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\x00"sv, "AA=="},
    {"\x00\x00\x00"sv, "AAAA"},
    {"\xff", "/w=="},
    {"\xff\xff", "//8="},
    {"\xff\xff\xff", "////"},
    {"\xfb\xef\xbe", "++++"},
    {"\x14\xfb\x9c\x03\xd9\x7e", "FPucA9l+"},
};

// Each is refused. The first group is what OpenSSL's EVP_DecodeBlock takes.
constexpr std::string_view kBadTexts[] = {
    "====", "a===", "aa=a", "Zg==Zg==", "Zm8=Zm9v", " Zm9v", "Zm9v\n", "Zm9v ", "\tZm9v",
    "Zm9v\r\n", "Zh==", "Zv==", "Zm9=", "Zm+=", "////=", "Zg==\n",
    // White space inside.
    "Zm9v\nYmFy", "Zm 9v", "Zm9v YmFy", "Zm9v\r\nYmFy",
    // Lengths that are no multiple of four.
    "Z", "Zm", "Zm9", "Zm9vY", "Zm9vYg", "Zm9vYg=", "=", "==", "===", "Zg=", "Zm8",
    // Padding where none belongs.
    "Zm9v====", "Zm9v=", "=m9v", "Z=9v", "Zm=v", "Z===", "Z=g=", "=Zg=", "Zm9vZg==Zm9v",
    "Zg===", "Zg==========",
    // Other alphabets and other bytes.
    "_w==", "-_-_", "Zm9,", "Zm9.", "Zm9%", "Zm9\\", "Zm9\"", "Zm9\x80", "Zm9\xff",
    "\xc3\xa9==", "Zm9\0"sv, "\0\0\0\0"sv, "Zm9v\0\0\0\0"sv, "Zm9*YmFy", "Zm9vYmFyZm9*YmFy", "&amp",
    "Zm9@", "Zm9[", "Zm9`", "Zm9{", "Zm9:", "+/=="};

TEST(Base64, EncodesAsTheRfcSays) {
    for (const Pair& pair : kPairs)
        EXPECT_EQ(base64_encode(pair.bytes), pair.text);
}

TEST(Base64, DecodesAsTheRfcSays) {
    for (const Pair& pair : kPairs) {
        const auto bytes = base64_decode(pair.text);
        ASSERT_TRUE(bytes.ok()) << pair.text;
        EXPECT_EQ(*bytes, pair.bytes);
        EXPECT_TRUE(is_base64(pair.text)) << pair.text;
    }
}

TEST(Base64, RefusesWhatIsNoBase64) {
    static_assert(std::size(kBadTexts) >= 40);
    for (const std::string_view text : kBadTexts) {
        const auto bytes = base64_decode(text);
        ASSERT_FALSE(bytes.ok()) << text;
        EXPECT_EQ(bytes.error().kind, base::ErrorKind::data_invalid);
        EXPECT_FALSE(is_base64(text)) << text;
    }
}

TEST(Base64, RefusesABadGroupWhereverItStands) {
    const std::string good = "Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFy";
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const char c : {'=', '-', ' ', '\0', '\n', '\x80'}) {
            if (c == '=' && i == good.size() - 1) continue;
            std::string bad = good;
            bad[i] = c;
            EXPECT_FALSE(base64_decode(bad).ok()) << "byte " << i;
            EXPECT_FALSE(is_base64(bad)) << "byte " << i;
        }
    }
}

TEST(Base64, TakesNoTextTwice) {
    // All texts of four characters with two before the padding: 64 of the 4,096 are one byte's.
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    int taken = 0;
    for (const char first : kAlphabet) {
        for (const char second : kAlphabet) {
            const std::string text{first, second, '=', '='};
            const auto bytes = base64_decode(text);
            if (!bytes.ok()) continue;
            ++taken;
            EXPECT_EQ(base64_encode(*bytes), text);
        }
    }
    EXPECT_EQ(taken, 256);
}

TEST(Base64, SaysWhatIsWrongAndWhere) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"Zm9vYm Fy", "no base64 character (at byte 6)"},
        {"Zg==Zg==", "padding in front of other characters (at byte 2)"},
        {"Zm9vY", "no whole number of four-character groups"},
        {"Zg======", "more than two padding characters"},
        {"Zh==", "bits behind the last byte are not zero"},
    };
    for (const auto& [text, fault] : cases) {
        const auto bytes = base64_decode(text);
        ASSERT_FALSE(bytes.ok());
        EXPECT_NE(bytes.error().message.find(fault), std::string::npos) << bytes.error().message;
        EXPECT_EQ(bytes.error().message.find(text), std::string::npos);
    }
}

TEST(Base64, EncodesIntoTheCallersBufferAndNoFurther) {
    for (const Pair& pair : kPairs) {
        std::string buffer(base64_encoded_size(pair.bytes.size()) + 1, '#');
        const char* end = base64_encode_to(buffer.data(), pair.bytes);
        EXPECT_EQ(end, buffer.data() + buffer.size() - 1);
        EXPECT_EQ(buffer, std::string(pair.text) + "#");
    }
}

TEST(Base64, DecodesIntoTheCallersBufferAndNoFurther) {
    for (const Pair& pair : kPairs) {
        const std::size_t room = base64_decoded_size_max(pair.text.size());
        std::string buffer(room + 1, '#');
        const auto bytes = base64_decode_to(buffer.data(), pair.text);
        ASSERT_TRUE(bytes.has_value());
        EXPECT_EQ(buffer.substr(0, bytes.value_or(0)), pair.bytes);
        EXPECT_EQ(buffer[room], '#');
    }
}

TEST(Base64, AppendsBehindWhatIsThere) {
    std::string out = "data:";
    append_base64(out, "fooba");
    append_base64(out, "");
    append_base64(out, "f");
    EXPECT_EQ(out, "data:Zm9vYmE=Zg==");
}

TEST(Base64, EncodesBase64urlWithoutPadding) {
    EXPECT_EQ(base64url_encode(""), "");
    EXPECT_EQ(base64url_encode("f"), "Zg");
    EXPECT_EQ(base64url_encode("fo"), "Zm8");
    EXPECT_EQ(base64url_encode("foo"), "Zm9v");
    EXPECT_EQ(base64url_encode("\xff\xff\xfe"), "___-");
    // The header of RFC 7515's example A.1, with its line end.
    EXPECT_EQ(base64url_encode("{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}"),
              "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9");
}

}  // namespace
}  // namespace codec

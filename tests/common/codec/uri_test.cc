#include "common/codec/uri.h"

#include <string>

#include <gtest/gtest.h>

namespace codec {
namespace {

constexpr std::string_view kUnreserved =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

struct UriCase {
    std::string_view bytes;
    std::string_view text;
};

// By the rules of "Create a signed AWS API request" (UriEncode); the texts agree with Python's
// urllib.parse.quote(bytes, safe="-._~"), which is what botocore signs with.
constexpr UriCase kCases[] = {
    {"", ""},
    {" ", "%20"},
    {"+", "%2B"},
    {"*", "%2A"},
    {"~", "~"},
    {"/", "%2F"},
    {"%", "%25"},
    {"%20", "%2520"},
    {"=", "%3D"},
    {"&", "%26"},
    {"a b+c", "a%20b%2Bc"},
    {"key=value&other", "key%3Dvalue%26other"},
    {"arn:aws:kinesis:eu-west-1:111122223333:stream/orders",
     "arn%3Aaws%3Akinesis%3Aeu-west-1%3A111122223333%3Astream%2Forders"},
    {"\xe1\x88\xb4", "%E1%88%B4"},  // U+1234, the character of AWS's SigV4 test suite
    {"gr\xc3\xbc\xc3\x9f", "gr%C3%BC%C3%9F"},
    {"\xff\x7f\x01", "%FF%7F%01"},
    {"!'()", "%21%27%28%29"},
    {"@:,;$?#[]", "%40%3A%2C%3B%24%3F%23%5B%5D"},
};

TEST(Uri, EncodesAsSignaturesWantIt) {
    for (const UriCase& c : kCases)
        EXPECT_EQ(uri_encode(c.bytes), c.text);
    EXPECT_EQ(uri_encode(std::string_view("\0", 1)), "%00");
}

TEST(Uri, LeavesTheUnreservedCharactersAndNoOther) {
    EXPECT_EQ(uri_encode(kUnreserved), kUnreserved);
    for (int byte = 0; byte < 256; ++byte) {
        const std::string text(1, static_cast<char>(byte));
        const bool unreserved = kUnreserved.find(text) != std::string_view::npos;
        EXPECT_EQ(uri_encode(text).size(), unreserved ? 1U : 3U) << byte;
    }
}

TEST(Uri, KeepsTheSlashesOfAnObjectKey) {
    EXPECT_EQ(uri_encode("a b/c//d/", KeepSlash::yes), "a%20b/c//d/");
    EXPECT_EQ(uri_encode("a b/c", KeepSlash::no), "a%20b%2Fc");
}

TEST(Uri, DecodesWhatItEncodes) {
    for (const UriCase& c : kCases) {
        const auto bytes = uri_decode(c.text);
        ASSERT_TRUE(bytes.ok()) << c.text;
        EXPECT_EQ(*bytes, c.bytes);
    }
}

TEST(Uri, DecodesBothCasesAndKeepsThePlus) {
    EXPECT_EQ(*uri_decode("%c3%BC+%2b"), "\xc3\xbc++");
    EXPECT_EQ(*uri_decode("a=b&c/d"), "a=b&c/d");
    EXPECT_EQ(*uri_decode("%2525"), "%25");
}

TEST(Uri, RefusesAPercentSignAlone) {
    for (const std::string_view text : {"%", "%2", "a%", "a%2", "%%20", "%g0", "%0g", "% 0", "%-1",
                                        "%+1", "%u0041", "%\xff\xff"}) {
        const auto bytes = uri_decode(text);
        ASSERT_FALSE(bytes.ok()) << text;
        EXPECT_EQ(bytes.error().kind, base::ErrorKind::data_invalid);
    }
    EXPECT_NE(uri_decode("abc%zz").error().message.find("byte 3"), std::string::npos);
}

}  // namespace
}  // namespace codec

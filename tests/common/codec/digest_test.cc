#include "common/codec/digest.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "common/codec/hex.h"

namespace codec {
namespace {

struct DigestCase {
    std::string text;
    std::string_view hex;
};

// FIPS 180-4's examples (NIST, "Example Values": SHA256.pdf) and the empty text.
const DigestCase kSha256Cases[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {std::string(1'000'000, 'a'),
     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

// RFC 1321, appendix A.5.
const DigestCase kMd5Cases[] = {
    {"", "d41d8cd98f00b204e9800998ecf8427e"},
    {"a", "0cc175b9c0f1b6a831c399e269772661"},
    {"abc", "900150983cd24fb0d6963f7d28e17f72"},
    {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
    {"abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"},
    {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
     "d174ab98d277d9f5a5611c2c9f419d9f"},
    {"12345678901234567890123456789012345678901234567890123456789012345678901234567890",
     "57edf4a22be3c955ac49da2e2107b67a"},
};

struct HmacCase {
    std::string key;
    std::string text;
    std::string_view hex;
};

// RFC 4231, test cases 1 to 4, 6 and 7 (5 is a truncated output).
const HmacCase kHmacCases[] = {
    {std::string(20, '\x0b'), "Hi There",
     "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
    {"Jefe", "what do ya want for nothing?",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {std::string(20, '\xaa'), std::string(50, '\xdd'),
     "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
    {"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17"
     "\x18\x19",
     std::string(50, '\xcd'), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
    {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    {std::string(131, '\xaa'),
     "This is a test using a larger than block-size key and a larger than block-size data. The "
     "key needs to be hashed before being used by the HMAC algorithm.",
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
};

TEST(Digest, Sha256GivesTheStandardsValues) {
    for (const DigestCase& c : kSha256Cases)
        EXPECT_EQ(hex_lower(sha256(c.text)), c.hex);
}

TEST(Digest, Md5GivesTheRfcsValues) {
    for (const DigestCase& c : kMd5Cases)
        EXPECT_EQ(hex_lower(md5(c.text)), c.hex);
}

TEST(Digest, HmacGivesTheRfcsValues) {
    for (const HmacCase& c : kHmacCases)
        EXPECT_EQ(hex_lower(hmac_sha256(c.key, c.text)), c.hex);
}

TEST(Digest, HmacTakesAnEmptyKeyAndAnEmptyText) {
    // python3: hmac.new(b"", b"", "sha256").hexdigest()
    constexpr std::string_view kEmpty =
        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
    EXPECT_EQ(hex_lower(hmac_sha256("", "")), kEmpty);
    // An empty key is not the key of the call before.
    EXPECT_NE(hmac_sha256("key", ""), hmac_sha256("", ""));
    EXPECT_EQ(hex_lower(hmac_sha256(std::string_view(), std::string_view())), kEmpty);
}

TEST(Digest, PiecesGiveTheDigestOfTheWhole) {
    for (const DigestCase& c : kSha256Cases) {
        Sha256 digest;
        const std::string_view text = c.text;
        for (std::size_t at = 0; at < text.size(); at += 4'097)
            digest.update(text.substr(at, 4'097));
        EXPECT_EQ(hex_lower(digest.finish()), c.hex);
    }
}

TEST(Digest, OneMd5ObjectDigestsManyTexts) {
    Md5 digest;
    for (const DigestCase& c : kMd5Cases) {
        digest.update(c.text.substr(0, 3));
        digest.update(std::string_view(c.text).substr(std::min<std::size_t>(3, c.text.size())));
        std::string bytes(kMd5Bytes, '\0');
        digest.finish_to(bytes.data());
        EXPECT_EQ(hex_lower(bytes), c.hex);
    }
}

TEST(Digest, StartsAnewAfterFinish) {
    Sha256 digest;
    digest.update("something else");
    digest.finish();
    digest.update("ab");
    digest.update("");
    digest.update("c");
    EXPECT_EQ(hex_lower(digest.finish()), kSha256Cases[1].hex);
    EXPECT_EQ(hex_lower(digest.finish()), kSha256Cases[0].hex);
}

}  // namespace
}  // namespace codec

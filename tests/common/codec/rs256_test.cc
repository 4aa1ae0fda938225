// The keys in keys/ were made by the openssl command and protect nothing:
//   openssl genrsa 2048 | openssl pkcs8 -topk8 -nocrypt -out pkcs8.pem
//   openssl rsa -in pkcs8.pem -traditional -out pkcs1.pem
//   openssl pkcs8 -topk8 -v2 aes-256-cbc -passout pass:correct-horse -in pkcs8.pem …
#include "common/codec/rs256.h"

#include <string>

#include <gtest/gtest.h>

#include "common/codec/base64.h"
#include "common/codec/digest.h"
#include "tests/support/fakes.h"

namespace codec {
namespace {

// printf header.payload | openssl dgst -sha256 -sign pkcs8.pem | base64
constexpr std::string_view kSignature =
    "lPDxnIXKlssY46IpnXgJvEjb/VSbKqBWDMS/lOC8mQjqkaYzrQXIgEmZ37uFXnenNurCwcp3jl54Sub6K4QdEYK2z1"
    "hF29Lu7kIgensvs9tTMoC6SW8HpboGQpW/VB3Qxh4bEPNlN9EZ0eI0k3sstvNa2IPutgD3ShFlhC5Rq3WdJRRnkrHe"
    "gg5IhvRxmbUfTNwvkmM1SR78Yxe3L96cA9i56ZB4AQkZGM8da9bjwys6uK+oLZimhdde8G1pP4QonWPuyEGVwP/guh"
    "tLvWAFe1KT3EOGHy3Yz3puXy4pjvGM16XXITFg/SkwvTRC16OVcZcfIZZI4kak3cRXUAnSwg==";
// openssl rsa -in pkcs8.pem -pubout -outform DER | openssl dgst -sha256 -binary | base64
constexpr std::string_view kFingerprint = "5uYuChXdWDw16ae4s4MzPaTKjYPV4owqP7uGpMOhgZE=";
constexpr std::string_view kPassphrase = "correct-horse";

std::string pem(const std::string& name) {
    return tests::read_source_file("tests/common/codec/keys/" + name + ".pem");
}

base::Result<RsaPrivateKey> key_from(std::string_view text, std::string_view passphrase = "") {
    return RsaPrivateKey::from_pem(base::Secret(text), base::Secret(passphrase));
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
        text.replace(at, what.size(), by);
    return text;
}

// Whether it is the one key of pkcs8.pem.
void expect_the_key(const base::Result<RsaPrivateKey>& key) {
    ASSERT_TRUE(key.ok()) << key.error().message;
    EXPECT_EQ(base64_encode(sha256(key->public_key_der())), kFingerprint);
    const auto signature = key->sign_rs256("header.payload");
    ASSERT_TRUE(signature.ok());
    EXPECT_EQ(base64_encode(*signature), kSignature);
}

void expect_fault(const base::Result<RsaPrivateKey>& key, std::string_view fault) {
    ASSERT_FALSE(key.ok());
    EXPECT_EQ(key.error().kind, base::ErrorKind::config_invalid);
    EXPECT_NE(key.error().message.find(fault), std::string::npos) << key.error().message;
}

TEST(Rs256, SignsAsTheOpensslCommandDoes) {
    expect_the_key(key_from(pem("pkcs8")));
}

TEST(Rs256, GivesThePublicKeyAsTheOpensslCommandDoes) {
    const std::string text = pem("public");
    const std::size_t begin = text.find('\n') + 1;
    const std::string body = text.substr(begin, text.find("-----END") - begin);
    EXPECT_EQ(base64_encode(key_from(pem("pkcs8"))->public_key_der()), replaced(body, "\n", ""));
}

TEST(Rs256, ReadsAllThreeForms) {
    expect_the_key(key_from(pem("pkcs1")));
    expect_the_key(key_from(pem("pkcs8_aes"), kPassphrase));
    expect_the_key(key_from(pem("pkcs8_des3"), kPassphrase));
}

TEST(Rs256, DoesNotLookAtAPassphraseThatIsNotNeeded) {
    expect_the_key(key_from(pem("pkcs8"), "of another key"));
}

TEST(Rs256, ReadsKeysAsPeopleStoreThem) {
    const std::string text = pem("pkcs8");
    expect_the_key(key_from(replaced(text, "\n", "\\n")));
    expect_the_key(key_from(replaced(text, "\n", "\r\n")));
    expect_the_key(key_from(replaced(text, "\n", "\\r\\n")));
    expect_the_key(key_from(replaced(text, "\n", " ")));
    expect_the_key(key_from(replaced(text, "\n", "")));
    expect_the_key(key_from("\n  # the key of the loader\n" + text + "\n\n"));
    const std::size_t begin = text.find('\n') + 1;
    expect_the_key(key_from(text.substr(begin, text.find("-----END") - begin)));
}

TEST(Rs256, SaysWhatIsWrongWithAPassphrase) {
    expect_fault(key_from(pem("pkcs8_aes")), "no passphrase is given");
    expect_fault(key_from(pem("pkcs8_aes"), "wrong"), "the passphrase does not open it");
    expect_fault(key_from(pem("pkcs1_old_encryption"), kPassphrase), "openssl pkcs8 -topk8");
}

TEST(Rs256, SaysWhatIsWrongWithAKey) {
    const std::string text = pem("pkcs8");
    expect_fault(key_from(""), "is empty");
    expect_fault(key_from("not a key"), "no base64");
    expect_fault(key_from(std::string(70'000, 'A')), "longer than any RSA key");
    expect_fault(key_from(text.substr(0, text.size() / 2)), "cut off");
    expect_fault(key_from(replaced(text, "END PRIVATE", "END RSA PRIVATE")),
                 "do not belong together");
    expect_fault(key_from(replaced(text, "-----END PRIVATE KEY-----", "-----END PRIVATE KEY")),
                 "do not belong together");
    expect_fault(key_from(pem("public")), "is a PUBLIC KEY");
    expect_fault(key_from(pem("ec")), "is a EC PRIVATE KEY");
    expect_fault(key_from(pem("ec_pkcs8")), "no RSA key");
    expect_fault(key_from(pem("rsa_1024")), "has 1024 bits");
    expect_fault(key_from("-----BEGIN PRIVATE KEY-----\nZm9vYmFy\n-----END PRIVATE KEY-----"),
                 "neither PKCS#8 nor PKCS#1");
    expect_fault(key_from("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----"), "neither");
    expect_fault(key_from("-----BEGIN PRIVATE KEY-----\nZm9*\n-----END PRIVATE KEY-----"),
                 "no base64");
}

TEST(Rs256, NeverShowsTheKey) {
    const std::string text = pem("pkcs8");
    // Every third byte of the text damaged in turn: whatever the fault is, no line of the key and
    // no passphrase is in it.
    for (std::size_t at = 0; at < text.size(); at += 3) {
        std::string bad = text;
        bad[at] = '*';
        const auto key = key_from(bad, "my-own-passphrase");
        if (key.ok()) continue;
        const std::string& message = key.error().message;
        EXPECT_LT(message.size(), 150U);
        EXPECT_EQ(message.find("my-own-passphrase"), std::string::npos);
        for (std::size_t i = 30; i + 16 < bad.size() - 30; i += 16)
            EXPECT_EQ(message.find(bad.substr(i, 16)), std::string::npos) << message;
    }
}

TEST(Rs256, SurvivesEveryCutOfAnEncryptedKey) {
    const std::string text = pem("pkcs8_aes");
    for (std::size_t size = 0; size < text.size() - 2; size += 5)
        EXPECT_FALSE(key_from(text.substr(0, size), kPassphrase).ok()) << size;
}

}  // namespace
}  // namespace codec

#include "common/codec/rs256.h"

#include <cassert>
#include <limits>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "common/codec/base64.h"

namespace codec {
namespace {

constexpr int kBitsMin = 2048;
constexpr std::size_t kPemBytesMax = 64UL * 1024;  // a key of 16,384 bits takes 13 KB
constexpr std::string_view kDashes = "-----";

struct SealedKeyCloser {
    void operator()(X509_SIG* sealed) const { X509_SIG_free(sealed); }
};
struct KeyInfoCloser {
    void operator()(PKCS8_PRIV_KEY_INFO* info) const { PKCS8_PRIV_KEY_INFO_free(info); }
};
struct SigningContextCloser {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct OpenSslBytesCloser {
    void operator()(unsigned char* bytes) const { OPENSSL_free(bytes); }
};
using SealedKey = std::unique_ptr<X509_SIG, SealedKeyCloser>;
using KeyInfo = std::unique_ptr<PKCS8_PRIV_KEY_INFO, KeyInfoCloser>;
using SigningContext = std::unique_ptr<EVP_MD_CTX, SigningContextCloser>;
using OpenSslBytes = std::unique_ptr<unsigned char, OpenSslBytesCloser>;
using Key = std::unique_ptr<EVP_PKEY, KeyCloser>;

base::Error invalid(std::string_view fault) {
    ERR_clear_error();
    return {base::ErrorKind::config_invalid, fmt::format("the private key {}", fault)};
}

struct Pem {
    std::string_view label;  // "PRIVATE KEY"; empty where there is no BEGIN line
    std::string_view body;   // what stands between the BEGIN and the END line
};

base::Result<Pem> find_pem(std::string_view text) {
    constexpr std::string_view kBegin = "-----BEGIN ";
    constexpr std::string_view kEnd = "-----END ";
    const std::size_t begin = text.find(kBegin);
    if (begin == std::string_view::npos) return Pem{"", text};
    const std::size_t label_at = begin + kBegin.size();
    const std::size_t label_end = text.find(kDashes, label_at);
    const std::size_t end = text.find(kEnd, label_at);
    if (label_end == std::string_view::npos || end == std::string_view::npos || end < label_end)
        return invalid("has a BEGIN line, and no whole END line: it is cut off");
    const std::size_t body_at = label_end + kDashes.size();
    const Pem pem{text.substr(label_at, label_end - label_at), text.substr(body_at, end - body_at)};
    const std::string_view end_label = text.substr(end + kEnd.size());
    if (!end_label.starts_with(pem.label) ||
        !end_label.substr(pem.label.size()).starts_with(kDashes))
        return invalid("has a BEGIN line and an END line that do not belong together");
    return pem;
}

// Without white space, and without line ends that are written as the characters \n and \r.
base::Secret base64_of(std::string_view body) {
    std::string kept;
    kept.reserve(body.size());
    for (std::size_t i = 0; i < body.size(); ++i) {
        const char c = body[i];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') continue;
        if (c == '\\' && i + 1 < body.size() && (body[i + 1] == 'n' || body[i + 1] == 'r')) {
            ++i;
            continue;
        }
        kept += c;
    }
    return base::Secret(std::move(kept));
}

const unsigned char* bytes_of(const base::Secret& der) {
    return reinterpret_cast<const unsigned char*>(der.reveal().data());
}

long size_of(const base::Secret& der) {
    return static_cast<long>(der.reveal().size());
}

base::Result<Key> open_sealed(const SealedKey& sealed, const base::Secret& passphrase) {
    if (passphrase.empty()) return invalid("is encrypted, and no passphrase is given");
    assert(passphrase.reveal().size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
    const KeyInfo info(PKCS8_decrypt(sealed.get(), passphrase.reveal().data(),
                                     static_cast<int>(passphrase.reveal().size())));
    if (info == nullptr) {
        return invalid(
            "is encrypted, and the passphrase does not open it (or its cipher is one that is no "
            "longer supported)");
    }
    Key key(EVP_PKCS82PKEY(info.get()));
    if (key == nullptr) return invalid("is encrypted, and holds no key that can be read");
    return key;
}

// PKCS#8, encrypted PKCS#8 and PKCS#1 tell themselves apart.
base::Result<Key> read_der(const base::Secret& der, const base::Secret& passphrase) {
    const unsigned char* at = bytes_of(der);
    const SealedKey sealed(d2i_X509_SIG(nullptr, &at, size_of(der)));
    if (sealed != nullptr) return open_sealed(sealed, passphrase);
    at = bytes_of(der);
    Key key(d2i_AutoPrivateKey(nullptr, &at, size_of(der)));
    if (key == nullptr) return invalid("is damaged: its content is neither PKCS#8 nor PKCS#1");
    return key;
}

base::Result<Key> read_pem(const base::Secret& text, const base::Secret& passphrase) {
    if (text.empty()) return invalid("is empty");
    if (text.reveal().size() > kPemBytesMax) return invalid("is longer than any RSA key");
    const auto pem = find_pem(text.reveal());
    if (!pem) return pem.error();
    const std::string_view label = pem->label;
    if (!label.empty() && label != "PRIVATE KEY" && label != "ENCRYPTED PRIVATE KEY" &&
        label != "RSA PRIVATE KEY")
        return invalid(fmt::format("is a {}: PRIVATE KEY (PKCS#8) or RSA PRIVATE KEY is needed",
                                   label.substr(0, 40)));
    if (pem->body.find("Proc-Type:") != std::string_view::npos) {
        return invalid(
            "is encrypted in the old PKCS#1 form: convert it with \"openssl pkcs8 -topk8\"");
    }
    auto bytes = base64_decode(base64_of(pem->body).reveal());
    if (!bytes) return invalid("is damaged: its content is no base64");
    return read_der(base::Secret(*std::move(bytes)), passphrase);
}

}  // namespace

void KeyCloser::operator()(evp_pkey_st* key) const {
    EVP_PKEY_free(key);
}

base::Result<RsaPrivateKey> RsaPrivateKey::from_pem(const base::Secret& pem,
                                                    const base::Secret& passphrase) {
    auto key = read_pem(pem, passphrase);
    ERR_clear_error();  // what was tried first may have left its trace
    if (!key) return key.error();
    if (EVP_PKEY_get_base_id(key->get()) != EVP_PKEY_RSA)
        return invalid("is no RSA key, which RS256 needs");
    const int bits = EVP_PKEY_get_bits(key->get());
    if (bits < kBitsMin)
        return invalid(fmt::format("has {} bits: RS256 needs {} or more", bits, kBitsMin));
    return RsaPrivateKey(*std::move(key));
}

base::Result<std::string> RsaPrivateKey::sign_rs256(std::string_view text) const {
    const SigningContext context(EVP_MD_CTX_new());
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t size = 0;
    std::string signature;
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
        EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) == 1) {
        signature.resize(size);
        auto* out = reinterpret_cast<unsigned char*>(signature.data());
        if (EVP_DigestSign(context.get(), out, &size, bytes, text.size()) == 1) {
            signature.resize(size);
            return signature;
        }
    }
    return invalid("cannot sign: its numbers do not belong together");
}

std::string RsaPrivateKey::public_key_der() const {
    unsigned char* bytes = nullptr;
    const int size = i2d_PUBKEY(key_.get(), &bytes);
    const OpenSslBytes owned(bytes);
    assert(size > 0);
    return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

}  // namespace codec

#include "runtime/local/jwt_check.h"

#include <memory>
#include <optional>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "common/codec/base64.h"
#include "common/codec/digest.h"
#include "common/codec/json.h"

namespace local {
namespace {

constexpr std::int64_t kLifetimeSecondsMax = 3'600;
constexpr std::int64_t kClockSkewSeconds = 60;
constexpr std::int64_t kMillisecondsFrom = 100'000'000'000;  // larger numbers are milliseconds
constexpr int kKeyBitsMin = 2'048;

struct BioCloser {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
struct KeyCloser {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct ContextCloser {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using KeyHandle = std::unique_ptr<EVP_PKEY, KeyCloser>;

base::Error denied(std::string_view what) {
    return {base::ErrorKind::access_denied, fmt::format("JWT token is invalid. {}", what)};
}

KeyHandle read_key(std::string_view pem) {
    const std::unique_ptr<BIO, BioCloser> bio(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return KeyHandle(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
}

std::string fingerprint(EVP_PKEY* key) {
    unsigned char* bytes = nullptr;
    const int length = i2d_PUBKEY(key, &bytes);
    if (length <= 0) return "";
    // NOLINTNEXTLINE(*-reinterpret-cast): OpenSSL's bytes are unsigned.
    const std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    return "SHA256:" + codec::base64_encode(codec::sha256(der));
}

// base64url without padding.
std::optional<std::string> decode_segment(std::string_view segment) {
    std::string text(segment);
    for (char& byte : text) {
        if (byte == '+' || byte == '/' || byte == '=') return std::nullopt;
        if (byte == '-') byte = '+';
        if (byte == '_') byte = '/';
    }
    text.append((4 - text.size() % 4) % 4, '=');
    auto decoded = codec::base64_decode(text);
    if (!decoded) return std::nullopt;
    return *std::move(decoded);
}

bool verify(EVP_PKEY* key, std::string_view text, std::string_view signature) {
    const std::unique_ptr<EVP_MD_CTX, ContextCloser> context(EVP_MD_CTX_new());
    if (EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) != 1) return false;
    // NOLINTBEGIN(*-reinterpret-cast): OpenSSL's bytes are unsigned.
    return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                            signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                            text.size()) == 1;
    // NOLINTEND(*-reinterpret-cast)
}

std::int64_t seconds(std::int64_t time) {
    return time >= kMillisecondsFrom ? time / 1'000 : time;
}

base::Result<base::Done> check_claims(const codec::JsonValue& claims, std::string_view subject,
                                      std::string_view key_fingerprint, base::EpochMs now_ms) {
    if (codec::find_text(claims, "sub") != subject) return denied("sub is not ACCOUNT.USER");
    const std::string issuer = fmt::format("{}.{}", subject, key_fingerprint);
    if (codec::find_text(claims, "iss") != issuer)
        return denied("iss is not ACCOUNT.USER.SHA256:fingerprint");
    const auto issued_at = codec::find_integer(claims, "iat");
    const auto expires_at = codec::find_integer(claims, "exp");
    if (!issued_at || !expires_at) return denied("iat or exp is missing");
    const std::int64_t now = now_ms / 1'000;
    if (seconds(*issued_at) > now + kClockSkewSeconds) return denied("iat is in the future");
    if (seconds(*expires_at) <= now) return denied("it has expired");
    if (seconds(*expires_at) - seconds(*issued_at) > kLifetimeSecondsMax)
        return denied("its lifetime is over one hour");
    return base::Done{};
}

}  // namespace

base::Result<base::Done> check_public_key(std::string_view public_key_pem) {
    const KeyHandle key = read_key(public_key_pem);
    if (key && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA &&
        EVP_PKEY_get_bits(key.get()) >= kKeyBitsMin) {
        return base::Done{};
    }
    return base::Error{base::ErrorKind::data_invalid,
                       "public_key_pem is no RSA public key of 2,048 bits or more"};
}

base::Result<base::Done> check_jwt(std::string_view token, const RegisteredKey& key,
                                   base::EpochMs now_ms) {
    const std::size_t first = token.find('.');
    const std::size_t last = token.rfind('.');
    if (first == std::string_view::npos || first == last) return denied("it has no three parts");
    const auto header = decode_segment(token.substr(0, first));
    const auto claims = decode_segment(token.substr(first + 1, last - first - 1));
    const auto signature = decode_segment(token.substr(last + 1));
    if (!header || !claims || !signature) return denied("it is not base64url");
    const auto header_json = codec::parse_json(*header, "the header");
    const auto claims_json = codec::parse_json(*claims, "the claims");
    if (!header_json || !claims_json) return denied("it is not JSON");
    if (codec::find_text(*header_json, "alg") != "RS256") return denied("alg is not RS256");
    const KeyHandle public_key = read_key(key.public_key_pem);
    if (!public_key || !verify(public_key.get(), token.substr(0, last), *signature))
        return denied("the signature does not match the user's public key");
    return check_claims(*claims_json, key.subject, fingerprint(public_key.get()), now_ms);
}

}  // namespace local

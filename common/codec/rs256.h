// RS256 (RFC 7518 section 3.3: RSASSA-PKCS1-v1_5 with SHA-256, keys of 2,048 bits and more), for
// the JWT of Snowflake's key-pair authentication.
//
// A private key comes as PEM (RFC 7468): "PRIVATE KEY" (PKCS#8), "ENCRYPTED PRIVATE KEY" (PKCS#8
// with a passphrase) or "RSA PRIVATE KEY" (PKCS#1). As secrets are often pasted by hand, line ends
// may also be the two characters \n, blanks or nothing, and a key without the BEGIN and END lines
// is taken as well.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/base/secret.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace codec {

struct KeyCloser {
    void operator()(evp_pkey_st* key) const;
};

class RsaPrivateKey {
  public:
    // Kind config_invalid; the message says what is wrong and never holds anything of the key. An
    // empty passphrase means that none was given; one that is not needed is not looked at.
    static base::Result<RsaPrivateKey> from_pem(const base::Secret& pem,
                                                const base::Secret& passphrase);

    // The raw signature of `text`.
    [[nodiscard]] base::Result<std::string> sign_rs256(std::string_view text) const;

    // The public key as DER SubjectPublicKeyInfo (RFC 5280). Snowflake's fingerprint of it is
    // "SHA256:" and the base64 of its SHA-256.
    [[nodiscard]] std::string public_key_der() const;

  private:
    using KeyHandle = std::unique_ptr<evp_pkey_st, KeyCloser>;
    explicit RsaPrivateKey(KeyHandle key) : key_(std::move(key)) {}

    KeyHandle key_;
};

}  // namespace codec

// What Snowflake checks of a key-pair JWT: the signature with the user's public key, and the
// claims.
//   iss  ACCOUNT.USER.SHA256:<base64 of the SHA-256 of the key's DER SubjectPublicKeyInfo>
//   sub  ACCOUNT.USER
//   iat, exp  seconds, or milliseconds; not more than an hour apart, exp after now, iat not after
//   now
#pragma once

#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/result.h"

namespace local {

struct RegisteredKey {
    std::string subject;         // ACCOUNT.USER, upper case
    std::string public_key_pem;  // PUBLIC KEY
};

// Kind data_invalid where the PEM holds no RSA key of at least 2,048 bits.
base::Result<base::Done> check_public_key(std::string_view public_key_pem);

// Kind access_denied, saying what is wrong with the token.
base::Result<base::Done> check_jwt(std::string_view token, const RegisteredKey& key,
                                   base::EpochMs now_ms);

}  // namespace local

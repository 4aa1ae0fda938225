// Key-pair authentication: a JWT (RFC 7519) signed with RS256, made anew before it grows old. Page:
// "Key-pair authentication" (SQL API).
//
//   header  {"alg":"RS256","typ":"JWT"}
//   claims  {"iss":"ACCOUNT.USER.SHA256:<base64 of the public key's SHA-256>","sub":"ACCOUNT.USER",
//            "iat":<seconds>,"exp":<seconds>}
//
// Snowflake takes a lifetime of one hour at most, counted from iat, and no iat of the future.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/secret.h"
#include "common/codec/rs256.h"
#include "common/snowflake/token.h"

namespace snowflake {

// The account as `iss` and `sub` have it, in upper case, from any form that people use:
//   MYORG-MYACCOUNT                       as it is
//   xy12345.us-east-2.aws, x.privatelink  what is before the first dot
//   x-y.global                            what is before the first hyphen
//   myorg.myaccount                       MYORG-MYACCOUNT: no region is without a hyphen
// A host name's .snowflakecomputing.com is cut off first.
std::string jwt_account(std::string_view account_identifier);

// The tokens of one user, signed with the user's private key.
class KeyPairTokens final : public TokenProvider {
  public:
    struct Identity {
        std::string account_identifier;
        std::string username;
    };

    // `clock` outlives it.
    KeyPairTokens(const Identity& identity, codec::RsaPrivateKey key, const base::Clock& clock);

    base::Result<Token> token() override;
    void forget() override { token_.reset(); }

  private:
    base::Result<Token> make_token(base::EpochMs now_ms) const;

    codec::RsaPrivateKey key_;
    std::string subject_;
    std::string issuer_;
    const base::Clock& clock_;
    std::optional<Token> token_;
    base::EpochMs made_at_ms_ = 0;
};

}  // namespace snowflake

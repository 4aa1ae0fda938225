// Key-pair authentication: a JWT (RFC 7519) signed with RS256, made anew before it grows old. Page:
// "Key-pair authentication" (SQL API).
//
//   header  {"alg":"RS256","typ":"JWT"}
//   claims  {"iss":"ACCOUNT.USER.SHA256:<base64 of the public key's SHA-256>","sub":"ACCOUNT.USER",
//            "iat":<seconds>,"exp":<seconds>}
//
// Snowflake takes a lifetime of one hour at most, counted from iat, and no iat of the future. A
// refusal that comes with Snowflake's time corrects a clock that is off.
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
// Of an account URL, scheme, port and path are cut off first, and .snowflakecomputing.com (.cn) of
// a host name. Empty where what is left is no account: letters, digits, hyphens and underscores.
std::string jwt_account(std::string_view account_identifier);

// The tokens of one user, signed with the user's private key, each for an hour and used for 50
// minutes.
class KeyPairTokens final : public TokenProvider {
  public:
    struct Identity {
        std::string account_identifier;
        std::string username;
    };

    // `clock` outlives it.
    KeyPairTokens(const Identity& identity, codec::RsaPrivateKey key, const base::Clock& clock);

    base::Result<Token> token(base::Deadline deadline) override;
    void refused(std::optional<base::EpochMs> server_time_ms) override;

  private:
    base::Result<Token> make_token(base::EpochMs now_ms) const;

    codec::RsaPrivateKey key_;
    std::string subject_;
    std::string issuer_;
    const base::Clock& clock_;
    std::optional<Token> token_;
    base::EpochMs made_at_ms_ = 0;
    std::int64_t ahead_ms_ = 0;  // Snowflake's clock before ours
};

}  // namespace snowflake

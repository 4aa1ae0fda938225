// Who the function is to Snowflake, by what the secret says: a key pair, a token that somebody else
// made, or the function's own role (workload identity federation).
//
// The secret is read once and kept for the environment's life. Where Snowflake refuses the token,
// the key may have been rotated meanwhile: then the secret is read again, once a minute at most,
// and what it says of the user (`accountidentifier`, `username`, the keys, `token`) counts from
// then on. All else in it (`url`, `role`, stages) stays as it was read first.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "common/aws/sts_client.h"
#include "common/base/clock.h"
#include "common/base/secret.h"
#include "common/snowflake/token.h"
#include "functions/glue_to_snowflake/snowflake_settings.h"

namespace glue_to_snowflake {

using Tokens = std::unique_ptr<snowflake::TokenProvider>;

// They outlive what is made of them.
struct TokenSeams {
    aws::StsClient& sts;
    const base::Clock& clock;
};

// Kind config_invalid, naming the field, where the key cannot be read.
base::Result<Tokens> make_tokens(const SnowflakeSettings& settings, const TokenSeams& seams);

// The role's own token: "WIF.AWS." and the JWT that STS gives, until a minute before it expires.
class WorkloadIdentityTokens final : public snowflake::TokenProvider {
  public:
    explicit WorkloadIdentityTokens(const TokenSeams& seams) : seams_(seams) {}
    base::Result<snowflake::Token> token(base::Deadline deadline) override;
    void refused(std::optional<base::EpochMs> /*server_time_ms*/) override { token_.reset(); }

  private:
    TokenSeams seams_;
    std::optional<snowflake::Token> token_;
    base::EpochMs expires_at_ms_ = 0;
};

// The tokens of the secret as it is now.
class SecretTokens final : public snowflake::TokenProvider {
  public:
    using ReadSecret = std::function<base::Result<base::Secret>(base::Deadline)>;

    // `settings` are what the secret says. Kind config_invalid as make_tokens().
    static base::Result<std::unique_ptr<SecretTokens>> from(const base::Secret& secret,
                                                            const SnowflakeSettings& settings,
                                                            ReadSecret read_again,
                                                            const TokenSeams& seams);

    base::Result<snowflake::Token> token(base::Deadline deadline) override;
    void refused(std::optional<base::EpochMs> server_time_ms) override;

  private:
    SecretTokens(base::Secret secret, Tokens tokens, ReadSecret read_again, const TokenSeams& seams)
        : secret_(std::move(secret)),
          tokens_(std::move(tokens)),
          read_again_(std::move(read_again)),
          seams_(seams) {}

    base::Result<base::Done> look_again(base::Deadline deadline);

    base::Secret secret_;
    Tokens tokens_;
    ReadSecret read_again_;
    TokenSeams seams_;
    bool was_refused_ = false;
    std::optional<base::EpochMs> server_time_ms_;
    std::optional<base::EpochMs> looked_at_ms_;
};

}  // namespace glue_to_snowflake

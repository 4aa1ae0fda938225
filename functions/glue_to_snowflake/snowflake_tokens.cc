#include "functions/glue_to_snowflake/snowflake_tokens.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "common/codec/rs256.h"
#include "common/snowflake/key_pair_jwt.h"

namespace glue_to_snowflake {
namespace {

constexpr std::string_view kAudience = "snowflakecomputing.com";
constexpr std::int64_t kExpiresSoonMs = 60'000;
constexpr std::int64_t kLookAgainAfterMs = 60'000;
constexpr std::int64_t kReadReserveMs = 1'000;  // of the deadline, to ask Snowflake in

}  // namespace

base::Result<Tokens> make_tokens(const SnowflakeSettings& settings, const TokenSeams& seams) {
    if (settings.token_type == kWorkloadIdentity)
        return Tokens(std::make_unique<WorkloadIdentityTokens>(seams));
    if (!settings.token.empty()) {
        return Tokens(std::make_unique<snowflake::FixedToken>(
            snowflake::Token{settings.token, settings.token_type}));
    }
    auto key =
        codec::RsaPrivateKey::from_pem(settings.private_key, settings.private_key_passphrase);
    if (!key) {
        return base::Error{base::ErrorKind::config_invalid,
                           "the secret of SECRET_ARN: private_key: " + key.error().message};
    }
    return Tokens(std::make_unique<snowflake::KeyPairTokens>(
        snowflake::KeyPairTokens::Identity{settings.account_identifier, settings.username},
        *std::move(key), seams.clock));
}

base::Result<snowflake::Token> WorkloadIdentityTokens::token(base::Deadline deadline) {
    const bool is_fresh = seams_.clock.now_ms() < expires_at_ms_ - kExpiresSoonMs;
    if (token_ && is_fresh) return *token_;
    auto given = seams_.sts.get_web_identity_token(kAudience, deadline);
    if (!given) return std::move(given).error();
    expires_at_ms_ = given->expires_at_ms;
    token_ = snowflake::Token{base::Secret(fmt::format("WIF.AWS.{}", given->token.reveal())),
                              std::string(kWorkloadIdentity)};
    return *token_;
}

base::Result<std::unique_ptr<SecretTokens>> SecretTokens::from(const base::Secret& secret,
                                                               const SnowflakeSettings& settings,
                                                               ReadSecret read_again,
                                                               const TokenSeams& seams) {
    auto tokens = make_tokens(settings, seams);
    if (!tokens) return std::move(tokens).error();
    return std::unique_ptr<SecretTokens>(
        new SecretTokens(secret, *std::move(tokens), std::move(read_again), seams));
}

base::Result<snowflake::Token> SecretTokens::token(base::Deadline deadline) {
    if (was_refused_) {
        was_refused_ = false;
        if (auto looked = look_again(deadline.minus_ms(kReadReserveMs)); !looked)
            return std::move(looked).error();
    }
    return tokens_->token(deadline);
}

void SecretTokens::refused(std::optional<base::EpochMs> server_time_ms) {
    tokens_->refused(server_time_ms);
    server_time_ms_ = server_time_ms;
    const base::EpochMs now_ms = seams_.clock.now_ms();
    const bool looked_lately = looked_at_ms_ && now_ms - *looked_at_ms_ < kLookAgainAfterMs;
    was_refused_ = !looked_lately;
}

base::Result<base::Done> SecretTokens::look_again(base::Deadline deadline) {
    looked_at_ms_ = seams_.clock.now_ms();
    const auto failed = [](base::Error error) {
        error.message =
            fmt::format("the token was refused, and the secret read again: {}", error.message);
        return error;
    };
    auto secret = read_again_(deadline);
    if (!secret) return failed(std::move(secret).error());
    if (secret->reveal() == secret_.reveal()) return base::Done{};
    auto settings = parse_snowflake_settings(*secret, TargetType::snowflake);
    if (!settings) return failed(std::move(settings).error());
    auto tokens = make_tokens(*settings, seams_);
    if (!tokens) return failed(std::move(tokens).error());
    tokens_ = *std::move(tokens);
    tokens_->refused(server_time_ms_);  // the clock is still what it was
    secret_ = *std::move(secret);
    return base::Done{};
}

}  // namespace glue_to_snowflake

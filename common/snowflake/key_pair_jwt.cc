#include "common/snowflake/key_pair_jwt.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/codec/base64.h"
#include "common/codec/digest.h"
#include "common/codec/json.h"

namespace snowflake {
namespace {

constexpr std::string_view kHeader = R"({"alg":"RS256","typ":"JWT"})";
constexpr std::string_view kHostSuffix = ".SNOWFLAKECOMPUTING.COM";
constexpr base::EpochMs kRenewAfterMs = 50LL * 60 * 1'000;
constexpr std::int64_t kBackdateSeconds = 30;  // for clocks that go before Snowflake's
constexpr std::int64_t kLifetimeSeconds = 3'600;

std::string upper(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char byte) {
        return byte >= 'a' && byte <= 'z' ? static_cast<char>(byte - 'a' + 'A') : byte;
    });
    return out;
}

}  // namespace

std::string jwt_account(std::string_view account_identifier) {
    std::string account = upper(account_identifier);
    if (account.ends_with(kHostSuffix)) account.resize(account.size() - kHostSuffix.size());
    const std::size_t dot = account.find('.');
    if (dot == std::string::npos) return account;
    const std::string_view first = std::string_view(account).substr(0, dot);
    const std::string_view rest = std::string_view(account).substr(dot + 1);
    if (rest == "GLOBAL") return std::string(first.substr(0, first.find('-')));
    const bool is_account_name = rest.find_first_of("-.") == std::string_view::npos &&
                                 !rest.empty() && rest != "PRIVATELINK";
    return is_account_name ? fmt::format("{}-{}", first, rest) : std::string(first);
}

KeyPairTokens::KeyPairTokens(const Identity& identity, codec::RsaPrivateKey key,
                             const base::Clock& clock)
    : key_(std::move(key)),
      subject_(
          fmt::format("{}.{}", jwt_account(identity.account_identifier), upper(identity.username))),
      issuer_(fmt::format("{}.SHA256:{}", subject_,
                          codec::base64_encode(codec::sha256(key_.public_key_der())))),
      clock_(clock) {}

base::Result<Token> KeyPairTokens::token() {
    const base::EpochMs now_ms = clock_.now_ms();
    const bool is_young = now_ms >= made_at_ms_ && now_ms - made_at_ms_ < kRenewAfterMs;
    if (token_ && is_young) return *token_;
    auto made = make_token(now_ms);
    if (!made) return made;
    made_at_ms_ = now_ms;
    token_ = *made;
    return made;
}

base::Result<Token> KeyPairTokens::make_token(base::EpochMs now_ms) const {
    const std::int64_t issued_at = now_ms / 1'000 - kBackdateSeconds;
    codec::JsonWriter claims;
    claims.begin_object().member("iss", issuer_).member("sub", subject_);
    claims.member_integer("iat", issued_at).member_integer("exp", issued_at + kLifetimeSeconds);
    claims.end_object();
    std::string token =
        codec::base64url_encode(kHeader) + "." + codec::base64url_encode(claims.written());
    auto signature = key_.sign_rs256(token);
    if (!signature) return std::move(signature).error();
    token += "." + codec::base64url_encode(*signature);
    return Token{base::Secret(std::move(token)), "KEYPAIR_JWT"};
}

}  // namespace snowflake

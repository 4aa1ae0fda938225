#include "common/snowflake/key_pair_jwt.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/format.h>

#include "common/codec/base64.h"
#include "common/codec/digest.h"
#include "common/codec/json.h"

namespace snowflake {
namespace {

constexpr std::string_view kHeader = R"({"alg":"RS256","typ":"JWT"})";
constexpr std::array<std::string_view, 2> kHostSuffixes{".SNOWFLAKECOMPUTING.COM",
                                                        ".SNOWFLAKECOMPUTING.CN"};
constexpr base::EpochMs kRenewAfterMs = 50LL * 60 * 1'000;
constexpr std::int64_t kBackdateSeconds = 30;  // for clocks that go before Snowflake's
constexpr std::int64_t kLifetimeSeconds = 3'600;
constexpr std::int64_t kSkewMinMs = 10'000;  // a smaller one is the answer's way to us

std::string upper(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char byte) {
        return byte >= 'a' && byte <= 'z' ? static_cast<char>(byte - 'a' + 'A') : byte;
    });
    return out;
}

// What a URL, or a host with a port, names as its host.
std::string_view host_of(std::string_view text) {
    const std::size_t scheme = text.find("://");
    if (scheme != std::string_view::npos) text.remove_prefix(scheme + 3);
    return text.substr(0, text.find_first_of(":/?#"));
}

// myorg.myaccount, xy12345.us-east-2.aws, myorg-myaccount.privatelink, acme-x1y2z3.global
std::string without_suffix(std::string_view account) {
    const std::size_t dot = account.find('.');
    if (dot == std::string_view::npos) return std::string(account);
    const std::string_view first = account.substr(0, dot);
    const std::string_view rest = account.substr(dot + 1);
    if (rest == "GLOBAL") return std::string(first.substr(0, first.find('-')));
    const bool is_account_name = rest.find_first_of("-.") == std::string_view::npos &&
                                 !rest.empty() && rest != "PRIVATELINK";
    return is_account_name ? fmt::format("{}-{}", first, rest) : std::string(first);
}

}  // namespace

std::string jwt_account(std::string_view account_identifier) {
    const std::size_t begin = account_identifier.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return "";
    const std::size_t end = account_identifier.find_last_not_of(" \t\r\n");
    const std::string whole = upper(account_identifier.substr(begin, end - begin + 1));
    std::string_view host = host_of(whole);
    for (const std::string_view suffix : kHostSuffixes) {
        if (host.ends_with(suffix)) host.remove_suffix(suffix.size());
    }
    std::string account = without_suffix(host);
    const bool is_account = std::all_of(account.begin(), account.end(), [](char byte) {
        return (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '-' ||
               byte == '_';
    });
    return is_account ? account : "";
}

KeyPairTokens::KeyPairTokens(const Identity& identity, codec::RsaPrivateKey key,
                             const base::Clock& clock)
    : key_(std::move(key)),
      subject_(
          fmt::format("{}.{}", jwt_account(identity.account_identifier), upper(identity.username))),
      issuer_(fmt::format("{}.SHA256:{}", subject_,
                          codec::base64_encode(codec::sha256(key_.public_key_der())))),
      clock_(clock) {}

base::Result<Token> KeyPairTokens::token(base::Deadline /*deadline*/) {
    const base::EpochMs now_ms = clock_.now_ms();
    const bool is_young = now_ms >= made_at_ms_ && now_ms - made_at_ms_ < kRenewAfterMs;
    if (token_ && is_young) return *token_;
    auto made = make_token(now_ms + ahead_ms_);
    if (!made) return made;
    made_at_ms_ = now_ms;
    token_ = *made;
    return made;
}

void KeyPairTokens::refused(std::optional<base::EpochMs> server_time_ms) {
    token_.reset();
    if (!server_time_ms) return;
    const std::int64_t ahead_ms = *server_time_ms - clock_.now_ms();
    ahead_ms_ = std::abs(ahead_ms) >= kSkewMinMs ? ahead_ms : 0;
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

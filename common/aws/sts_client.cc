#include "common/aws/sts_client.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace aws {
namespace {

// Snowflake's own drivers ask for this algorithm; 300 s is what STS gives by default.
constexpr std::string_view kAlgorithm = "ES384";
constexpr int kSeconds = 300;

// The text of the first element of that name. Tokens and times hold nothing that XML escapes.
std::optional<std::string_view> element(std::string_view xml, std::string_view name) {
    const std::string open = fmt::format("<{}>", name);
    const std::size_t begin = xml.find(open);
    if (begin == std::string_view::npos) return std::nullopt;
    xml.remove_prefix(begin + open.size());
    const std::size_t end = xml.find(fmt::format("</{}>", name));
    if (end == std::string_view::npos) return std::nullopt;
    return xml.substr(0, end);
}

bool is_jwt(std::string_view text) {
    return std::count(text.begin(), text.end(), '.') == 2 &&
           std::all_of(text.begin(), text.end(), [](char byte) {
               return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                      (byte >= '0' && byte <= '9') || byte == '-' || byte == '_' || byte == '.';
           });
}

}  // namespace

base::Result<WebIdentityToken> StsClient::get_web_identity_token(std::string_view audience,
                                                                 base::Deadline deadline) {
    auto answer = client_->call(RestCall{
        .service = kSts,
        .operation = "GetWebIdentityToken",
        .method = "POST",
        .path = "/",
        .query = {},
        .headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
        .body = fmt::format("Action=GetWebIdentityToken&Version=2011-06-15&Audience.member.1={}"
                            "&SigningAlgorithm={}&DurationSeconds={}",
                            audience, kAlgorithm, kSeconds),
        .subject = fmt::format("audience {}", audience),
        .repeatable = http::Repeatable::yes,
        .deadline = deadline});
    if (!answer) return std::move(answer).error();
    const base::Secret wiped(std::move(answer->body));  // it holds the token
    const auto token = element(wiped.reveal(), "WebIdentityToken");
    const auto expiration = element(wiped.reveal(), "Expiration");
    const auto expires_at_ms = expiration ? base::parse_iso8601(*expiration) : std::nullopt;
    if (!token || !is_jwt(*token) || !expires_at_ms) {
        return base::Error{base::ErrorKind::data_invalid,
                           fmt::format("GetWebIdentityToken for audience {}: the answer holds no "
                                       "token with its expiration",
                                       audience)};
    }
    return WebIdentityToken{base::Secret(*token), *expires_at_ms};
}

}  // namespace aws

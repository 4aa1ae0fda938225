#include "common/aws/sigv4.h"

#include <algorithm>
#include <array>
#include <map>

#include "common/codec/digest.h"
#include "common/codec/hex.h"
#include "common/codec/uri.h"

namespace aws {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kTerminator = "aws4_request";

// Proxies and transports add, change or remove these, so a signature over them would break.
constexpr std::array<std::string_view, 15> kUnsignedHeaders{
    "authorization",
    "baggage",
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amzn-trace-id",
};

bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// Blanks at both ends are cut, and runs of them within become one space.
std::string trim_header_value(std::string_view value) {
    std::string trimmed;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (is_blank(value[i])) continue;
        if (i > 0 && is_blank(value[i - 1]) && !trimmed.empty()) trimmed += ' ';
        trimmed += value[i];
    }
    return trimmed;
}

std::string to_lower(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower;
}

// Lower-case name -> trimmed values, joined by commas in the order in which they are sent.
std::map<std::string, std::string> canonical_headers(const http::Headers& headers) {
    std::map<std::string, std::string> canonical;
    for (const http::Header& header : headers) {
        const std::string name = to_lower(header.name);
        if (std::find(kUnsignedHeaders.begin(), kUnsignedHeaders.end(), name) !=
            kUnsignedHeaders.end())
            continue;
        const auto [place, is_new] = canonical.try_emplace(name);
        if (!is_new) place->second += ',';
        place->second += trim_header_value(header.value);
    }
    return canonical;
}

// Takes out empty, "." and ".." segments; a slash at the end stays.
std::string normalize_path(std::string_view path) {
    std::vector<std::string_view> segments;
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        const std::string_view segment = path.substr(begin, end - begin);
        if (segment == "..") {
            if (!segments.empty()) segments.pop_back();
        } else if (!segment.empty() && segment != ".") {
            segments.push_back(segment);
        }
        begin = end + 1;
    }
    std::string normalized;
    for (const std::string_view segment : segments)
        normalized.append("/").append(segment);
    if (segments.empty() || path.back() == '/') normalized += '/';
    return normalized;
}

std::string canonical_path(std::string_view path, PathRule rule) {
    if (path.empty()) return "/";
    if (rule == PathRule::as_sent) return std::string(path);
    return codec::uri_encode(normalize_path(path), codec::KeepSlash::yes);
}

}  // namespace

PathRule path_rule(std::string_view signing_name) {
    return signing_name == "s3" ? PathRule::as_sent : PathRule::normalized;
}

std::string CredentialScope::text() const {
    return date + "/" + region + "/" + service + "/" + std::string(kTerminator);
}

std::string amz_date(base::EpochMs time_ms) {
    std::string date = base::format_iso8601(time_ms);
    std::erase_if(date, [](char c) { return c == '-' || c == ':'; });
    return date;
}

std::string canonical_query(const Query& query) {
    Query encoded;
    encoded.reserve(query.size());
    for (const auto& [name, value] : query) {
        encoded.emplace_back(codec::uri_encode(name, codec::KeepSlash::no),
                             codec::uri_encode(value, codec::KeepSlash::no));
    }
    std::sort(encoded.begin(), encoded.end());
    std::string text;
    for (const auto& [name, value] : encoded)
        text.append(text.empty() ? "" : "&").append(name).append("=").append(value);
    return text;
}

std::string signed_headers(const http::Headers& headers) {
    std::string names;
    for (const auto& [name, value] : canonical_headers(headers))
        names.append(names.empty() ? "" : ";").append(name);
    return names;
}

std::string canonical_request(const SigningInput& input) {
    std::string text;
    text.append(input.method).append("\n");
    text.append(canonical_path(input.path, input.path_rule)).append("\n");
    text.append(canonical_query(input.query)).append("\n");
    for (const auto& [name, value] : canonical_headers(input.headers))
        text.append(name).append(":").append(value).append("\n");
    text.append("\n").append(signed_headers(input.headers)).append("\n");
    text.append(input.payload_hash);
    return text;
}

std::string string_to_sign(std::string_view amz_date, const CredentialScope& scope,
                           std::string_view canonical_request) {
    std::string text;
    text.append(kAlgorithm).append("\n");
    text.append(amz_date).append("\n");
    text.append(scope.text()).append("\n");
    text.append(codec::hex_lower(codec::sha256(canonical_request)));
    return text;
}

base::Secret signing_key(const base::Secret& secret_access_key, const CredentialScope& scope) {
    base::Secret key("AWS4" + std::string(secret_access_key.reveal()));
    for (const std::string_view part :
         {std::string_view(scope.date), std::string_view(scope.region),
          std::string_view(scope.service), kTerminator}) {
        key = base::Secret(codec::hmac_sha256(key.reveal(), part));
    }
    return key;
}

std::string signature(const base::Secret& signing_key, std::string_view string_to_sign) {
    return codec::hex_lower(codec::hmac_sha256(signing_key.reveal(), string_to_sign));
}

std::string authorization(std::string_view access_key_id, const CredentialScope& scope,
                          std::string_view signed_headers, std::string_view signature) {
    std::string value;
    value.append(kAlgorithm).append(" Credential=").append(access_key_id).append("/");
    value.append(scope.text()).append(", SignedHeaders=").append(signed_headers);
    value.append(", Signature=").append(signature);
    return value;
}

void sign(const UnsignedRequest& request, const Credentials& credentials, base::EpochMs now_ms,
          http::Headers& headers) {
    const std::string time = amz_date(now_ms);
    const CredentialScope scope{time.substr(0, time.find('T')), std::string(request.region),
                                std::string(request.signing_name)};
    const std::string payload_hash = codec::hex_lower(codec::sha256(request.body));
    const PathRule rule = path_rule(request.signing_name);

    headers.push_back({"X-Amz-Date", time});
    if (!credentials.session_token.empty()) {
        headers.push_back(
            {"X-Amz-Security-Token", std::string(credentials.session_token.reveal())});
    }
    if (rule == PathRule::as_sent) headers.push_back({"X-Amz-Content-Sha256", payload_hash});

    const std::string canonical = canonical_request(
        {request.method, request.path, request.query, headers, payload_hash, rule});
    const std::string to_sign = string_to_sign(time, scope, canonical);
    const base::Secret key = signing_key(credentials.secret_access_key, scope);
    headers.push_back(
        {"Authorization", authorization(credentials.access_key_id, scope, signed_headers(headers),
                                        signature(key, to_sign))});
}

}  // namespace aws

// Signature Version 4, one function per stage so that each can be checked alone.
//
// Page: "Create a signed AWS API request" (IAM). In short:
//   canonical_request = method \n path \n query \n "name:value\n" of each header \n names \n hash
//   string_to_sign    = AWS4-HMAC-SHA256 \n time \n scope \n hex(sha256(canonical_request))
//   signing_key       = hmac(hmac(hmac(hmac("AWS4" + secret, date), region), service),
//                            "aws4_request")
//   signature         = hex(hmac(signing_key, string_to_sign))
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/aws/credentials.h"
#include "common/base/clock.h"
#include "common/http/http.h"

namespace aws {

// Names and values as they are meant: not percent-encoded.
using Query = std::vector<std::pair<std::string, std::string>>;

// How the path of the request line enters the canonical request.
enum class PathRule {
    normalized,  // dot segments and double slashes are taken out, and it is encoded once more
    as_sent,     // S3: byte for byte
};

// S3 has its own path rule and wants the payload's hash in a header.
PathRule path_rule(std::string_view signing_name);

struct SigningInput {
    std::string_view method;
    std::string_view path;  // as it stands in the request line, percent-encoded
    const Query& query;
    const http::Headers& headers;   // all that are sent; Host must be among them
    std::string_view payload_hash;  // SHA-256 of the body in hex
    PathRule path_rule = PathRule::normalized;
};

struct CredentialScope {
    std::string date;  // "20261120"
    std::string region;
    std::string service;

    [[nodiscard]] std::string text() const;  // "20261120/us-east-1/kinesis/aws4_request"
};

// "20261120T010000Z".
std::string amz_date(base::EpochMs time_ms);

// The query as it is signed, which is also how it is sent: encoded, sorted by name, then by value.
std::string canonical_query(const Query& query);

// "content-type;host;x-amz-date": every header but those that proxies and transports may change.
std::string signed_headers(const http::Headers& headers);

std::string canonical_request(const SigningInput& input);
std::string string_to_sign(std::string_view amz_date, const CredentialScope& scope,
                           std::string_view canonical_request);
// 32 raw bytes.
base::Secret signing_key(const base::Secret& secret_access_key, const CredentialScope& scope);
// Hex.
std::string signature(const base::Secret& signing_key, std::string_view string_to_sign);
// The Authorization header's value.
std::string authorization(std::string_view access_key_id, const CredentialScope& scope,
                          std::string_view signed_headers, std::string_view signature);

// A request that is to be signed, with the headers it has so far (Host among them).
struct UnsignedRequest {
    std::string_view method;
    std::string_view path;
    const Query& query;
    std::string_view body;
    std::string_view region;
    std::string_view signing_name;
};

// All stages: adds X-Amz-Date, X-Amz-Security-Token (where there is a session token), for S3
// X-Amz-Content-Sha256, and Authorization to `headers`.
void sign(const UnsignedRequest& request, const Credentials& credentials, base::EpochMs now_ms,
          http::Headers& headers);

}  // namespace aws

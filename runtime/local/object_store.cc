#include "runtime/local/object_store.h"

#include <fmt/format.h>

#include "common/codec/uri.h"
#include "runtime/local/http_connection.h"

namespace local {
namespace {

// The local S3 reads the service's name there and checks nothing.
constexpr std::string_view kAuthorization =
    "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, "
    "Signature=0";

}  // namespace

base::Result<base::Done> S3Store::put(std::string_view key, std::string_view bytes) {
    const std::string target = fmt::format("/{}/{}", codec::uri_encode(bucket_),
                                           codec::uri_encode(key, codec::KeepSlash::yes));
    const auto answer = call_loopback({.port = port_,
                                       .method = "PUT",
                                       .target = target,
                                       .headers = {{"Authorization", std::string(kAuthorization)},
                                                   {"Content-Type", "application/octet-stream"}},
                                       .body = bytes});
    if (!answer) return answer.error();
    if (answer->status >= 200 && answer->status <= 299) return base::Done{};
    return base::Error{
        answer->status >= 500 ? base::ErrorKind::service_failed : base::ErrorKind::rejected,
        fmt::format("PutObject to {}: {}", bucket_, answer->status)};
}

}  // namespace local

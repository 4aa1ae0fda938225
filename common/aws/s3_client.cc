#include "common/aws/s3_client.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "common/codec/base64.h"
#include "common/codec/digest.h"

namespace aws {
namespace {

constexpr std::size_t kBucketNameBytesMin = 3;
constexpr std::size_t kBucketNameBytesMax = 63;

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

bool is_bucket_name(std::string_view name) {
    if (name.size() < kBucketNameBytesMin || name.size() > kBucketNameBytesMax) return false;
    if (!is_letter_or_digit(name.front()) || !is_letter_or_digit(name.back())) return false;
    if (name.find("..") != std::string_view::npos) return false;
    return std::all_of(name.begin(), name.end(),
                       [](char c) { return is_letter_or_digit(c) || c == '-' || c == '.'; });
}

base::Result<base::Done> S3Client::put_object(PutObjectRequest request) {
    std::string checksum = codec::base64_encode(codec::sha256(request.body));
    auto answer =
        client_->call(RestCall{.service = kS3,
                               .operation = "PutObject",
                               .method = "PUT",
                               .path = fmt::format("/{}/{}", request.bucket, request.key),
                               .query = {},
                               .headers = {{"Content-Type", std::string(request.content_type)},
                                           {"X-Amz-Checksum-Sha256", std::move(checksum)}},
                               .body = std::move(request.body),
                               .subject = fmt::format("s3://{}/{}", request.bucket, request.key),
                               .repeatable = http::Repeatable::yes,
                               .deadline = request.deadline});
    if (!answer) return std::move(answer).error();
    return base::Done{};
}

}  // namespace aws

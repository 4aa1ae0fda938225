#include "common/aws/s3_client.h"

#include <utility>

#include <fmt/format.h>

#include "common/codec/base64.h"
#include "common/codec/digest.h"

namespace aws {

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

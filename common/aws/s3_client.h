// Amazon S3: PutObject. API reference: "PutObject" (Amazon S3).
//
// The bucket stands in the path (/bucket/key), which every bucket's name and every endpoint takes.
// The bytes are guarded twice on their way: the signature covers their SHA-256, and S3 compares
// them with x-amz-checksum-sha256 and keeps it with the object (buckets with Object Lock want it).
// The bucket's own default encryption is used.
#pragma once

#include <string>
#include <string_view>

#include "common/aws/aws_client.h"
#include "common/base/deadline.h"
#include "common/base/result.h"

namespace aws {

inline constexpr std::size_t kObjectKeyBytesMax = 1024;

// 3 to 63 of a-z 0-9 - . that begin and end with a letter or a digit, without two dots side by side
// ("General purpose bucket naming rules").
bool is_bucket_name(std::string_view name);

struct PutObjectRequest {
    std::string_view bucket;
    std::string_view key;  // UTF-8, not encoded
    std::string body;
    std::string_view content_type = "application/octet-stream";
    base::Deadline deadline;
};

class S3Client {
  public:
    // The client outlives it. Its region must be the bucket's.
    explicit S3Client(Client& client) : client_(&client) {}

    // The object is stored when this gives no error; an object of that key is replaced as a whole.
    // Done again after an unknown outcome, which ends in the same object.
    base::Result<base::Done> put_object(PutObjectRequest request);

  private:
    Client* client_;
};

}  // namespace aws

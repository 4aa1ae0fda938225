// Amazon S3: objects whole and in ranges, and their listings. API reference (Amazon S3): the pages
// named like the functions. s3_multipart.h has the objects that are written in parts.
//
// The bucket stands in the path (/bucket/key), which every bucket's name and every endpoint takes.
// The bytes are guarded twice on their way to S3: the signature covers their SHA-256, and S3
// compares them with x-amz-checksum-sha256 and keeps it with the object (buckets with Object Lock
// want it). The bucket's own default encryption is used.
//
// Errors are those of aws::Client::call, and name s3://bucket/key; the code is S3's: NoSuchKey,
// NoSuchBucket, AccessDenied, PermanentRedirect. S3 says AccessDenied of an object that is not
// there where s3:ListBucket is not allowed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/aws/aws_client.h"
#include "common/aws/s3_answer.h"
#include "common/base/deadline.h"
#include "common/base/result.h"

namespace aws {

inline constexpr std::size_t kObjectKeyBytesMax = 1024;

// 3 to 63 of a-z 0-9 - . that begin and end with a letter or a digit, without two dots side by side
// ("General purpose bucket naming rules").
bool is_bucket_name(std::string_view name);

struct ObjectName {
    std::string bucket;
    std::string key;  // UTF-8, not encoded; of 1 to 1024 bytes

    [[nodiscard]] std::string uri() const { return "s3://" + bucket + "/" + key; }
};

struct PutObjectRequest {
    std::string_view bucket;
    std::string_view key;  // UTF-8, not encoded
    std::string body;
    std::string_view content_type = "application/octet-stream";
    base::Deadline deadline = {};
};

struct RangeRequest {
    std::uint64_t first = 0;  // of the object's bytes
    std::size_t bytes_max = 1;
    std::string if_match = {};  // the ETag without quotes; empty: whatever is there
};

struct ObjectRange {
    std::string bytes;  // bytes_max of them, fewer at the object's end; none of an empty object
    std::uint64_t object_bytes = 0;
    std::string etag;  // without quotes
};

struct ObjectHead {
    std::uint64_t bytes = 0;
    std::string etag;             // without quotes
    std::string checksum_sha256;  // as S3 keeps it; empty where there is none
};

// How an object is asked for. The body is empty but where it is what is stored.
RestCall object_call(std::string_view operation, std::string_view method, const ObjectName& object,
                     base::Deadline deadline);
// Kind rejected where no object has that name: without a key the call would be about the bucket.
base::Result<base::Done> check_object_name(const ObjectName& object);

class S3Client {
  public:
    // The client outlives it. Its region must be the bucket's.
    explicit S3Client(Client& client) : client_(&client) {}

    // The object is stored when this gives no error; an object of that key is replaced as a whole.
    // Done again after an unknown outcome, which ends in the same object.
    base::Result<base::Done> put_object(PutObjectRequest request);

    // Some bytes of an object. The bytes that come back are those that were asked for, or it is an
    // error. Kind data_invalid where the object is no longer the one of `if_match`. `first` lies
    // within the object, or is 0.
    base::Result<ObjectRange> get_object(const ObjectName& object, const RangeRequest& range,
                                         base::Deadline deadline);
    // Code "404" where there is no such object: the answer has no body to say more.
    base::Result<ObjectHead> head_object(const ObjectName& object, base::Deadline deadline);
    // All objects whose key begins with `prefix`, all pages, in the order of the keys' bytes. Kind
    // rejected where there are more than two million.
    base::Result<std::vector<ListedObject>> list_objects(const std::string& bucket,
                                                         const std::string& prefix,
                                                         base::Deadline deadline);
    // No error where there is none (S3 does not tell).
    base::Result<base::Done> delete_object(const ObjectName& object, base::Deadline deadline);

  private:
    base::Result<ObjectRange> empty_object(const ObjectName& object, base::Deadline deadline);

    Client* client_;
};

}  // namespace aws

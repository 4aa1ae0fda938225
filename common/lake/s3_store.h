// The object store of one bucket.
//
// An object is read in ranges of 8 MiB, all of the ETag that the first one had: the HTTP client
// gives whole answers, so memory is that of one range whatever the object's size, and where a
// connection breaks one range is read again instead of all. It is written with one PutObject up to
// 8 MiB, beyond that in parts of 8 MiB (80 GB at most). A reader or a writer holds one range or
// part.
//
// IAM: s3:GetObject (open), s3:PutObject and s3:AbortMultipartUpload (create), s3:ListBucket (list;
// and so that an object that is missing is not called AccessDenied), s3:DeleteObject (remove);
// kms:Decrypt and kms:GenerateDataKey where the bucket has a KMS key.
#pragma once

#include <string>
#include <utility>

#include "common/aws/aws_client.h"
#include "common/base/deadline.h"
#include "common/lake/object_store.h"

namespace lake {

inline constexpr std::size_t kS3PieceBytes = std::size_t{8} << 20U;

// Errors: those of aws/s3_client.h, and data_invalid as the seam says.
class S3Store final : public ObjectStore {
  public:
    // The client outlives the store and all that it gives; its region is the bucket's. Nothing is
    // begun after the deadline, but that an unfinished upload is aborted, which may take two
    // seconds more.
    S3Store(aws::Client& client, std::string bucket, base::Deadline deadline = {})
        : client_(client), bucket_(std::move(bucket)), deadline_(deadline) {}

    base::Result<std::unique_ptr<ObjectReader>> open(const std::string& key) override;
    base::Result<std::string> read_head(const std::string& key, std::size_t bytes_max) override;
    base::Result<std::unique_ptr<ObjectWriter>> create(const std::string& key,
                                                       std::string_view content_type) override;
    // Without the empty objects that end in a slash, by which S3's console shows folders.
    base::Result<std::vector<ObjectInfo>> list(const std::string& prefix) override;
    base::Result<base::Done> remove(const std::string& key) override;

  private:
    aws::Client& client_;
    const std::string bucket_;
    const base::Deadline deadline_;
};

}  // namespace lake

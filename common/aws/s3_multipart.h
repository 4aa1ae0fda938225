// An object of S3 that is written in parts ("Uploading and copying objects using multipart
// upload"): CreateMultipartUpload, UploadPart, then CompleteMultipartUpload, which makes the object
// visible as a whole, or AbortMultipartUpload. Until then nothing of it is seen, but its parts are
// kept, and paid for; a lifecycle rule (AbortIncompleteMultipartUpload) removes what a process that
// was stopped dead has left.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/aws/s3_client.h"

namespace aws {

inline constexpr int kPartsMax = 10'000;
inline constexpr std::size_t kPartBytesMin = 5U << 20U;  // of every part but the last

class MultipartUpload {
  public:
    // The client outlives it. Its region must be the bucket's.
    static base::Result<MultipartUpload> create(Client& client, ObjectName object,
                                                std::string_view content_type,
                                                base::Deadline deadline);

    // The next part, of kPartBytesMin bytes at least where it is not the last. Kind rejected
    // beyond kPartsMax.
    base::Result<base::Done> upload_part(std::string bytes, base::Deadline deadline);

    // Makes the object of all parts. Where nobody knows whether that was done (no answer came, or
    // the upload is gone because an earlier attempt had completed it), HEAD tells: the object there
    // has the size and the checksum of our parts, or it is an error. Kind outcome_unknown where
    // HEAD does not tell either.
    base::Result<base::Done> complete(base::Deadline deadline);

    // Drops all parts. No error where the upload is gone.
    base::Result<base::Done> abort(base::Deadline deadline);

    [[nodiscard]] const ObjectName& object() const { return object_; }
    [[nodiscard]] const std::string& id() const { return id_; }

  private:
    struct Part {
        std::string etag;    // without quotes
        std::string sha256;  // raw
    };

    MultipartUpload(Client& client, ObjectName object, std::string id)
        : client_(&client), object_(std::move(object)), id_(std::move(id)) {}
    [[nodiscard]] RestCall call(std::string_view operation, std::string_view method,
                                base::Deadline deadline) const;
    [[nodiscard]] bool is_ours(const ObjectHead& head) const;
    base::Result<base::Done> settle(base::Error error, base::Deadline deadline);

    Client* client_;
    ObjectName object_;
    std::string id_;
    std::vector<Part> parts_;
    std::uint64_t bytes_ = 0;
};

}  // namespace aws

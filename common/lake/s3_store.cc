#include "common/lake/s3_store.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>

#include "common/aws/s3_client.h"
#include "common/aws/s3_multipart.h"

namespace lake {
namespace {

constexpr std::int64_t kAbortExtraMs = 2'000;

static_assert(kS3PieceBytes >= aws::kPartBytesMin);

base::Deadline plus_ms(base::Deadline deadline, std::int64_t extra_ms) {
    constexpr base::EpochMs kNever = std::numeric_limits<base::EpochMs>::max();
    return {deadline.at_ms > kNever - extra_ms ? kNever : deadline.at_ms + extra_ms};
}

// What of the seam is no plain refusal.
base::Error as_the_seam_says(base::Error error) {
    if (error.code == "NoSuchKey") error.kind = base::ErrorKind::data_invalid;
    return error;
}

class S3Reader final : public ObjectReader {
  public:
    S3Reader(aws::Client& client, aws::ObjectName object, base::Deadline deadline)
        : client_(client), object_(std::move(object)), deadline_(deadline) {}

    base::Result<base::Done> read_first_range() {
        info_.key = object_.key;
        return read_range();
    }
    [[nodiscard]] const ObjectInfo& info() const override { return info_; }

    base::Result<std::size_t> read(char* out, std::size_t room) override {
        assert(room > 0);
        if (given_ == range_.size()) {
            if (next_ == info_.bytes) return std::size_t{0};
            if (auto read = read_range(); !read) return std::move(read).error();
        }
        const std::size_t count = std::min(room, range_.size() - given_);
        std::memcpy(out, range_.data() + given_, count);
        given_ += count;
        return count;
    }

  private:
    base::Result<base::Done> read_range() {
        std::string().swap(range_);  // before the next one comes
        given_ = 0;
        auto read = client_.get_object(
            object_, {.first = next_, .bytes_max = kS3PieceBytes, .if_match = info_.etag},
            deadline_);
        if (!read) return as_the_seam_says(std::move(read).error());
        info_.bytes = read->object_bytes;
        info_.etag = std::move(read->etag);
        range_ = std::move(read->bytes);
        next_ += range_.size();
        return base::Done{};
    }

    aws::S3Client client_;
    const aws::ObjectName object_;
    const base::Deadline deadline_;
    ObjectInfo info_;
    std::string range_;
    std::size_t given_ = 0;   // of the range
    std::uint64_t next_ = 0;  // the first byte behind the range
};

class S3Writer final : public ObjectWriter {
  public:
    S3Writer(aws::Client& client, aws::ObjectName object, std::string_view content_type,
             base::Deadline deadline)
        : client_(client),
          object_(std::move(object)),
          content_type_(content_type),
          deadline_(deadline) {}
    ~S3Writer() override {
        if (!upload_ || is_finished_) return;
        const auto aborted = upload_->abort(plus_ms(deadline_, kAbortExtraMs));
        if (aborted) return;
        client_.log().warn("multipart_upload_left", {{"object", object_.uri()},
                                                     {"upload_id", upload_->id()},
                                                     {"error", aborted.error().message}});
    }
    S3Writer(const S3Writer&) = delete;
    S3Writer& operator=(const S3Writer&) = delete;

    base::Result<base::Done> write(std::string_view bytes) override {
        assert(!is_finished_);
        while (!bytes.empty() && !failure_) {
            if (part_.size() == kS3PieceBytes) {
                if (auto put = put_part(); !put) return put;
            }
            if (part_.capacity() < kS3PieceBytes) part_.reserve(kS3PieceBytes);
            const std::size_t count = std::min(bytes.size(), kS3PieceBytes - part_.size());
            part_.append(bytes.substr(0, count));
            bytes.remove_prefix(count);
        }
        if (failure_) return *failure_;
        return base::Done{};
    }

    base::Result<base::Done> finish() override {
        assert(!is_finished_);
        if (failure_) return *failure_;
        auto done = upload_ ? complete() : put_object();
        is_finished_ = done.ok();
        if (!done) failure_ = done.error();
        return done;
    }

  private:
    base::Result<base::Done> put_object() {
        return aws::S3Client(client_).put_object({.bucket = object_.bucket,
                                                  .key = object_.key,
                                                  .body = std::move(part_),
                                                  .content_type = content_type_,
                                                  .deadline = deadline_});
    }
    base::Result<base::Done> complete() {
        if (auto put = put_part(); !put) return put;
        return upload_->complete(deadline_);
    }
    // What failed once is never made visible.
    base::Result<base::Done> put_part() {
        if (!upload_) {
            auto created = aws::MultipartUpload::create(client_, object_, content_type_, deadline_);
            if (!created) {
                failure_ = std::move(created).error();
                return *failure_;
            }
            upload_ = std::make_unique<aws::MultipartUpload>(*std::move(created));
        }
        auto put = upload_->upload_part(std::exchange(part_, {}), deadline_);
        if (!put) failure_ = put.error();
        return put;
    }

    aws::Client& client_;
    const aws::ObjectName object_;
    const std::string content_type_;
    const base::Deadline deadline_;
    std::unique_ptr<aws::MultipartUpload> upload_;
    std::string part_;
    std::optional<base::Error> failure_;
    bool is_finished_ = false;
};

}  // namespace

base::Result<std::unique_ptr<ObjectReader>> S3Store::open(const std::string& key) {
    auto reader = std::make_unique<S3Reader>(client_, aws::ObjectName{bucket_, key}, deadline_);
    if (auto read = reader->read_first_range(); !read) return std::move(read).error();
    return std::unique_ptr<ObjectReader>(std::move(reader));
}

base::Result<std::string> S3Store::read_head(const std::string& key, std::size_t bytes_max) {
    auto read = aws::S3Client(client_).get_object({bucket_, key},
                                                  {.first = 0, .bytes_max = bytes_max}, deadline_);
    if (!read) return as_the_seam_says(std::move(read).error());
    return std::move(read->bytes);
}

base::Result<std::unique_ptr<ObjectWriter>> S3Store::create(const std::string& key,
                                                            std::string_view content_type) {
    aws::ObjectName object{bucket_, key};
    if (auto checked = aws::check_object_name(object); !checked) return std::move(checked).error();
    return std::unique_ptr<ObjectWriter>(
        std::make_unique<S3Writer>(client_, std::move(object), content_type, deadline_));
}

base::Result<std::vector<ObjectInfo>> S3Store::list(const std::string& prefix) {
    auto listed = aws::S3Client(client_).list_objects(bucket_, prefix, deadline_);
    if (!listed) return std::move(listed).error();
    std::vector<ObjectInfo> objects;
    objects.reserve(listed->size());
    for (aws::ListedObject& object : *listed) {
        if (object.bytes == 0 && object.key.back() == '/') continue;
        objects.push_back(
            {.key = std::move(object.key), .bytes = object.bytes, .etag = std::move(object.etag)});
    }
    return objects;
}

base::Result<base::Done> S3Store::remove(const std::string& key) {
    return aws::S3Client(client_).delete_object({bucket_, key}, deadline_);
}

}  // namespace lake

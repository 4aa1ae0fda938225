#include "common/aws/s3_multipart.h"

#include <cassert>
#include <utility>

#include <fmt/format.h>

#include "common/codec/base64.h"
#include "common/codec/digest.h"
#include "common/codec/hex.h"
#include "common/codec/xml.h"

namespace aws {
namespace {

constexpr std::string_view kNoSuchUpload = "NoSuchUpload";
// "Processing of a CompleteMultipartUpload request could take several minutes".
constexpr std::int64_t kCompleteFirstByteMs = 60'000;

base::Error unreadable(std::string_view operation, const ObjectName& object,
                       const std::string& what) {
    return {base::ErrorKind::service_failed,
            fmt::format("{} on {}: {}", operation, object.uri(), what)};
}

// Whether the object may have been made though the call ended in this error.
bool may_be_done(const base::Error& error) {
    return error.kind == base::ErrorKind::outcome_unknown ||
           error.kind == base::ErrorKind::service_failed || error.code == kNoSuchUpload;
}

}  // namespace

base::Result<MultipartUpload> MultipartUpload::create(Client& client, ObjectName object,
                                                      std::string_view content_type,
                                                      base::Deadline deadline) {
    if (auto checked = check_object_name(object); !checked) return std::move(checked).error();
    RestCall call = object_call("CreateMultipartUpload", "POST", object, deadline);
    call.query = {{"uploads", ""}};
    call.headers = {{"Content-Type", std::string(content_type)},
                    {"X-Amz-Checksum-Algorithm", "SHA256"}};
    // An upload that is begun twice leaves one without parts behind.
    const auto answer = client.call(std::move(call));
    if (!answer) return answer.error();
    auto id = parse_upload_id(answer->body);
    if (!id) return unreadable("CreateMultipartUpload", object, id.error().message);
    return MultipartUpload(client, std::move(object), *std::move(id));
}

RestCall MultipartUpload::call(std::string_view operation, std::string_view method,
                               base::Deadline deadline) const {
    RestCall call = object_call(operation, method, object_, deadline);
    call.query = {{"uploadId", id_}};
    return call;
}

base::Result<base::Done> MultipartUpload::upload_part(std::string bytes, base::Deadline deadline) {
    if (parts_.size() == kPartsMax) {
        return base::Error{base::ErrorKind::rejected,
                           fmt::format("UploadPart on {}: an object has {} parts at most, and "
                                       "these are {} bytes",
                                       object_.uri(), kPartsMax, bytes_)};
    }
    Part part{.etag = {}, .sha256 = codec::sha256(bytes)};
    const std::size_t part_bytes = bytes.size();
    RestCall call = this->call("UploadPart", "PUT", deadline);
    call.query.emplace_back("partNumber", std::to_string(parts_.size() + 1));
    call.headers = {{"X-Amz-Checksum-Sha256", codec::base64_encode(part.sha256)}};
    call.body = std::move(bytes);
    const auto answer = client_->call(std::move(call));
    if (!answer) return answer.error();
    auto etag = parse_etag(answer->headers);
    if (!etag) return unreadable("UploadPart", object_, etag.error().message);
    part.etag = *std::move(etag);
    parts_.push_back(std::move(part));
    bytes_ += part_bytes;
    return base::Done{};
}

base::Result<base::Done> MultipartUpload::complete(base::Deadline deadline) {
    assert(!parts_.empty());
    RestCall call = this->call("CompleteMultipartUpload", "POST", deadline);
    call.headers = {{"Content-Type", "application/xml"}};
    call.status_200 = Status200::may_carry_error;
    call.first_byte_timeout_ms = kCompleteFirstByteMs;
    call.body = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
    int number = 0;
    for (const Part& part : parts_) {
        call.body += fmt::format(
            "<Part><ChecksumSHA256>{}</ChecksumSHA256><ETag>{}</ETag><PartNumber>{}</PartNumber>"
            "</Part>",
            codec::base64_encode(part.sha256), codec::escape_xml("\"" + part.etag + "\""),
            ++number);
    }
    call.body += "</CompleteMultipartUpload>";
    const auto answer = client_->call(std::move(call));
    if (!answer)
        return may_be_done(answer.error()) ? settle(answer.error(), deadline) : answer.error();
    auto completed = parse_completed(answer->body);
    if (completed) return completed;
    base::Error error = unreadable("CompleteMultipartUpload", object_, completed.error().message);
    error.kind = base::ErrorKind::outcome_unknown;
    return settle(std::move(error), deadline);
}

// S3's checksum of an object in parts is the one of its parts' checksums, one behind the other, and
// "-" with their number; so is its ETag, of MD5s, where the bucket's key is not KMS's.
bool MultipartUpload::is_ours(const ObjectHead& head) const {
    if (head.bytes != bytes_) return false;
    codec::Sha256 sha256;
    codec::Md5 md5;
    for (const Part& part : parts_) {
        sha256.update(part.sha256);
        const auto part_md5 = codec::hex_decode(part.etag);
        if (part_md5) md5.update(*part_md5);
    }
    const std::string number = fmt::format("-{}", parts_.size());
    if (head.checksum_sha256.empty()) return head.etag == codec::hex_lower(md5.finish()) + number;
    const std::string checksum = codec::base64_encode(sha256.finish());
    return head.checksum_sha256 == checksum || head.checksum_sha256 == checksum + number;
}

base::Result<base::Done> MultipartUpload::settle(base::Error error, base::Deadline deadline) {
    const auto head = S3Client(*client_).head_object(object_, deadline);
    if (head && is_ours(*head)) return base::Done{};
    if (head) {
        error.message += "; another object is there";
        return error;
    }
    if (head.error().code == "404") {
        error.message += "; the object is not there";
        return error;
    }
    error.kind = base::ErrorKind::outcome_unknown;
    error.message += fmt::format("; whether it was done is not known: {}", head.error().message);
    return error;
}

base::Result<base::Done> MultipartUpload::abort(base::Deadline deadline) {
    const auto answer = client_->call(call("AbortMultipartUpload", "DELETE", deadline));
    if (answer || answer.error().code == kNoSuchUpload) return base::Done{};
    return answer.error();
}

}  // namespace aws

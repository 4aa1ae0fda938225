#include "common/aws/s3_client.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "common/codec/base64.h"
#include "common/codec/digest.h"

namespace aws {
namespace {

constexpr std::size_t kBucketNameBytesMin = 3;
constexpr std::size_t kBucketNameBytesMax = 63;
constexpr int kPagesMax = 2'000;  // of 1,000 objects each, which take some 200 bytes
constexpr std::size_t kPageBytesMax = 16U << 20U;
constexpr int kPartialContent = 206;
// What an error may take where a range of a few bytes is asked for.
constexpr std::size_t kErrorBytesMax = 64U << 10U;

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// What came is not what the service must answer.
base::Error unreadable(const RestCall& call, const std::string& what) {
    return {base::ErrorKind::service_failed,
            fmt::format("{} on {}: {}", call.operation, call.subject, what)};
}

bool is_as_asked(const ContentRange& got, const RangeRequest& asked, std::size_t body_bytes) {
    const std::uint64_t last = std::min(asked.first + asked.bytes_max, got.object_bytes) - 1;
    return got.first == asked.first && got.last == last && body_bytes == last - asked.first + 1;
}

}  // namespace

bool is_bucket_name(std::string_view name) {
    if (name.size() < kBucketNameBytesMin || name.size() > kBucketNameBytesMax) return false;
    if (!is_letter_or_digit(name.front()) || !is_letter_or_digit(name.back())) return false;
    if (name.find("..") != std::string_view::npos) return false;
    return std::all_of(name.begin(), name.end(),
                       [](char c) { return is_letter_or_digit(c) || c == '-' || c == '.'; });
}

RestCall object_call(std::string_view operation, std::string_view method, const ObjectName& object,
                     base::Deadline deadline) {
    return RestCall{.service = kS3,
                    .operation = operation,
                    .method = std::string(method),
                    .path = fmt::format("/{}/{}", object.bucket, object.key),
                    .subject = object.uri(),
                    .deadline = deadline};
}

base::Result<base::Done> check_object_name(const ObjectName& object) {
    const bool has_bucket = !object.bucket.empty() && object.bucket.find('/') == std::string::npos;
    if (has_bucket && !object.key.empty() && object.key.size() <= kObjectKeyBytesMax)
        return base::Done{};
    return base::Error{base::ErrorKind::rejected,
                       fmt::format("{}: no object has that name: a bucket and a key of 1 to {} "
                                   "bytes make one",
                                   object.uri(), kObjectKeyBytesMax)};
}

base::Result<base::Done> S3Client::put_object(PutObjectRequest request) {
    const ObjectName object{std::string(request.bucket), std::string(request.key)};
    if (auto checked = check_object_name(object); !checked) return checked;
    RestCall call = object_call("PutObject", "PUT", object, request.deadline);
    call.headers = {{"Content-Type", std::string(request.content_type)},
                    {"X-Amz-Checksum-Sha256", codec::base64_encode(codec::sha256(request.body))}};
    call.body = std::move(request.body);
    auto answer = client_->call(std::move(call));
    if (!answer) return std::move(answer).error();
    return base::Done{};
}

base::Result<ObjectRange> S3Client::get_object(const ObjectName& object, const RangeRequest& range,
                                               base::Deadline deadline) {
    assert(range.bytes_max > 0);
    if (auto checked = check_object_name(object); !checked) return std::move(checked).error();
    RestCall call = object_call("GetObject", "GET", object, deadline);
    call.headers = {
        // Else what was stored with Content-Encoding gzip would be inflated on its way.
        {"Accept-Encoding", "identity"},
        {"Range", fmt::format("bytes={}-{}", range.first, range.first + range.bytes_max - 1)}};
    if (!range.if_match.empty())
        call.headers.push_back({"If-Match", fmt::format("\"{}\"", range.if_match)});
    call.response_bytes_max = range.bytes_max + kErrorBytesMax;
    auto answer = client_->call(call);
    if (!answer) {
        base::Error error = std::move(answer).error();
        if (range.first == 0 && (error.code == "InvalidRange" || error.code == "416"))
            return empty_object(object, deadline);
        if (error.code == "PreconditionFailed") {
            error.kind = base::ErrorKind::data_invalid;
            error.message += "; the object was replaced while it was read";
        } else if (error.code == "AccessDenied") {
            error.message +=
                "; allow s3:GetObject, and s3:ListBucket to learn whether the object is there";
        }
        return error;
    }
    if (answer->status != kPartialContent)
        return unreadable(call, fmt::format("the answer's status is {}, not 206", answer->status));
    const auto got = parse_content_range(answer->headers);
    if (!got) return unreadable(call, got.error().message);
    auto etag = parse_etag(answer->headers);
    if (!etag) return unreadable(call, etag.error().message);
    if (!is_as_asked(*got, range, answer->body.size()))
        return unreadable(call, "the answer has other bytes than those that were asked for");
    if (!range.if_match.empty() && *etag != range.if_match)
        return unreadable(call, "the answer is of another object than the one that was asked for");
    return ObjectRange{.bytes = std::move(answer->body),
                       .object_bytes = got->object_bytes,
                       .etag = *std::move(etag)};
}

// S3 has no range of an object without bytes; only HEAD tells its ETag.
base::Result<ObjectRange> S3Client::empty_object(const ObjectName& object,
                                                 base::Deadline deadline) {
    auto head = head_object(object, deadline);
    if (!head) return std::move(head).error();
    if (head->bytes == 0) return ObjectRange{.bytes = {}, .object_bytes = 0, .etag = head->etag};
    return base::Error{
        base::ErrorKind::data_invalid,
        fmt::format("GetObject on {}: the object was replaced while it was read", object.uri())};
}

base::Result<ObjectHead> S3Client::head_object(const ObjectName& object, base::Deadline deadline) {
    if (auto checked = check_object_name(object); !checked) return std::move(checked).error();
    RestCall call = object_call("HeadObject", "HEAD", object, deadline);
    call.headers = {{"Accept-Encoding", "identity"}, {"X-Amz-Checksum-Mode", "ENABLED"}};
    const auto answer = client_->call(call);
    if (!answer) return answer.error();
    const auto bytes =
        parse_bytes(http::find_header(answer->headers, "Content-Length").value_or(""));
    if (!bytes) return unreadable(call, bytes.error().message);
    auto etag = parse_etag(answer->headers);
    if (!etag) return unreadable(call, etag.error().message);
    return ObjectHead{
        .bytes = *bytes,
        .etag = *std::move(etag),
        .checksum_sha256 =
            std::string(http::find_header(answer->headers, "x-amz-checksum-sha256").value_or(""))};
}

base::Result<std::vector<ListedObject>> S3Client::list_objects(const std::string& bucket,
                                                               const std::string& prefix,
                                                               base::Deadline deadline) {
    std::vector<ListedObject> objects;
    std::string token;
    for (int pages = 0; pages < kPagesMax; ++pages) {
        RestCall call{.service = kS3,
                      .operation = "ListObjectsV2",
                      .method = "GET",
                      .path = "/" + bucket,
                      .query = {{"list-type", "2"}, {"encoding-type", "url"}, {"prefix", prefix}},
                      .subject = fmt::format("s3://{}/{}", bucket, prefix),
                      .deadline = deadline,
                      .response_bytes_max = kPageBytesMax};
        if (!token.empty()) call.query.emplace_back("continuation-token", token);
        const auto answer = client_->call(call);
        if (!answer) return answer.error();
        auto page = parse_object_page(answer->body, prefix);
        if (!page) return unreadable(call, page.error().message);
        std::ranges::move(page->objects, std::back_inserter(objects));
        if (page->next_token.empty()) {
            std::ranges::sort(objects, {}, &ListedObject::key);
            return objects;
        }
        if (page->next_token == token)
            return unreadable(call, "the answer leads back to the page that was read");
        token = std::move(page->next_token);
    }
    return base::Error{
        base::ErrorKind::rejected,
        fmt::format("ListObjectsV2 on s3://{}/{}: there are more than {} objects; use a longer "
                    "prefix",
                    bucket, prefix, kPagesMax * 1'000)};
}

base::Result<base::Done> S3Client::delete_object(const ObjectName& object,
                                                 base::Deadline deadline) {
    if (auto checked = check_object_name(object); !checked) return checked;
    const auto answer = client_->call(object_call("DeleteObject", "DELETE", object, deadline));
    if (!answer) return answer.error();
    return base::Done{};
}

}  // namespace aws

#include "functions/stream_to_kinesis/quarantine_uri.h"

#include <algorithm>
#include <utility>

#include "common/aws/s3_client.h"

namespace stream_to_kinesis {
namespace {

constexpr std::string_view kS3Scheme = "s3://";
// Of the 1,024 bytes of a key, the rest is for the record's own name.
constexpr std::size_t kPrefixBytesMax = 512;

base::Error fault(std::string_view remedy) {
    return {base::ErrorKind::config_invalid, std::string(remedy)};
}

bool is_prefix(std::string_view prefix) {
    return prefix.size() <= kPrefixBytesMax && !prefix.starts_with('/') &&
           std::none_of(prefix.begin(), prefix.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

base::Result<QuarantineUri> parse_quarantine_uri(std::string_view uri) {
    if (!uri.starts_with(kS3Scheme)) {
        auto queue = aws::parse_queue_url(uri);
        if (queue) return QuarantineUri(*std::move(queue));
        return fault("use s3://bucket/prefix/, or: " + queue.error().message);
    }
    uri.remove_prefix(kS3Scheme.size());
    const std::size_t slash = std::min(uri.find('/'), uri.size());
    S3Folder folder{std::string(uri.substr(0, slash)),
                    std::string(uri.substr(std::min(slash + 1, uri.size())))};
    if (!aws::is_bucket_name(folder.bucket) || !is_prefix(folder.prefix))
        return fault("use s3://bucket/prefix/ with a bucket's name");
    if (!folder.prefix.empty() && folder.prefix.back() != '/') folder.prefix += '/';
    return QuarantineUri(std::move(folder));
}

}  // namespace stream_to_kinesis

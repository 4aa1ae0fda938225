#include "common/lake/object_uri.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "common/aws/s3_client.h"
#include "common/base/utf8.h"

namespace lake {
namespace {

constexpr std::string_view kScheme = "s3:";
constexpr std::string_view kSlashes = "//";
constexpr std::string_view kForms = "use s3://bucket/key or a path of this machine";

base::Error fault(std::string_view text, std::string_view what) {
    const std::string shown = base::is_utf8(text) ? std::string(text) : "(no UTF-8)";
    return {base::ErrorKind::config_invalid, fmt::format("\"{}\" {}: {}", shown, what, kForms)};
}

base::Result<ObjectUri> parse_s3_uri(std::string_view text) {
    const std::string_view rest = text.substr(kScheme.size() + kSlashes.size());
    const std::size_t slash = rest.find('/');
    const std::string_view bucket = rest.substr(0, slash);
    const std::string_view key =
        slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    if (bucket.empty()) return fault(text, "names no bucket");
    if (!aws::is_bucket_name(bucket)) {
        return fault(text,
                     fmt::format("names the bucket \"{}\", and S3 has none of that name (3 to "
                                 "63 of a-z 0-9 - ., no ARN)",
                                 bucket));
    }
    if (key.size() > aws::kObjectKeyBytesMax)
        return fault(text, fmt::format("has a key of more than {} bytes", aws::kObjectKeyBytesMax));
    return ObjectUri{.bucket = std::string(bucket), .key = std::string(key)};
}

}  // namespace

std::string ObjectUri::text() const {
    return is_s3() ? fmt::format("{}{}{}/{}", kScheme, kSlashes, bucket, key) : key;
}

ObjectUri ObjectUri::below(std::string_view name) const {
    name.remove_prefix(std::min(name.find_first_not_of('/'), name.size()));
    ObjectUri uri = *this;
    if (!uri.key.empty() && uri.key.back() != '/') uri.key += '/';
    uri.key += name;
    return uri;
}

base::Result<ObjectUri> parse_object_uri(std::string_view text) {
    if (text.empty()) return fault(text, "names no place");
    if (!base::is_utf8(text)) return fault(text, "is no UTF-8");
    if (text.find('\0') != std::string_view::npos) return fault("", "holds a zero byte");
    if (text.starts_with("s3://")) return parse_s3_uri(text);
    if (text.starts_with(kScheme)) return fault(text, "has no // behind s3:");
    if (text.find("://") != std::string_view::npos)
        return fault(text, "has a scheme that is not read");
    return ObjectUri{.bucket = {}, .key = std::string(text)};
}

}  // namespace lake

#include "common/aws/s3_answer.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "common/base/utf8.h"
#include "common/codec/uri.h"
#include "common/codec/xml.h"

namespace aws {
namespace {

base::Error fault(std::string what) {
    return {base::ErrorKind::service_failed, std::move(what)};
}

base::Result<codec::XmlElement> parse_answer(std::string_view body, std::string_view root_name) {
    auto root = codec::parse_xml(body, "the answer");
    if (!root) return fault(root.error().message);
    if (root->name == root_name) return root;
    return fault(fmt::format("the answer is no {}", root_name));
}

std::string without_quotes(std::string_view etag) {
    if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"')
        etag = etag.substr(1, etag.size() - 2);
    return std::string(etag);
}

// By the rule of HTML forms: S3 writes a space as '+', and a plus sign as %2B.
base::Result<std::string> decode_key(std::string_view encoded) {
    std::string spaced(encoded);
    std::replace(spaced.begin(), spaced.end(), '+', ' ');
    return codec::uri_decode(spaced);
}

base::Result<ListedObject> parse_object(const codec::XmlElement& contents, bool is_encoded,
                                        std::string_view prefix) {
    const std::string_view name = contents.text_of("Key");
    auto key = is_encoded ? decode_key(name) : base::Result<std::string>(std::string(name));
    if (!key || key->empty() || !base::is_utf8(*key))
        return fault("the answer has a key that is none");
    if (!key->starts_with(prefix))
        return fault("the answer has a key that does not begin with the prefix");
    const auto bytes = parse_bytes(contents.text_of("Size"));
    if (!bytes) return fault("the answer has an object without a size");
    return ListedObject{
        .key = *std::move(key), .bytes = *bytes, .etag = without_quotes(contents.text_of("ETag"))};
}

}  // namespace

base::Result<ObjectPage> parse_object_page(std::string_view body, std::string_view prefix) {
    const auto root = parse_answer(body, "ListBucketResult");
    if (!root) return root.error();
    const bool is_encoded = root->text_of("EncodingType") == "url";
    ObjectPage page;
    for (const codec::XmlElement& child : root->children) {
        if (child.name != "Contents") continue;
        auto object = parse_object(child, is_encoded, prefix);
        if (!object) return std::move(object).error();
        page.objects.push_back(*std::move(object));
    }
    const std::string_view truncated = root->text_of("IsTruncated");
    page.next_token = root->text_of("NextContinuationToken");
    if (truncated == "false") {
        page.next_token.clear();
    } else if (truncated != "true" || page.next_token.empty()) {
        return fault("the answer does not say whether there is more, or where it begins");
    }
    return page;
}

base::Result<std::string> parse_upload_id(std::string_view body) {
    const auto root = parse_answer(body, "InitiateMultipartUploadResult");
    if (!root) return root.error();
    std::string id(root->text_of("UploadId"));
    if (id.empty()) return fault("the answer has no UploadId");
    return id;
}

base::Result<base::Done> parse_completed(std::string_view body) {
    const auto root = parse_answer(body, "CompleteMultipartUploadResult");
    if (!root) return root.error();
    return base::Done{};
}

base::Result<ContentRange> parse_content_range(const http::Headers& headers) {
    const auto value = http::find_header(headers, "Content-Range");
    const auto bad = [] { return fault("the answer has no Content-Range that can be read"); };
    if (!value || !value->starts_with("bytes ")) return bad();
    const std::string_view range = value->substr(std::string_view("bytes ").size());
    const std::size_t minus = range.find('-');
    const std::size_t slash = range.find('/');
    if (minus == std::string_view::npos || slash == std::string_view::npos || slash < minus)
        return bad();
    const auto first = parse_bytes(range.substr(0, minus));
    const auto last = parse_bytes(range.substr(minus + 1, slash - minus - 1));
    const auto all = parse_bytes(range.substr(slash + 1));
    if (!first || !last || !all || *first > *last || *last >= *all) return bad();
    return ContentRange{.first = *first, .last = *last, .object_bytes = *all};
}

base::Result<std::string> parse_etag(const http::Headers& headers) {
    const auto value = http::find_header(headers, "ETag");
    std::string etag = without_quotes(value.value_or(""));
    if (etag.empty()) return fault("the answer has no ETag");
    return etag;
}

base::Result<std::uint64_t> parse_bytes(std::string_view digits) {
    std::uint64_t bytes = 0;
    const char* const begin = digits.data();
    const char* const end = begin + digits.size();
    const auto [stop, error] = std::from_chars(begin, end, bytes);
    if (digits.empty() || error != std::errc() || stop != end)
        return fault("the answer has no number of bytes that can be read");
    return bytes;
}

}  // namespace aws

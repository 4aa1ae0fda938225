#include "tests/common/lake/fake_bucket.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "common/codec/digest.h"
#include "common/codec/hex.h"

namespace lake {
namespace {

http::Response error(int status, const std::string& code) {
    return {status, {}, "<Error><Code>" + code + "</Code></Error>"};
}

std::string quoted_md5(const std::string& bytes) {
    return "\"" + codec::hex_lower(codec::md5(bytes)) + "\"";
}

// The value of a parameter of the query; empty where it is not there.
std::string parameter(const std::string& url, const std::string& name) {
    const std::size_t question = url.find('?');
    const std::size_t begin = url.find(name + "=", question);
    if (question == std::string::npos || begin == std::string::npos) return {};
    const std::size_t value = begin + name.size() + 1;
    return url.substr(value, url.find('&', value) - value);
}

std::uint64_t number_at(std::string_view text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

}  // namespace

base::Result<http::Response> FakeBucket::answer(const http::Request& request) {
    const base::Error lost{base::ErrorKind::outcome_unknown, "the connection broke"};
    switch (fault(requests++)) {
        case Fault::lost_before:
            return lost;
        case Fault::lost_after:
            (void)done(request);
            return lost;
        case Fault::failed:
            return error(500, "InternalError");
        case Fault::slow_down:
            return error(503, "SlowDown");
        case Fault::refused:
            return error(403, "AccessDenied");
        case Fault::none:
            break;
    }
    return done(request);
}

http::Response FakeBucket::done(const http::Request& request) {
    const std::string path = request.url.substr(request.url.find("/lake") + 5);
    const std::string encoded = path.substr(0, path.find('?'));
    const std::string key = encoded.substr(std::min<std::size_t>(1, encoded.size()));
    const std::string id = parameter(path, "uploadId");
    const std::string part = parameter(path, "partNumber");
    if (key.empty()) return list();
    if (request.method == "GET" || request.method == "HEAD") return get(request, key);
    if (path.find("?uploads=") != std::string::npos) {
        const std::string new_id = fmt::format("upload-{}", requests);
        uploads[new_id].key = key;
        return {200,
                {},
                "<InitiateMultipartUploadResult><UploadId>" + new_id +
                    "</UploadId></InitiateMultipartUploadResult>"};
    }
    if (!id.empty() && !uploads.contains(id)) return error(404, "NoSuchUpload");
    if (request.method == "POST") return complete(id);
    if (request.method == "DELETE") {
        if (id.empty()) objects.erase(key);
        uploads.erase(id);
        return {204, {}, ""};
    }
    if (id.empty()) {
        objects[key] = request.body;
        multipart_etags.erase(key);
    } else {
        uploads[id].parts[static_cast<int>(number_at(part))] = request.body;
    }
    return {200, {{"ETag", quoted_md5(request.body)}}, ""};
}

http::Response FakeBucket::get(const http::Request& request, const std::string& key) {
    const bool is_head = request.method == "HEAD";
    const auto found = objects.find(key);
    if (found == objects.end())
        return is_head ? http::Response{404, {}, ""} : error(404, "NoSuchKey");
    const std::string& bytes = found->second;
    const std::string etag = etag_of(key);
    if (is_head)
        return {200, {{"Content-Length", std::to_string(bytes.size())}, {"ETag", etag}}, ""};
    if (http::find_header(request.headers, "If-Match").value_or(etag) != etag)
        return error(412, "PreconditionFailed");
    const std::string range(http::find_header(request.headers, "Range").value_or(""));
    const std::size_t first = number_at(std::string_view(range).substr(6));
    const std::size_t last = std::min<std::size_t>(
        number_at(std::string_view(range).substr(range.find('-') + 1)), bytes.size() - 1);
    if (bytes.empty()) return error(416, "InvalidRange");
    return {206,
            {{"Content-Range", fmt::format("bytes {}-{}/{}", first, last, bytes.size())},
             {"ETag", etag}},
            bytes.substr(first, last - first + 1)};
}

http::Response FakeBucket::list() const {
    std::string body = "<ListBucketResult><IsTruncated>false</IsTruncated>";
    for (const auto& [key, bytes] : objects) {
        body += fmt::format("<Contents><Key>{}</Key><ETag>{}</ETag><Size>{}</Size></Contents>", key,
                            etag_of(key), bytes.size());
    }
    return {200, {}, body + "</ListBucketResult>"};
}

std::string FakeBucket::etag_of(const std::string& key) const {
    const auto multipart = multipart_etags.find(key);
    return multipart == multipart_etags.end() ? quoted_md5(objects.at(key)) : multipart->second;
}

http::Response FakeBucket::complete(const std::string& id) {
    const Upload upload = uploads[id];
    uploads.erase(id);
    std::string& object = objects[upload.key];
    object.clear();
    std::string md5s;
    for (const auto& [number, bytes] : upload.parts) {
        object += bytes;
        md5s += codec::md5(bytes);
    }
    multipart_etags[upload.key] =
        fmt::format("\"{}-{}\"", codec::hex_lower(codec::md5(md5s)), upload.parts.size());
    return {200, {}, "<CompleteMultipartUploadResult/>"};
}

}  // namespace lake

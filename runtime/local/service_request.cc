#include "runtime/local/service_request.h"

#include <array>
#include <vector>

#include <fmt/format.h>

#include "common/base/utf8.h"
#include "common/codec/base64.h"
#include "common/codec/gzip.h"
#include "common/codec/json.h"
#include "common/codec/uri.h"
#include "runtime/local/json_compare.h"
#include "runtime/local/text.h"

namespace local {
namespace {

struct JsonService {
    std::string_view name;
    std::string_view target_prefix;
    std::string_view content_type;
};

constexpr std::array kJsonServices{
    JsonService{"dynamodb", "DynamoDB_20120810", "application/x-amz-json-1.0"},
    JsonService{"dynamodbstreams", "DynamoDBStreams_20120810", "application/x-amz-json-1.0"},
    JsonService{"firehose", "Firehose_20150804", "application/x-amz-json-1.1"},
    JsonService{"glue", "AWSGlue", "application/x-amz-json-1.1"},
    JsonService{"kinesis", "Kinesis_20131202", "application/x-amz-json-1.1"},
    JsonService{"secretsmanager", "secretsmanager", "application/x-amz-json-1.1"},
    JsonService{"sqs", "AmazonSQS", "application/x-amz-json-1.0"},
};

constexpr std::size_t kInflatedBytesMax = 64U << 20U;  // of a gzipped body, to be shown as text

// Not a service: what moto itself is told, its operation being the path below /moto-api/.
constexpr std::string_view kMotoControl = "moto";
constexpr std::string_view kLoopback = "127.0.0.1";
constexpr std::string_view kUnsigned = "http";  // of a request that no credentials signed

std::string_view service_of(const http::Headers& headers) {
    const std::string_view authorization =
        http::find_header(headers, "Authorization").value_or(std::string_view());
    constexpr std::string_view kCredential = "Credential=";
    const std::size_t credential = authorization.find(kCredential);
    if (credential != std::string_view::npos) {
        std::string_view scope = authorization.substr(credential + kCredential.size());
        scope = scope.substr(0, scope.find_first_of(", "));
        const std::size_t end = scope.rfind('/');  // before aws4_request
        if (end != std::string_view::npos) {
            scope = scope.substr(0, end);
            return scope.substr(scope.rfind('/') + 1);
        }
    }
    // An unsigned request: the first word of the host, as in "kinesis.us-east-1.amazonaws.com".
    const std::string_view host = http::find_header(headers, "Host").value_or(std::string_view());
    if (host.starts_with(kLoopback)) return kUnsigned;
    return host.substr(0, host.find_first_of(".:"));
}

struct S3Path {
    std::string bucket;
    std::string key;
    std::string_view query;
};

S3Path split_s3_target(std::string_view target) {
    const std::size_t query = target.find('?');
    std::string_view path = target.substr(0, query);
    if (path.starts_with('/')) path.remove_prefix(1);
    const std::size_t slash = path.find('/');
    const auto decode = [](std::string_view text) {
        const auto decoded = codec::uri_decode(text);
        return decoded ? *decoded : std::string(text);
    };
    return {.bucket = decode(path.substr(0, slash)),
            .key = slash == std::string_view::npos ? "" : decode(path.substr(slash + 1)),
            .query = query == std::string_view::npos ? "" : target.substr(query + 1)};
}

bool has_parameter(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const std::string_view parameter = query.substr(0, query.find('&'));
        if (parameter.substr(0, parameter.find('=')) == name) return true;
        query.remove_prefix(std::min(query.size(), parameter.size() + 1));
    }
    return false;
}

std::string_view s3_bucket_operation(std::string_view method, std::string_view query) {
    if (method == "PUT") return "CreateBucket";
    if (method == "HEAD") return "HeadBucket";
    if (method == "DELETE") return "DeleteBucket";
    if (method == "POST") return has_parameter(query, "delete") ? "DeleteObjects" : "PostObject";
    if (has_parameter(query, "location")) return "GetBucketLocation";
    if (has_parameter(query, "uploads")) return "ListMultipartUploads";
    return has_parameter(query, "list-type") ? "ListObjectsV2" : "ListObjects";
}

std::string s3_operation(std::string_view method, const S3Path& path,
                         const http::Headers& headers) {
    if (path.bucket.empty()) return "ListBuckets";
    if (path.key.empty()) return std::string(s3_bucket_operation(method, path.query));
    const bool upload = has_parameter(path.query, "uploadId");
    if (method == "PUT") {
        if (upload) return "UploadPart";
        return http::find_header(headers, "x-amz-copy-source") ? "CopyObject" : "PutObject";
    }
    if (method == "POST") return upload ? "CompleteMultipartUpload" : "CreateMultipartUpload";
    if (method == "DELETE") return upload ? "AbortMultipartUpload" : "DeleteObject";
    if (method == "HEAD") return "HeadObject";
    return upload ? "ListParts" : "GetObject";
}

std::string s3_body(const S3Path& path, std::string_view body) {
    codec::JsonWriter json;
    json.begin_object();
    if (!path.bucket.empty()) json.member("Bucket", path.bucket);
    if (!path.key.empty()) json.member("Key", path.key);
    if (const auto inflated = codec::gzip_decompress(body, kInflatedBytesMax);
        inflated && base::is_utf8(*inflated)) {
        json.member("GzipBody", *inflated);
    } else if (!body.empty()) {
        json.member("Body", base::is_utf8(body) ? std::string(body) : codec::base64_encode(body));
    }
    return json.end_object().take();
}

std::string authorization(std::string_view service) {
    return fmt::format(
        "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/{}/aws4_request, "
        "SignedHeaders=host, Signature=0",
        service);
}

std::string s3_target(const ExactJson& body) {
    std::string target = "/" + codec::uri_encode(body.find_text("Bucket"));
    if (const std::string_view key = body.find_text("Key"); !key.empty())
        target += "/" + codec::uri_encode(key, codec::KeepSlash::yes);
    return target;
}

base::Result<HttpCall> plan_call(std::string_view service, std::string_view operation) {
    HttpCall call{.port = 0, .headers = {{"Authorization", authorization(service)}}};
    if (service == "s3") {
        if (operation != "CreateBucket" && operation != "PutObject")
            return base::Error{
                base::ErrorKind::data_invalid,
                fmt::format("setup.json: s3 {}: use CreateBucket or PutObject", operation)};
        call.method = "PUT";
        call.headers.push_back({"Content-Type", "application/octet-stream"});
        return call;
    }
    if (service == kMotoControl) {
        call.method = "POST";
        call.headers = {{"Content-Type", "application/json"}};
        return call;
    }
    for (const JsonService& known : kJsonServices) {
        if (known.name != service) continue;
        call.method = "POST";
        call.headers.push_back({"Content-Type", std::string(known.content_type)});
        call.headers.push_back(
            {"X-Amz-Target", fmt::format("{}.{}", known.target_prefix, operation)});
        return call;
    }
    std::string names = "moto, s3, snowflake";
    for (const JsonService& known : kJsonServices)
        names.append(", ").append(known.name);
    return base::Error{base::ErrorKind::data_invalid,
                       fmt::format("setup.json: service {}: use one of {}", service, names)};
}

}  // namespace

RecordedCall identify_call(std::string_view method, std::string_view target,
                           const http::Headers& headers, std::string_view body) {
    RecordedCall call{.service = std::string(service_of(headers)), .operation = {}, .body = {}};
    if (const auto amz_target = http::find_header(headers, "X-Amz-Target")) {
        call.operation = amz_target->substr(amz_target->rfind('.') + 1);
        call.body = body;
    } else if (call.service == "s3") {
        const S3Path path = split_s3_target(target);
        call.operation = s3_operation(method, path, headers);
        call.body = s3_body(path, body);
    } else {
        call.operation = fmt::format("{} {}", method, target);
        call.body = body;
    }
    return call;
}

base::Result<base::Done> call_service(std::uint16_t port, std::string_view service,
                                      std::string_view operation, const ExactJson& body) {
    auto call = plan_call(service, operation);
    if (!call) return std::move(call).error();
    call->port = port;
    const bool s3 = service == "s3";
    std::string target = s3 ? s3_target(body) : "/";
    if (service == kMotoControl) target.append("moto-api/").append(operation);
    const std::string json = s3 ? "" : write_exact_json(body);
    call->target = target;
    const auto bytes = codec::base64_decode(body.find_text("BodyBase64"));
    if (!bytes)
        return base::Error{base::ErrorKind::data_invalid,
                           "setup.json: BodyBase64: " + bytes.error().message};
    if (s3) {
        if (const auto acl = body.find_text("ACL"); !acl.empty())
            call->headers.push_back({"x-amz-acl", std::string(acl)});
        call->body = bytes->empty() ? body.find_text("Body") : std::string_view(*bytes);
    } else {
        call->body = json;
    }
    const auto answer = call_loopback(*call);
    if (!answer) return answer.error();
    if (answer->status < 200 || answer->status > 299)
        return base::Error{base::ErrorKind::rejected,
                           fmt::format("setup.json: {} {}: {} {}", service, operation,
                                       answer->status, shorten(answer->body))};
    return base::Done{};
}

base::Result<std::string> ask_service(std::uint16_t port, std::string_view service,
                                      std::string_view operation, std::string_view json) {
    auto call = plan_call(service, operation);
    if (!call) return std::move(call).error();
    call->port = port;
    call->body = json;
    auto answer = call_loopback(*call);
    if (!answer) return std::move(answer).error();
    if (answer->status < 200 || answer->status > 299)
        return base::Error{
            base::ErrorKind::rejected,
            fmt::format("{} {}: {} {}", service, operation, answer->status, shorten(answer->body))};
    return std::move(answer->body);
}

}  // namespace local

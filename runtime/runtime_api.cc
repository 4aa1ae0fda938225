#include "runtime/runtime_api.h"

#include <charconv>
#include <cstdint>

#include <fmt/format.h>

#include "common/base/json_text.h"
#include "common/base/utf8.h"
#include "common/codec/base64.h"

namespace runtime {
namespace {

constexpr std::string_view kVersionPath = "/2018-06-01/runtime";
constexpr std::string_view kInvocationPath = "/invocation/";
constexpr std::string_view kUserAgent = "lakefeed/" LAKEFEED_VERSION;
constexpr std::string_view kJson = "application/json";
// In the cause for X-Ray; at most six bytes stand for one of these.
constexpr std::size_t kCauseMessageBytesMax = 8'192;

// A header value may hold no line break and no other control byte but a tab (RFC 9110, 5.5).
bool is_header_value(std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\t') || byte == 0x7F) return false;
    }
    return true;
}

constexpr bool is_unreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

// All but the unreserved characters of RFC 3986 as %XX. An id is a UUID, so nothing changes as a
// rule; one that is not cannot change the request line either.
void append_path_segment(std::string& out, std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (is_unreserved(c)) {
            out += c;
        } else {
            out += '%';
            out += kHex[byte >> 4U];
            out += kHex[byte & 15U];
        }
    }
}

void append_header(std::string& head, std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
}

// The request line's method and path up to the version, and the headers that every request has.
std::string begin_head(const ServerAddress& server, std::string_view method,
                       std::string_view path) {
    std::string head;
    head.reserve(512);
    head.append(method).append(" ").append(server.path_prefix).append(kVersionPath).append(path);
    head.append(" HTTP/1.1\r\n");
    append_header(head, "Host", server.authority);
    append_header(head, "User-Agent", kUserAgent);
    return head;
}

std::string invocation_path(const InvocationIds& ids, std::string_view call) {
    std::string path(kInvocationPath);
    append_path_segment(path, ids.request_id);
    return path.append(call);
}

// Ties the answer to this attempt, so that a late one cannot be taken for the next attempt's.
void append_invocation_id(std::string& head, const InvocationIds& ids) {
    if (ids.invocation_id.empty() || !is_header_value(ids.invocation_id)) return;
    append_header(head, "Lambda-Runtime-Invocation-Id", ids.invocation_id);
}

ApiRequest get_request(const ServerAddress& server, std::string_view path) {
    std::string head = begin_head(server, "GET", path);
    return {.head = head.append("\r\n"), .body = {}};
}

void end_head(std::string& head, std::string_view content_type, std::size_t content_length) {
    append_header(head, "Content-Type", content_type);
    append_header(head, "Content-Length", fmt::format_int(content_length).c_str());
    head.append("\r\n");
}

std::string_view cut(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    // Not within a character: a byte 10xxxxxx goes on with one.
    while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xC0U) == 0x80U)
        --bytes_max;
    return text.substr(0, bytes_max);
}

ApiRequest report_request(const ServerAddress& server, const InvocationIds& ids,
                          std::string_view path, const ErrorReport& report) {
    ApiRequest request = {.head = begin_head(server, "POST", path), .body = error_body(report)};
    append_invocation_id(request.head, ids);
    if (is_header_value(report.type))
        append_header(request.head, "Lambda-Runtime-Function-Error-Type", report.type);
    append_header(request.head, "Lambda-Runtime-Function-XRay-Error-Cause",
                  xray_error_cause(report));
    end_head(request.head, kJson, request.body.size());
    return request;
}

// The characters above ASCII of a JSON text as \uXXXX, with surrogates where needed.
std::string to_ascii_json(std::string_view json) {
    std::string ascii;
    while (!json.empty()) {
        const std::size_t length = base::utf8_sequence_length(json);
        if (length <= 1) {
            ascii += json.front();
            json.remove_prefix(1);
            continue;
        }
        std::uint32_t point = static_cast<unsigned char>(json.front()) & (0xFFU >> (length + 1));
        for (std::size_t i = 1; i < length; ++i)
            point = point << 6U | (static_cast<unsigned char>(json[i]) & 0x3FU);
        if (point >= 0x10000) {
            point -= 0x10000;
            ascii += fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (point >> 10U),
                                 0xDC00 + (point & 0x3FFU));
        } else {
            ascii += fmt::format("\\u{:04x}", point);
        }
        json.remove_prefix(length);
    }
    return ascii;
}

base::Deadline read_deadline(std::string_view text) {
    base::Deadline deadline;
    base::EpochMs at_ms = 0;
    const auto [stop, error] = std::from_chars(text.begin(), text.end(), at_ms);
    if (error == std::errc() && stop == text.end()) deadline.at_ms = at_ms;
    return deadline;
}

}  // namespace

ErrorReport make_error_report(const base::Error& error) {
    return {.type = std::string(base::error_type(error.kind)), .message = error.message};
}

std::string error_body(const ErrorReport& report) {
    std::string body = "{\"errorMessage\":";
    base::append_json_text(body, cut(report.message, kErrorMessageBytesMax));
    body += ",\"errorType\":";
    base::append_json_text(body, report.type);
    return body.append(",\"stackTrace\":[]}");
}

std::string xray_error_cause(const ErrorReport& report) {
    std::string cause = R"({"working_directory":"/var/task","exceptions":[{"message":)";
    base::append_json_text(cause, cut(report.message, kCauseMessageBytesMax));
    cause += ",\"type\":";
    base::append_json_text(cause, cut(report.type, kCauseMessageBytesMax / 16));
    return to_ascii_json(cause.append(R"(,"stack":[]}],"paths":[]})"));
}

ApiRequest next_request(const ServerAddress& server) {
    return get_request(server, "/invocation/next");
}

base::Result<ApiRequest> response_request(const ServerAddress& server, const InvocationIds& ids,
                                          InvocationResponse response) {
    if (!is_header_value(response.content_type)) {
        return base::Error{base::ErrorKind::unexpected,
                           "the content type of the response holds a control character"};
    }
    ApiRequest request = {.head = begin_head(server, "POST", invocation_path(ids, "/response")),
                          .body = std::move(response.body)};
    append_invocation_id(request.head, ids);
    end_head(request.head, response.content_type, request.body.size());
    return request;
}

ApiRequest error_request(const ServerAddress& server, const InvocationIds& ids,
                         const ErrorReport& report) {
    return report_request(server, ids, invocation_path(ids, "/error"), report);
}

ApiRequest init_error_request(const ServerAddress& server, const ErrorReport& report) {
    return report_request(server, {}, "/init/error", report);
}

ApiRequest restore_next_request(const ServerAddress& server) {
    return get_request(server, "/restore/next");
}

ApiRequest restore_error_request(const ServerAddress& server, const ErrorReport& report) {
    return report_request(server, {}, "/restore/error", report);
}

base::Result<std::string> streaming_response_head(const ServerAddress& server,
                                                  const InvocationIds& ids,
                                                  std::string_view content_type) {
    if (!is_header_value(content_type)) {
        return base::Error{base::ErrorKind::unexpected,
                           "the content type of the response holds a control character"};
    }
    std::string head = begin_head(server, "POST", invocation_path(ids, "/response"));
    append_invocation_id(head, ids);
    append_header(head, "Content-Type", content_type);
    append_header(head, "Lambda-Runtime-Function-Response-Mode", "streaming");
    append_header(head, "Transfer-Encoding", "chunked");
    append_header(head, "Trailer",
                  "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body");
    return head.append("\r\n");
}

std::string chunk_size_line(std::size_t size) {
    return fmt::format("{:x}\r\n", size);
}

std::string_view streaming_response_end() {
    return "0\r\n\r\n";
}

std::string streaming_response_error_end(const ErrorReport& report) {
    std::string end = "0\r\n";
    if (is_header_value(report.type))
        append_header(end, "Lambda-Runtime-Function-Error-Type", report.type);
    append_header(end, "Lambda-Runtime-Function-Error-Body",
                  codec::base64_encode(error_body(report)));
    return end.append("\r\n");
}

Invocation read_invocation(const HttpResponse& response) {
    return {.event = response.body(),
            .request_id = response.header("Lambda-Runtime-Aws-Request-Id"),
            .invocation_id = response.header("Lambda-Runtime-Invocation-Id"),
            .invoked_function_arn = response.header("Lambda-Runtime-Invoked-Function-Arn"),
            .trace_id = response.header("Lambda-Runtime-Trace-Id"),
            .client_context = response.header("Lambda-Runtime-Client-Context"),
            .cognito_identity = response.header("Lambda-Runtime-Cognito-Identity"),
            .tenant_id = response.header("Lambda-Runtime-Aws-Tenant-Id"),
            .content_type = response.header("Content-Type"),
            .deadline = read_deadline(response.header("Lambda-Runtime-Deadline-Ms"))};
}

}  // namespace runtime

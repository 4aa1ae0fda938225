#include "common/aws/aws_error.h"

#include <algorithm>
#include <array>

#include "common/base/utf8.h"
#include "common/codec/json.h"

namespace aws {
namespace {

constexpr std::size_t kCodeBytesMax = 100;
constexpr std::size_t kMessageBytesMax = 240;
// An error body beyond this is no service's; its start is not looked at.
constexpr std::size_t kErrorBodyBytesMax = 1U << 20U;

struct CodeClass {
    std::string_view code;
    ErrorClass error_class;
};

// The SDKs' retry rules (2026), their clock skew codes, and the codes that refuse credentials.
constexpr std::array kCodes{
    CodeClass{"BandwidthLimitExceeded", ErrorClass::throttled},
    CodeClass{"EC2ThrottledException", ErrorClass::throttled},
    CodeClass{"KMSThrottlingException", ErrorClass::throttled},
    CodeClass{"LimitExceededException", ErrorClass::throttled},
    CodeClass{"PriorRequestNotComplete", ErrorClass::throttled},
    CodeClass{"ProvisionedThroughputExceededException", ErrorClass::throttled},
    CodeClass{"RequestLimitExceeded", ErrorClass::throttled},
    CodeClass{"RequestThrottled", ErrorClass::throttled},
    CodeClass{"RequestThrottledException", ErrorClass::throttled},
    CodeClass{"SlowDown", ErrorClass::throttled},
    CodeClass{"ThrottledException", ErrorClass::throttled},
    CodeClass{"Throttling", ErrorClass::throttled},
    CodeClass{"ThrottlingException", ErrorClass::throttled},
    CodeClass{"TooManyRequestsException", ErrorClass::throttled},
    CodeClass{"TransactionInProgressException", ErrorClass::throttled},

    CodeClass{"IDPCommunicationError", ErrorClass::transient},
    CodeClass{"InternalError", ErrorClass::transient},
    CodeClass{"InternalFailure", ErrorClass::transient},
    CodeClass{"InternalFailureException", ErrorClass::transient},
    CodeClass{"InternalServerError", ErrorClass::transient},
    CodeClass{"InternalServiceError", ErrorClass::transient},
    CodeClass{"RequestTimeout", ErrorClass::transient},
    CodeClass{"RequestTimeoutException", ErrorClass::transient},
    CodeClass{"ServiceUnavailable", ErrorClass::transient},
    CodeClass{"ServiceUnavailableException", ErrorClass::transient},

    CodeClass{"AuthFailure", ErrorClass::clock_skew},
    CodeClass{"InvalidSignatureException", ErrorClass::clock_skew},
    CodeClass{"RequestExpired", ErrorClass::clock_skew},
    CodeClass{"RequestInTheFuture", ErrorClass::clock_skew},
    CodeClass{"RequestTimeTooSkewed", ErrorClass::clock_skew},
    CodeClass{"SignatureDoesNotMatch", ErrorClass::clock_skew},

    CodeClass{"ExpiredToken", ErrorClass::credentials_refused},
    CodeClass{"ExpiredTokenException", ErrorClass::credentials_refused},
    CodeClass{"InvalidAccessKeyId", ErrorClass::credentials_refused},
    CodeClass{"InvalidClientTokenId", ErrorClass::credentials_refused},
    CodeClass{"InvalidToken", ErrorClass::credentials_refused},
    CodeClass{"TokenRefreshRequired", ErrorClass::credentials_refused},
    CodeClass{"UnrecognizedClientException", ErrorClass::credentials_refused},

    CodeClass{"IncompleteSignature", ErrorClass::access_denied},
    CodeClass{"IncompleteSignatureException", ErrorClass::access_denied},
    CodeClass{"KMSAccessDeniedException", ErrorClass::access_denied},
    CodeClass{"MissingAuthenticationToken", ErrorClass::access_denied},
    CodeClass{"MissingAuthenticationTokenException", ErrorClass::access_denied},
    CodeClass{"NotAuthorized", ErrorClass::access_denied},
    CodeClass{"OptInRequired", ErrorClass::access_denied},
    CodeClass{"UnauthorizedOperation", ErrorClass::access_denied},
};

bool is_code_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

// "aws.protocoltests#FooError:http://internal.amazon.com/…" -> "FooError"
std::string strip_code(std::string_view code) {
    code = code.substr(0, code.find(':'));
    code = code.substr(code.rfind('#') + 1);
    std::string stripped;
    for (const char c : code.substr(0, kCodeBytesMax)) {
        if (is_code_letter(c)) stripped += c;
    }
    return stripped;
}

// Validation messages quote what was sent: "Value 'secret' at 'records.1.member.data' failed…".
std::string leave_out_values(std::string_view message) {
    constexpr std::string_view kBegin = "Value '";
    constexpr std::string_view kEnd = "' at '";
    std::string kept;
    while (true) {
        const std::size_t begin = message.find(kBegin);
        if (begin == std::string_view::npos) return kept.append(message);
        const std::size_t end = message.find(kEnd, begin + kBegin.size());
        kept.append(message.substr(0, begin)).append("Value (left out)");
        if (end == std::string_view::npos) return kept;
        message.remove_prefix(end + 1);
    }
}

// The first line only: signature errors go on with the canonical request, session token included.
std::string short_message(std::string_view message) {
    const std::string kept = leave_out_values(message.substr(0, message.find_first_of("\r\n")));
    std::string printable;
    for (std::size_t i = 0; i < kept.size();) {
        const std::size_t length = base::utf8_sequence_length(std::string_view(kept).substr(i));
        const auto byte = static_cast<unsigned char>(kept[i]);
        const bool shown = length > 1 || (length == 1 && byte >= 0x20 && byte != 0x7f);
        if (printable.size() + length > kMessageBytesMax) return printable + "…";
        printable.append(shown ? std::string_view(kept).substr(i, length) : "?");
        i += std::max<std::size_t>(length, 1);
    }
    return printable;
}

std::string unescape_xml(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, char>, 5> kEntities{
        {{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}}};
    std::string plain;
    while (!text.empty()) {
        const auto* const entity =
            std::find_if(kEntities.begin(), kEntities.end(),
                         [&](const auto& each) { return text.starts_with(each.first); });
        const bool found = entity != kEntities.end();
        plain += found ? entity->second : text.front();
        text.remove_prefix(found ? entity->first.size() : 1);
    }
    return plain;
}

std::string_view find_element(std::string_view xml, std::string_view name) {
    const std::string open = "<" + std::string(name) + ">";
    const std::size_t begin = xml.find(open);
    if (begin == std::string_view::npos) return {};
    const std::size_t end = xml.find("</" + std::string(name) + ">", begin);
    if (end == std::string_view::npos) return {};
    return xml.substr(begin + open.size(), end - begin - open.size());
}

// And without a byte order mark.
std::string_view without_leading_blanks(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n\xEF\xBB\xBF"), text.size()));
    return text;
}

ServiceError parse_json_error(std::string_view body) {
    const auto document = codec::parse_json(body, "the error answer");
    if (!document) return {};
    ServiceError error;
    for (const std::string_view name : {"__type", "code", "Code"}) {
        if (!error.code.empty()) break;
        error.code = strip_code(codec::find_text(*document, name).value_or(""));
    }
    for (const std::string_view name : {"message", "Message", "errorMessage"}) {
        if (!error.message.empty()) break;
        error.message = short_message(codec::find_text(*document, name).value_or(""));
    }
    return error;
}

}  // namespace

ServiceError parse_service_error(const http::Response& response) {
    ServiceError error;
    const std::string_view body = without_leading_blanks(response.body);
    if (body.size() <= kErrorBodyBytesMax) {
        if (body.starts_with('{')) error = parse_json_error(body);
        if (body.starts_with('<')) {
            error = {strip_code(find_element(body, "Code")),
                     short_message(unescape_xml(find_element(body, "Message"))),
                     std::string(find_element(body, "Region"))};
        }
    }
    const auto header = http::find_header(response.headers, "x-amzn-errortype");
    const std::string header_code = header ? strip_code(*header) : "";
    if (!header_code.empty()) error.code = header_code;
    return error;
}

bool is_xml_error(std::string_view body) {
    body = without_leading_blanks(body);
    if (body.starts_with("<?"))
        body = without_leading_blanks(body.substr(std::min(body.find("?>"), body.size() - 2) + 2));
    return body.starts_with("<Error>") || body.starts_with("<Error ");
}

ErrorClass classify(int status, std::string_view code) {
    if (code.starts_with("AccessDenied")) return ErrorClass::access_denied;
    const auto* const known = std::find_if(
        kCodes.begin(), kCodes.end(), [code](const CodeClass& each) { return each.code == code; });
    if (known != kCodes.end()) return known->error_class;
    switch (status) {
        case 429:
            return ErrorClass::throttled;
        case 500:
        case 502:
        case 503:
        case 504:
            return ErrorClass::transient;
        case 401:
        case 403:
            return ErrorClass::access_denied;
        default:
            return status >= 500 ? ErrorClass::service_failed : ErrorClass::rejected;
    }
}

base::ErrorKind kind_of(ErrorClass error_class) {
    switch (error_class) {
        case ErrorClass::throttled:
            return base::ErrorKind::throttled;
        case ErrorClass::transient:
        case ErrorClass::service_failed:
            return base::ErrorKind::service_failed;
        case ErrorClass::clock_skew:
        case ErrorClass::credentials_refused:
        case ErrorClass::access_denied:
            return base::ErrorKind::access_denied;
        case ErrorClass::rejected:
            return base::ErrorKind::rejected;
    }
    return base::ErrorKind::unexpected;
}

}  // namespace aws

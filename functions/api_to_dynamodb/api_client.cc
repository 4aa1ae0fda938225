#include "functions/api_to_dynamodb/api_client.h"

#include <charconv>

#include <fmt/format.h>

#include "common/aws/retry.h"
#include "common/codec/uri.h"
#include "common/http/url.h"

namespace api_to_dynamodb {
namespace {

constexpr aws::RetryRules kRetryRules{.attempts_max = kAttemptsMax, .transient_base_ms = 200};
constexpr std::string_view kUserAgent = "lakefeed/" LAKEFEED_VERSION;

// Where the key is added: before a fragment there is none, so at the end.
std::string with_parameter(std::string url, std::string_view name, std::string_view value) {
    const char before = url.find('?') == std::string::npos ? '?' : '&';
    return fmt::format("{}{}{}={}", std::move(url), before, codec::uri_encode(name),
                       codec::uri_encode(value));
}

base::ErrorKind kind_of(int status) {
    if (status == 429) return base::ErrorKind::throttled;
    if (status == 401 || status == 403) return base::ErrorKind::access_denied;
    return status >= 500 || status == 408 ? base::ErrorKind::service_failed
                                          : base::ErrorKind::rejected;
}

bool may_pass(const base::Error& error) {
    switch (error.kind) {
        case base::ErrorKind::throttled:
        case base::ErrorKind::service_failed:
        case base::ErrorKind::connect_failed:
        case base::ErrorKind::outcome_unknown:
            return true;
        default:
            return false;
    }
}

// Retry-After in seconds (RFC 9110, section 10.2.3); its date form is passed over.
std::optional<std::int64_t> retry_after_ms_of(const http::Headers& headers) {
    const auto value = http::find_header(headers, "Retry-After");
    if (!value) return std::nullopt;
    std::int64_t seconds = 0;
    const auto [stop, error] =
        std::from_chars(value->data(), value->data() + value->size(), seconds);
    const bool is_number = error == std::errc() && stop == value->data() + value->size();
    if (!is_number || seconds < 0 || seconds > 3'600) return std::nullopt;
    return seconds * 1'000;
}

}  // namespace

base::Result<http::Request> ApiClient::make_request(std::string_view place,
                                                    base::Deadline deadline) {
    http::Request request;
    request.url = fill_place(config_.api_url, place);
    request.headers = {{"Accept", "application/json"}, {"User-Agent", std::string(kUserAgent)}};
    request.repeatable = http::Repeatable::yes;
    request.first_byte_timeout_ms = config_.api_timeout_ms;
    request.total_timeout_ms = config_.api_timeout_ms;
    request.deadline = deadline;
    request.response_bytes_max = kAnswerBytesMax;
    if (seams_.key == nullptr) return request;
    const auto key = seams_.key->get(deadline);
    if (!key) return key.error();
    if (config_.api_key_header.empty()) {
        request.url =
            with_parameter(std::move(request.url), config_.api_key_parameter, key->reveal());
    } else {
        request.headers.push_back({config_.api_key_header, std::string(key->reveal())});
    }
    return request;
}

base::Result<std::string> ApiClient::attempt(std::string_view place, base::Deadline deadline,
                                             std::optional<std::int64_t>& retry_after_ms) {
    const auto request = make_request(place, deadline);
    if (!request) return request.error();
    auto response = seams_.http.send(*request);
    if (!response) return std::move(response).error();
    if (response->status == 200) return std::move(response->body);
    retry_after_ms = retry_after_ms_of(response->headers);
    const auto url = http::parse_url(request->url);
    const std::string hint = response->status / 100 == 3 ? " (redirects are not followed)" : "";
    return base::Error{kind_of(response->status),
                       fmt::format("GET from {}: status {}{}", url ? url->host : "the API",
                                   response->status, hint)};
}

base::Result<std::string> ApiClient::get(std::string_view place, base::Deadline deadline) {
    bool key_is_new = false;
    for (int attempts = 1;; ++attempts) {
        std::optional<std::int64_t> retry_after_ms;
        auto answer = attempt(place, deadline, retry_after_ms);
        if (answer) return answer;
        const base::Error& error = answer.error();
        if (error.kind == base::ErrorKind::access_denied && seams_.key != nullptr && !key_is_new) {
            // The key may have been rotated.
            seams_.key->forget();
            key_is_new = true;
            continue;
        }
        if (!may_pass(error) || attempts >= kAttemptsMax) return answer;
        const auto reason = error.kind == base::ErrorKind::throttled ? aws::RetryReason::throttling
                                                                     : aws::RetryReason::transient;
        const std::int64_t wait_ms = aws::with_hint(
            aws::backoff_ms(kRetryRules, reason, attempts, seams_.random), retry_after_ms);
        if (wait_ms >= deadline.remaining_ms(seams_.clock)) return answer;
        seams_.clock.sleep_ms(wait_ms);
    }
}

}  // namespace api_to_dynamodb

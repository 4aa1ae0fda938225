#include "common/snowflake/sql_api_requests.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "common/http/date.h"

namespace snowflake {
namespace {

constexpr std::string_view kUserAgent = "lakefeed/0.1.0";
constexpr int kAttemptsMax = 8;
constexpr std::int64_t kBackoffFirstMs = 250;
constexpr std::int64_t kBackoffMaxMs = 20'000;
constexpr std::int64_t kRetryAfterMaxMs = 60'000;
// A POST is answered after 45 s at the latest: with the result, or with 202.
constexpr std::int64_t kFirstByteTimeoutMs = 60'000;
constexpr std::int64_t kTotalTimeoutMs = 120'000;

bool is_server_failure(int status) {
    return status >= 500 && status != 522;  // 522: the certificate's fault, which lasts
}

bool is_unknown(const base::Result<http::Response>& response) {
    if (response) return is_server_failure(response->status);
    return response.error().kind == base::ErrorKind::outcome_unknown;
}

bool is_worth_repeating(const base::Result<http::Response>& response) {
    if (is_unknown(response)) return true;
    if (response) return response->status == 429;
    return response.error().kind == base::ErrorKind::connect_failed;
}

// Retry-After is a number of seconds or a date (RFC 9110, section 10.2.3).
std::int64_t retry_after_ms(const http::Response& response, base::EpochMs now_ms) {
    const auto header = http::find_header(response.headers, "Retry-After");
    if (!header) return 0;
    if (const auto date = http::parse_http_date(*header))
        return std::clamp<std::int64_t>(*date - now_ms, 0, kRetryAfterMaxMs);
    std::int64_t seconds = 0;
    const auto [stop, error] =
        std::from_chars(header->data(), header->data() + header->size(), seconds);
    if (error != std::errc() || stop != header->data() + header->size() || seconds < 0) return 0;
    return std::min(seconds, kRetryAfterMaxMs / 1'000) * 1'000;
}

std::optional<base::EpochMs> server_time_ms(const http::Response& response) {
    const auto header = http::find_header(response.headers, "Date");
    return header ? http::parse_http_date(*header) : std::nullopt;
}

}  // namespace

ApiAnswer ApiRequests::send(const ApiCall& call, base::Deadline deadline) {
    const std::string* url = &call.url;
    bool may_be_done = false;
    for (int attempt = 1;; ++attempt) {
        auto response = send_once(call, *url, deadline);
        may_be_done = may_be_done || is_unknown(response);
        if (response && response->status == 401 && !token_renewed_) {
            token_renewed_ = true;
            ++counts_.tokens_renewed;
            seams_.tokens.refused(server_time_ms(*response));
            continue;
        }
        if (response && response->status == 429) ++counts_.throttles;
        if (!is_worth_repeating(response) || attempt >= kAttemptsMax)
            return {std::move(response), may_be_done};
        const std::int64_t wait = wait_ms(response, attempt);
        if (wait >= deadline.remaining_ms(seams_.clock)) return {std::move(response), may_be_done};
        seams_.clock.sleep_ms(wait);
        ++counts_.retries;
        url = &call.url_when_repeated;
    }
}

std::int64_t ApiRequests::wait_ms(const base::Result<http::Response>& response, int attempt) {
    const std::int64_t bound = std::min(kBackoffFirstMs << (attempt - 1), kBackoffMaxMs);
    const auto jittered = static_cast<std::int64_t>(
        base::below(seams_.random, static_cast<std::uint64_t>(bound) + 1));
    return response ? std::max(jittered, retry_after_ms(*response, seams_.clock.now_ms()))
                    : jittered;
}

base::Result<http::Response> ApiRequests::send_once(const ApiCall& call, const std::string& url,
                                                    base::Deadline deadline) {
    if (deadline.remaining_ms(seams_.clock) == 0)
        return base::Error{base::ErrorKind::deadline_near, "no time is left to ask"};
    auto token = seams_.tokens.token(deadline);
    if (!token) return std::move(token).error();
    last_token_ = token->value;
    http::Request request;
    request.method = call.method;
    request.url = url;
    request.headers = {{"Authorization", fmt::format("Bearer {}", token->value.reveal())},
                       {"X-Snowflake-Authorization-Token-Type", token->type},
                       {"Accept", "application/json"},
                       {"User-Agent", std::string(kUserAgent)}};
    if (call.method == "POST") {
        request.headers.push_back({"Content-Type", "application/json"});
    } else {
        request.headers.push_back({"Accept-Encoding", "gzip"});
    }
    request.body = call.body;
    // Only send() repeats a request, because only it can say retry=true.
    request.repeatable = call.method == "GET" ? http::Repeatable::yes : http::Repeatable::no;
    request.first_byte_timeout_ms = kFirstByteTimeoutMs;
    request.total_timeout_ms = kTotalTimeoutMs;
    request.response_bytes_max = codec::kJsonBytesMax;
    request.deadline = deadline;
    ++counts_.requests;
    return seams_.http.send(request);
}

}  // namespace snowflake

#include "common/aws/attempt.h"

#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "common/aws/endpoint.h"
#include "common/aws/retry.h"
#include "common/http/date.h"

namespace aws {
namespace {

// A signature of that age may be why a service refused it; the SDKs' own limit.
constexpr std::int64_t kClockSkewMinMs = 4 * 60 * 1'000;
// The Date header is not trusted beyond this: a machine's clock is not that wrong.
constexpr std::int64_t kClockOffsetMaxMs = 24 * 60 * 60 * 1'000;

constexpr std::string_view kUserAgent = "lakefeed/" LAKEFEED_VERSION;

bool is_certain_skew(std::string_view code) {
    return code == "RequestTimeTooSkewed" || code == "RequestExpired" ||
           code == "RequestInTheFuture";
}

}  // namespace

std::string Operation::described() const {
    return subject.empty() ? std::string(name) : fmt::format("{} on {}", name, subject);
}

std::optional<Failure> Failure::of(std::string_view described,
                                   base::Result<http::Response>& answer) {
    if (!answer) {
        base::Error error = std::move(answer).error();
        error.message.insert(0, fmt::format("{}: ", described));
        const bool again = error.kind == base::ErrorKind::connect_failed ||
                           error.kind == base::ErrorKind::outcome_unknown;
        return Failure{
            std::move(error), again ? ErrorClass::transient : ErrorClass::rejected, 0, {}};
    }
    if (answer->status >= 200 && answer->status < 300) return std::nullopt;
    const ServiceError told = parse_service_error(*answer);
    const ErrorClass error_class = classify(answer->status, told.code);
    std::string message = fmt::format("{}: {}", described, answer->status);
    if (!told.code.empty()) message.append(" ").append(told.code);
    if (!told.message.empty()) message.append(": ").append(told.message);
    // HEAD has no body that could say more than its status.
    std::string code =
        answer->body.empty() && told.code.empty() ? std::to_string(answer->status) : told.code;
    return Failure{{kind_of(error_class), std::move(message), std::move(code)},
                   error_class,
                   answer->status,
                   std::move(answer->headers),
                   told.region};
}

void Failure::say_where_bucket_is(std::string_view region_asked) {
    const auto header = http::find_header(headers, "x-amz-bucket-region");
    const std::string_view region = header ? *header : std::string_view(bucket_region);
    if (!is_region(region) || region == region_asked) return;
    error.message += fmt::format("; the bucket is in {}: set AWS_REGION to it", region);
}

bool Failure::is_unknown() const {
    if (status == 0) return error.kind == base::ErrorKind::outcome_unknown;
    return error_class == ErrorClass::transient && status != 503;
}

std::optional<std::int64_t> Failure::retry_after_ms() const {
    const auto hint = http::find_header(headers, "x-amz-retry-after");
    return hint ? parse_retry_after(*hint) : std::nullopt;
}

base::Result<Signed> Signer::sign(const Operation& operation, http::Request& request) {
    const auto endpoint = resolve_endpoint(settings_, operation.service);
    if (!endpoint) return endpoint.error();
    const auto credentials = credentials_.get();
    if (!credentials) return credentials.error();

    const std::string path = endpoint->base_path + operation.path;
    const std::string query = canonical_query(operation.query);
    request.url = endpoint->url + path;
    if (!query.empty()) request.url.append("?").append(query);
    request.headers = operation.headers;
    request.headers.push_back({"Host", endpoint->host});
    request.headers.push_back({"User-Agent", std::string(kUserAgent)});
    const Signed with{clock_.now_ms() + clock_offset_ms_, clock_offset_ms_,
                      credentials_read_again_};
    aws::sign({request.method, path, operation.query, request.body, settings_.region,
               operation.service.signing_name},
              *credentials, with.at_ms, request.headers);
    return with;
}

// An attempt that was on its way while another one's failure was mended needs no more than to be
// signed anew.
bool Signer::mend(const Failure& failure, const Signed& with) {
    if (failure.error_class == ErrorClass::clock_skew) {
        return with.clock_offset_ms != clock_offset_ms_ || correct_clock(failure, with.at_ms);
    }
    if (failure.error_class != ErrorClass::credentials_refused) return false;
    if (with.credentials == credentials_read_again_) {
        ++credentials_read_again_;
        credentials_.forget();
        log_.warn("credentials_refused", {{"code", failure.error.code}});
    }
    return true;
}

// Learns the offset from the answer's Date header. A signature that was merely old (the sandbox was
// frozen between signing and sending) is mended by the fresh one, at an offset of nearly nothing.
bool Signer::correct_clock(const Failure& failure, base::EpochMs signed_at_ms) {
    const bool certain = is_certain_skew(failure.error.code);
    const auto date = http::find_header(failure.headers, "Date");
    const auto service_ms = date ? http::parse_http_date(*date) : std::nullopt;
    if (!service_ms) return certain;
    if (!certain && std::abs(*service_ms - signed_at_ms) < kClockSkewMinMs) return false;
    const std::int64_t offset_ms = *service_ms - clock_.now_ms();
    if (std::abs(offset_ms) > kClockOffsetMaxMs) {
        log_.warn("clock_offset_refused", {{"offset_ms", offset_ms}});
        return false;
    }
    clock_offset_ms_ = offset_ms;
    log_.warn("clock_corrected", {{"offset_ms", offset_ms}});
    return true;
}

}  // namespace aws

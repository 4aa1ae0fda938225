#include "common/aws/aws_client.h"

#include <array>
#include <cstdlib>

#include <fmt/format.h>

#include "common/aws/aws_error.h"
#include "common/aws/endpoint.h"
#include "common/aws/sigv4.h"
#include "common/codec/uri.h"
#include "common/http/date.h"

namespace aws {
namespace {

constexpr std::array kServices{&kDynamoDb,       &kKinesis, &kFirehose, &kGlue,
                               &kSecretsManager, &kSqs,     &kS3};
constexpr std::int64_t kAttemptsConfiguredMax = 20;

// A signature of that age may be why a service refused it; the SDKs' own limit.
constexpr std::int64_t kClockSkewMinMs = 4 * 60 * 1'000;
// The Date header is not trusted beyond this: a machine's clock is not that wrong.
constexpr std::int64_t kClockOffsetMaxMs = 24 * 60 * 60 * 1'000;

constexpr std::string_view kUserAgent = "lakefeed/" LAKEFEED_VERSION;

bool is_certain_skew(std::string_view code) {
    return code == "RequestTimeTooSkewed" || code == "RequestExpired" ||
           code == "RequestInTheFuture";
}

std::string service_id(const Service& service) {
    return std::string(service.id);
}

}  // namespace

ClientSettings ClientSettings::from_environment(base::SettingsReader& settings,
                                                const base::Environment& environment) {
    ClientSettings read;
    const auto default_region = environment.get("AWS_DEFAULT_REGION");
    const bool use_default = !environment.get("AWS_REGION") && default_region;
    read.region = use_default ? *default_region : settings.required("AWS_REGION", "us-east-1");
    if (!read.region.empty() && !is_region(read.region)) {
        settings.add_fault(use_default ? "AWS_DEFAULT_REGION" : "AWS_REGION", read.region,
                           "use a region's code, such as us-east-1");
    }
    read.attempts_max =
        static_cast<int>(settings.integer("AWS_MAX_ATTEMPTS", 0, 1, kAttemptsConfiguredMax));
    if (settings.boolean("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", false)) return read;

    const auto read_url = [&](const std::string& name) {
        std::string url = settings.text(name);
        if (url.empty()) return url;
        if (const auto endpoint = parse_endpoint_url(url); !endpoint) {
            const bool may_hold_password = url.find('@') != std::string::npos;
            settings.add_fault(name, may_hold_password ? "(not shown)" : url,
                               endpoint.error().message);
        }
        return url;
    };
    read.endpoint_url = read_url("AWS_ENDPOINT_URL");
    for (const Service* service : kServices) {
        std::string url = read_url("AWS_ENDPOINT_URL_" + service_id(*service));
        if (!url.empty())
            read.service_endpoint_urls.emplace_back(service_id(*service), std::move(url));
    }
    return read;
}

// What all attempts of a call have in common.
struct Client::Operation {
    const Service& service;
    std::string_view name;
    std::string_view subject;
    std::string path;  // of the request line
    const Query& query;
    http::Headers headers;  // without those of the signature
    base::Deadline deadline;

    [[nodiscard]] std::string described() const {
        return subject.empty() ? std::string(name) : fmt::format("{} on {}", name, subject);
    }
};

// Why an attempt brought no good answer.
struct Client::Failure {
    base::Error error;
    ErrorClass error_class = ErrorClass::rejected;
    int status = 0;  // 0: there was no answer
    http::Headers headers;

    static Failure of_answer(const Operation& operation, http::Response answer) {
        const ServiceError told = parse_service_error(answer);
        const ErrorClass error_class = classify(answer.status, told.code);
        std::string message = fmt::format("{}: {}", operation.described(), answer.status);
        if (!told.code.empty()) message.append(" ").append(told.code);
        if (!told.message.empty()) message.append(": ").append(told.message);
        return {{kind_of(error_class), std::move(message), told.code},
                error_class,
                answer.status,
                std::move(answer.headers)};
    }
    static Failure of_transport(const Operation& operation, base::Error error) {
        error.message.insert(0, operation.described() + ": ");
        const bool again = error.kind == base::ErrorKind::connect_failed ||
                           error.kind == base::ErrorKind::outcome_unknown;
        return {std::move(error), again ? ErrorClass::transient : ErrorClass::rejected, 0, {}};
    }

    // Whether the service may have done what it was asked.
    [[nodiscard]] bool is_unknown() const {
        if (status == 0) return error.kind == base::ErrorKind::outcome_unknown;
        return error_class == ErrorClass::transient && status != 503;
    }
};

struct Client::Progress {
    const RetryRules rules;
    int attempts = 0;
    int waits = 0;
    base::EpochMs signed_at_ms = 0;
    std::optional<RetryReason> last_retry = std::nullopt;
    bool clock_corrected = false;
    bool credentials_read_again = false;
    bool unknown_seen = false;

    // The error of a call that ends without a good answer.
    [[nodiscard]] base::Error final_error(base::Error error) const {
        using base::ErrorKind;
        if (attempts > 1) error.message += fmt::format(" (attempt {})", attempts);
        // service_failed says by itself that it may have been done; a refusal settles it.
        const bool says_not_done =
            error.kind == ErrorKind::connect_failed || error.kind == ErrorKind::throttled ||
            error.kind == ErrorKind::deadline_near || error.kind == ErrorKind::config_invalid;
        if (unknown_seen && says_not_done) {
            error.kind = ErrorKind::outcome_unknown;
            error.message += "; an earlier attempt may have been done";
        }
        return error;
    }
};

Client::Client(ClientSettings settings, ClientSeams seams)
    : settings_(std::move(settings)), seams_(seams) {}

base::Result<std::string> Client::call(const JsonCall& call) {
    const Query no_query;
    http::Headers headers{
        {"Content-Type", fmt::format("application/x-amz-json-{}", call.service.json_version)},
        {"X-Amz-Target", fmt::format("{}.{}", call.service.target_prefix, call.operation)}};
    http::Request request;
    request.method = "POST";
    request.body = call.body;
    request.repeatable = call.repeatable;
    request.deadline = call.deadline;
    auto answer =
        send({call.service, call.operation, call.subject, "/", no_query, headers, call.deadline},
             std::move(request));
    if (!answer) return std::move(answer).error();
    return std::move(answer->body);
}

base::Result<http::Response> Client::call(const RestCall& call) {
    http::Request request;
    request.method = call.method;
    request.body = call.body;
    request.repeatable = call.repeatable;
    request.deadline = call.deadline;
    return send({call.service, call.operation, call.subject,
                 codec::uri_encode(call.path, codec::KeepSlash::yes), call.query, call.headers,
                 call.deadline},
                std::move(request));
}

base::Result<http::Response> Client::send(const Operation& operation, http::Request request) {
    Progress progress{retry_rules(operation.service.signing_name, settings_.attempts_max)};
    while (true) {
        if (operation.deadline.remaining_ms(seams_.clock) == 0) {
            return progress.final_error({base::ErrorKind::deadline_near,
                                         operation.described() + ": no time is left to send it"});
        }
        ++progress.attempts;
        auto answer = attempt(operation, request, progress.signed_at_ms);
        if (answer && answer->status >= 200 && answer->status < 300) {
            quota_.succeeded(progress.last_retry);
            return answer;
        }
        Failure failure = answer ? Failure::of_answer(operation, std::move(*answer))
                                 : Failure::of_transport(operation, std::move(answer).error());
        if (failure.error_class == ErrorClass::throttled) ++counts_.throttles;
        if (failure.is_unknown()) ++counts_.unknown_outcomes;
        const bool resend = (!failure.is_unknown() || request.repeatable == http::Repeatable::yes);
        progress.unknown_seen = progress.unknown_seen || failure.is_unknown();
        if (!resend || !again(operation, failure, progress))
            return progress.final_error(std::move(failure.error));
        ++counts_.retries;
    }
}

// One attempt, signed with the time of now.
base::Result<http::Response> Client::attempt(const Operation& operation, http::Request& request,
                                             base::EpochMs& signed_at_ms) {
    const auto endpoint = resolve_endpoint(settings_, operation.service);
    if (!endpoint) return endpoint.error();
    const auto credentials = seams_.credentials.get();
    if (!credentials) return credentials.error();

    const std::string path = endpoint->base_path + operation.path;
    const std::string query = canonical_query(operation.query);
    request.url = endpoint->url + path;
    if (!query.empty()) request.url.append("?").append(query);
    request.headers = operation.headers;
    request.headers.push_back({"Host", endpoint->host});
    request.headers.push_back({"User-Agent", std::string(kUserAgent)});
    signed_at_ms = seams_.clock.now_ms() + clock_offset_ms_;
    sign({request.method, path, operation.query, request.body, settings_.region,
          operation.service.signing_name},
         *credentials, signed_at_ms, request.headers);
    ++counts_.attempts;
    return seams_.http.send(request);
}

// Whether the call is to be sent once more, now.
bool Client::again(const Operation& operation, const Failure& failure, Progress& progress) {
    return again_at_once(failure, progress) || again_after_wait(operation, failure, progress);
}

// What a corrected clock or new credentials may mend, each once in a call.
bool Client::again_at_once(const Failure& failure, Progress& progress) {
    if (failure.error_class == ErrorClass::clock_skew && !progress.clock_corrected) {
        progress.clock_corrected = true;
        return correct_clock(failure, progress.signed_at_ms);
    }
    if (failure.error_class == ErrorClass::credentials_refused &&
        !progress.credentials_read_again) {
        progress.credentials_read_again = true;
        seams_.credentials.forget();
        seams_.log.warn("credentials_refused", {{"code", failure.error.code}});
        return true;
    }
    return false;
}

bool Client::again_after_wait(const Operation& operation, const Failure& failure,
                              Progress& progress) {
    RetryReason reason = RetryReason::transient;
    if (failure.error_class == ErrorClass::throttled) {
        reason = RetryReason::throttling;
    } else if (failure.error_class != ErrorClass::transient) {
        return false;
    }
    if (progress.waits + 1 >= progress.rules.attempts_max) return false;
    const auto hint = http::find_header(failure.headers, "x-amz-retry-after");
    const std::int64_t wait_ms =
        with_hint(backoff_ms(progress.rules, reason, progress.waits + 1, seams_.random),
                  hint ? parse_retry_after(*hint) : std::nullopt);
    if (wait_ms >= operation.deadline.remaining_ms(seams_.clock)) return false;
    if (!quota_.take(reason)) {
        seams_.log.warn("retry_quota_exhausted", {{"operation", operation.name}});
        return false;
    }
    seams_.log.debug("aws_call_repeated", {{"operation", operation.name},
                                           {"subject", operation.subject},
                                           {"attempt", progress.attempts},
                                           {"status", failure.status},
                                           {"kind", base::kind_name(failure.error.kind)},
                                           {"code", failure.error.code},
                                           {"wait_ms", wait_ms}});
    ++progress.waits;
    progress.last_retry = reason;
    seams_.clock.sleep_ms(wait_ms);
    return true;
}

// Learns the offset from the answer's Date header. A signature that was merely old (the sandbox was
// frozen between signing and sending) is mended by the fresh one, at an offset of nearly nothing.
bool Client::correct_clock(const Failure& failure, base::EpochMs signed_at_ms) {
    const bool certain = is_certain_skew(failure.error.code);
    const auto date = http::find_header(failure.headers, "Date");
    const auto service_ms = date ? http::parse_http_date(*date) : std::nullopt;
    if (!service_ms) return certain;
    if (!certain && std::abs(*service_ms - signed_at_ms) < kClockSkewMinMs) return false;
    const std::int64_t offset_ms = *service_ms - seams_.clock.now_ms();
    if (std::abs(offset_ms) > kClockOffsetMaxMs) {
        seams_.log.warn("clock_offset_refused", {{"offset_ms", offset_ms}});
        return false;
    }
    clock_offset_ms_ = offset_ms;
    seams_.log.warn("clock_corrected", {{"offset_ms", offset_ms}});
    return true;
}

}  // namespace aws

#include "common/aws/aws_client.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include <fmt/format.h>

#include "common/aws/aws_error.h"
#include "common/codec/uri.h"

namespace aws {
namespace {

http::Headers json_headers(const JsonCall& call) {
    return {{"Content-Type", fmt::format("application/x-amz-json-{}", call.service.json_version)},
            {"X-Amz-Target", fmt::format("{}.{}", call.service.target_prefix, call.operation)}};
}

// The SDKs take such an answer for a failure of the service too.
constexpr int kStatusOfHiddenError = 500;

bool hides_error(const Operation& operation, const http::Response& answer) {
    return operation.status_200 == Status200::may_carry_error && answer.status == 200 &&
           is_xml_error(answer.body);
}

// Without the body.
http::Request json_request(const JsonCall& call) {
    http::Request request;
    request.method = "POST";
    request.repeatable = call.repeatable;
    request.connection = call.connection;
    request.deadline = call.deadline;
    return request;
}

}  // namespace

struct Client::Progress {
    const RetryRules rules;
    int attempts = 0;
    int waits = 0;
    base::Deadline deadline = {};
    Signed with = {};
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
    : settings_(std::move(settings)),
      seams_(seams),
      signer_(settings_, seams.credentials, seams.clock, seams.log) {}

base::Result<std::string> Client::call(const JsonCall& call) {
    const Query no_query;
    http::Request request = json_request(call);
    request.body = call.body;
    auto answer =
        send({call.service, call.operation, call.subject, "/", no_query, json_headers(call)},
             std::move(request));
    if (!answer) return std::move(answer).error();
    return std::move(answer->body);
}

base::Result<http::Response> Client::call(RestCall call) {
    http::Request request;
    request.method = std::move(call.method);
    request.body = std::move(call.body);
    request.repeatable = call.repeatable;
    request.deadline = call.deadline;
    request.first_byte_timeout_ms = call.first_byte_timeout_ms;
    request.response_bytes_max = call.response_bytes_max;
    return send({.service = call.service,
                 .name = call.operation,
                 .subject = call.subject,
                 .path = codec::uri_encode(call.path, codec::KeepSlash::yes),
                 .query = call.query,
                 .headers = std::move(call.headers),
                 .status_200 = call.status_200},
                std::move(request));
}

base::Result<http::Response> Client::send(const Operation& operation, http::Request request) {
    Progress progress{retry_rules(operation.service.signing_name, settings_.attempts_max)};
    progress.deadline = request.deadline;
    const std::string described = operation.described();
    while (true) {
        if (request.deadline.remaining_ms(seams_.clock) == 0) {
            return progress.final_error(
                {base::ErrorKind::deadline_near, described + ": no time is left to send it"});
        }
        ++progress.attempts;
        base::Result<http::Response> answer = base::Error{};
        if (auto with = signer_.sign(operation, request)) {
            progress.with = *with;
            ++counts_.attempts;
            answer = seams_.http.send(request);
            if (answer && hides_error(operation, *answer)) answer->status = kStatusOfHiddenError;
        } else {
            answer = std::move(with).error();
        }
        auto failure = Failure::of(described, answer);
        if (!failure) {
            quota_.succeeded(progress.last_retry);
            return answer;
        }
        failure->say_where_bucket_is(settings_.region);
        count(*failure);
        const bool resend = !failure->is_unknown() || request.repeatable == http::Repeatable::yes;
        progress.unknown_seen = progress.unknown_seen || failure->is_unknown();
        if (!resend || !again(operation, *failure, progress))
            return progress.final_error(std::move(failure->error));
        ++counts_.retries;
    }
}

void Client::count(const Failure& failure) {
    if (failure.error_class == ErrorClass::throttled) ++counts_.throttles;
    if (failure.is_unknown()) ++counts_.unknown_outcomes;
}

http::Ticket Client::start(JsonCall call) {
    const Query no_query;
    const Operation operation{call.service, call.operation, call.subject,
                              "/",          no_query,       json_headers(call)};
    http::Request request = json_request(call);
    request.body = std::move(call.body);
    Started started{++last_ticket_, operation.described(), {}};
    if (auto with = signer_.sign(operation, request)) {
        started.with = *with;
        ++counts_.attempts;
        started_.emplace(seams_.http.start(std::move(request)), std::move(started));
    } else {
        not_begun_.push_back(judge(started, std::move(with).error()));
    }
    return last_ticket_;
}

std::optional<Attempt> Client::wait(base::EpochMs until_ms) {
    if (!not_begun_.empty()) {
        Attempt attempt = std::move(not_begun_.front());
        not_begun_.pop_front();
        return attempt;
    }
    auto done = seams_.http.wait(until_ms);
    if (!done) return std::nullopt;
    const auto found = started_.find(done->ticket);
    assert(found != started_.end());
    Attempt attempt = judge(found->second, std::move(done->result));
    started_.erase(found);
    return attempt;
}

Attempt Client::cancel(http::Ticket ticket) {
    for (auto it = not_begun_.begin(); it != not_begun_.end(); ++it) {
        if (it->ticket != ticket) continue;
        Attempt attempt = std::move(*it);
        not_begun_.erase(it);
        return attempt;
    }
    const auto found = std::find_if(started_.begin(), started_.end(), [ticket](const auto& each) {
        return each.second.ticket == ticket;
    });
    assert(found != started_.end());
    Attempt attempt = judge(found->second, seams_.http.cancel(found->first));
    started_.erase(found);
    return attempt;
}

Attempt Client::judge(const Started& started, base::Result<http::Response> answer) {
    auto failure = Failure::of(started.described, answer);
    if (!failure) return {started.ticket, std::move(answer->body)};
    count(*failure);
    const bool is_mended = signer_.mend(*failure, started.with);
    return {started.ticket, std::move(failure->error), failure->status, failure->retry_after_ms(),
            is_mended};
}

// Whether the call is to be sent once more, now.
bool Client::again(const Operation& operation, const Failure& failure, Progress& progress) {
    return again_at_once(failure, progress) || again_after_wait(operation, failure, progress);
}

// What a corrected clock or new credentials may mend, each once in a call.
bool Client::again_at_once(const Failure& failure, Progress& progress) {
    if (failure.error_class == ErrorClass::clock_skew && !progress.clock_corrected) {
        progress.clock_corrected = true;
        return signer_.mend(failure, progress.with);
    }
    if (failure.error_class == ErrorClass::credentials_refused &&
        !progress.credentials_read_again) {
        progress.credentials_read_again = true;
        return signer_.mend(failure, progress.with);
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
    const std::int64_t wait_ms =
        with_hint(backoff_ms(progress.rules, reason, progress.waits + 1, seams_.random),
                  failure.retry_after_ms());
    if (wait_ms >= progress.deadline.remaining_ms(seams_.clock)) return false;
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

}  // namespace aws

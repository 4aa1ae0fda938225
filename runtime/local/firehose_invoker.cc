#include "runtime/local/firehose_invoker.h"

#include <algorithm>
#include <optional>

namespace local {
namespace {

enum class Again { no, yes };

// How one call ended: with a verdict, or with a failure that may pass.
struct Attempt {
    TransformVerdict verdict = {};
    Again again = Again::no;
};

Attempt failed(std::string code, std::string message, Again again) {
    return {.verdict = {.records = {},
                        .failure = TransformFailure{.code = std::move(code),
                                                    .message = std::move(message)}},
            .again = again};
}

// Nothing for an error that is about this machine and not about the call.
std::optional<Attempt> judge_error(const base::Error& error) {
    switch (error.kind) {
        case base::ErrorKind::throttled:
            return failed("Lambda.InvokeLimitExceeded",
                          "The Lambda concurrent execution limit is exceeded. Increase the "
                          "concurrent execution limit.",
                          Again::yes);
        case base::ErrorKind::access_denied:
            return failed("Lambda.InvokeAccessDenied",
                          "Access was denied. Ensure that the access policy allows access to the "
                          "Lambda function.",
                          Again::no);
        case base::ErrorKind::connect_failed:
        case base::ErrorKind::outcome_unknown:
            return failed("Lambda.FunctionRequestTimedOut",
                          "The request to the Lambda function timed out: " + error.message,
                          Again::yes);
        default:
            return std::nullopt;
    }
}

Attempt judge_outcome(const Outcome& outcome, const std::vector<std::string_view>& record_ids) {
    switch (outcome.kind) {
        case Outcome::Kind::response:
            if (outcome.stream_error.empty())
                return {.verdict = judge_firehose_response(record_ids, outcome.body)};
            return {.verdict = {.records = {}, .failure = function_error(outcome.stream_error)}};
        case Outcome::Kind::timed_out:
            return failed("Lambda.FunctionTimedOut",
                          "The Lambda function timed out: " + outcome.body, Again::yes);
        default:
            return {.verdict = {.records = {}, .failure = function_error(outcome.body)}};
    }
}

}  // namespace

base::Result<InvokedBatch> invoke_batch(const Invoke& invoke, const std::string& event,
                                        const std::vector<std::string_view>& record_ids,
                                        int retries_max, base::Clock& clock) {
    std::int64_t wait_ms = kInvokeRetryBaseMs;
    for (std::int64_t attempts = 1;; ++attempts) {
        const auto outcome = invoke(event);
        std::optional<Attempt> attempt;
        if (!outcome) {
            attempt = judge_error(outcome.error());
            if (!attempt) return outcome.error();
        } else if (outcome->kind == Outcome::Kind::interrupted) {
            return base::Error{base::ErrorKind::unexpected,
                               "the invocation was interrupted: its batch is not done"};
        } else {
            attempt = judge_outcome(*outcome, record_ids);
        }
        if (attempt->again == Again::no || attempts > retries_max)
            return InvokedBatch{.verdict = std::move(attempt->verdict),
                                .attempts = attempts,
                                .ended_ms = clock.now_ms()};
        clock.sleep_ms(wait_ms);
        wait_ms = std::min(wait_ms * 2, kInvokeRetryMaxMs);
    }
}

}  // namespace local

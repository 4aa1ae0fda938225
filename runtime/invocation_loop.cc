#include "runtime/invocation_loop.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <fmt/format.h>

#include "runtime/exception_barrier.h"
#include "runtime/response_stream.h"
#include "runtime/shutdown.h"

namespace runtime {
namespace {

// Of the Runtime API's own answer, in a log line.
constexpr std::size_t kShownBytesMax = 512;

class Pauses {
  public:
    explicit Pauses(const PausePolicy& policy) : policy_(policy), next_ms_(policy.first_ms) {}

    std::optional<std::int64_t> next_ms() {
        if (slept_ms_ + next_ms_ > policy_.total_ms) return std::nullopt;
        slept_ms_ += next_ms_;
        return std::exchange(next_ms_, std::min(2 * next_ms_, policy_.largest_ms));
    }

  private:
    PausePolicy policy_;
    std::int64_t next_ms_;
    std::int64_t slept_ms_ = 0;
};

std::string describe(const HttpResponse& response) {
    return fmt::format("{} {}", response.status(), response.body().substr(0, kShownBytesMax));
}

}  // namespace

InvocationLoop::InvocationLoop(HttpConnection& connection, AnyHandler handler, base::Clock& clock,
                               base::Log& log, LoopCount loop_count)
    : connection_(connection),
      handler_(std::move(handler)),
      clock_(clock),
      log_(log),
      loop_count_(loop_count),
      next_(next_request(connection.server())) {}

LoopEnd InvocationLoop::run() {
    for (;;) {
        const auto invocation = wait_for_invocation();
        if (!invocation) return LoopEnd::api_unavailable;
        invocation_began();
        log_.set_request_id(invocation->request_id);
        const auto end = serve(*invocation);
        log_.set_request_id("");
        const bool goes_on = invocation_ended();
        if (end) return *end;
        if (!goes_on) return LoopEnd::stopped;
    }
}

std::optional<Invocation> InvocationLoop::wait_for_invocation() {
    Pauses pauses(kNextPauses);
    for (;;) {
        const auto response = connection_.exchange(next_.head, next_.body);
        if (response && response->status() == 200) {
            const Invocation invocation = read_invocation(*response);
            if (!invocation.request_id.empty()) return invocation;
        }
        if (response && response->status() == 204) {
            clock_.sleep_ms(kNothingYetPauseMs);
            continue;
        }
        const std::string reason = !response                   ? response.error().message
                                   : response->status() == 200 ? "200 without a request id"
                                                               : describe(*response);
        const auto pause_ms = pauses.next_ms();
        if (!pause_ms) {
            log_.error("runtime_api_unavailable", {{"call", "next"}, {"reason", reason}});
            return std::nullopt;
        }
        log_.warn("next_failed", {{"reason", reason}, {"pause_ms", *pause_ms}});
        clock_.sleep_ms(*pause_ms);
    }
}

std::optional<LoopEnd> InvocationLoop::serve(const Invocation& invocation) {
    if (loop_count_ == LoopCount::one) trace_variable_.set(invocation.trace_id);
    return std::visit([&](const auto& handler) { return call(handler, invocation); }, handler_);
}

std::optional<LoopEnd> InvocationLoop::call(const Handler& handler, const Invocation& invocation) {
    const InvocationIds ids = {invocation.request_id, invocation.invocation_id};
    base::Result<InvocationResponse> result = base::Error{};
    const auto crash = run_guarded([&] { result = handler(invocation); });
    // The sandbox may be frozen as soon as the answer is there.
    std::fflush(stdout);
    if (crash) {
        post_error(ids, *crash);
        return LoopEnd::crashed;
    }
    if (!result) return post_error(ids, make_error_report(result.error()));
    return post_response(ids, *std::move(result));
}

std::optional<LoopEnd> InvocationLoop::call(const StreamingHandler& handler,
                                            const Invocation& invocation) {
    const InvocationIds ids = {invocation.request_id, invocation.invocation_id};
    ChunkedResponse stream(connection_, ids);
    std::optional<ErrorReport> report;
    const auto crash = run_guarded([&] {
        const auto result = handler(invocation, stream);
        if (!result) report = make_error_report(result.error());
    });
    std::fflush(stdout);
    if (crash) report = crash;

    std::optional<LoopEnd> end;
    if (report && !stream.has_begun()) {
        end = post_error(ids, *report);
    } else {
        if (report) {
            log_.error("invocation_failed",
                       {{"errorType", report->type}, {"errorMessage", report->message}});
        }
        const auto response = stream.finish(report);
        if (response) {
            end = judge_post(*response);
        } else {
            log_.warn("response_lost", {{"reason", response.error().message}});
        }
    }
    return crash ? LoopEnd::crashed : end;
}

std::optional<LoopEnd> InvocationLoop::post_response(const InvocationIds& ids,
                                                     InvocationResponse response) {
    if (response.body.size() > kResponseBytesMax) {
        return post_error(
            ids,
            make_error_report({base::ErrorKind::response_too_large,
                               fmt::format("the response has {} bytes; Lambda takes {} at most",
                                           response.body.size(), kResponseBytesMax)}));
    }
    const auto request = response_request(connection_.server(), ids, std::move(response));
    if (!request) return post_error(ids, make_error_report(request.error()));
    return post(*request);
}

std::optional<LoopEnd> InvocationLoop::post_error(const InvocationIds& ids,
                                                  const ErrorReport& report) {
    log_.error("invocation_failed", {{"errorType", report.type}, {"errorMessage", report.message}});
    return post(error_request(connection_.server(), ids, report));
}

std::optional<LoopEnd> InvocationLoop::post(const ApiRequest& request) {
    Pauses pauses(kPostPauses);
    for (;;) {
        const auto response = connection_.exchange(request.head, request.body);
        if (response) return judge_post(*response);
        const base::Error& error = response.error();
        if (error.kind == base::ErrorKind::data_invalid) {
            log_.warn("post_answer_invalid", {{"reason", error.message}});
            return std::nullopt;
        }
        const auto pause_ms = pauses.next_ms();
        if (!pause_ms) {
            log_.error("runtime_api_unavailable", {{"call", "post"}, {"reason", error.message}});
            return LoopEnd::api_unavailable;
        }
        log_.warn("post_failed", {{"reason", error.message}, {"pause_ms", *pause_ms}});
        clock_.sleep_ms(*pause_ms);
    }
}

std::optional<LoopEnd> InvocationLoop::judge_post(const HttpResponse& response) {
    const int status = response.status();
    if (status >= 200 && status < 300) return std::nullopt;
    if (status >= 500) {
        log_.error("runtime_api_failed", {{"call", "post"}, {"reason", describe(response)}});
        if (loop_count_ == LoopCount::one) return LoopEnd::api_unavailable;
        return std::nullopt;
    }
    log_.warn("answer_refused", {{"reason", describe(response)}});
    return std::nullopt;
}

}  // namespace runtime

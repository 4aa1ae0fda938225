// next → handle → report, again and again, over one connection.
//
// What the Runtime API may answer, and what the loop does then:
//
//   next   200                      the handler is called
//          204                      an emulator's "nothing yet": a short pause, asked again
//          anything else, no answer  a growing pause, asked again; api_unavailable in the end
//   post   2xx                      go on
//          5xx                      the Runtime API is broken: api_unavailable (one loop), go on
//                                   (one of several)
//          anything else             the answer was refused (400, 403), late (410) or too large
//                                   (413), and the caller has been told: logged, go on
//          no answer                sent again within bounds; then api_unavailable
//
// What comes out of the handler: a response is posted if it is within the limit; an error is posted
// with its errorType; an exception is posted as Runtime.Unexpected, and the loop ends (crashed).
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "runtime/http_connection.h"
#include "runtime/invocation.h"
#include "runtime/runtime_api.h"
#include "runtime/trace_variable.h"

namespace runtime {

enum class LoopEnd { stopped, api_unavailable, crashed };

// How many loops run in this process.
enum class LoopCount { one, several };

using AnyHandler = std::variant<Handler, StreamingHandler>;

// Pauses double from the first to the largest; none is given once their sum would pass `total_ms`.
// Only what was slept counts, so that a frozen sandbox uses nothing up.
struct PausePolicy {
    std::int64_t first_ms;
    std::int64_t largest_ms;
    std::int64_t total_ms;
};

constexpr PausePolicy kNextPauses = {.first_ms = 5, .largest_ms = 500, .total_ms = 10'000};
constexpr PausePolicy kPostPauses = {.first_ms = 100, .largest_ms = 800, .total_ms = 1'500};
constexpr std::int64_t kNothingYetPauseMs = 50;

class InvocationLoop {
  public:
    InvocationLoop(HttpConnection& connection, AnyHandler handler, base::Clock& clock,
                   base::Log& log, LoopCount loop_count);

    LoopEnd run();

  private:
    // Each gives the reason to leave the loop, if there is one.
    std::optional<LoopEnd> serve(const Invocation& invocation);
    std::optional<LoopEnd> call(const Handler& handler, const Invocation& invocation);
    std::optional<LoopEnd> call(const StreamingHandler& handler, const Invocation& invocation);
    std::optional<LoopEnd> post_response(const InvocationIds& ids, InvocationResponse response);
    std::optional<LoopEnd> post_error(const InvocationIds& ids, const ErrorReport& report);
    std::optional<LoopEnd> post(const ApiRequest& request);
    std::optional<LoopEnd> judge_post(const HttpResponse& response);

    std::optional<Invocation> wait_for_invocation();

    HttpConnection& connection_;
    AnyHandler handler_;
    base::Clock& clock_;
    base::Log& log_;
    LoopCount loop_count_;
    ApiRequest next_;
    TraceVariable trace_variable_;
};

}  // namespace runtime

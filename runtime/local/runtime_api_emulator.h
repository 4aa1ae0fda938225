// The Lambda Runtime API for one function process: /2018-06-01/runtime/… and the Extensions API,
// with the status codes and error bodies of the real one (state_machine.h). `next` blocks until
// there is an event. One emulator lives as long as one process: after a crash or a time-out make
// both anew.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "runtime/local/extension_registry.h"
#include "runtime/local/http_server.h"
#include "runtime/local/state_machine.h"

namespace local {

constexpr std::size_t kPayloadBytesMax = 6 * 1024 * 1024 + 100;
constexpr std::size_t kStreamBytesMax = 200U << 20U;
constexpr std::size_t kManagedErrorBytesMax = 1U << 20U;

struct EmulatorOptions {
    std::string function_name = {};
    std::string function_arn = {};
    Mode mode = Mode::on_demand;
    std::size_t slots = 1;
};

// What a caller gives. An empty request id is made up; `headers` are more Lambda-Runtime-… ones
// (trace id, client context, tenant id).
struct Event {
    std::string body = {};
    std::string request_id = {};
    std::string content_type = "application/json";
    http::Headers headers = {};
    std::int64_t timeout_ms = 60'000;
};

// What a caller gets.
struct Outcome {
    enum class Kind { response, error, timed_out, exited, interrupted };
    Kind kind = Kind::error;
    std::string body = {};  // the response, or {"errorType":…,"errorMessage":…}
    std::string content_type = {};
    std::string error_type_header = {};  // Lambda-Runtime-Function-Error-Type, as Lambda keeps it
    std::string stream_error = {};       // the trailer of a stream that failed on its way, decoded
    std::string request_id = {};
    std::int64_t duration_ms = 0;
    bool event_given = false;  // whether the process had got the event
};

enum class InitOutcome { ready, init_error, exited, timed_out, interrupted };

class RuntimeApiEmulator {
  public:
    RuntimeApiEmulator(EmulatorOptions options, const base::Clock& clock, base::Random& random);
    RuntimeApiEmulator(const RuntimeApiEmulator&) = delete;
    RuntimeApiEmulator& operator=(const RuntimeApiEmulator&) = delete;
    RuntimeApiEmulator(RuntimeApiEmulator&&) = delete;
    RuntimeApiEmulator& operator=(RuntimeApiEmulator&&) = delete;
    ~RuntimeApiEmulator();

    base::Result<base::Done> start();
    // For AWS_LAMBDA_RUNTIME_API: "127.0.0.1:PORT".
    [[nodiscard]] std::string address() const;

    // Blocks until the process polled for the first time, or will not any more.
    InitOutcome wait_until_ready(std::int64_t limit_ms, const std::stop_token& stop);
    // The body that was posted to init/error.
    [[nodiscard]] std::string init_error() const;
    // Blocks until the invocation is over. Several threads may call it in managed mode; on demand,
    // the next event waits until the process polls again.
    Outcome invoke(const Event& event, const std::stop_token& stop);
    // The process is gone; `reason` reads "exit status 1" or "signal: killed", empty for status 0.
    void process_ended(std::string reason);
    // SIGTERM comes before SIGKILL only where an extension is there (AWS_LAMBDA page above).
    [[nodiscard]] bool extension_registered() const { return extensions_.any_registered(); }

  private:
    struct Attempt {
        const Event* event = nullptr;
        std::string request_id = {};
        std::string invocation_id = {};
        base::EpochMs deadline_ms = 0;
        bool given = false;
        std::optional<Outcome> outcome = {};
    };

    HttpAnswer answer(HttpExchange& exchange);
    HttpAnswer next(HttpExchange& exchange);
    HttpAnswer event_answer(const Attempt& attempt) const;
    HttpAnswer take_response(HttpExchange& exchange, const std::string& request_id);
    HttpAnswer take_error(HttpExchange& exchange, const std::string& request_id);
    HttpAnswer take_init_error(HttpExchange& exchange);
    void give(Attempt& attempt);
    Attempt* attempt_of(std::string_view request_id);
    bool settle(std::string_view request_id, Outcome outcome);
    Outcome end_without_answer(const Attempt& attempt, bool stopped) const;

    EmulatorOptions options_;
    const base::Clock& clock_;
    base::Random& random_;
    ExtensionRegistry extensions_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    StateMachine machine_;
    std::list<Attempt*> attempts_;  // not over yet, oldest first
    std::string init_error_;
    std::optional<std::string> ended_;
    bool stopping_ = false;
    HttpServer server_;  // last: its threads use all of the above
};

// The header's value as Lambda counts it: Runtime.Xyz and Function.Xyz stay, another Function.… is
// Function.Unknown, anything else Runtime.Unknown.
std::string counted_error_type(std::string_view header);

}  // namespace local

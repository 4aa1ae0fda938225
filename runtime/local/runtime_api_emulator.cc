#include "runtime/local/runtime_api_emulator.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "common/codec/base64.h"
#include "common/codec/json.h"
#include "runtime/local/text.h"

namespace local {
namespace {

constexpr std::string_view kRuntimePath = "/2018-06-01/runtime/";
constexpr std::string_view kExtensionPath = "/2020-01-01/extension/";
constexpr auto kPeerCheck = std::chrono::milliseconds(100);

HttpAnswer json_answer(int status, std::string body) {
    return {.status = status,
            .headers = {{"Content-Type", "application/json"}},
            .body = std::move(body)};
}

HttpAnswer accepted() {
    return json_answer(202, "{\"status\":\"OK\"}\n");
}

HttpAnswer refused(const Ruling& ruling) {
    return json_answer(ruling.status, error_body(ruling));
}

std::string error_json(std::string_view error_type, std::string_view message) {
    return codec::JsonWriter()
        .begin_object()
        .member("errorType", error_type)
        .member("errorMessage", message)
        .end_object()
        .take();
}

Outcome failure(std::string_view error_type, std::string_view message) {
    return {.kind = Outcome::Kind::error,
            .body = error_json(error_type, message),
            .content_type = "application/json",
            .error_type_header = std::string(error_type)};
}

bool is_letter(char letter) {
    return lower(letter) >= 'a' && lower(letter) <= 'z';
}

}  // namespace

std::string counted_error_type(std::string_view header) {
    const std::size_t dot = header.find('.');
    const std::string_view scope = header.substr(0, dot);
    if (dot == std::string_view::npos || (scope != "Runtime" && scope != "Function"))
        return "Runtime.Unknown";
    const std::string_view name = header.substr(dot + 1);
    const bool well_formed = name.size() >= 2 && is_letter(name[0]) && lower(name[0]) != name[0] &&
                             std::ranges::all_of(name, is_letter);
    if (well_formed) return std::string(header);
    return scope == "Function" ? "Function.Unknown" : "Runtime.Unknown";
}

RuntimeApiEmulator::RuntimeApiEmulator(EmulatorOptions options, const base::Clock& clock,
                                       base::Random& random)
    : options_(std::move(options)),
      clock_(clock),
      random_(random),
      extensions_(random, options_.function_name),
      machine_(options_.mode, options_.slots) {}

RuntimeApiEmulator::~RuntimeApiEmulator() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    extensions_.stop();
    server_.stop();
}

base::Result<base::Done> RuntimeApiEmulator::start() {
    return server_.start([this](HttpExchange& exchange) { return answer(exchange); });
}

std::string RuntimeApiEmulator::address() const {
    return fmt::format("127.0.0.1:{}", server_.port());
}

HttpAnswer RuntimeApiEmulator::answer(HttpExchange& exchange) {
    std::string_view path = exchange.target();
    if (path.starts_with(kExtensionPath)) return extensions_.answer(exchange);
    const bool get = exchange.method() == "GET";
    const bool post = exchange.method() == "POST";
    if (path.starts_with(kRuntimePath)) {
        path.remove_prefix(kRuntimePath.size());
        if (get && path == "invocation/next") return next(exchange);
        if (post && path == "init/error") return take_init_error(exchange);
        constexpr std::string_view kInvocation = "invocation/";
        const std::size_t last_slash = path.rfind('/');
        if (post && path.starts_with(kInvocation) && last_slash > kInvocation.size()) {
            const std::string request_id(
                path.substr(kInvocation.size(), last_slash - kInvocation.size()));
            if (path.substr(last_slash) == "/response") return take_response(exchange, request_id);
            if (path.substr(last_slash) == "/error") return take_error(exchange, request_id);
        }
    }
    return {.status = 404,
            .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
            .body = "404 page not found\n"};
}

HttpAnswer RuntimeApiEmulator::next(HttpExchange& exchange) {
    extensions_.close_registration();
    std::unique_lock lock(mutex_);
    const Ruling ruling = machine_.next();
    if (!ruling.allowed()) return refused(ruling);
    changed_.notify_all();  // the process is ready

    const bool managed = options_.mode == Mode::managed_instances;
    Attempt* attempt = nullptr;
    while (!stopping_ && attempt == nullptr) {
        if (managed && exchange.peer_gone()) break;
        // On demand the state decides who gets the event (invoke() gives it to the process, and a
        // repeated poll gets it again); in managed mode the first live poll takes it.
        const auto found = std::ranges::find_if(
            attempts_, [&](const Attempt* candidate) { return candidate->given != managed; });
        if (found != attempts_.end()) {
            attempt = *found;
        } else {
            changed_.wait_for(lock, kPeerCheck);
        }
    }
    if (managed) machine_.poll_ended();
    if (attempt == nullptr) {
        return refused({.status = 500,
                        .error_type = "InternalServerError",
                        .error_message = "the sandbox is being shut down"});
    }
    if (managed) give(*attempt);
    return event_answer(*attempt);
}

HttpAnswer RuntimeApiEmulator::event_answer(const Attempt& attempt) const {
    HttpAnswer answer{
        .status = 200,
        .headers = {{"Content-Type", attempt.event->content_type},
                    {"Lambda-Runtime-Aws-Request-Id", attempt.request_id},
                    {"Lambda-Runtime-Invocation-Id", attempt.invocation_id},
                    {"Lambda-Runtime-Deadline-Ms", std::to_string(attempt.deadline_ms)},
                    {"Lambda-Runtime-Invoked-Function-Arn", options_.function_arn}},
        .body = attempt.event->body};
    answer.headers.insert(answer.headers.end(), attempt.event->headers.begin(),
                          attempt.event->headers.end());
    return answer;
}

void RuntimeApiEmulator::give(Attempt& attempt) {
    attempt.given = true;
    machine_.event_given(
        {.request_id = attempt.request_id, .invocation_id = attempt.invocation_id});
    extensions_.tell_invoke(codec::JsonWriter()
                                .begin_object()
                                .member("eventType", "INVOKE")
                                .member_integer("deadlineMs", attempt.deadline_ms)
                                .member("requestId", attempt.request_id)
                                .member("invokedFunctionArn", options_.function_arn)
                                .end_object()
                                .take());
}

RuntimeApiEmulator::Attempt* RuntimeApiEmulator::attempt_of(std::string_view request_id) {
    const auto found = std::ranges::find_if(attempts_, [&](const Attempt* attempt) {
        return attempt->given && attempt->request_id == request_id;
    });
    return found == attempts_.end() ? nullptr : *found;
}

bool RuntimeApiEmulator::settle(std::string_view request_id, Outcome outcome) {
    machine_.settled(request_id);
    Attempt* attempt = attempt_of(request_id);
    if (attempt == nullptr || attempt->outcome) return false;
    outcome.request_id = attempt->request_id;
    attempt->outcome = std::move(outcome);
    attempts_.remove(attempt);
    changed_.notify_all();
    return true;
}

HttpAnswer RuntimeApiEmulator::take_response(HttpExchange& exchange,
                                             const std::string& request_id) {
    const std::string_view mode = exchange.header("Lambda-Runtime-Function-Response-Mode");
    const bool streaming = equal_ignoring_case(mode, "streaming");
    {
        const std::scoped_lock lock(mutex_);
        const Ruling ruling = machine_.response_began(
            {.request_id = request_id,
             .invocation_id = exchange.header("Lambda-Runtime-Invocation-Id")});
        if (!ruling.allowed()) return refused(ruling);
        if (!mode.empty() && !streaming) {
            settle(request_id,
                   failure("Runtime.InvalidResponseModeHeader", "Invalid response mode header"));
            return refused({.status = 400,
                            .error_type = "InvalidFunctionResponseMode",
                            .error_message = "Invalid function response mode header"});
        }
    }
    MessageBody body = exchange.read_body(streaming ? kStreamBytesMax : kPayloadBytesMax);

    const std::scoped_lock lock(mutex_);
    if (body.end == BodyEnd::truncated) {
        settle(request_id, failure("Runtime.TruncatedResponse", "Truncated HTTP response"));
        return refused({.status = 400,
                        .error_type = "TruncatedHTTPRequest",
                        .error_message = "HTTP request detected as truncated"});
    }
    if (body.end == BodyEnd::too_large) {
        const std::string message = fmt::format("Exceeded maximum allowed payload size ({} bytes).",
                                                streaming ? kStreamBytesMax : kPayloadBytesMax);
        settle(request_id,
               failure("Function.ResponseSizeTooLarge", "Response payload size " + message));
        return refused(
            {.status = 413, .error_type = "RequestEntityTooLarge", .error_message = message});
    }
    Outcome outcome{.kind = Outcome::Kind::response,
                    .body = std::move(body.bytes),
                    .content_type = std::string(exchange.header("Content-Type"))};
    if (const auto type = http::find_header(body.trailers, "Lambda-Runtime-Function-Error-Type")) {
        const auto text =
            http::find_header(body.trailers, "Lambda-Runtime-Function-Error-Body").value_or("");
        outcome.error_type_header = counted_error_type(*type);
        const auto decoded = codec::base64_decode(text);
        outcome.stream_error = decoded ? *decoded : std::string(text);
    }
    if (!settle(request_id, std::move(outcome)) && options_.mode == Mode::managed_instances) {
        return refused({.status = 410,
                        .error_type = "InvokeTimeout",
                        .error_message = "Invoke timeout: the invocation ended in between"});
    }
    return accepted();
}

HttpAnswer RuntimeApiEmulator::take_error(HttpExchange& exchange, const std::string& request_id) {
    {
        const std::scoped_lock lock(mutex_);
        const Ruling ruling = machine_.error_began(
            {.request_id = request_id,
             .invocation_id = exchange.header("Lambda-Runtime-Invocation-Id")});
        if (!ruling.allowed()) return refused(ruling);
    }
    const std::size_t bytes_max =
        options_.mode == Mode::managed_instances ? kManagedErrorBytesMax : kPayloadBytesMax;
    MessageBody body = exchange.read_body(bytes_max);

    const std::scoped_lock lock(mutex_);
    if (body.end == BodyEnd::truncated) {
        settle(request_id, failure("Runtime.TruncatedResponse", "Truncated HTTP request"));
        return refused({.status = 400,
                        .error_type = "TruncatedHTTPRequest",
                        .error_message = "HTTP request detected as truncated"});
    }
    if (body.end == BodyEnd::too_large) {
        const std::string message =
            fmt::format("Exceeded maximum allowed payload size ({} bytes).", bytes_max);
        settle(request_id, failure("Function.ResponseSizeTooLarge", message));
        return refused(
            {.status = 413, .error_type = "RequestEntityTooLarge", .error_message = message});
    }
    settle(request_id, {.kind = Outcome::Kind::error,
                        .body = std::move(body.bytes),
                        .content_type = std::string(exchange.header("Content-Type")),
                        .error_type_header = counted_error_type(
                            exchange.header("Lambda-Runtime-Function-Error-Type"))});
    return accepted();
}

HttpAnswer RuntimeApiEmulator::take_init_error(HttpExchange& exchange) {
    MessageBody body = exchange.read_body(kPayloadBytesMax);
    const std::scoped_lock lock(mutex_);
    const Ruling ruling = machine_.init_error();
    if (!ruling.allowed()) return refused(ruling);
    init_error_ = std::move(body.bytes);
    changed_.notify_all();
    return accepted();
}

InitOutcome RuntimeApiEmulator::wait_until_ready(std::int64_t limit_ms,
                                                 const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const bool decided = changed_.wait_for(lock, stop, std::chrono::milliseconds(limit_ms), [this] {
        return machine_.phase() != Phase::started || ended_.has_value();
    });
    if (stop.stop_requested()) return InitOutcome::interrupted;
    if (!decided) return InitOutcome::timed_out;
    if (machine_.phase() == Phase::init_failed) return InitOutcome::init_error;
    return machine_.init_done() ? InitOutcome::ready : InitOutcome::exited;
}

std::string RuntimeApiEmulator::init_error() const {
    const std::scoped_lock lock(mutex_);
    return init_error_;
}

Outcome RuntimeApiEmulator::invoke(const Event& event, const std::stop_token& stop) {
    const auto began = std::chrono::steady_clock::now();
    const auto limit = began + std::chrono::milliseconds(event.timeout_ms);
    std::unique_lock lock(mutex_);
    Attempt attempt{
        .event = &event,
        .request_id = event.request_id.empty() ? base::make_uuid(random_) : event.request_id,
        .invocation_id = base::make_uuid(random_),
        .deadline_ms = clock_.now_ms() + event.timeout_ms,
        .outcome = std::nullopt};
    const auto over = [&] { return attempt.outcome || ended_ || stopping_; };
    if (options_.mode == Mode::on_demand) {
        // The process may still be between its last response and its next poll.
        changed_.wait_until(lock, stop, limit, [&] {
            return over() || (attempts_.empty() && machine_.phase() == Phase::ready);
        });
    }
    attempts_.push_back(&attempt);
    if (machine_.phase() == Phase::ready) give(attempt);
    changed_.notify_all();
    changed_.wait_until(lock, stop, limit, over);
    if (!attempt.outcome) {
        attempts_.remove(&attempt);
        machine_.timed_out(attempt.request_id);
        attempt.outcome = end_without_answer(attempt, stop.stop_requested() || stopping_);
    }
    attempt.outcome->request_id = attempt.request_id;
    attempt.outcome->event_given = attempt.given;
    attempt.outcome->duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                                       std::chrono::steady_clock::now() - began)
                                       .count();
    return *std::move(attempt.outcome);
}

Outcome RuntimeApiEmulator::end_without_answer(const Attempt& attempt, bool stopped) const {
    Outcome outcome;
    std::string message;
    if (ended_) {
        outcome = failure("Runtime.ExitError", {});
        outcome.kind = Outcome::Kind::exited;
        message = ended_->empty() ? "Runtime exited without providing a reason"
                                  : "Runtime exited with error: " + *ended_;
    } else if (stopped) {
        outcome = failure("Sandbox.Interrupted", {});
        outcome.kind = Outcome::Kind::interrupted;
        message = "interrupted";
    } else {
        outcome = failure("Sandbox.Timedout", {});
        outcome.kind = Outcome::Kind::timed_out;
        message = fmt::format("Task timed out after {:.2f} seconds",
                              static_cast<double>(attempt.event->timeout_ms) / 1000.0);
    }
    outcome.body = error_json(outcome.error_type_header,
                              fmt::format("RequestId: {} Error: {}", attempt.request_id, message));
    return outcome;
}

void RuntimeApiEmulator::process_ended(std::string reason) {
    const std::scoped_lock lock(mutex_);
    ended_ = std::move(reason);
    changed_.notify_all();
}

}  // namespace local

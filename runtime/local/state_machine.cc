#include "runtime/local/state_machine.h"

#include <fmt/format.h>

#include "common/base/log.h"

namespace local {
namespace {

std::string_view phase_name(Phase phase) {
    switch (phase) {
        case Phase::started:
            return "Started";
        case Phase::init_failed:
            return "InitError";
        case Phase::ready:
            return "Ready";
        case Phase::running:
            return "Running";
        case Phase::responding:
            return "InvocationResponse";
        case Phase::response_sent:
            return "ResponseSent";
    }
    return "Unknown";
}

}  // namespace

Ruling StateMachine::refuse_transition(std::string_view wanted) const {
    return {.status = 403,
            .error_type = "InvalidStateTransition",
            .error_message =
                fmt::format("State transition from {} to {} failed for runtime. Error: State "
                            "transition is not allowed",
                            phase_name(phase_), wanted)};
}

Ruling StateMachine::next() {
    if (phase_ == Phase::init_failed) return refuse_transition("Ready");
    if (mode_ == Mode::managed_instances) {
        if (polls_ >= slots_) {
            return {.status = 500,
                    .error_type = "InternalServerError",
                    .error_message = fmt::format("TooManyIdleRuntimes: {} polls wait already, "
                                                 "AWS_LAMBDA_MAX_CONCURRENCY is {}",
                                                 polls_, slots_)};
        }
        ++polls_;
        phase_ = Phase::running;
        return {.status = 200};
    }
    switch (phase_) {
        case Phase::started:
        case Phase::response_sent:
            phase_ = Phase::ready;
            attempts_.clear();
            return {.status = 200};
        case Phase::running:
            return {.status = 200};  // a lost delivery: the same event again
        default:
            return refuse_transition("Ready");
    }
}

void StateMachine::poll_ended() {
    if (polls_ > 0) --polls_;
}

void StateMachine::event_given(const InvocationName& name) {
    if (mode_ == Mode::on_demand) attempts_.clear();
    phase_ = Phase::running;
    attempts_[std::string(name.request_id)] =
        Attempt{.invocation_id = std::string(name.invocation_id)};
}

Ruling StateMachine::check_name(const InvocationName& name) const {
    const auto attempt = attempts_.find(name.request_id);
    const bool known = attempt != attempts_.end();
    const bool other_attempt =
        known && !name.invocation_id.empty() && name.invocation_id != attempt->second.invocation_id;
    if (other_attempt || (!known && timed_out_.contains(name.request_id))) {
        return {.status = 410,
                .error_type = "InvokeTimeout",
                .error_message = "Invoke timeout: the answer came after the invocation had ended"};
    }
    if (!known) {
        return {
            .status = 400, .error_type = "InvalidRequestID", .error_message = "Invalid request ID"};
    }
    return {};
}

Ruling StateMachine::response_began(const InvocationName& name) {
    if (Ruling ruling = check_name(name); !ruling.allowed()) return ruling;
    Attempt& attempt = attempts_.find(name.request_id)->second;
    if (mode_ == Mode::on_demand) {
        if (phase_ != Phase::running) return refuse_transition("InvocationResponse");
        phase_ = Phase::responding;
    } else if (attempt.responding) {
        return {.status = 400,
                .error_type = "InvalidRequestID",
                .error_message = "Invalid request ID: a response is in progress"};
    }
    attempt.responding = true;
    return {};
}

Ruling StateMachine::error_began(const InvocationName& name) {
    if (mode_ == Mode::managed_instances) return check_name(name);  // also within a response
    if (Ruling ruling = check_name(name); !ruling.allowed()) return ruling;
    if (phase_ != Phase::running) return refuse_transition("InvocationErrorResponse");
    phase_ = Phase::responding;
    return {};
}

void StateMachine::settled(std::string_view request_id) {
    const auto attempt = attempts_.find(request_id);
    if (attempt == attempts_.end()) return;
    if (mode_ == Mode::on_demand) {
        phase_ = Phase::response_sent;  // the id stays known until the next poll: 403, not 400
    } else {
        attempts_.erase(attempt);
    }
}

void StateMachine::timed_out(std::string_view request_id) {
    const auto attempt = attempts_.find(request_id);
    if (attempt == attempts_.end()) return;
    attempts_.erase(attempt);
    timed_out_.emplace(request_id);
}

Ruling StateMachine::init_error() {
    if (phase_ != Phase::started) return refuse_transition("InitError");
    phase_ = Phase::init_failed;
    return {};
}

std::string error_body(const Ruling& ruling) {
    std::string body = R"({"errorMessage":)";
    base::append_json_text(body, ruling.error_message);
    body += R"(,"errorType":)";
    base::append_json_text(body, ruling.error_type);
    return body += '}';
}

}  // namespace local

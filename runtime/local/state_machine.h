// What the Lambda Runtime API allows when: the states of one function process, and the status code
// of each call that comes at the wrong moment. No sockets, no time: the emulator asks before it
// acts.
//
// On demand (one invocation at a time), every other call is 403 InvalidStateTransition:
//   started --next--> ready --event--> running --response|error--> responding --> response_sent
//      |                 ^                |__next: the same event again                |
//      |                 |________________________next_________________________________|
//      |--init/error--> init_failed
// Managed instances (AWS_LAMBDA_MAX_CONCURRENCY): that many polls may wait, and each invocation has
// its own life. A wrong or stale request id is 400 and is looked at before the state; an invocation
// that timed out is 410.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace local {

enum class Mode { on_demand, managed_instances };
enum class Phase { started, init_failed, ready, running, responding, response_sent };

// 200 or 202, or a refusal with its error body's `errorType`.
struct Ruling {
    int status = 202;
    std::string_view error_type = {};
    std::string error_message = {};

    [[nodiscard]] bool allowed() const { return error_type.empty(); }
};

// How a POST names its invocation; an absent invocation id is empty.
struct InvocationName {
    std::string_view request_id = {};
    std::string_view invocation_id = {};
};

class StateMachine {
  public:
    explicit StateMachine(Mode mode, std::size_t slots = 1) : mode_(mode), slots_(slots) {}

    // GET invocation/next. In managed instances the poll then counts until poll_ended().
    Ruling next();
    void poll_ended();
    // The event goes to the process; next() was allowed before.
    void event_given(const InvocationName& name);
    // POST invocation/ID/response and /error, as soon as their heads are there.
    Ruling response_began(const InvocationName& name);
    Ruling error_began(const InvocationName& name);
    // The body was read to its end, whatever it was worth.
    void settled(std::string_view request_id);
    // The deadline passed before an answer was read whole.
    void timed_out(std::string_view request_id);
    // POST init/error.
    Ruling init_error();

    [[nodiscard]] Phase phase() const { return phase_; }
    [[nodiscard]] Mode mode() const { return mode_; }
    // Whether init ended well: at least one next() came.
    [[nodiscard]] bool init_done() const {
        return phase_ != Phase::started && phase_ != Phase::init_failed;
    }

  private:
    struct Attempt {
        std::string invocation_id = {};
        bool responding = false;
    };
    [[nodiscard]] Ruling check_name(const InvocationName& name) const;
    [[nodiscard]] Ruling refuse_transition(std::string_view wanted) const;

    Mode mode_;
    std::size_t slots_;
    std::size_t polls_ = 0;
    Phase phase_ = Phase::started;
    std::map<std::string, Attempt, std::less<>> attempts_;
    std::set<std::string, std::less<>> timed_out_;
};

// The error body of a refusal: {"errorMessage":…,"errorType":…}.
std::string error_body(const Ruling& ruling);

}  // namespace local

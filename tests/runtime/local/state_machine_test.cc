#include "runtime/local/state_machine.h"

#include <functional>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace local {
namespace {

constexpr InvocationName kFirst{.request_id = "request-1", .invocation_id = "invocation-1"};
constexpr InvocationName kSecond{.request_id = "request-2", .invocation_id = "invocation-2"};

// Leads a new machine to a phase.
StateMachine machine_in(Phase phase) {
    StateMachine machine(Mode::on_demand);
    if (phase == Phase::started) return machine;
    if (phase == Phase::init_failed) {
        EXPECT_TRUE(machine.init_error().allowed());
        return machine;
    }
    EXPECT_EQ(machine.next().status, 200);
    if (phase == Phase::ready) return machine;
    machine.event_given(kFirst);
    if (phase == Phase::running) return machine;
    EXPECT_EQ(machine.response_began(kFirst).status, 202);
    if (phase == Phase::responding) return machine;
    machine.settled(kFirst.request_id);
    return machine;
}

struct Row {
    const char* call;
    std::function<Ruling(StateMachine&)> make;
    // By phase: started, init_failed, ready, running, responding, response_sent.
    std::vector<int> statuses;
};

TEST(StateMachine, AllowsOnDemandOnlyWhatTheStateDoes) {
    const std::vector<Row> rows{
        {"next",
         [](StateMachine& machine) { return machine.next(); },
         {200, 403, 403, 200, 403, 200}},
        {"response",
         [](StateMachine& machine) { return machine.response_began(kFirst); },
         {400, 400, 400, 202, 403, 403}},
        {"error",
         [](StateMachine& machine) { return machine.error_began(kFirst); },
         {400, 400, 400, 202, 403, 403}},
        {"init error",
         [](StateMachine& machine) { return machine.init_error(); },
         {202, 403, 403, 403, 403, 403}},
        {"response to a wrong id",
         [](StateMachine& machine) { return machine.response_began(kSecond); },
         {400, 400, 400, 400, 400, 400}},
        {"error to a wrong id",
         [](StateMachine& machine) { return machine.error_began(kSecond); },
         {400, 400, 400, 400, 400, 400}},
    };
    const std::vector<Phase> phases{Phase::started, Phase::init_failed, Phase::ready,
                                    Phase::running, Phase::responding,  Phase::response_sent};
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < phases.size(); ++i) {
            StateMachine machine = machine_in(phases[i]);
            ASSERT_EQ(machine.phase(), phases[i]);
            const Ruling ruling = row.make(machine);
            EXPECT_EQ(ruling.status, row.statuses[i]) << row.call << " in phase " << i;
            const std::string_view error_type = ruling.status == 403   ? "InvalidStateTransition"
                                                : ruling.status == 400 ? "InvalidRequestID"
                                                                       : "";
            EXPECT_EQ(ruling.error_type, error_type) << row.call << " in phase " << i;
            if (!ruling.allowed()) {
                EXPECT_EQ(machine.phase(), phases[i]) << row.call;
            }
        }
    }
}

TEST(StateMachine, GoesRoundOnceForEachInvocation) {
    StateMachine machine(Mode::on_demand);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(machine.next().status, 200);
        EXPECT_EQ(machine.phase(), Phase::ready);
        machine.event_given(kFirst);
        EXPECT_EQ(machine.phase(), Phase::running);
        EXPECT_TRUE(machine.error_began(kFirst).allowed());
        EXPECT_EQ(machine.phase(), Phase::responding);
        machine.settled(kFirst.request_id);
        EXPECT_EQ(machine.phase(), Phase::response_sent);
    }
}

TEST(StateMachine, CallsAnIdStaleOnceTheNextPollCame) {
    StateMachine machine = machine_in(Phase::response_sent);
    EXPECT_EQ(machine.response_began(kFirst).status, 403);
    ASSERT_EQ(machine.next().status, 200);
    EXPECT_EQ(machine.response_began(kFirst).status, 400);
}

TEST(StateMachine, TellsALateAnswerByTheInvocationId) {
    StateMachine machine = machine_in(Phase::running);
    machine.timed_out(kFirst.request_id);
    const Ruling late = machine.response_began(kFirst);
    EXPECT_EQ(late.status, 410);
    EXPECT_EQ(late.error_type, "InvokeTimeout");
    // The same request id again, as a retry has it: the old attempt's answer is still refused.
    machine.event_given({.request_id = "request-1", .invocation_id = "invocation-9"});
    EXPECT_EQ(machine.response_began(kFirst).status, 410);
    EXPECT_EQ(machine.error_began(kFirst).status, 410);
    EXPECT_EQ(machine.response_began({.request_id = "request-1", .invocation_id = ""}).status, 202);
}

TEST(StateMachine, IsReadyFromTheFirstPollOn) {
    EXPECT_FALSE(machine_in(Phase::started).init_done());
    EXPECT_FALSE(machine_in(Phase::init_failed).init_done());
    EXPECT_TRUE(machine_in(Phase::ready).init_done());
    EXPECT_TRUE(machine_in(Phase::response_sent).init_done());
}

TEST(ManagedInstances, LetAsManyPollsWaitAsThereAreSlots) {
    StateMachine machine(Mode::managed_instances, 2);
    EXPECT_EQ(machine.next().status, 200);
    EXPECT_EQ(machine.next().status, 200);
    const Ruling surplus = machine.next();
    EXPECT_EQ(surplus.status, 500);
    EXPECT_EQ(surplus.error_type, "InternalServerError");
    EXPECT_THAT(surplus.error_message, testing::HasSubstr("TooManyIdleRuntimes"));
    machine.poll_ended();
    EXPECT_EQ(machine.next().status, 200);
}

TEST(ManagedInstances, AnswerEachInvocationOnItsOwn) {
    StateMachine machine(Mode::managed_instances, 2);
    machine.event_given(kFirst);
    machine.event_given(kSecond);
    EXPECT_EQ(machine.response_began(kSecond).status, 202);
    EXPECT_EQ(machine.response_began(kFirst).status, 202);
    // In progress, then done: 400 both times. An error may still come within a response.
    EXPECT_EQ(machine.response_began(kFirst).status, 400);
    EXPECT_EQ(machine.error_began(kFirst).status, 202);
    machine.settled(kFirst.request_id);
    EXPECT_EQ(machine.response_began(kFirst).status, 400);
    EXPECT_EQ(machine.error_began(kFirst).error_type, "InvalidRequestID");
}

TEST(ManagedInstances, RefuseALateAnswerAndASecondInitError) {
    StateMachine machine(Mode::managed_instances, 1);
    EXPECT_EQ(machine.init_error().status, 202);
    EXPECT_EQ(machine.init_error().status, 403);
    StateMachine other(Mode::managed_instances, 1);
    EXPECT_EQ(other.next().status, 200);
    EXPECT_EQ(other.init_error().status, 403);
    other.event_given(kFirst);
    other.timed_out(kFirst.request_id);
    EXPECT_EQ(other.response_began(kFirst).status, 410);
}

TEST(StateMachine, WritesTheErrorBodyOfTheRealApi) {
    StateMachine machine = machine_in(Phase::ready);
    EXPECT_EQ(error_body(machine.next()),
              R"({"errorMessage":"State transition from Ready to Ready failed for runtime. Error: )"
              R"(State transition is not allowed","errorType":"InvalidStateTransition"})");
}

}  // namespace
}  // namespace local

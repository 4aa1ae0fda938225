#include "runtime/invocation_loop.h"

#include <cstdlib>
#include <numeric>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/loop_fixture.h"

namespace runtime {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Le;
using testing::Not;
using tests::AfterAnswer;
using tests::answer;
using tests::calls;
using tests::echo;
using tests::event_answer;
using tests::failing;
using tests::header_of;
using tests::run_loop;
using tests::ServerAnswer;

TEST(InvocationLoop, HandsTheEventOverAndPostsTheResponse) {
    const auto run = run_loop({event_answer(R"({"n":1})", "id-1"), answer(202),
                               event_answer(R"({"n":2})", "id-2"), answer(202)},
                              echo());
    EXPECT_THAT(calls(run.requests),
                ElementsAre("next", "response id-1", "next", "response id-2", "next"));
    EXPECT_EQ(run.requests[1].body, R"({"n":1})");
    EXPECT_EQ(run.requests[3].body, R"({"n":2})");
    EXPECT_EQ(run.requests[3].connection, 0) << "one connection carries everything";
    EXPECT_EQ(run.end, LoopEnd::api_unavailable);
}

TEST(InvocationLoop, HandsTheWholeContextOver) {
    const auto handler = [](const Invocation& invocation) -> base::Result<InvocationResponse> {
        EXPECT_EQ(invocation.request_id, "id-1");
        EXPECT_EQ(invocation.invocation_id, "attempt-3");
        EXPECT_EQ(invocation.deadline.at_ms, 1'795'136'400'500);
        EXPECT_EQ(invocation.invoked_function_arn, "arn:aws:lambda:us-east-1:123456789012:f");
        EXPECT_EQ(invocation.trace_id, "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=1");
        EXPECT_EQ(invocation.client_context, R"({"client":{}})");
        EXPECT_EQ(invocation.cognito_identity, R"({"cognitoIdentityId":"x"})");
        EXPECT_EQ(invocation.tenant_id, "tenant-9");
        EXPECT_EQ(invocation.content_type, "application/json");
        const char* trace = std::getenv("_X_AMZN_TRACE_ID");
        EXPECT_STREQ(trace, "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=1");
        return InvocationResponse{.body = "{}"};
    };
    const auto run = run_loop(
        {event_answer("{}", "id-1",
                      "Lambda-Runtime-Invocation-Id: attempt-3\r\n"
                      "Lambda-Runtime-Deadline-Ms: 1795136400500\r\n"
                      "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:"
                      "f\r\n"
                      "Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=1"
                      "\r\n"
                      "Lambda-Runtime-Client-Context: {\"client\":{}}\r\n"
                      "Lambda-Runtime-Cognito-Identity: {\"cognitoIdentityId\":\"x\"}\r\n"
                      "Lambda-Runtime-Aws-Tenant-Id: tenant-9\r\n"),
         answer(202)},
        handler);
    EXPECT_EQ(header_of(run.requests.at(1), "Lambda-Runtime-Invocation-Id"), "attempt-3");
}

TEST(InvocationLoop, DoesWithoutOptionalHeaders) {
    const auto handler = [](const Invocation& invocation) -> base::Result<InvocationResponse> {
        EXPECT_EQ(invocation.trace_id, "");
        EXPECT_EQ(invocation.content_type, "");
        EXPECT_EQ(invocation.deadline.at_ms, base::Deadline().at_ms);
        EXPECT_EQ(std::getenv("_X_AMZN_TRACE_ID"), nullptr);
        return InvocationResponse{.body = "{}"};
    };
    const ServerAnswer bare = {.bytes =
                                   "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id-1\r\n"
                                   "Content-Length: 2\r\n\r\n{}"};
    const auto run = run_loop({event_answer("{}", "id-0", "Lambda-Runtime-Trace-Id: Root=1-x\r\n"),
                               answer(202), bare, answer(202)},
                              [&, first = true](const Invocation& invocation) mutable {
                                  if (std::exchange(first, false)) return echo()(invocation);
                                  return handler(invocation);
                              });
    EXPECT_THAT(calls(run.requests),
                ElementsAre("next", "response id-0", "next", "response id-1", "next"));
    EXPECT_EQ(header_of(run.requests[3], "Lambda-Runtime-Invocation-Id"), "(none)");
}

TEST(InvocationLoop, TakesAnUnreadableDeadlineForNone) {
    for (const char* value : {"", "soon", "12x", "99999999999999999999999"}) {
        run_loop({event_answer("{}", "id-1",
                               "Lambda-Runtime-Deadline-Ms: " + std::string(value) + "\r\n"),
                  answer(202)},
                 [](const Invocation& invocation) {
                     EXPECT_EQ(invocation.deadline.at_ms, base::Deadline().at_ms);
                     return echo()(invocation);
                 });
    }
}

TEST(InvocationLoop, LeavesTheTraceVariableAloneWhereSeveralLoopsRun) {
    run_loop(
        {event_answer("{}", "id-1", "Lambda-Runtime-Trace-Id: Root=1-x\r\n"), answer(202)},
        [](const Invocation& invocation) {
            EXPECT_EQ(invocation.trace_id, "Root=1-x");
            EXPECT_EQ(std::getenv("_X_AMZN_TRACE_ID"), nullptr);
            return echo()(invocation);
        },
        LoopCount::several);
}

TEST(InvocationLoop, TakesTheTraceVariableAwayAtItsEnd) {
    run_loop({event_answer("{}", "id-1", "Lambda-Runtime-Trace-Id: Root=1-x\r\n"), answer(202)},
             echo());
    EXPECT_EQ(std::getenv("_X_AMZN_TRACE_ID"), nullptr);
}

TEST(InvocationLoop, PostsAnErrorAndGoesOn) {
    const auto run =
        run_loop({event_answer("{}", "id-1", "Lambda-Runtime-Invocation-Id: attempt-3\r\n"),
                  answer(202), event_answer("{}", "id-2"), answer(202)},
                 failing({base::ErrorKind::throttled, "café: slow down"}));
    EXPECT_THAT(calls(run.requests),
                ElementsAre("next", "error id-1", "next", "error id-2", "next"));
    EXPECT_EQ(header_of(run.requests[1], "Lambda-Runtime-Function-Error-Type"),
              "Function.Throttled");
    EXPECT_EQ(header_of(run.requests[1], "Lambda-Runtime-Invocation-Id"), "attempt-3");
    EXPECT_EQ(run.requests[1].body,
              "{\"errorMessage\":\"café: slow down\","
              "\"errorType\":\"Function.Throttled\",\"stackTrace\":[]}");
    EXPECT_THAT(run.log, HasSubstr(R"("message":"invocation_failed","requestId":"id-1")"));
    EXPECT_THAT(run.log, HasSubstr(R"("errorMessage":"café: slow down")"));
}

struct ThrownOnPurpose : std::runtime_error {
    using std::runtime_error::runtime_error;
};

TEST(InvocationLoop, ReportsAnExceptionAndEnds) {
    const auto run = run_loop({event_answer("{}"), answer(202)},
                              [](const Invocation&) -> base::Result<InvocationResponse> {
                                  throw ThrownOnPurpose("no such luck");
                              });
    EXPECT_EQ(run.end, LoopEnd::crashed);
    EXPECT_THAT(calls(run.requests), ElementsAre("next", "error id-1"));
    EXPECT_EQ(header_of(run.requests[1], "Lambda-Runtime-Function-Error-Type"),
              "Runtime.Unexpected");
    EXPECT_THAT(run.requests[1].body, HasSubstr("ThrownOnPurpose: no such luck"));
}

TEST(InvocationLoop, ReportsWhatIsNoStandardException) {
    const auto run = run_loop(
        {event_answer("{}"), answer(202)},
        [](const Invocation&) -> base::Result<InvocationResponse> { throw std::string("text"); });
    EXPECT_EQ(run.end, LoopEnd::crashed);
    EXPECT_THAT(run.requests.at(1).body, HasSubstr("std::__cxx11::basic_string"));
}

TEST(InvocationLoop, PostsAResponseOfExactlyTheLimit) {
    const auto run = run_loop({event_answer("{}"), answer(202)}, [](const Invocation&) {
        return base::Result<InvocationResponse>(
            InvocationResponse{.body = std::string(6'291'556, 'x')});
    });
    EXPECT_THAT(calls(run.requests), ElementsAre("next", "response id-1", "next"));
    EXPECT_EQ(run.requests[1].body.size(), 6'291'556U);
}

TEST(InvocationLoop, PostsAnErrorInPlaceOfAResponseAboveTheLimit) {
    const auto run = run_loop({event_answer("{}"), answer(202)}, [](const Invocation&) {
        return base::Result<InvocationResponse>(
            InvocationResponse{.body = std::string(6'291'557, 'x')});
    });
    EXPECT_THAT(calls(run.requests), ElementsAre("next", "error id-1", "next"));
    EXPECT_EQ(header_of(run.requests[1], "Lambda-Runtime-Function-Error-Type"),
              "Function.ResponseTooLarge");
    EXPECT_THAT(run.requests[1].body, HasSubstr("6291557 bytes; Lambda takes 6291556 at most"));
}

TEST(InvocationLoop, PostsAnErrorForAContentTypeThatIsNone) {
    const auto run = run_loop({event_answer("{}"), answer(202)}, [](const Invocation&) {
        return base::Result<InvocationResponse>(
            InvocationResponse{.body = "x", .content_type = "a\r\nb: c"});
    });
    EXPECT_THAT(calls(run.requests), ElementsAre("next", "error id-1", "next"));
    EXPECT_EQ(header_of(run.requests[1], "Lambda-Runtime-Function-Error-Type"),
              "Runtime.Unexpected");
}

TEST(InvocationLoop, GoesOnAfterEveryStatusOfAPostBelow500) {
    for (int status = 200; status < 500; ++status) {
        const std::string body = status == 204 || status == 304 ? "" : R"({"errorType":"T"})";
        const auto run = run_loop({event_answer("{}", "id-1"), answer(status, body),
                                   event_answer("{}", "id-2"), answer(202)},
                                  echo());
        EXPECT_THAT(calls(run.requests),
                    ElementsAre("next", "response id-1", "next", "response id-2", "next"))
            << status;
        const bool is_success = status < 300;
        EXPECT_EQ(run.log.find("answer_refused") == std::string::npos, is_success) << status;
    }
}

TEST(InvocationLoop, EndsAfterEveryServerErrorOfAPost) {
    for (int status = 500; status < 600; ++status) {
        const auto run = run_loop({event_answer("{}", "id-1"), answer(status)}, echo());
        EXPECT_EQ(run.end, LoopEnd::api_unavailable);
        EXPECT_THAT(calls(run.requests), ElementsAre("next", "response id-1")) << status;
    }
}

TEST(InvocationLoop, GoesOnAfterAServerErrorWhereSeveralLoopsRun) {
    const auto run =
        run_loop({event_answer("{}", "id-1"), answer(500), event_answer("{}", "id-2"), answer(202)},
                 echo(), LoopCount::several);
    EXPECT_THAT(calls(run.requests),
                ElementsAre("next", "response id-1", "next", "response id-2", "next"));
}

TEST(InvocationLoop, AsksAgainAfterEveryOtherStatusOfNext) {
    for (int status = 201; status < 600; ++status) {
        const std::string body = status == 204 || status == 304 ? "" : "{}";
        const auto run = run_loop({answer(status, body, "Lambda-Runtime-Aws-Request-Id: bad\r\n"),
                                   event_answer("{}", "id-1"), answer(202)},
                                  echo());
        EXPECT_THAT(calls(run.requests), ElementsAre("next", "next", "response id-1", "next"))
            << status;
        EXPECT_EQ(run.sleeps_ms.at(0), status == 204 ? 50 : 5) << status;
    }
}

TEST(InvocationLoop, AsksAgainWhereTheRequestIdIsMissing) {
    const auto run = run_loop({answer(200, "{}"), event_answer("{}", "id-1"), answer(202)}, echo());
    EXPECT_THAT(calls(run.requests), ElementsAre("next", "next", "response id-1", "next"));
    EXPECT_THAT(run.log, HasSubstr("200 without a request id"));
}

TEST(InvocationLoop, PausesLongerAndLongerAndGivesUp) {
    const auto run = run_loop(std::vector<ServerAnswer>(100, answer(403)), echo());
    EXPECT_EQ(run.end, LoopEnd::api_unavailable);
    const std::vector<std::int64_t> first(run.sleeps_ms.begin(), run.sleeps_ms.begin() + 9);
    EXPECT_THAT(first, ElementsAre(5, 10, 20, 40, 80, 160, 320, 500, 500));
    EXPECT_THAT(run.sleeps_ms, Each(Le(500)));
    const auto slept_ms = std::accumulate(run.sleeps_ms.begin(), run.sleeps_ms.end(), 0L);
    EXPECT_LE(slept_ms, 10'000);
    EXPECT_GT(slept_ms, 9'000);
    EXPECT_THAT(run.log, HasSubstr("runtime_api_unavailable"));
}

TEST(InvocationLoop, SurvivesTwentyServerErrors) {
    std::vector<ServerAnswer> script(10, answer(500));
    script.insert(script.end(), 10, answer(503));
    script.push_back(event_answer("{}", "id-1"));
    script.push_back(answer(202));
    const auto run = run_loop(script, echo());
    EXPECT_EQ(run.requests.size(), 23U);
    EXPECT_EQ(calls(run.requests).at(21), "response id-1");
}

TEST(InvocationLoop, GivesUpOnARuntimeApiThatRefusesConnections) {
    const auto run = run_loop({}, echo());
    EXPECT_EQ(run.end, LoopEnd::api_unavailable);
    EXPECT_THAT(run.log, HasSubstr("Connection refused"));
    EXPECT_GT(run.sleeps_ms.size(), 20U) << "five seconds at the start are survived";
}

TEST(InvocationLoop, SurvivesAnEventThatIsCutOffOrBroken) {
    const ServerAnswer cut = {.bytes = "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Req",
                              .after = AfterAnswer::reset};
    const ServerAnswer broken = {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"};
    const auto run = run_loop({cut, broken, event_answer("{}", "id-1"), answer(202)}, echo());
    EXPECT_THAT(calls(run.requests), ElementsAre("next", "next", "next", "response id-1", "next"));
}

TEST(InvocationLoop, PostsAgainWhereTheConnectionIsLostAfterTheRequest) {
    const ServerAnswer lost = {.bytes = "HT", .after = AfterAnswer::reset};
    const auto run = run_loop(
        {event_answer("{}", "id-1"), lost, answer(400), event_answer("{}", "id-2"), answer(202)},
        echo());
    EXPECT_THAT(calls(run.requests), ElementsAre("next", "response id-1", "response id-1", "next",
                                                 "response id-2", "next"));
    EXPECT_EQ(run.sleeps_ms.at(0), 100);
}

TEST(InvocationLoop, EndsWhereNoPostGoesThrough) {
    ServerAnswer last = event_answer("{}", "id-1");
    last.after = AfterAnswer::stop;
    const auto run = run_loop({last}, echo());
    EXPECT_EQ(run.end, LoopEnd::api_unavailable);
    EXPECT_THAT(run.sleeps_ms, ElementsAre(100, 200, 400, 800));
}

TEST(InvocationLoop, TakesAnAnswerOfAPostThatIsNoHttpForDelivered) {
    const ServerAnswer garbage = {.bytes = "garbage\r\n\r\n"};
    const auto run = run_loop(
        {event_answer("{}", "id-1"), garbage, event_answer("{}", "id-2"), answer(202)}, echo());
    EXPECT_THAT(calls(run.requests),
                ElementsAre("next", "response id-1", "next", "response id-2", "next"));
    EXPECT_THAT(run.log, HasSubstr("post_answer_invalid"));
}

TEST(InvocationLoop, NeverLogsTheEvent) {
    const auto run = run_loop({event_answer("canary-7f", "id-1"), answer(413),
                               event_answer("canary-7f", "id-2"), answer(202)},
                              echo());
    EXPECT_THAT(run.log, Not(HasSubstr("canary-7f")));
}

}  // namespace
}  // namespace runtime

// run_bootstrap as Lambda sees it: a process, its requests, its output and its exit status.
#include <algorithm>
#include <csignal>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/child_process.h"
#include "tests/support/scripted_server.h"

namespace tests {
namespace {

using testing::HasSubstr;

ChildProcess start(const std::string& api, std::vector<std::string> environment = {}) {
    environment.push_back("AWS_LAMBDA_RUNTIME_API=" + api);
    return {LAKEFEED_FUNCTION_UNDER_TEST, environment};
}

bool is_next(const ServerRequest& request) {
    return request_line_of(request).find("/invocation/next") != std::string::npos;
}

const ServerAnswer kSilence = {.bytes = "", .after = AfterAnswer::hang};

TEST(Bootstrap, SaysHowToRunItLocally) {
    ChildProcess child(LAKEFEED_FUNCTION_UNDER_TEST, {});
    const auto end = child.wait();
    EXPECT_EQ(end.status, 1);
    EXPECT_THAT(end.standard_error, HasSubstr("AWS_LAMBDA_RUNTIME_API is not set"));
    EXPECT_THAT(end.standard_error, HasSubstr("lakefeed replay"));
}

TEST(Bootstrap, RefusesAnAddressThatItCannotUse) {
    const auto end = start("example.com:9001").wait();
    EXPECT_EQ(end.status, 1);
    EXPECT_THAT(end.standard_error, HasSubstr("AWS_LAMBDA_RUNTIME_API is \"example.com:9001\""));
}

TEST(Bootstrap, ServesUntilTheRuntimeApiIsGone) {
    ScriptedServer server({event_answer("one"), answer(202), event_answer("two"), answer(500)});
    const auto end = start(server.address()).wait();
    EXPECT_EQ(end.status, 1);
    EXPECT_EQ(server.requests().at(3).body, "two");
    EXPECT_THAT(end.standard_output, HasSubstr(R"("message":"handler_made")"));
}

TEST(Bootstrap, PostsAnInitError) {
    ScriptedServer server({answer(202)});
    const auto end = start(server.address(), {"FAULT=config"}).wait();
    EXPECT_EQ(end.status, 1);
    const ServerRequest request = server.requests().at(0);
    EXPECT_EQ(request_line_of(request), "POST /2018-06-01/runtime/init/error HTTP/1.1");
    EXPECT_EQ(header_of(request, "Lambda-Runtime-Function-Error-Type"), "Function.ConfigInvalid");
    EXPECT_THAT(request.body, HasSubstr("TABLE_ARN is not set"));
    EXPECT_THAT(end.standard_output, HasSubstr("TABLE_ARN is not set"));
}

TEST(Bootstrap, PostsAnExceptionOfTheFactoryAsInitError) {
    ScriptedServer server({answer(403)});
    const auto end = start(server.address(), {"FAULT=throw"}).wait();
    EXPECT_EQ(end.status, 1);
    EXPECT_THAT(server.requests().at(0).body,
                HasSubstr("std::runtime_error: thrown by the factory"));
}

TEST(Bootstrap, PostsAWrongConcurrencyAsInitError) {
    for (const char* wrong : {"0", "many", "1001"}) {
        ScriptedServer server({answer(202)});
        const std::string setting = std::string("AWS_LAMBDA_MAX_CONCURRENCY=") + wrong;
        EXPECT_EQ(start(server.address(), {setting}).wait().status, 1);
        EXPECT_THAT(server.requests().at(0).body, HasSubstr("AWS_LAMBDA_MAX_CONCURRENCY"));
    }
}

TEST(Bootstrap, EndsWithAnErrorAfterAnException) {
    ScriptedServer server({event_answer("throw"), answer(202)});
    const auto end = start(server.address()).wait();
    EXPECT_EQ(end.status, 1);
    EXPECT_THAT(server.requests().at(1).body,
                HasSubstr("std::runtime_error: thrown by the handler"));
}

TEST(Bootstrap, EndsAtOnceOnSigtermWhileItWaits) {
    ScriptedServer server({kSilence});
    auto child = start(server.address());
    ASSERT_TRUE(server.wait_for_requests(1));
    child.send_signal(SIGTERM);
    EXPECT_EQ(child.wait().status, 0);
}

TEST(Bootstrap, AnswersTheInvocationThatRunsWhenSigtermComes) {
    ScriptedServer server({event_answer("terminate"), answer(202)});
    const auto end = start(server.address()).wait();
    EXPECT_EQ(end.status, 0);
    ASSERT_EQ(server.requests().size(), 2U) << "no further next";
    EXPECT_EQ(server.requests()[1].body, "terminate");
}

TEST(Bootstrap, SurvivesAnOutputThatNobodyReads) {
    ScriptedServer server(
        {event_answer("one"), answer(400), event_answer("terminate"), answer(202)});
    auto child = start(server.address());
    child.close_output();
    EXPECT_EQ(child.wait().status, 0);
    EXPECT_EQ(server.requests().size(), 4U);
}

// Each of four loops must wait in `next` before any event is given out.
TEST(Bootstrap, RunsAsManyLoopsAsManagedInstancesAsk) {
    constexpr int kLoops = 4;
    int next_calls = 0;
    std::set<int> waiting;
    ScriptedServer server([&](const ServerRequest& request) -> ServerAnswer {
        if (!is_next(request)) return answer(202);
        waiting.insert(request.connection);
        if (++next_calls > kLoops) return kSilence;
        return event_answer("e" + std::to_string(next_calls), "id-" + std::to_string(next_calls));
    });
    auto child = start(server.address(), {"AWS_LAMBDA_MAX_CONCURRENCY=4"});
    // Four times next, answer, next.
    ASSERT_TRUE(server.wait_for_requests(3 * kLoops));
    child.send_signal(SIGTERM);
    const auto end = child.wait();
    EXPECT_EQ(end.status, 0);
    EXPECT_EQ(waiting.size(), 4U) << "one connection for each loop";
    std::multiset<std::string> bodies;
    for (const ServerRequest& request : server.requests()) {
        if (!request.body.empty()) bodies.insert(request.body);
    }
    EXPECT_EQ(bodies, (std::multiset<std::string>{"e1", "e2", "e3", "e4"}));
    const auto made = std::string("handler_made");
    std::size_t count = 0;
    for (std::size_t at = end.standard_output.find(made); at != std::string::npos;
         at = end.standard_output.find(made, at + 1))
        ++count;
    EXPECT_EQ(count, 4U) << "one handler for each loop";
}

TEST(Bootstrap, KeepsTheOtherLoopsWhereOneCrashes) {
    int next_calls = 0;
    ScriptedServer server([&](const ServerRequest& request) -> ServerAnswer {
        if (!is_next(request)) return answer(202);
        ++next_calls;
        if (next_calls == 1) return event_answer("throw", "id-1");
        if (next_calls <= 5) return event_answer("fine", "id-" + std::to_string(next_calls));
        return kSilence;
    });
    auto child = start(server.address(), {"AWS_LAMBDA_MAX_CONCURRENCY=2"});
    // One loop: next, error. The other: next and answer four times, next.
    ASSERT_TRUE(server.wait_for_requests(11));
    child.send_signal(SIGTERM);
    EXPECT_EQ(child.wait().status, 0);
    const auto requests = server.requests();
    EXPECT_EQ(std::ranges::count_if(
                  requests, [](const ServerRequest& request) { return request.body == "fine"; }),
              4);
}

TEST(Bootstrap, EndsOnSigtermThoughTheLastInvocationCrashes) {
    int next_calls = 0;
    ScriptedServer server([&](const ServerRequest& request) -> ServerAnswer {
        if (!is_next(request)) return answer(202);
        return ++next_calls == 1 ? kSilence : event_answer("terminate and throw");
    });
    EXPECT_EQ(start(server.address(), {"AWS_LAMBDA_MAX_CONCURRENCY=2"}).wait().status, 0);
    EXPECT_THAT(server.requests().back().body, HasSubstr("thrown after SIGTERM"));
}

TEST(Bootstrap, EndsWithTheLastLoop) {
    ScriptedServer server([&](const ServerRequest& request) -> ServerAnswer {
        return is_next(request) ? event_answer("throw") : answer(202);
    });
    EXPECT_EQ(start(server.address(), {"AWS_LAMBDA_MAX_CONCURRENCY=3"}).wait().status, 1);
    EXPECT_EQ(server.requests().size(), 6U);
}

const std::string kSnapStart = "AWS_LAMBDA_INITIALIZATION_TYPE=snap-start";

TEST(Bootstrap, WaitsForTheRestoreUnderSnapStart) {
    ScriptedServer server({answer(200, ""), event_answer("terminate"), answer(202)});
    EXPECT_EQ(start(server.address(), {kSnapStart}).wait().status, 0);
    const auto requests = server.requests();
    EXPECT_EQ(request_line_of(requests.at(0)), "GET /2018-06-01/runtime/restore/next HTTP/1.1");
    EXPECT_TRUE(is_next(requests.at(1)));
    EXPECT_EQ(requests.at(1).connection, 1) << "sockets do not outlive a snapshot";
}

TEST(Bootstrap, PostsFailedHooksOfASnapshot) {
    ScriptedServer before({answer(202)});
    EXPECT_EQ(start(before.address(), {kSnapStart, "FAULT=before_snapshot"}).wait().status, 1);
    EXPECT_THAT(request_line_of(before.requests().at(0)), HasSubstr("/init/error"));
    EXPECT_EQ(header_of(before.requests().at(0), "Lambda-Runtime-Function-Error-Type"),
              "Runtime.BeforeSnapshotError");

    ScriptedServer after({answer(200, ""), answer(202)});
    EXPECT_EQ(start(after.address(), {kSnapStart, "FAULT=after_restore"}).wait().status, 1);
    EXPECT_THAT(request_line_of(after.requests().at(1)), HasSubstr("/restore/error"));
    EXPECT_EQ(header_of(after.requests().at(1), "Lambda-Runtime-Function-Error-Type"),
              "Runtime.AfterRestoreError");
}

TEST(Bootstrap, EndsWhereTheRestoreFails) {
    ScriptedServer server({answer(500)});
    EXPECT_EQ(start(server.address(), {kSnapStart}).wait().status, 1);
    EXPECT_EQ(server.requests().size(), 1U);
}

}  // namespace
}  // namespace tests

#include "runtime/local/function_process.h"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/local/package.h"

namespace local {
namespace {

using testing::HasSubstr;

class FunctionProcessTest : public testing::Test {
  protected:
    FunctionProcess make(FunctionOptions options = {}) {
        options.name = "tiny";
        if (options.bootstrap.empty()) options.bootstrap = LAKEFEED_TINY_BOOTSTRAP;
        return {std::move(options), clock_, random_};
    }
    Outcome invoke(FunctionProcess& function, std::string event) {
        auto outcome = function.invoke({.body = std::move(event)}, stop_.get_token());
        EXPECT_TRUE(outcome) << outcome.error().message;
        return outcome ? *outcome : Outcome{};
    }

    base::SystemClock clock_;
    base::SystemRandom random_;
    std::stop_source stop_;
};

TEST_F(FunctionProcessTest, RunsOneProcessForManyEvents) {
    FunctionProcess function = make();
    const Outcome first = invoke(function, "echo one");
    EXPECT_EQ(first.kind, Outcome::Kind::response);
    EXPECT_EQ(first.body, "one");
    EXPECT_EQ(invoke(function, "echo two").body, "two");
    const Outcome error = invoke(function, "error Function.EventInvalid");
    EXPECT_EQ(error.kind, Outcome::Kind::error);
    EXPECT_EQ(error.body, R"({"errorType":"Function.EventInvalid"})");
}

TEST_F(FunctionProcessTest, GivesTheEnvironmentOfLambdaAndNothingElse) {
    FunctionProcess function = make({.environment = {{"TABLE", "t"}, {"TZ", "UTC"}}});
    EXPECT_EQ(invoke(function, "environment TABLE").body, "t");
    EXPECT_EQ(invoke(function, "environment TZ").body, "UTC");
    EXPECT_EQ(invoke(function, "environment HOME").body, "unset");
    EXPECT_EQ(invoke(function, "environment AWS_LAMBDA_FUNCTION_NAME").body, "tiny");
    EXPECT_EQ(invoke(function, "environment AWS_LAMBDA_FUNCTION_VERSION").body, "$LATEST");
    EXPECT_EQ(invoke(function, "environment AWS_LAMBDA_INITIALIZATION_TYPE").body, "on-demand");
    EXPECT_EQ(invoke(function, "environment LANG").body, "en_US.UTF-8");
    EXPECT_EQ(invoke(function, "environment _HANDLER").body, "bootstrap");
    EXPECT_EQ(invoke(function, "environment LAMBDA_TASK_ROOT").body,
              std::filesystem::path(LAKEFEED_TINY_BOOTSTRAP).parent_path().string());
}

TEST_F(FunctionProcessTest, IsKilledFromAnotherThread) {
    FunctionProcess function =
        make({.on_output = [&function](std::string_view) { function.kill(); }});
    const Outcome killed = invoke(function, "hang");
    EXPECT_EQ(killed.kind, Outcome::Kind::exited);
    EXPECT_TRUE(killed.event_given);
    EXPECT_THAT(killed.body, HasSubstr("signal: killed"));
    EXPECT_EQ(invoke(function, "echo two").body, "two");
}

TEST_F(FunctionProcessTest, StartsAnewAfterACrash) {
    FunctionProcess function = make();
    const Outcome status = invoke(function, "exit 3");
    EXPECT_EQ(status.kind, Outcome::Kind::exited);
    EXPECT_THAT(status.body, HasSubstr("\"errorType\":\"Runtime.ExitError\""));
    EXPECT_THAT(status.body, HasSubstr("Runtime exited with error: exit status 3"));
    EXPECT_THAT(invoke(function, "exit 0").body,
                HasSubstr("Runtime exited without providing a reason"));
    EXPECT_THAT(invoke(function, "signal 9").body,
                HasSubstr("Runtime exited with error: signal: killed"));
    EXPECT_EQ(invoke(function, "echo alive").body, "alive");
}

TEST_F(FunctionProcessTest, DoesNotBlameAnEventForTheEndBeforeIt) {
    FunctionProcess function = make();
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(invoke(function, "again x").body, "x");
}

TEST_F(FunctionProcessTest, KillsAFunctionAtItsDeadline) {
    FunctionProcess function = make({.timeout_ms = 300});
    EXPECT_EQ(invoke(function, "echo warm").body, "warm");
    const Outcome outcome = invoke(function, "sleep");
    EXPECT_EQ(outcome.kind, Outcome::Kind::timed_out);
    EXPECT_THAT(outcome.body, HasSubstr("Task timed out after 0.30 seconds"));
    EXPECT_EQ(invoke(function, "echo again").body, "again");
}

TEST_F(FunctionProcessTest, TellsHowInitFailed) {
    FunctionProcess with_error = make({.environment = {{"INIT_DOES", "error"}}});
    const Outcome error = invoke(with_error, "echo x");
    EXPECT_EQ(error.kind, Outcome::Kind::error);
    EXPECT_EQ(error.body, R"({"errorType":"Function.ConfigInvalid","errorMessage":"INIT_DOES"})");

    FunctionProcess with_exit = make({.environment = {{"INIT_DOES", "exit 4"}}});
    const Outcome exited = invoke(with_exit, "echo x");
    EXPECT_EQ(exited.kind, Outcome::Kind::exited);
    EXPECT_THAT(exited.body, HasSubstr("exit status 4"));

    FunctionProcess with_sleep =
        make({.environment = {{"INIT_DOES", "sleep"}}, .timeout_ms = 60, .init_limit_ms = 40});
    const Outcome slept = invoke(with_sleep, "echo x");
    EXPECT_EQ(slept.kind, Outcome::Kind::timed_out);
    EXPECT_THAT(slept.body, HasSubstr("Task timed out after 0.06 seconds"));
}

// Whether the process runs; a killed one that nobody has reaped yet counts as gone.
bool runs(const std::string& pid) {
    std::ifstream stat("/proc/" + pid + "/stat");
    std::string text;
    std::getline(stat, text);
    const std::size_t state = text.rfind(')');
    return state != std::string::npos && text.substr(state + 2, 1) != "Z";
}

// A process that was sent SIGKILL is gone when it next would run, which another one may delay.
bool ends(const std::string& pid) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (runs(pid) && std::chrono::steady_clock::now() < limit)
        std::this_thread::yield();
    return !runs(pid);
}

TEST_F(FunctionProcessTest, LeavesNoProcessBehind) {
    std::string child;
    {
        FunctionProcess function = make();
        child = invoke(function, "child").body;
        ASSERT_TRUE(runs(child)) << child;
    }
    EXPECT_TRUE(ends(child));
}

TEST_F(FunctionProcessTest, KeepsWhatTheFunctionWrote) {
    FunctionProcess function = make();
    invoke(function, "print hello");
    invoke(function, "exit 1");  // the pipe is read to its end before the process is let go
    EXPECT_EQ(function.take_output(), "hello\n");
    EXPECT_EQ(function.take_output(), "");
}

// Nearly as much as a pipe holds, so that the answer is there while the pipe is still being read.
TEST_F(FunctionProcessTest, HasWhatTheFunctionWroteBeforeItAnswered) {
    FunctionProcess function = make();
    const std::string text(60'000, 'x');
    for (int i = 0; i < 200; ++i) {
        invoke(function, "print " + text);
        ASSERT_EQ(function.take_output().size(), text.size() + 1) << i;
    }
}

TEST_F(FunctionProcessTest, RunsAScript) {
    const auto folder = TemporaryFolder::make();
    ASSERT_TRUE(folder);
    const std::string path = folder->path() + "/bootstrap";
    std::ofstream(path) << R"(#!/bin/bash
read -r -d '' request <<<'' || true
api="/dev/tcp/${AWS_LAMBDA_RUNTIME_API/://}"
while true; do
  exec 3<>"$api"
  printf 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nConnection: close\r\n\r\n' >&3
  answer=$(cat <&3)
  exec 3>&-
  id=$(sed -n 's/^Lambda-Runtime-Aws-Request-Id: \([^\r]*\).*/\1/p' <<<"$answer")
  exec 3<>"$api"
  printf 'POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbash' "$id" >&3
  cat <&3 >/dev/null
  exec 3>&-
done
)";
    ASSERT_EQ(::chmod(path.c_str(), 0755), 0);
    FunctionProcess function = make({.bootstrap = path});
    EXPECT_EQ(invoke(function, "x").body, "bash");
    EXPECT_EQ(invoke(function, "x").body, "bash");
}

TEST_F(FunctionProcessTest, RunsSeveralSlots) {
    FunctionProcess function = make({.environment = {{"AWS_LAMBDA_MAX_CONCURRENCY", "2"}}});
    EXPECT_EQ(invoke(function, "environment AWS_LAMBDA_INITIALIZATION_TYPE").body,
              "lambda-managed-instances");
    EXPECT_EQ(invoke(function, "echo x").body, "x");
}

TEST_F(FunctionProcessTest, SaysWhyAProgramDoesNotStart) {
    FunctionProcess missing = make({.bootstrap = "/nonexistent/bootstrap"});
    auto outcome = missing.invoke({.body = "x"}, stop_.get_token());
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, base::ErrorKind::config_invalid);
    EXPECT_THAT(outcome.error().message, HasSubstr("No such file or directory"));

    const auto folder = TemporaryFolder::make();
    const std::string path = folder->path() + "/bootstrap";
    std::ofstream(path) << "\x7f"
                           "ELF of another machine";
    ASSERT_EQ(::chmod(path.c_str(), 0755), 0);
    FunctionProcess foreign = make({.bootstrap = path});
    outcome = foreign.invoke({.body = "x"}, stop_.get_token());
    ASSERT_FALSE(outcome);
    EXPECT_THAT(outcome.error().message, HasSubstr("Exec format error"));
}

TEST_F(FunctionProcessTest, StopsWhenItIsAskedTo) {
    FunctionProcess function = make();
    EXPECT_EQ(invoke(function, "echo x").body, "x");
    std::jthread interrupter([this] { stop_.request_stop(); });
    EXPECT_EQ(invoke(function, "sleep").kind, Outcome::Kind::interrupted);
}

}  // namespace
}  // namespace local

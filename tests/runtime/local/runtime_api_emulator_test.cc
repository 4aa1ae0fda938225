#include "runtime/local/runtime_api_emulator.h"

#include <algorithm>
#include <future>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/base64.h"
#include "tests/support/fakes.h"

namespace local {
namespace {

constexpr std::string_view kNext = "/2018-06-01/runtime/invocation/next";
constexpr std::string_view kInitError = "/2018-06-01/runtime/init/error";
constexpr std::int64_t kLongMs = 30'000;  // never waited for

std::string_view header_of(const HttpAnswer& answer, std::string_view name) {
    return http::find_header(answer.headers, name).value_or("");
}

// A function's side: one kept-alive connection, its bytes written by hand.
class RuntimeClient {
  public:
    explicit RuntimeClient(const std::string& address)
        : connection_(*connect_loopback(
              static_cast<std::uint16_t>(std::stoi(address.substr(address.find(':') + 1))))) {}

    void send(std::string_view bytes) { EXPECT_TRUE(connection_.send(bytes)); }
    HttpAnswer answer() {
        const auto head = connection_.read_head();
        if (!head) return {.status = 0};
        MessageBody body = connection_.read_body(*head, 64U << 20U, UnmeasuredBody::empty);
        last_headers = head->headers;
        return {status_of(head->first_line), head->headers, std::move(body.bytes)};
    }
    HttpAnswer get(std::string_view target, std::string_view headers = "") {
        send(fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n{}\r\n", target, headers));
        return answer();
    }
    HttpAnswer post(std::string_view target, std::string_view body, std::string_view headers = "") {
        send(fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n{}\r\n", target,
                         body.size(), headers));
        send(body);
        return answer();
    }
    HttpAnswer respond(const HttpAnswer& event, std::string_view body,
                       std::string_view headers = "") {
        return post(invocation(event, "response"), body, headers);
    }
    static std::string invocation(const HttpAnswer& event, std::string_view what) {
        return fmt::format("/2018-06-01/runtime/invocation/{}/{}",
                           header_of(event, "Lambda-Runtime-Aws-Request-Id"), what);
    }
    void hang_up() { connection_.shut_down(); }
    http::Headers last_headers;

  private:
    HttpConnection connection_;
};

class Emulator : public testing::Test {
  protected:
    void start(Mode mode = Mode::on_demand, std::size_t slots = 1) {
        emulator_ = std::make_unique<RuntimeApiEmulator>(
            EmulatorOptions{.function_name = "f",
                            .function_arn = "arn:aws:lambda:us-east-1:123456789012:function:f",
                            .mode = mode,
                            .slots = slots},
            clock_, random_);
        ASSERT_TRUE(emulator_->start());
    }
    std::future<Outcome> invoke(Event event) {
        return std::async(std::launch::async, [this, event = std::move(event)] {
            return emulator_->invoke(event, stop_.get_token());
        });
    }
    RuntimeClient client() { return RuntimeClient(emulator_->address()); }

    tests::FakeClock clock_;
    base::SystemRandom random_;  // several threads draw from it
    std::stop_source stop_;
    std::unique_ptr<RuntimeApiEmulator> emulator_;
};

TEST_F(Emulator, HandsOutAnEventAndTakesTheResponse) {
    start();
    auto outcome = invoke({.body = "{\"a\":1}",
                           .headers = {{"Lambda-Runtime-Trace-Id", "Root=1-5e"}},
                           .timeout_ms = kLongMs});
    RuntimeClient function = client();
    const HttpAnswer event = function.get(kNext);
    EXPECT_EQ(event.status, 200);
    EXPECT_EQ(event.body, "{\"a\":1}");
    EXPECT_EQ(header_of(event, "content-type"), "application/json");
    EXPECT_EQ(header_of(event, "Lambda-Runtime-Trace-Id"), "Root=1-5e");
    EXPECT_EQ(header_of(event, "Lambda-Runtime-Deadline-Ms"),
              std::to_string(tests::kTestNowMs + kLongMs));
    EXPECT_EQ(header_of(event, "Lambda-Runtime-Invoked-Function-Arn"),
              "arn:aws:lambda:us-east-1:123456789012:function:f");
    EXPECT_EQ(header_of(event, "Lambda-Runtime-Invocation-Id").size(), 36U);

    const HttpAnswer accepted = function.respond(event, "\"ok\"", "Content-Type: text/x\r\n");
    EXPECT_EQ(accepted.status, 202);
    EXPECT_EQ(accepted.body, "{\"status\":\"OK\"}\n");
    const Outcome result = outcome.get();
    EXPECT_EQ(result.kind, Outcome::Kind::response);
    EXPECT_EQ(result.body, "\"ok\"");
    EXPECT_EQ(result.content_type, "text/x");
    EXPECT_EQ(result.request_id, header_of(event, "Lambda-Runtime-Aws-Request-Id"));
}

TEST_F(Emulator, BlocksThePollUntilThereIsAnEvent) {
    start();
    RuntimeClient function = client();
    auto polled = std::async(std::launch::async, [&] { return function.get(kNext); });
    EXPECT_EQ(emulator_->wait_until_ready(kLongMs, stop_.get_token()), InitOutcome::ready);
    EXPECT_EQ(polled.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
    auto outcome = invoke({.body = "x", .timeout_ms = kLongMs});
    const HttpAnswer event = polled.get();
    EXPECT_EQ(event.body, "x");
    function.respond(event, "");
    EXPECT_EQ(outcome.get().body, "");
}

TEST_F(Emulator, RefusesWithTheCodesOfTheRealApi) {
    start();
    RuntimeClient function = client();
    auto outcome = invoke({.body = "x", .timeout_ms = kLongMs});
    EXPECT_EQ(function.post("/2018-06-01/runtime/invocation/nobody/response", "r").status, 400);
    const HttpAnswer event = function.get(kNext);
    const HttpAnswer again = function.get(kNext);  // a lost delivery
    EXPECT_EQ(again.body, "x");
    EXPECT_EQ(again.headers.size(), event.headers.size());
    const HttpAnswer wrong = function.post("/2018-06-01/runtime/invocation/nobody/error", "{}");
    EXPECT_EQ(wrong.status, 400);
    EXPECT_THAT(wrong.body, testing::HasSubstr("\"errorType\":\"InvalidRequestID\""));
    EXPECT_EQ(function.respond(event, "r", "Lambda-Runtime-Invocation-Id: other\r\n").status, 410);
    EXPECT_EQ(function.respond(event, "r").status, 202);
    const HttpAnswer second = function.respond(event, "r");
    EXPECT_EQ(second.status, 403);
    EXPECT_THAT(second.body, testing::HasSubstr("\"errorType\":\"InvalidStateTransition\""));
    EXPECT_EQ(function.post(RuntimeClient::invocation(event, "error"), "{}").status, 403);
    EXPECT_EQ(function.post(kInitError, "{}").status, 403);
    for (const char* path : {"/", "/2018-06-01/runtime/restore/next"})
        EXPECT_EQ(function.get(path).status, 404);
    EXPECT_EQ(outcome.get().body, "r");
}

TEST_F(Emulator, TakesAnErrorAndCountsItsType) {
    start();
    auto outcome = invoke({.body = "x", .timeout_ms = kLongMs});
    RuntimeClient function = client();
    const HttpAnswer event = function.get(kNext);
    EXPECT_EQ(function
                  .post(RuntimeClient::invocation(event, "error"), R"({"errorType":"E"})",
                        "Lambda-Runtime-Function-Error-Type: Function.EventInvalid\r\n")
                  .status,
              202);
    const Outcome result = outcome.get();
    EXPECT_EQ(result.kind, Outcome::Kind::error);
    EXPECT_EQ(result.body, R"({"errorType":"E"})");
    EXPECT_EQ(result.error_type_header, "Function.EventInvalid");
}

TEST_F(Emulator, RefusesAResponseOverTheLimitAndTakesOneAtIt) {
    start();
    RuntimeClient function = client();
    auto first = invoke({.body = "x", .timeout_ms = kLongMs});
    HttpAnswer event = function.get(kNext);
    EXPECT_EQ(function.respond(event, std::string(6'291'556, 'x')).status, 202);
    EXPECT_EQ(first.get().body.size(), 6'291'556U);

    auto second = invoke({.body = "x", .timeout_ms = kLongMs});
    event = function.get(kNext);
    const HttpAnswer refused = function.respond(event, std::string(6'291'557, 'x'));
    EXPECT_EQ(refused.status, 413);
    EXPECT_THAT(refused.body, testing::HasSubstr("\"errorType\":\"RequestEntityTooLarge\""));
    EXPECT_THAT(refused.body, testing::HasSubstr("(6291556 bytes)"));
    const Outcome outcome = second.get();
    EXPECT_EQ(outcome.kind, Outcome::Kind::error);
    EXPECT_THAT(outcome.body, testing::HasSubstr("Function.ResponseSizeTooLarge"));
    EXPECT_EQ(function.post(RuntimeClient::invocation(event, "error"), "{}").status, 403);
}

TEST_F(Emulator, TakesAStreamWithItsTrailers) {
    start();
    RuntimeClient function = client();
    auto whole = invoke({.body = "x", .timeout_ms = kLongMs});
    HttpAnswer event = function.get(kNext);
    const std::string head = fmt::format(
        "POST {} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
        "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n",
        RuntimeClient::invocation(event, "response"));
    function.send(head + "3\r\nabc\r\n");
    function.send("A;ext=1\r\n0123456789\r\n0\r\n\r\n");
    EXPECT_EQ(function.answer().status, 202);
    Outcome outcome = whole.get();
    EXPECT_EQ(outcome.body, "abc0123456789");
    EXPECT_EQ(outcome.stream_error, "");

    auto failed = invoke({.body = "x", .timeout_ms = kLongMs});
    event = function.get(kNext);
    function.send(
        fmt::format("POST {} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
                    "Lambda-Runtime-Function-Response-Mode: streaming\r\n\r\n"
                    "1\r\na\r\n0\r\n"
                    "Lambda-Runtime-Function-Error-Type: Function.Broken\r\n"
                    "Lambda-Runtime-Function-Error-Body: eyJhIjoxfQ==\r\n\r\n",
                    RuntimeClient::invocation(event, "response")));
    EXPECT_EQ(function.answer().status, 202);
    outcome = failed.get();
    EXPECT_EQ(outcome.kind, Outcome::Kind::response);
    EXPECT_EQ(outcome.error_type_header, "Function.Broken");
    EXPECT_EQ(outcome.stream_error, "{\"a\":1}");
}

TEST_F(Emulator, RefusesAnotherResponseMode) {
    start();
    RuntimeClient function = client();
    auto outcome = invoke({.body = "x", .timeout_ms = kLongMs});
    const HttpAnswer event = function.get(kNext);
    const HttpAnswer refused =
        function.respond(event, "r", "Lambda-Runtime-Function-Response-Mode: buffered\r\n");
    EXPECT_EQ(refused.status, 400);
    EXPECT_THAT(refused.body, testing::HasSubstr("InvalidFunctionResponseMode"));
    EXPECT_THAT(outcome.get().body, testing::HasSubstr("Runtime.InvalidResponseModeHeader"));
}

TEST_F(Emulator, TellsATruncatedResponse) {
    start();
    auto outcome = invoke({.body = "x", .timeout_ms = kLongMs});
    RuntimeClient function = client();
    const HttpAnswer event = function.get(kNext);
    function.send(fmt::format("POST {} HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc",
                              RuntimeClient::invocation(event, "response")));
    function.hang_up();
    EXPECT_THAT(outcome.get().body, testing::HasSubstr("Runtime.TruncatedResponse"));
}

TEST_F(Emulator, EndsAnInvocationAtItsDeadline) {
    start();
    RuntimeClient function = client();
    auto outcome = invoke({.body = "x", .timeout_ms = 50});
    const HttpAnswer event = function.get(kNext);
    const Outcome result = outcome.get();
    EXPECT_EQ(result.kind, Outcome::Kind::timed_out);
    EXPECT_THAT(result.body, testing::HasSubstr("\"errorType\":\"Sandbox.Timedout\""));
    EXPECT_THAT(result.body, testing::HasSubstr("Task timed out after 0.05 seconds"));
    const HttpAnswer late = function.respond(event, "r");
    EXPECT_EQ(late.status, 410);
    EXPECT_THAT(late.body, testing::HasSubstr("\"errorType\":\"InvokeTimeout\""));
}

TEST_F(Emulator, TellsHowTheProcessEnded) {
    start();
    RuntimeClient function = client();
    auto outcome = invoke({.body = "x", .timeout_ms = kLongMs});
    function.get(kNext);
    emulator_->process_ended("signal: segmentation fault");
    const Outcome result = outcome.get();
    EXPECT_EQ(result.kind, Outcome::Kind::exited);
    EXPECT_TRUE(result.event_given);
    EXPECT_THAT(result.body, testing::HasSubstr("\"errorType\":\"Runtime.ExitError\""));
    EXPECT_THAT(result.body,
                testing::HasSubstr("Runtime exited with error: signal: segmentation fault"));
}

TEST_F(Emulator, KnowsHowInitEnds) {
    start();
    EXPECT_EQ(emulator_->wait_until_ready(20, stop_.get_token()), InitOutcome::timed_out);
    RuntimeClient function = client();
    EXPECT_EQ(function.post(kInitError, R"({"errorType":"Function.ConfigInvalid"})").status, 202);
    EXPECT_EQ(emulator_->wait_until_ready(kLongMs, stop_.get_token()), InitOutcome::init_error);
    EXPECT_EQ(emulator_->init_error(), R"({"errorType":"Function.ConfigInvalid"})");
    EXPECT_EQ(function.get(kNext).status, 403);

    start();
    emulator_->process_ended("exit status 1");
    EXPECT_EQ(emulator_->wait_until_ready(kLongMs, stop_.get_token()), InitOutcome::exited);
}

TEST_F(Emulator, StopsWaitingWhenItIsAskedTo) {
    start();
    auto outcome = invoke({.body = "x", .timeout_ms = kLongMs});
    stop_.request_stop();
    EXPECT_EQ(outcome.get().kind, Outcome::Kind::interrupted);
    EXPECT_EQ(emulator_->wait_until_ready(kLongMs, stop_.get_token()), InitOutcome::interrupted);
}

TEST_F(Emulator, WakesABlockedPollWhenItGoes) {
    start();
    RuntimeClient function = client();
    auto polled = std::async(std::launch::async, [&] { return function.get(kNext); });
    ASSERT_EQ(emulator_->wait_until_ready(kLongMs, stop_.get_token()), InitOutcome::ready);
    emulator_.reset();
    EXPECT_THAT(polled.get().status, testing::AnyOf(0, 500));
}

TEST_F(Emulator, RunsAsManyInvocationsAsThereAreSlots) {
    start(Mode::managed_instances, 2);
    RuntimeClient first = client();
    RuntimeClient second = client();
    RuntimeClient third = client();
    auto outcome_a = invoke({.body = "a", .request_id = "id-a", .timeout_ms = kLongMs});
    auto outcome_b = invoke({.body = "b", .request_id = "id-b", .timeout_ms = kLongMs});
    const HttpAnswer event_1 = first.get(kNext);
    const HttpAnswer event_2 = second.get(kNext);
    EXPECT_NE(event_1.body, event_2.body);
    // Both are running; each answers its own.
    EXPECT_EQ(second.respond(event_2, "answer to " + event_2.body).status, 202);
    EXPECT_EQ(first.respond(event_1, "answer to " + event_1.body).status, 202);
    EXPECT_EQ(outcome_a.get().body, "answer to a");
    EXPECT_EQ(outcome_b.get().body, "answer to b");
    EXPECT_EQ(first.respond(event_1, "again").status, 400);

    // Three polls for two slots: the one that comes last is refused at once, the others wait.
    std::vector<std::future<HttpAnswer>> polls;
    for (RuntimeClient* poller : {&first, &second, &third})
        polls.push_back(std::async(std::launch::async, [poller] { return poller->get(kNext); }));
    const auto is_over = [](const std::future<HttpAnswer>& poll) {
        return poll.wait_for(std::chrono::milliseconds(5)) == std::future_status::ready;
    };
    auto refused = polls.end();
    while (refused == polls.end())
        refused = std::ranges::find_if(polls, is_over);
    EXPECT_EQ(refused->get().status, 500);
    polls.erase(refused);
    EXPECT_TRUE(std::ranges::none_of(polls, is_over));
    emulator_.reset();
}

TEST_F(Emulator, GivesAnEventToALivePollOnly) {
    start(Mode::managed_instances, 2);
    {
        RuntimeClient gone = client();
        gone.send(fmt::format("GET {} HTTP/1.1\r\n\r\n", kNext));
        ASSERT_EQ(emulator_->wait_until_ready(kLongMs, stop_.get_token()), InitOutcome::ready);
        gone.hang_up();
    }
    auto outcome = invoke({.body = "x", .timeout_ms = kLongMs});
    RuntimeClient function = client();
    const HttpAnswer event = function.get(kNext);
    EXPECT_EQ(function.respond(event, "alive").status, 202);
    EXPECT_EQ(outcome.get().body, "alive");
}

TEST_F(Emulator, LimitsTheErrorOfAManagedInstance) {
    start(Mode::managed_instances, 1);
    auto outcome = invoke({.body = "x", .timeout_ms = kLongMs});
    RuntimeClient function = client();
    const HttpAnswer event = function.get(kNext);
    EXPECT_EQ(
        function.post(RuntimeClient::invocation(event, "error"), std::string((1U << 20U) + 1, 'x'))
            .status,
        413);
    EXPECT_THAT(outcome.get().body, testing::HasSubstr("Function.ResponseSizeTooLarge"));
}

TEST_F(Emulator, RegistersAnInternalExtensionBeforeTheFirstPoll) {
    start();
    RuntimeClient extension = client();
    constexpr std::string_view kRegister = "/2020-01-01/extension/register";
    EXPECT_EQ(extension.post(kRegister, R"({"events":[]})").status, 403);  // no name
    EXPECT_EQ(
        extension.post(kRegister, R"({"events":["SHUTDOWN"]})", "Lambda-Extension-Name: a\r\n")
            .status,
        403);
    const HttpAnswer registered =
        extension.post(kRegister, R"({"events":["INVOKE"]})", "Lambda-Extension-Name: a\r\n");
    EXPECT_EQ(registered.status, 200);
    const auto identifier = header_of(registered, "Lambda-Extension-Identifier");
    ASSERT_NE(identifier, "");
    EXPECT_TRUE(emulator_->extension_registered());

    auto outcome = invoke({.body = "x", .request_id = "id-1", .timeout_ms = kLongMs});
    RuntimeClient function = client();
    const HttpAnswer event = function.get(kNext);
    const HttpAnswer invoked =
        extension.get("/2020-01-01/extension/event/next",
                      fmt::format("Lambda-Extension-Identifier: {}\r\n", identifier));
    EXPECT_EQ(invoked.status, 200);
    EXPECT_THAT(invoked.body, testing::HasSubstr("\"requestId\":\"id-1\""));
    RuntimeClient late = client();
    const HttpAnswer closed =
        late.post(kRegister, R"({"events":[]})", "Lambda-Extension-Name: b\r\n");
    EXPECT_EQ(closed.status, 403);
    EXPECT_THAT(closed.body, testing::HasSubstr("Extension.RegistrationClosed"));
    function.respond(event, "r");
    EXPECT_EQ(outcome.get().body, "r");
}

}  // namespace
}  // namespace local

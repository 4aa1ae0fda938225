#include "runtime/response_stream.h"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/loop_fixture.h"

namespace runtime {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using tests::AfterAnswer;
using tests::answer;
using tests::calls;
using tests::event_answer;
using tests::header_of;
using tests::run_loop;
using tests::ServerAnswer;

using Outcome = base::Result<base::Done>;

TEST(StreamingHandler, SendsEachWriteAsAChunk) {
    const auto run =
        run_loop({event_answer("{}", "id-1", "Lambda-Runtime-Invocation-Id: attempt-3\r\n"),
                  answer(202), event_answer("{}", "id-2"), answer(202)},
                 StreamingHandler([](const Invocation&, ResponseStream& stream) -> Outcome {
                     stream.set_content_type("text/plain");
                     EXPECT_TRUE(stream.write("hello "));
                     EXPECT_TRUE(stream.write(""));
                     EXPECT_TRUE(stream.write("streaming world"));
                     return base::Done{};
                 }));
    EXPECT_THAT(calls(run.requests),
                ElementsAre("next", "response id-1", "next", "response id-2", "next"));
    const auto& response = run.requests[1];
    EXPECT_EQ(header_of(response, "Lambda-Runtime-Function-Response-Mode"), "streaming");
    EXPECT_EQ(header_of(response, "Transfer-Encoding"), "chunked");
    EXPECT_EQ(header_of(response, "Content-Type"), "text/plain");
    EXPECT_EQ(header_of(response, "Lambda-Runtime-Invocation-Id"), "attempt-3");
    EXPECT_EQ(response.body, "6\r\nhello \r\nf\r\nstreaming world\r\n0\r\n\r\n");
    EXPECT_EQ(run.requests[2].connection, 1) << "the connection is closed after the response";
}

TEST(StreamingHandler, SendsAnEmptyResponseWhereNothingWasWritten) {
    const auto run = run_loop({event_answer("{}"), answer(202)},
                              StreamingHandler([](const Invocation&, ResponseStream&) -> Outcome {
                                  return base::Done{};
                              }));
    EXPECT_THAT(calls(run.requests), ElementsAre("next", "response id-1", "next"));
    EXPECT_EQ(run.requests[1].body, "0\r\n\r\n");
    EXPECT_EQ(header_of(run.requests[1], "Content-Type"), "application/octet-stream");
}

TEST(StreamingHandler, PostsAnErrorBeforeTheFirstWriteAsAnyOther) {
    const auto run = run_loop({event_answer("{}"), answer(202)},
                              StreamingHandler([](const Invocation&, ResponseStream&) -> Outcome {
                                  return base::Error{base::ErrorKind::event_invalid, "no records"};
                              }));
    EXPECT_THAT(calls(run.requests), ElementsAre("next", "error id-1", "next"));
}

TEST(StreamingHandler, SendsALaterErrorInTheTrailers) {
    const auto run =
        run_loop({event_answer("{}"), answer(202), event_answer("{}", "id-2"), answer(202)},
                 StreamingHandler([](const Invocation&, ResponseStream& stream) -> Outcome {
                     EXPECT_TRUE(stream.write("abc"));
                     return base::Error{base::ErrorKind::data_invalid, "café"};
                 }));
    EXPECT_THAT(calls(run.requests),
                ElementsAre("next", "response id-1", "next", "response id-2", "next"));
    EXPECT_EQ(header_of(run.requests[1], "Trailer"),
              "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body");
    EXPECT_THAT(run.requests[1].body,
                StartsWith("3\r\nabc\r\n0\r\n"
                           "Lambda-Runtime-Function-Error-Type: Function.DataInvalid\r\n"
                           "Lambda-Runtime-Function-Error-Body: eyJlcnJvck1lc3NhZ2UiOiJjYWbDqSI"));
    EXPECT_THAT(run.log, HasSubstr("invocation_failed"));
}

TEST(StreamingHandler, SendsAnExceptionInTheTrailersAndEnds) {
    const auto run =
        run_loop({event_answer("{}"), answer(202)},
                 StreamingHandler([](const Invocation&, ResponseStream& stream) -> Outcome {
                     EXPECT_TRUE(stream.write("abc"));
                     throw std::runtime_error("broken");
                 }));
    EXPECT_EQ(run.end, LoopEnd::crashed);
    EXPECT_THAT(run.requests.at(1).body,
                HasSubstr("\r\n0\r\nLambda-Runtime-Function-Error-Type: Runtime.Unexpected\r\n"));
}

TEST(StreamingHandler, OpensAnewWhereTheServerClosedDuringTheHandler) {
    ServerAnswer event = event_answer("{}");
    event.after = AfterAnswer::close;
    tests::ScriptedServer server({event, answer(202)});
    const auto run = tests::run_loop_against(
        server, StreamingHandler([&](const Invocation&, ResponseStream& stream) -> Outcome {
            server.wait_for_close(0);
            return stream.write("abc");
        }));
    EXPECT_THAT(calls(run.requests), ElementsAre("next", "response id-1", "next"));
    EXPECT_EQ(run.requests[1].connection, 1);
}

TEST(StreamingHandler, TellsTheHandlerThatNobodyListensAnyMoreAndGoesOn) {
    ServerAnswer refused = answer(413, R"({"errorType":"RequestEntityTooLarge"})");
    refused.after = AfterAnswer::close;
    tests::ScriptedServer server(
        {event_answer("{}", "id-1"), refused, event_answer("{}", "id-2"), refused});
    server.leave_bodies_unread();
    int failed_writes = 0;
    const auto run = tests::run_loop_against(
        server, StreamingHandler([&](const Invocation&, ResponseStream& stream) -> Outcome {
            const std::string piece(1'000'000, 'x');
            for (int i = 0; i < 64; ++i) {
                const auto sent = stream.write(piece);
                if (sent) continue;
                ++failed_writes;
                return sent;
            }
            return base::Done{};
        }));
    EXPECT_EQ(failed_writes, 2);
    EXPECT_THAT(calls(run.requests),
                ElementsAre("next", "response id-1", "next", "response id-2", "next"));
    EXPECT_THAT(run.log, HasSubstr("413"));
}

}  // namespace
}  // namespace runtime

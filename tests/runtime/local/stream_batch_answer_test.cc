#include "runtime/local/stream_batch_answer.h"

#include <gtest/gtest.h>

#include "tests/runtime/local/lane_fixture.h"

namespace {

using local::BatchAnswer;
using Kind = local::BatchAnswer::Kind;

BatchAnswer read(const std::string& body, const local::StreamMappingSettings& settings = {
                                              .report_batch_item_failures = true}) {
    return local::read_batch_answer(tests::response(body), {"101", "102", "103"}, settings);
}

TEST(BatchAnswer, EmptyListIsSuccess) {
    EXPECT_EQ(read(R"({"batchItemFailures":[]})").kind, Kind::succeeded);
}

TEST(BatchAnswer, NullListIsSuccess) {
    EXPECT_EQ(read(R"({"batchItemFailures":null})").kind, Kind::succeeded);
}

TEST(BatchAnswer, EmptyObjectIsSuccess) {
    EXPECT_EQ(read("{}").kind, Kind::succeeded);
    EXPECT_EQ(read(" { } \n").kind, Kind::succeeded);
}

TEST(BatchAnswer, NullAnswerIsSuccess) {
    EXPECT_EQ(read("null").kind, Kind::succeeded);
}

TEST(BatchAnswer, EmptyBodyIsSuccess) {
    EXPECT_EQ(read("").kind, Kind::succeeded);
}

TEST(BatchAnswer, OtherMembersDoNotMatter) {
    EXPECT_EQ(read(R"({"statusCode":200})").kind, Kind::succeeded);
    const BatchAnswer answer =
        read(R"({"a":{"b":[1]},"batchItemFailures":[{"x":1,"itemIdentifier":"102"}]})");
    EXPECT_EQ(answer.kind, Kind::failed_from);
    EXPECT_EQ(answer.first_failed, 1U);
}

TEST(BatchAnswer, LowestOfSeveralIsTheCheckpoint) {
    const BatchAnswer answer = read(tests::failures({"103", "102", "103"}));
    EXPECT_EQ(answer.kind, Kind::failed_from);
    EXPECT_EQ(answer.first_failed, 1U);
}

TEST(BatchAnswer, FirstRecordIsTheLowestThereIs) {
    EXPECT_EQ(read(tests::failures({"101"})).first_failed, 0U);
}

TEST(BatchAnswer, EmptyIdentifierFailsTheBatch) {
    EXPECT_EQ(read(tests::failures({""})).kind, Kind::failed);
    EXPECT_EQ(read(tests::failures({"103", ""})).kind, Kind::failed);
}

TEST(BatchAnswer, NullIdentifierFailsTheBatch) {
    EXPECT_EQ(read(R"({"batchItemFailures":[{"itemIdentifier":null}]})").kind, Kind::failed);
}

TEST(BatchAnswer, WrongMemberNameFailsTheBatch) {
    EXPECT_EQ(read(R"({"batchItemFailures":[{"ItemIdentifier":"102"}]})").kind, Kind::failed);
    EXPECT_EQ(read(R"({"batchItemFailures":[{}]})").kind, Kind::failed);
}

TEST(BatchAnswer, NumberAsIdentifierFailsTheBatch) {
    EXPECT_EQ(read(R"({"batchItemFailures":[{"itemIdentifier":102}]})").kind, Kind::failed);
    EXPECT_EQ(read(R"({"batchItemFailures":["102"]})").kind, Kind::failed);
}

TEST(BatchAnswer, UnknownIdentifierFailsTheBatch) {
    EXPECT_EQ(read(tests::failures({"102", "999"})).kind, Kind::failed);
}

TEST(BatchAnswer, ListOfAnotherTypeFailsTheBatch) {
    EXPECT_EQ(read(R"({"batchItemFailures":"102"})").kind, Kind::failed);
    EXPECT_EQ(read(R"({"batchItemFailures":{"itemIdentifier":"102"}})").kind, Kind::failed);
}

TEST(BatchAnswer, MalformedJsonFailsTheBatch) {
    for (const char* body : {"{", "ok", "[]", "\"text\"", "5", "{} {}",
                             R"({"batchItemFailures":[}})", "{\"a\":\"\xff\"}"})
        EXPECT_EQ(read(body).kind, Kind::failed) << body;
}

TEST(BatchAnswer, IdentifierMayBeWrittenWithEscapes) {
    EXPECT_EQ(read(R"({"batchItemFailures":[{"itemIdentifier":"10\u0032"}]})").first_failed, 1U);
}

TEST(BatchAnswer, WithoutResponseTypeTheListIsIgnored) {
    EXPECT_EQ(read(tests::failures({"102"}), {}).kind, Kind::succeeded);
    EXPECT_EQ(read("not JSON", {}).kind, Kind::succeeded);
}

TEST(BatchAnswer, ErrorTimeOutAndExitAreFunctionErrors) {
    using OutcomeKind = local::Outcome::Kind;
    for (const OutcomeKind kind :
         {OutcomeKind::error, OutcomeKind::timed_out, OutcomeKind::exited}) {
        const local::Outcome outcome{.kind = kind, .body = R"({"batchItemFailures":[]})"};
        EXPECT_EQ(local::read_batch_answer(outcome, {"101"}, {}).kind, Kind::function_error);
    }
}

TEST(BatchAnswer, StreamThatBrokeOffIsAFunctionError) {
    local::Outcome outcome = tests::response("{}");
    outcome.stream_error = "broken";
    EXPECT_EQ(local::read_batch_answer(outcome, {"101"}, {}).kind, Kind::function_error);
}

TEST(BatchAnswer, WindowNeedsAState) {
    const local::StreamMappingSettings settings{.tumbling_window_s = 60};
    EXPECT_EQ(read("{}", settings).kind, Kind::failed);
    EXPECT_EQ(read("", settings).kind, Kind::failed);
    EXPECT_EQ(read(R"({"state":null})", settings).kind, Kind::failed);
    const BatchAnswer answer = read(R"({"state": {"sum" : 1.50} })", settings);
    EXPECT_EQ(answer.kind, Kind::succeeded);
    EXPECT_EQ(answer.state, R"({"sum" : 1.50})");
}

TEST(BatchAnswer, WindowAndFailuresGoTogether) {
    const BatchAnswer answer =
        read(R"({"state":{"a":1},"batchItemFailures":[{"itemIdentifier":"103"}]})",
             {.tumbling_window_s = 60, .report_batch_item_failures = true});
    EXPECT_EQ(answer.kind, Kind::failed_from);
    EXPECT_EQ(answer.first_failed, 2U);
    EXPECT_EQ(answer.state, R"({"a":1})");
}

}  // namespace

#include "runtime/runtime_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/json.h"

namespace runtime {
namespace {

using testing::HasSubstr;
using testing::Not;

ServerAddress server() {
    return *parse_server_address("127.0.0.1:9001");
}

const InvocationIds kIds = {.request_id = "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
                            .invocation_id = ""};

std::string member(const codec::JsonDocument& document, const char* name) {
    return std::string(codec::find_text(document, name).value_or("(none)"));
}

TEST(NextRequest, IsOneGet) {
    const ApiRequest request = next_request(server());
    EXPECT_EQ(request.head,
              "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n"
              "Host: 127.0.0.1:9001\r\n"
              "User-Agent: lakefeed/0.1.0\r\n"
              "\r\n");
    EXPECT_EQ(request.body, "");
}

TEST(NextRequest, HasThePathPrefix) {
    const auto prefixed = *parse_server_address("http://127.0.0.1:9000/.rt/orders/");
    EXPECT_THAT(next_request(prefixed).head,
                HasSubstr("GET /.rt/orders/2018-06-01/runtime/invocation/next HTTP/1.1\r\n"));
}

TEST(ResponseRequest, HasTheBodyAsItIs) {
    const auto request = response_request(server(), kIds, {.body = R"({"done":true})"});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->head,
              "POST /2018-06-01/runtime/invocation/8476a536-e9f4-11e8-9739-2dfe598c3fcd/response "
              "HTTP/1.1\r\n"
              "Host: 127.0.0.1:9001\r\n"
              "User-Agent: lakefeed/0.1.0\r\n"
              "Content-Type: application/json\r\n"
              "Content-Length: 13\r\n"
              "\r\n");
    EXPECT_EQ(request->body, R"({"done":true})");
}

TEST(ResponseRequest, EchoesTheInvocationId) {
    const auto request =
        response_request(server(), {.request_id = "r", .invocation_id = "attempt-7"}, {.body = ""});
    ASSERT_TRUE(request);
    EXPECT_THAT(request->head, HasSubstr("\r\nLambda-Runtime-Invocation-Id: attempt-7\r\n"));
    EXPECT_THAT(request->head, HasSubstr("\r\nContent-Length: 0\r\n"));
}

TEST(ResponseRequest, LeavesOutAnInvocationIdThatWouldBreakTheHead) {
    const auto request =
        response_request(server(), {.request_id = "r", .invocation_id = "a\r\nX: y"}, {.body = ""});
    ASSERT_TRUE(request);
    EXPECT_THAT(request->head, Not(HasSubstr("Invocation-Id")));
}

TEST(ResponseRequest, EncodesTheRequestId) {
    const auto request = response_request(
        server(), {.request_id = "a/b?c d\r\né~", .invocation_id = ""}, {.body = ""});
    ASSERT_TRUE(request);
    EXPECT_THAT(request->head,
                HasSubstr("/invocation/a%2Fb%3Fc%20d%0D%0A%C3%A9~/response HTTP/1.1\r\n"));
}

TEST(ResponseRequest, RefusesAContentTypeWithALineBreak) {
    const auto request =
        response_request(server(), kIds, {.body = "", .content_type = "text/plain\r\nX: y"});
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error().kind, base::ErrorKind::unexpected);
}

TEST(ErrorRequest, NamesTheTypeInHeaderAndBody) {
    const ApiRequest request = error_request(
        server(), kIds,
        make_error_report({base::ErrorKind::event_invalid, "the event has no Records"}));
    EXPECT_THAT(request.head, HasSubstr("POST /2018-06-01/runtime/invocation/"
                                        "8476a536-e9f4-11e8-9739-2dfe598c3fcd/error HTTP/1.1\r\n"));
    EXPECT_THAT(request.head,
                HasSubstr("\r\nLambda-Runtime-Function-Error-Type: Function.EventInvalid\r\n"));
    EXPECT_THAT(request.head, HasSubstr("\r\nContent-Type: application/json\r\n"));
    EXPECT_EQ(request.body, R"({"errorMessage":"the event has no Records",)"
                            R"("errorType":"Function.EventInvalid","stackTrace":[]})");
}

TEST(ErrorRequest, EchoesTheInvocationId) {
    const ApiRequest request =
        error_request(server(), {.request_id = "r", .invocation_id = "attempt-7"},
                      {.type = "Runtime.Unexpected", .message = ""});
    EXPECT_THAT(request.head, HasSubstr("\r\nLambda-Runtime-Invocation-Id: attempt-7\r\n"));
}

TEST(ErrorBody, KeepsTextThatIsNotAscii) {
    EXPECT_EQ(error_body({.type = "Function.EventInvalid", .message = "café \"日本\"\n"}),
              "{\"errorMessage\":\"café \\\"日本\\\"\\n\","
              "\"errorType\":\"Function.EventInvalid\",\"stackTrace\":[]}");
}

TEST(ErrorBody, ReplacesBytesThatAreNoUtf8) {
    const std::string body = error_body({.type = "T", .message = "a\xFF\xC3"});
    EXPECT_THAT(body, HasSubstr("\"a\xEF\xBF\xBD\xEF\xBF\xBD\""));
}

TEST(ErrorBody, CutsALongMessageBetweenCharacters) {
    std::string message(kErrorMessageBytesMax - 1, 'x');
    const std::string body = error_body({.type = "T", .message = message + "é tail"});
    const auto document = codec::parse_json(body, "the error");
    ASSERT_TRUE(document);
    EXPECT_EQ(member(*document, "errorMessage"), message);
}

TEST(XRayErrorCause, IsOneLineOfAsciiThatParsesBack) {
    const std::string cause =
        xray_error_cause({.type = "Function.SyncFailed", .message = "café 😀\r\nnext"});
    EXPECT_EQ(cause,
              R"({"working_directory":"/var/task","exceptions":[{"message":)"
              R"("caf\u00e9 \ud83d\ude00\r\nnext","type":"Function.SyncFailed","stack":[]}],)"
              R"("paths":[]})");
}

TEST(XRayErrorCause, StaysBelowTheLimitOfXRay) {
    std::string message;
    for (int i = 0; i < 100'000; ++i)
        message += '\x01';
    EXPECT_LT(xray_error_cause({.type = std::string(100'000, '"'), .message = message}).size(),
              65'536U);
}

TEST(InitErrorRequest, GoesToInit) {
    const ApiRequest request = init_error_request(
        server(), make_error_report({base::ErrorKind::config_invalid, "TABLE_ARN is not set"}));
    EXPECT_THAT(request.head, HasSubstr("POST /2018-06-01/runtime/init/error HTTP/1.1\r\n"));
    EXPECT_THAT(request.head,
                HasSubstr("\r\nLambda-Runtime-Function-Error-Type: Function.ConfigInvalid\r\n"));
    EXPECT_THAT(request.body, HasSubstr("TABLE_ARN is not set"));
}

TEST(RestoreRequests, GoToRestore) {
    EXPECT_THAT(restore_next_request(server()).head,
                HasSubstr("GET /2018-06-01/runtime/restore/next HTTP/1.1\r\n"));
    const auto request =
        restore_error_request(server(), {.type = "Runtime.AfterRestoreError", .message = "no key"});
    EXPECT_THAT(request.head, HasSubstr("POST /2018-06-01/runtime/restore/error HTTP/1.1\r\n"));
    EXPECT_THAT(request.head, HasSubstr("Error-Type: Runtime.AfterRestoreError\r\n"));
}

TEST(StreamingResponse, HeadNamesModeAndTrailers) {
    const auto head = streaming_response_head(
        server(), {.request_id = "r", .invocation_id = "attempt-7"}, "text/plain");
    ASSERT_TRUE(head);
    EXPECT_EQ(*head,
              "POST /2018-06-01/runtime/invocation/r/response HTTP/1.1\r\n"
              "Host: 127.0.0.1:9001\r\n"
              "User-Agent: lakefeed/0.1.0\r\n"
              "Lambda-Runtime-Invocation-Id: attempt-7\r\n"
              "Content-Type: text/plain\r\n"
              "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
              "Transfer-Encoding: chunked\r\n"
              "Trailer: Lambda-Runtime-Function-Error-Type, "
              "Lambda-Runtime-Function-Error-Body\r\n"
              "\r\n");
    EXPECT_FALSE(streaming_response_head(server(), kIds, "a\nb"));
}

TEST(StreamingResponse, ErrorEndHasTheReportInItsTrailers) {
    // The body in base64 was made with: printf '%s' BODY | base64 -w0
    EXPECT_EQ(streaming_response_error_end({.type = "Function.DataInvalid", .message = "café"}),
              "0\r\n"
              "Lambda-Runtime-Function-Error-Type: Function.DataInvalid\r\n"
              "Lambda-Runtime-Function-Error-Body: "
              "eyJlcnJvck1lc3NhZ2UiOiJjYWbDqSIsImVycm9yVHlwZSI6IkZ1bmN0aW9uLkRhdGFJbnZhbGlkIiwic3Rh"
              "Y2tUcmFjZSI6W119\r\n"
              "\r\n");
}

TEST(StreamingResponse, ChunkSizesAreHexadecimal) {
    EXPECT_EQ(chunk_size_line(6'699), "1a2b\r\n");
    EXPECT_EQ(streaming_response_end(), "0\r\n\r\n");
}

}  // namespace
}  // namespace runtime

#include "runtime/http_connection.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scripted_server.h"

namespace runtime {
namespace {

using testing::HasSubstr;
using tests::AfterAnswer;
using tests::answer;
using tests::ScriptedServer;
using tests::ServerAnswer;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

std::string post_head(std::size_t body_bytes) {
    return "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body_bytes) +
           "\r\n\r\n";
}

HttpConnection connect_to(const ScriptedServer& server) {
    return HttpConnection(*parse_server_address(server.address()));
}

// Bytes without a short period, so that a piece at the wrong place is seen.
std::string varied_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    std::uint32_t state = 12345;
    for (char& byte : bytes) {
        state = state * 1'664'525 + 1'013'904'223;
        byte = static_cast<char>(state >> 24U);
    }
    return bytes;
}

std::string in_chunks(const std::string& body, std::size_t chunk_bytes) {
    std::string bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (std::size_t at = 0; at < body.size(); at += chunk_bytes) {
        const std::string chunk = body.substr(at, chunk_bytes);
        std::array<char, 16> size = {};
        std::snprintf(size.data(), size.size(), "%zX", chunk.size());
        bytes.append(size.data()).append("\r\n").append(chunk).append("\r\n");
    }
    return bytes + "0\r\n\r\n";
}

TEST(HttpConnection, KeepsOneConnectionForManyExchanges) {
    ScriptedServer server({answer(200, "one"), answer(202, "two"), answer(200, "three")});
    auto connection = connect_to(server);
    for (const char* body : {"one", "two", "three"}) {
        const auto response = connection.exchange(kGet, "");
        ASSERT_TRUE(response) << response.error().message;
        EXPECT_EQ(response->body(), body);
    }
    EXPECT_EQ(server.requests().back().connection, 0);
}

TEST(HttpConnection, CarriesBodiesOfAnySizeBothWays) {
    for (const std::size_t size : {0U, 1U, 4'096U, 60'000U, 65'536U, 1'048'576U, 6'291'556U}) {
        const std::string body = varied_bytes(size);
        ScriptedServer server({answer(200, body), {.bytes = in_chunks(body, 10'007)}});
        auto connection = connect_to(server);
        for (const char* framing : {"length", "chunked"}) {
            const auto response = connection.exchange(post_head(size), body);
            ASSERT_TRUE(response) << framing << size << response.error().message;
            EXPECT_TRUE(response->body() == body) << framing << size;
        }
        for (const auto& request : server.requests())
            EXPECT_TRUE(request.body == body) << size;
    }
}

TEST(HttpConnection, SurvivesAServerThatSendsOneByteAtATime) {
    const std::string body = varied_bytes(3'000);
    ServerAnswer slow = answer(200, body, "X-Id: 7\r\n");
    slow.piece_bytes = 1;
    ScriptedServer server({slow, {.bytes = in_chunks(body, 100), .piece_bytes = 1}});
    auto connection = connect_to(server);
    for (int i = 0; i < 2; ++i) {
        const auto response = connection.exchange(kGet, "");
        ASSERT_TRUE(response) << response.error().message;
        EXPECT_TRUE(response->body() == body);
    }
}

TEST(HttpConnection, SurvivesAHeaderOfOneMegabyte) {
    const std::string value(1'048'576, 'h');
    ScriptedServer server({answer(200, "x", "X-Long: " + value + "\r\n"), answer(200, "next")});
    auto connection = connect_to(server);
    const auto response = connection.exchange(kGet, "");
    ASSERT_TRUE(response);
    EXPECT_TRUE(response->header("x-long") == value);
    EXPECT_EQ(connection.exchange(kGet, "")->body(), "next");
}

TEST(HttpConnection, OpensAnewWhereTheServerClosedInBetween) {
    for (const AfterAnswer after : {AfterAnswer::close, AfterAnswer::reset}) {
        ServerAnswer last = answer(200, "one");
        last.after = after;
        ScriptedServer server({last, answer(200, "two")});
        auto connection = connect_to(server);
        ASSERT_TRUE(connection.exchange(kGet, ""));
        const auto response = connection.exchange(post_head(3), "abc");
        ASSERT_TRUE(response) << response.error().message;
        EXPECT_EQ(response->body(), "two");
        EXPECT_EQ(server.requests().back().body, "abc");
        EXPECT_EQ(server.requests().back().connection, 1);
    }
}

TEST(HttpConnection, OpensAnewAfterConnectionClose) {
    ScriptedServer server({answer(200, "one", "Connection: close\r\n"), answer(200, "two")});
    auto connection = connect_to(server);
    ASSERT_TRUE(connection.exchange(kGet, ""));
    EXPECT_FALSE(connection.is_open());
    EXPECT_EQ(connection.exchange(kGet, "")->body(), "two");
}

TEST(HttpConnection, DoesNotRepeatWhereAnAnswerHadBegun) {
    ScriptedServer server({answer(200, "one"),
                           {.bytes = "HTTP/1.1 200 OK\r\nContent-Le", .after = AfterAnswer::reset},
                           answer(200, "never asked for")});
    auto connection = connect_to(server);
    ASSERT_TRUE(connection.exchange(kGet, ""));
    const auto response = connection.exchange(kGet, "");
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, base::ErrorKind::outcome_unknown);
    EXPECT_THAT(response.error().message, HasSubstr("127.0.0.1:"));
    EXPECT_EQ(server.requests().size(), 2U);
}

TEST(HttpConnection, ReportsABodyThatIsCutOff) {
    ScriptedServer server({{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
                            .after = AfterAnswer::close}});
    auto connection = connect_to(server);
    const auto response = connection.exchange(kGet, "");
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, base::ErrorKind::outcome_unknown);
    EXPECT_FALSE(connection.is_open());
}

TEST(HttpConnection, ReportsBrokenFramingAndGoesOnOnAFreshConnection) {
    ScriptedServer server({{.bytes = "\x16\x03\x01 this is no HTTP\r\n\r\n"}, answer(200, "good")});
    auto connection = connect_to(server);
    const auto response = connection.exchange(kGet, "");
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, base::ErrorKind::data_invalid);
    EXPECT_EQ(connection.exchange(kGet, "")->body(), "good");
    EXPECT_EQ(server.requests().back().connection, 1);
}

TEST(HttpConnection, TellsARefusedConnection) {
    ScriptedServer server({{.bytes = "", .after = AfterAnswer::stop}});
    auto connection = connect_to(server);
    EXPECT_EQ(connection.exchange(kGet, "").error().kind, base::ErrorKind::outcome_unknown);
    const auto refused = connection.exchange(kGet, "");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::connect_failed);
    EXPECT_THAT(refused.error().message, HasSubstr("Connection refused"));
}

// The body is larger than the buffers of both sockets, so that the send cannot end.
TEST(HttpConnection, ReadsAnAnswerThatComesBeforeTheWholeRequestWasTaken) {
    ServerAnswer early = answer(413, "too large");
    early.after = AfterAnswer::close;
    ScriptedServer server({early, answer(200, "next")});
    server.leave_bodies_unread();
    auto connection = connect_to(server);
    const std::string body(std::size_t{32} << 20, 'x');
    const auto response = connection.exchange(post_head(body.size()), body);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status(), 413);
    EXPECT_FALSE(connection.is_open());
}

TEST(HttpConnection, SkipsInterimAnswers) {
    ServerAnswer two = answer(200, "final");
    two.bytes.insert(0, "HTTP/1.1 100 Continue\r\n\r\n");
    ScriptedServer server({two});
    auto connection = connect_to(server);
    EXPECT_EQ(connection.exchange(kGet, "")->body(), "final");
}

}  // namespace
}  // namespace runtime

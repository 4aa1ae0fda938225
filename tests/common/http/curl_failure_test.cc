// Broken connections and limits of time: what the curl client says was done, and what it repeats.
#include <arpa/inet.h>
#include <chrono>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <tuple>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "tests/common/http/curl_fixture.h"

namespace http {
namespace {

using base::ErrorKind;
using tests::AfterAnswer;
using tests::ScriptedServer;
using tests::ServerAnswer;

const ServerAnswer kReset{"", AfterAnswer::reset};
const ServerAnswer kHang{"", AfterAnswer::hang};

// Whether the work ended long before a limit that should not have been reached.
template <typename Work>
bool ends_soon(Work work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::steady_clock::now() - begin < std::chrono::seconds(5);
}

// The connection dies under the second request: it may or may not have been done.
TEST_F(CurlClientTest, DoesNotRepeatOnAReusedConnectionWhatMayNotBe) {
    ScriptedServer server({tests::answer(200), kReset, tests::answer(200)});
    EXPECT_EQ(status_of(post_to(server, Repeatable::no)), 200);
    EXPECT_EQ(kind_of(post_to(server, Repeatable::no)), ErrorKind::outcome_unknown);
    EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(CurlClientTest, RepeatsOnceOnAFreshConnection) {
    ScriptedServer server({tests::answer(200), kReset, tests::answer(201)});
    EXPECT_EQ(status_of(post_to(server, Repeatable::yes)), 200);
    EXPECT_EQ(status_of(post_to(server, Repeatable::yes)), 201);
    EXPECT_EQ(server.requests().size(), 3U);
    EXPECT_EQ(server.requests()[2].connection, 1);
}

class BrokenUnanswered : public CurlClientTest, public testing::WithParamInterface<AfterAnswer> {};

TEST_P(BrokenUnanswered, IsUnknownWhereItMayNotBeRepeated) {
    ScriptedServer server({{"", GetParam()}, tests::answer(200)});
    const base::Error error = error_of(post_to(server, Repeatable::no));
    EXPECT_EQ(error.kind, ErrorKind::outcome_unknown);
    EXPECT_EQ(error.message.find(server.address() + ": "), 0U) << error.message;
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST_P(BrokenUnanswered, IsRepeatedOnceWhereItMayBe) {
    ScriptedServer good({{"", GetParam()}, tests::answer(200)});
    EXPECT_EQ(status_of(post_to(good, Repeatable::yes)), 200);
    EXPECT_EQ(good.requests()[1].body, "{}");

    ScriptedServer bad({{"", GetParam()}, {"", GetParam()}, tests::answer(200)});
    EXPECT_EQ(kind_of(post_to(bad, Repeatable::yes)), ErrorKind::outcome_unknown);
    EXPECT_EQ(bad.requests().size(), 2U);
}

INSTANTIATE_TEST_SUITE_P(Ends, BrokenUnanswered,
                         testing::Values(AfterAnswer::close, AfterAnswer::reset));

TEST_F(CurlClientTest, StaysUnknownWhereTheSecondSendingFindsNobody) {
    ScriptedServer server({{"", AfterAnswer::stop}});
    EXPECT_EQ(kind_of(post_to(server, Repeatable::yes)), ErrorKind::outcome_unknown);
}

// Some bytes of an answer came: the request was received, so it is not sent again.
TEST_F(CurlClientTest, DoesNotRepeatAfterAByteOfAnAnswer) {
    const std::vector<std::string> broken{
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
    };
    for (const std::string& bytes : broken) {
        for (const AfterAnswer after : {AfterAnswer::close, AfterAnswer::reset}) {
            ScriptedServer server({{bytes, after}, tests::answer(200)});
            EXPECT_EQ(kind_of(post_to(server, Repeatable::yes)), ErrorKind::outcome_unknown)
                << bytes;
            EXPECT_EQ(server.requests().size(), 1U) << bytes;
        }
    }
}

TEST_F(CurlClientTest, TakesNoOtherProtocolForHttp) {
    ScriptedServer server({{"SSH-2.0-OpenSSH_9.2\r\n", AfterAnswer::close}, tests::answer(200)});
    EXPECT_EQ(kind_of(post_to(server, Repeatable::no)), ErrorKind::outcome_unknown);
}

TEST_F(CurlClientTest, CertainlySentNothingWhereNobodyListens) {
    ScriptedServer server({{"", AfterAnswer::stop}});
    (void)client_->send(post_to(server, Repeatable::no));
    const base::Error error = error_of(post_to(server, Repeatable::no));
    EXPECT_EQ(error.kind, ErrorKind::connect_failed);
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(CurlClientTest, CertainlySentNothingToANameThatIsNone) {
    client_ = make_curl_client({"/etc/ssl/certs/ca-certificates.crt", ""}, clock_);
    Request request;
    request.url = "https://does-not-exist.invalid/";
    EXPECT_EQ(kind_of(request), ErrorKind::connect_failed);
}

// A listener whose queue is full drops what would connect, as a black hole does.
TEST_F(CurlClientTest, GivesUpConnectingAtItsLimit) {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::listen(listener, 0), 0);
    ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
    std::vector<int> fillers;
    for (int i = 0; i < 3; ++i) {
        fillers.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
        std::ignore = ::connect(fillers.back(), reinterpret_cast<sockaddr*>(&address), size);
    }
    Request request = request_to("127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
    request.connect_timeout_ms = 100;
    EXPECT_TRUE(ends_soon([&] { EXPECT_EQ(kind_of(request), ErrorKind::connect_failed); }));
    for (const int filler : fillers)
        ::close(filler);
    ::close(listener);
}

TEST_F(CurlClientTest, GivesUpWaitingForTheFirstByte) {
    ScriptedServer server({kHang, tests::answer(200)});
    Request request = post_to(server, Repeatable::yes);
    request.first_byte_timeout_ms = 100;
    EXPECT_TRUE(ends_soon([&] {
        const base::Error error = error_of(request);
        EXPECT_EQ(error.kind, ErrorKind::outcome_unknown);
        EXPECT_EQ(error.message, server.address() + ": no answer within 100 ms");
    }));
    EXPECT_EQ(server.requests().size(), 1U);
    // The late connection is not used for the next request.
    EXPECT_EQ(status_of(request), 200);
    EXPECT_EQ(server.requests()[1].connection, 1);
}

TEST_F(CurlClientTest, DoesNotCountTheBodyTowardsTheFirstByte) {
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n";
    ScriptedServer server({{head + std::string(100, 'x'), AfterAnswer::hang}});
    Request request = request_to(server.address());
    request.first_byte_timeout_ms = 50;
    request.total_timeout_ms = 300;
    const base::Error error = error_of(request);
    EXPECT_EQ(error.kind, ErrorKind::outcome_unknown);
    EXPECT_EQ(error.message.find("no answer within"), std::string::npos) << error.message;
}

TEST_F(CurlClientTest, GivesUpMidBodyAtTheTotalLimit) {
    ScriptedServer server(
        {{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", AfterAnswer::hang}});
    Request request = request_to(server.address());
    request.total_timeout_ms = 150;
    EXPECT_TRUE(ends_soon([&] { EXPECT_EQ(kind_of(request), ErrorKind::outcome_unknown); }));
}

TEST_F(CurlClientTest, EndsAtTheDeadline) {
    ScriptedServer server({kHang});
    Request request = post_to(server, Repeatable::no);
    request.deadline.at_ms = clock_.now_ms() + 150;
    EXPECT_TRUE(ends_soon([&] { EXPECT_EQ(kind_of(request), ErrorKind::outcome_unknown); }));
    request.deadline.at_ms = clock_.now_ms();
    EXPECT_EQ(kind_of(request), ErrorKind::deadline_near);
    EXPECT_EQ(server.requests().size(), 1U);
}

}  // namespace
}  // namespace http

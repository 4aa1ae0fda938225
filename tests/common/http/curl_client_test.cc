// Requests and answers of the curl client against a raw socket server on loopback.
#include "common/http/curl_client.h"

#include <string>

#include <gtest/gtest.h>

#include "common/codec/gzip.h"
#include "tests/common/http/curl_fixture.h"
#include "tests/support/fakes.h"

namespace http {
namespace {

using base::ErrorKind;
using tests::AfterAnswer;
using tests::ScriptedServer;
using tests::ServerRequest;

constexpr std::size_t kBombBytes = 50'000'000;
constexpr std::size_t kUnreadBytes = 20'000'000;  // more than the sockets buffer

TEST_F(CurlClientTest, SendsExactlyWhatItIsGiven) {
    ScriptedServer server({tests::answer(200, "", "")});
    Request request = request_to(server.address(), "/a/../b//%2e?x=%20&y");
    request.method = "PUT";
    request.body = std::string("zero\0byte", 9);
    request.headers = {{"X-Amz-Date", "20261120T010000Z"}, {"X-Empty", ""}};
    EXPECT_EQ(status_of(request), 200);
    ASSERT_EQ(server.requests().size(), 1U);
    const ServerRequest sent = server.requests()[0];
    EXPECT_EQ(sent.body, request.body);
    EXPECT_EQ(sent.head, "PUT /a/../b//%2e?x=%20&y HTTP/1.1\r\nHost: " + server.address() +
                             "\r\nX-Amz-Date: 20261120T010000Z\r\nX-Empty:\r\n"
                             "Content-Length: 9\r\n\r\n");
}

TEST_F(CurlClientTest, SendsTheGivenHost) {
    ScriptedServer server({tests::answer(200)});
    Request request = request_to(server.address());
    request.headers = {{"Host", "kinesis.us-east-1.amazonaws.com"}};
    EXPECT_EQ(status_of(request), 200);
    EXPECT_EQ(server.requests()[0].head,
              "GET / HTTP/1.1\r\nHost: kinesis.us-east-1.amazonaws.com\r\n\r\n");
}

TEST_F(CurlClientTest, GivesStatusHeadersAndBody) {
    ScriptedServer server(
        {{"HTTP/1.1 418 Teapot\r\nX-One:  a b \r\nContent-Length: 3\r\n"
          "x-one: c\r\n\r\nabc"}});
    const auto answer = client_->send(request_to(server.address()));
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->status, 418);
    EXPECT_EQ(answer->body, "abc");
    ASSERT_EQ(answer->headers.size(), 3U);
    EXPECT_EQ(answer->headers[0].name, "X-One");
    EXPECT_EQ(answer->headers[0].value, "a b");
    EXPECT_EQ(answer->headers[2].value, "c");
}

TEST_F(CurlClientTest, SaysThatAnEmptyBodyIsEmpty) {
    ScriptedServer server([](const ServerRequest&) { return tests::answer(200); });
    for (const char* method : {"POST", "PUT", "DELETE"}) {
        Request request = request_to(server.address());
        request.method = method;
        EXPECT_EQ(status_of(request), 200);
        const bool has_length = tests::header_of(server.requests().back(), "Content-Length") == "0";
        EXPECT_EQ(has_length, std::string(method) != "DELETE") << method;
    }
}

TEST_F(CurlClientTest, DoesNotWaitForTheBodyOfAHead) {
    ScriptedServer server({{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"}});
    Request request = request_to(server.address());
    request.method = "HEAD";
    EXPECT_EQ(status_of(request), 200);
}

TEST_F(CurlClientTest, CarriesLargeBodiesBothWays) {
    std::string body(6'000'000, '\0');
    tests::SeededRandom random;
    for (char& byte : body)
        byte = static_cast<char>(random.next());
    ScriptedServer server(
        [](const ServerRequest& request) { return tests::answer(200, request.body); });
    Request request = post_to(server, Repeatable::no);
    request.body = body;
    const auto answer = client_->send(request);
    ASSERT_TRUE(answer.ok()) << answer.error().message;
    EXPECT_TRUE(answer->body == body);
    EXPECT_EQ(tests::header_of(server.requests()[0], "Expect"), "(none)");
}

TEST_F(CurlClientTest, ReadsAnAnswerThatComesByteByByte) {
    ScriptedServer server(
        {{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n"
          "3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\nTrailer: t\r\n\r\n",
          AfterAnswer::keep, 1}});
    const auto answer = client_->send(request_to(server.address()));
    ASSERT_TRUE(answer.ok()) << answer.error().message;
    EXPECT_EQ(answer->body, "abcde");
}

TEST_F(CurlClientTest, LooksUpLocalhost) {
    ScriptedServer server({tests::answer(200)});
    EXPECT_EQ(status_of(request_to("localhost" + server.address().substr(9))), 200);
}

TEST_F(CurlClientTest, UsesAConnectionAgain) {
    ScriptedServer server([](const ServerRequest&) { return tests::answer(200); });
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(status_of(post_to(server, Repeatable::no)), 200);
    EXPECT_EQ(server.requests().back().connection, 0);
}

TEST_F(CurlClientTest, OpensANewConnectionWhereTheOldOneIsClosed) {
    ScriptedServer server({{tests::answer(200).bytes, AfterAnswer::close}, tests::answer(201)});
    EXPECT_EQ(status_of(post_to(server, Repeatable::no)), 200);
    ASSERT_TRUE(server.wait_for_close(0));
    EXPECT_EQ(status_of(post_to(server, Repeatable::no)), 201);
    EXPECT_EQ(server.requests()[1].connection, 1);
}

TEST_F(CurlClientTest, TakesOffGzip) {
    const std::string gzip = codec::gzip_compress("the answer");
    ScriptedServer server([&](const ServerRequest&) {
        return tests::answer(200, gzip, "Content-Encoding: gzip\r\n");
    });
    Request request = request_to(server.address());
    EXPECT_EQ(client_->send(request)->body, "the answer");
    EXPECT_EQ(tests::header_of(server.requests()[0], "Accept-Encoding"), "(none)");
    request.headers = {{"Accept-Encoding", "gzip"}};
    EXPECT_EQ(client_->send(request)->body, "the answer");
    EXPECT_EQ(tests::header_of(server.requests()[1], "Accept-Encoding"), "gzip");
}

TEST_F(CurlClientTest, LeavesABodyAsItIsStoredWhereThatIsAskedFor) {
    const std::string gzip = codec::gzip_compress("the object");
    ScriptedServer server({tests::answer(206, gzip.substr(5), "Content-Encoding: gzip\r\n")});
    Request request = request_to(server.address());
    request.headers = {{"Accept-Encoding", "identity"}};
    EXPECT_EQ(client_->send(request)->body, gzip.substr(5));
    EXPECT_EQ(tests::header_of(server.requests()[0], "Accept-Encoding"), "identity");
}

TEST_F(CurlClientTest, HoldsALargeBodyInNoMoreRoomThanItNeeds) {
    const std::string body(3'000'000, 'x');
    ScriptedServer server({tests::answer(200, body)});
    const auto answer = client_->send(request_to(server.address()));
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->body, body);
    EXPECT_EQ(answer->body.capacity(), body.size());
}

TEST_F(CurlClientTest, CapsWhatAGzipBombBecomes) {
    const std::string bomb = codec::gzip_compress(std::string(kBombBytes, '0'), 9);
    ASSERT_LT(bomb.size(), 100'000U);
    ScriptedServer server({tests::answer(200, bomb, "Content-Encoding: gzip\r\n")});
    Request request = post_to(server, Repeatable::yes);
    request.response_bytes_max = 1'000'000;
    const base::Error error = error_of(request);
    EXPECT_EQ(error.kind, ErrorKind::outcome_unknown);
    EXPECT_EQ(error.message, server.address() + ": the answer is larger than 1000000 bytes");
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(CurlClientTest, RefusesBrokenGzip) {
    std::string gzip = codec::gzip_compress(std::string(1'000, 'x') + "the answer");
    gzip[gzip.size() - 5] ^= 1;  // the CRC
    ScriptedServer server({tests::answer(200, gzip, "Content-Encoding: gzip\r\n")});
    EXPECT_EQ(kind_of(request_to(server.address())), ErrorKind::outcome_unknown);
}

TEST_F(CurlClientTest, CapsTheBodyToTheByte) {
    ScriptedServer server([](const ServerRequest&) { return tests::answer(200, "12345"); });
    Request request = request_to(server.address());
    request.response_bytes_max = 5;
    EXPECT_EQ(status_of(request), 200);
    request.response_bytes_max = 4;
    EXPECT_EQ(kind_of(request), ErrorKind::outcome_unknown);
}

TEST_F(CurlClientTest, RefusesAHeaderOfAMegabyte) {
    const std::string line = "X-Filler: " + std::string(1'000, 'h') + "\r\n";
    std::string many;
    for (int i = 0; i < 1'000; ++i)
        many += line;
    ScriptedServer server({tests::answer(200, "", many),
                           tests::answer(200, "", "X: " + std::string(1U << 20U, 'h') + "\r\n")});
    EXPECT_EQ(error_of(request_to(server.address())).message,
              server.address() + ": the answer's header is larger than 262144 bytes");
    EXPECT_EQ(kind_of(request_to(server.address())), ErrorKind::outcome_unknown);
}

TEST_F(CurlClientTest, SkipsInterimAnswers) {
    ScriptedServer server(
        {{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n"
          "\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"}});
    const auto answer = client_->send(post_to(server, Repeatable::no));
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "ok");
    EXPECT_EQ(find_header(answer->headers, "Link"), std::nullopt);
}

TEST_F(CurlClientTest, DoesNotFollowRedirects) {
    ScriptedServer target({tests::answer(200)});
    ScriptedServer server(
        {tests::answer(302, "", "Location: http://" + target.address() + "/\r\n")});
    EXPECT_EQ(status_of(request_to(server.address())), 302);
    EXPECT_TRUE(target.requests().empty());
}

TEST_F(CurlClientTest, GivesAnHtmlPageAsItIs) {
    ScriptedServer server({tests::answer(200, "<html>captive portal</html>")});
    EXPECT_EQ(client_->send(request_to(server.address()))->body, "<html>captive portal</html>");
}

TEST_F(CurlClientTest, ReadsAnAnswerThatComesBeforeTheBodyIsRead) {
    ScriptedServer server({{tests::answer(413).bytes, AfterAnswer::hang}});
    server.leave_bodies_unread();
    Request request = post_to(server, Repeatable::no);
    request.body = std::string(kUnreadBytes, 'x');
    request.total_timeout_ms = 5'000;
    EXPECT_EQ(status_of(request), 413);
}

TEST_F(CurlClientTest, AsksNoHostThatItMayNot) {
    Request request;
    for (const char* url :
         {"http://example.com/", "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/",
          "https://169.254.169.254/", "https://2852039166/", "https://[fd00:ec2::254]/",
          "ftp://127.0.0.1/", "file:///etc/passwd", "127.0.0.1", "", "http://127.0.0.1/a b"}) {
        request.url = url;
        EXPECT_EQ(kind_of(request), ErrorKind::config_invalid) << url;
    }
}

TEST_F(CurlClientTest, NeedsCaCertificatesForHttps) {
    Request request;
    request.url = "https://127.0.0.1:1/";
    EXPECT_NE(error_of(request).message.find("AWS_CA_BUNDLE"), std::string::npos);
}

TEST_F(CurlClientTest, LetsNoHeaderIntoAnother) {
    ScriptedServer server({tests::answer(200)});
    Request request = request_to(server.address());
    for (const Header& header :
         {Header{"X", "a\r\nY: b"}, Header{"X\r\nY", "a"}, Header{"X", std::string("a\0b", 3)},
          Header{"X: y", "a"}, Header{"", "a"}, Header{"X", "a\nb"}}) {
        request.headers = {header};
        EXPECT_EQ(kind_of(request), ErrorKind::config_invalid);
    }
    EXPECT_TRUE(server.requests().empty());
}

TEST(CurlSettings, TakeTheFirstBundleThatIsNamed) {
    const std::string file = std::string(LAKEFEED_SOURCE_FOLDER) + "/CMakeLists.txt";
    const auto read = [](const tests::FakeEnvironment& environment, std::string& fault) {
        base::SettingsReader reader(environment);
        CurlSettings settings = CurlSettings::from_environment(reader);
        fault = reader.fault() ? reader.fault()->message : "";
        return settings;
    };
    std::string fault;
    EXPECT_EQ(read({{"CURL_CA_BUNDLE", file}}, fault).ca_bundle, file);
    EXPECT_EQ(read({{"SSL_CERT_FILE", file}, {"CURL_CA_BUNDLE", "/no"}}, fault).ca_bundle, file);
    EXPECT_EQ(fault, "");
    EXPECT_EQ(read({{"AWS_CA_BUNDLE", file}, {"SSL_CERT_FILE", "/no"}}, fault).ca_bundle, file);
    EXPECT_EQ(fault, "");
    (void)read({{"AWS_CA_BUNDLE", "/no/such"}, {"LAKEFEED_HTTPS_PROXY", "me:hunter2@"}}, fault);
    EXPECT_EQ(fault,
              "2 settings are wrong: AWS_CA_BUNDLE is \"/no/such\": name a PEM file that can be "
              "read; LAKEFEED_HTTPS_PROXY is \"(not shown)\": use a URL such as "
              "http://proxy.example.com:3128");
    EXPECT_EQ(read({{"https_proxy", "http://proxy:1"}, {"HTTPS_PROXY", "http://proxy:1"}}, fault)
                  .https_proxy,
              "");
}

TEST_F(CurlClientTest, AsksItsOwnProxyForHttpsOnly) {
    ScriptedServer proxy({tests::answer(403)});
    ScriptedServer server({tests::answer(200)});
    client_ = make_curl_client({"/etc/ssl/certs/ca-certificates.crt", "http://" + proxy.address()},
                               clock_);
    EXPECT_EQ(status_of(request_to(server.address())), 200);
    EXPECT_TRUE(proxy.requests().empty());
    Request request;
    request.url = "https://kinesis.us-east-1.amazonaws.com/";
    EXPECT_EQ(kind_of(request), ErrorKind::connect_failed);
    ASSERT_EQ(proxy.requests().size(), 1U);
    EXPECT_EQ(tests::request_line_of(proxy.requests()[0]),
              "CONNECT kinesis.us-east-1.amazonaws.com:443 HTTP/1.1");
}

}  // namespace
}  // namespace http

// Whom the curl client trusts. Each refusal happens before anything of the request is sent.
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "common/http/curl_client.h"
#include "tests/common/http/tls_server.h"

namespace http {
namespace {

using tests::Certificate;
using tests::CertificateWish;
using tests::TlsServer;

class CurlTlsTest : public testing::Test {
  protected:
    std::unique_ptr<HttpClient> make_client(const Certificate& trusted) {
        return make_curl_client({tests::write_pem(trusted, file_name()), ""}, clock_);
    }
    // One file for each test, as they may run at the same time.
    static std::string file_name() {
        return std::string("lakefeed-") +
               testing::UnitTest::GetInstance()->current_test_info()->name() + ".pem";
    }
    static Request request_to(const std::string& url) {
        Request request;
        request.url = url;
        request.headers = {{"Authorization", "secret"}};
        return request;
    }
    void expect_refused(const TlsServer& server, const std::string& url,
                        const std::string& reason) {
        const auto client = make_client(authority_);
        const auto answer = client->send(request_to(url));
        ASSERT_FALSE(answer.ok());
        EXPECT_EQ(base::kind_name(answer.error().kind), "connect_failed");
        EXPECT_NE(answer.error().message.find(reason), std::string::npos) << answer.error().message;
        EXPECT_EQ(server.requests(), 0);
    }

    base::SystemClock clock_;
    Certificate authority_ = tests::make_authority("lakefeed test authority");
};

TEST_F(CurlTlsTest, TrustsWhatTheBundlesAuthoritySigned) {
    const TlsServer server(tests::make_certificate({}, &authority_));
    const auto client = make_client(authority_);
    for (int i = 0; i < 3; ++i) {
        const auto answer = client->send(request_to(server.url()));
        ASSERT_TRUE(answer.ok()) << answer.error().message;
        EXPECT_EQ(answer->body, "tls");
    }
    EXPECT_EQ(server.connections(), 1);
    EXPECT_EQ(server.version(), "TLSv1.3");
}

TEST_F(CurlTlsTest, SpeaksTls12) {
    const TlsServer server(tests::make_certificate({}, &authority_), TLS1_2_VERSION);
    const auto answer = make_client(authority_)->send(request_to(server.url()));
    ASSERT_TRUE(answer.ok()) << answer.error().message;
    EXPECT_EQ(server.version(), "TLSv1.2");
}

TEST_F(CurlTlsTest, ChecksNames) {
    const TlsServer server(tests::make_certificate({"DNS:localhost"}, &authority_));
    EXPECT_TRUE(make_client(authority_)->send(request_to(server.url("localhost"))).ok());
    const TlsServer other(tests::make_certificate({"DNS:example.com"}, &authority_));
    expect_refused(other, other.url("localhost"), "matches target host name 'localhost'");
    expect_refused(other, other.url(), "matches target host name '127.0.0.1'");
    const TlsServer another(tests::make_certificate({"IP:127.0.0.2"}, &authority_));
    expect_refused(another, another.url(), "matches target host name '127.0.0.1'");
}

TEST_F(CurlTlsTest, RefusesASelfSignedCertificate) {
    const TlsServer server(tests::make_certificate({}, nullptr));
    expect_refused(server, server.url(), "self-signed certificate");
}

TEST_F(CurlTlsTest, RefusesAnUnknownAuthority) {
    const Certificate other = tests::make_authority("another authority");
    const TlsServer server(tests::make_certificate({}, &other));
    expect_refused(server, server.url(), "unable to get local issuer certificate");
}

// It bears the trusted authority's name, but another key signed it.
TEST_F(CurlTlsTest, RefusesAForgedAuthority) {
    const Certificate other = tests::make_authority("lakefeed test authority");
    const TlsServer server(tests::make_certificate({}, &other));
    expect_refused(server, server.url(), "error:");
}

TEST_F(CurlTlsTest, RefusesAnExpiredCertificate) {
    const TlsServer server(tests::make_certificate({"IP:127.0.0.1", -7'200, -60}, &authority_));
    expect_refused(server, server.url(), "certificate has expired");
}

TEST_F(CurlTlsTest, RefusesACertificateOfTheFuture) {
    const TlsServer server(tests::make_certificate({"IP:127.0.0.1", 3'600, 7'200}, &authority_));
    expect_refused(server, server.url(), "certificate is not yet valid");
}

TEST_F(CurlTlsTest, RefusesTls11) {
    const TlsServer server(tests::make_certificate({}, &authority_), TLS1_1_VERSION);
    expect_refused(server, server.url(), "protocol version");
}

TEST_F(CurlTlsTest, RefusesABundleWithoutCertificates) {
    const TlsServer server(tests::make_certificate({}, &authority_));
    const auto client = make_curl_client({LAKEFEED_SOURCE_FOLDER "/CMakeLists.txt", ""}, clock_);
    const auto answer = client->send(request_to(server.url()));
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(base::kind_name(answer.error().kind), "connect_failed");
    EXPECT_EQ(server.requests(), 0);
}

TEST_F(CurlTlsTest, GivesUpAHandshakeThatNobodyAnswers) {
    TlsServer server(tests::make_certificate({}, &authority_));
    server.stay_silent();
    Request request = request_to(server.url());
    request.connect_timeout_ms = 150;
    const auto begin = std::chrono::steady_clock::now();
    const auto answer = make_client(authority_)->send(request);
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(base::kind_name(answer.error().kind), "connect_failed");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

}  // namespace
}  // namespace http

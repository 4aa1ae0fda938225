#include "common/aws/credentials.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/fakes.h"
#include "tests/support/scripted_http.h"

namespace aws {
namespace {

constexpr const char* kFullUri = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
constexpr const char* kRelativeUri = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";

TEST(EnvironmentCredentials, ReadsTheThreeVariables) {
    tests::FakeEnvironment environment{{"AWS_ACCESS_KEY_ID", "AKID"},
                                       {"AWS_SECRET_ACCESS_KEY", "secret"},
                                       {"AWS_SESSION_TOKEN", "token"}};
    EnvironmentCredentials provider(environment);
    const auto credentials = provider.get();
    ASSERT_TRUE(credentials.ok());
    EXPECT_EQ(credentials->access_key_id, "AKID");
    EXPECT_EQ(credentials->secret_access_key.reveal(), "secret");
    EXPECT_EQ(credentials->session_token.reveal(), "token");
}

TEST(EnvironmentCredentials, HasNoTokenWithLongTermKeys) {
    tests::FakeEnvironment environment{{"AWS_ACCESS_KEY_ID", "AKID"},
                                       {"AWS_SECRET_ACCESS_KEY", "secret"}};
    EXPECT_TRUE(EnvironmentCredentials(environment).get()->session_token.empty());
}

TEST(EnvironmentCredentials, NamesTheMissingVariable) {
    tests::FakeEnvironment environment;
    EXPECT_EQ(EnvironmentCredentials(environment).get().error().message,
              "no AWS credentials: AWS_ACCESS_KEY_ID is not set");
    environment.set("AWS_ACCESS_KEY_ID", "AKID");
    const auto credentials = EnvironmentCredentials(environment).get();
    EXPECT_EQ(credentials.error().message, "no AWS credentials: AWS_SECRET_ACCESS_KEY is not set");
    EXPECT_EQ(credentials.error().kind, base::ErrorKind::config_invalid);
}

TEST(EnvironmentCredentials, AreReadAgainOnceForgotten) {
    tests::FakeEnvironment environment{{"AWS_ACCESS_KEY_ID", "OLD"},
                                       {"AWS_SECRET_ACCESS_KEY", "secret"}};
    EnvironmentCredentials provider(environment);
    EXPECT_EQ(provider.get()->access_key_id, "OLD");
    environment.set("AWS_ACCESS_KEY_ID", "NEW");
    EXPECT_EQ(provider.get()->access_key_id, "OLD");
    provider.forget();
    EXPECT_EQ(provider.get()->access_key_id, "NEW");
}

// The container endpoint behind a scripted HTTP.
class ContainerCredentialsTest : public testing::Test {
  protected:
    static std::string answer(const std::string& id, base::EpochMs expires_at_ms) {
        return R"({"AccessKeyId":")" + id + R"(","SecretAccessKey":"secret","Token":"token",)" +
               R"("Expiration":")" + base::format_iso8601(expires_at_ms) + R"("})";
    }
    base::Error fault() {
        const auto credentials = provider_.get();
        EXPECT_FALSE(credentials.ok());
        return credentials ? base::Error{} : credentials.error();
    }
    tests::FakeEnvironment environment_;
    tests::FakeClock clock_;
    tests::ScriptedHttp http_;
    ContainerCredentials provider_{environment_, http_, clock_};
};

TEST_F(ContainerCredentialsTest, AsksTheRelativeUriWithTheToken) {
    environment_.set(kRelativeUri, "/v2/credentials/1");
    environment_.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Bearer abc");
    http_.answer(200, answer("AKID", tests::kTestNowMs + 3'600'000));
    const auto credentials = provider_.get();
    ASSERT_TRUE(credentials.ok());
    EXPECT_EQ(credentials->access_key_id, "AKID");
    EXPECT_EQ(credentials->secret_access_key.reveal(), "secret");
    EXPECT_EQ(credentials->session_token.reveal(), "token");
    ASSERT_EQ(http_.requests().size(), 1U);
    const http::Request& request = http_.requests()[0];
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.url, "http://169.254.170.2/v2/credentials/1");
    EXPECT_EQ(http::find_header(request.headers, "Authorization"), "Bearer abc");
}

TEST_F(ContainerCredentialsTest, PrefersTheTokenFileAndReadsItEachTime) {
    const auto path = std::filesystem::path(testing::TempDir()) / "container-token";
    environment_.set(kFullUri, "http://169.254.170.23/v1/credentials");
    environment_.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "not this");
    environment_.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", path.string());
    for (const std::string token : {"first", "second"}) {
        std::ofstream(path) << token << '\n';
        http_.answer(200, answer("AKID", tests::kTestNowMs + 3'600'000));
        EXPECT_TRUE(provider_.get().ok());
        EXPECT_EQ(http::find_header(http_.requests().back().headers, "Authorization"), token);
        provider_.forget();
    }
    std::filesystem::remove(path);
    EXPECT_NE(fault().message.find("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be read"),
              std::string::npos);
}

TEST_F(ContainerCredentialsTest, AsksOnlyAllowedHosts) {
    for (const char* url : {"https://credentials.example.com/x", "http://127.0.0.1:51679/x",
                            "http://localhost/x", "http://[::1]:80/x", "http://169.254.170.2/x",
                            "http://169.254.170.23/x", "http://[fd00:ec2::23]/x"}) {
        environment_.set(kFullUri, url);
        http_.answer(200, answer("AKID", tests::kTestNowMs + 3'600'000));
        EXPECT_TRUE(provider_.get().ok()) << url;
        provider_.forget();
    }
    for (const char* url :
         {"http://credentials.example.com/x", "http://10.0.0.1/x",
          "http://169.254.169.254/latest/meta-data/", "https://169.254.169.254/x",
          "http://[fd00:ec2::254]/x", "http://2852039166/x", "file:///etc/passwd", "nonsense"}) {
        environment_.set(kFullUri, url);
        EXPECT_EQ(fault().kind, base::ErrorKind::config_invalid) << url;
    }
    EXPECT_EQ(http_.requests().size(), 7U);
}

TEST_F(ContainerCredentialsTest, RefusesATokenThatWouldBreakTheHeader) {
    environment_.set(kFullUri, "http://127.0.0.1/x");
    environment_.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "a\r\nX-Injected: b");
    EXPECT_EQ(fault().kind, base::ErrorKind::config_invalid);
    EXPECT_TRUE(http_.requests().empty());
}

TEST_F(ContainerCredentialsTest, KeepsThemUntilFiveMinutesBeforeTheyExpire) {
    environment_.set(kFullUri, "http://127.0.0.1/x");
    http_.answer(200, answer("FIRST", tests::kTestNowMs + 3'600'000));
    http_.answer(200, answer("SECOND", tests::kTestNowMs + 7'200'000));
    EXPECT_EQ(provider_.get()->access_key_id, "FIRST");
    clock_.set_ms(tests::kTestNowMs + 3'600'000 - 300'001);
    EXPECT_EQ(provider_.get()->access_key_id, "FIRST");
    clock_.advance_ms(1);
    EXPECT_EQ(provider_.get()->access_key_id, "SECOND");
    EXPECT_EQ(http_.requests().size(), 2U);
}

TEST_F(ContainerCredentialsTest, UsesWhatIsNotExpiredWhereNewOnesCannotBeHad) {
    environment_.set(kFullUri, "http://127.0.0.1/x");
    http_.answer(200, answer("FIRST", tests::kTestNowMs + 600'000));
    EXPECT_EQ(provider_.get()->access_key_id, "FIRST");
    http_.answer_with([](const http::Request&) {
        return base::Error{base::ErrorKind::connect_failed, "127.0.0.1: refused"};
    });
    clock_.set_ms(tests::kTestNowMs + 400'000);
    EXPECT_EQ(provider_.get()->access_key_id, "FIRST");
    clock_.set_ms(tests::kTestNowMs + 600'000);
    EXPECT_EQ(fault().message,
              "no AWS credentials from the container endpoint: 127.0.0.1: refused");
}

TEST_F(ContainerCredentialsTest, TriesAFailingEndpointThreeTimes) {
    environment_.set(kFullUri, "http://127.0.0.1/x");
    http_.answer(500, "");
    http_.answer(429, "");
    http_.answer(200, answer("AKID", tests::kTestNowMs + 3'600'000));
    EXPECT_EQ(provider_.get()->access_key_id, "AKID");

    provider_.forget();
    for (int i = 0; i < 3; ++i)
        http_.answer(503, "");
    EXPECT_EQ(fault().message, "no AWS credentials from the container endpoint: 503");
    EXPECT_EQ(http_.left(), 0U);
}

TEST_F(ContainerCredentialsTest, TakesARefusalAsFinal) {
    environment_.set(kFullUri, "http://127.0.0.1/x");
    http_.answer(404, R"({"code":"NotFound","message":"secret words"})");
    EXPECT_EQ(fault().message, "no AWS credentials from the container endpoint: 404");
}

TEST_F(ContainerCredentialsTest, RefusesAnAnswerThatIsNone) {
    environment_.set(kFullUri, "http://127.0.0.1/x");
    for (const char* body :
         {"", "<html>", "{}", R"({"AccessKeyId":"A"})",
          R"({"AccessKeyId":"A","SecretAccessKey":""})",
          R"({"AccessKeyId":"A","SecretAccessKey":"s3cr3t","Expiration":"tomorrow"})"}) {
        http_.answer(200, body);
        const base::Error error = fault();
        EXPECT_EQ(error.kind, base::ErrorKind::config_invalid) << body;
        EXPECT_EQ(error.message.find("s3cr3t"), std::string::npos);
    }
}

TEST(CredentialsProvider, IsTheEnvironmentUnlessOnlyAContainerGivesThem) {
    tests::FakeClock clock;
    tests::ScriptedHttp http;
    tests::FakeEnvironment environment{{kRelativeUri, "/x"}};
    http.answer(200, R"({"AccessKeyId":"CONTAINER","SecretAccessKey":"s"})");
    EXPECT_EQ(make_credentials_provider(environment, http, clock)->get()->access_key_id,
              "CONTAINER");

    environment.set("AWS_ACCESS_KEY_ID", "ENVIRONMENT");
    environment.set("AWS_SECRET_ACCESS_KEY", "s");
    EXPECT_EQ(make_credentials_provider(environment, http, clock)->get()->access_key_id,
              "ENVIRONMENT");

    const tests::FakeEnvironment empty;
    EXPECT_EQ(make_credentials_provider(empty, http, clock)->get().error().message,
              "no AWS credentials: AWS_ACCESS_KEY_ID is not set");
}

}  // namespace
}  // namespace aws

#include "functions/api_to_dynamodb/api_client.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes.h"
#include "tests/support/scripted_http.h"

namespace {

using base::ErrorKind;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class ApiClientTest : public testing::Test {
  protected:
    ApiClientTest() { config_.api_url = "https://api.example.com/v1?q={place}"; }

    base::Result<std::string> get(std::int64_t time_ms = 60'000) {
        api_to_dynamodb::ApiClient client(
            config_, {http_, clock_, random_, config_.api_key_secret_id.empty() ? nullptr : &key_});
        return client.get("New York", {clock_.now_ms() + time_ms});
    }
    base::Error error(std::int64_t time_ms = 60'000) {
        auto answer = get(time_ms);
        EXPECT_FALSE(answer);
        return answer ? base::Error{} : answer.error();
    }
    void has_key(const std::string& parameter, const std::string& header = "") {
        config_.api_key_secret_id = "s";
        config_.api_key_parameter = parameter;
        config_.api_key_header = header;
    }

    tests::ScriptedHttp http_;
    tests::FakeClock clock_;
    tests::SeededRandom random_;
    int key_reads_ = 0;
    api_to_dynamodb::ApiKey key_{[this](base::Deadline) -> base::Result<base::Secret> {
        return base::Secret("secret&" + std::to_string(++key_reads_));
    }};
    api_to_dynamodb::Config config_;
};

TEST_F(ApiClientTest, AsksForThePlace) {
    http_.answer(200, "{}");
    EXPECT_EQ(get().value(), "{}");
    const http::Request& request = http_.requests().at(0);
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.url, "https://api.example.com/v1?q=New%20York");
    EXPECT_EQ(http::find_header(request.headers, "Accept"), "application/json");
    EXPECT_EQ(request.total_timeout_ms, 10'000);
}

TEST_F(ApiClientTest, SendsTheKeyAsAParameterOrAHeader) {
    has_key("api key");
    http_.answer(200, "{}");
    ASSERT_TRUE(get());
    EXPECT_EQ(http_.requests().at(0).url,
              "https://api.example.com/v1?q=New%20York&api%20key=secret%261");
    has_key("", "X-Key");
    http_.answer(200, "{}");
    ASSERT_TRUE(get());
    EXPECT_EQ(http_.requests().at(1).url, "https://api.example.com/v1?q=New%20York");
    EXPECT_EQ(http::find_header(http_.requests().at(1).headers, "X-Key"), "secret&1");
}

TEST_F(ApiClientTest, TriesAgainWhatMayPass) {
    http_.fail(ErrorKind::connect_failed);
    http_.answer(503, "<html>");
    http_.answer(200, "{}");
    EXPECT_TRUE(get());
    EXPECT_THAT(http_.requests(), SizeIs(3));
}

TEST_F(ApiClientTest, GivesUpAfterThreeAttempts) {
    for (int i = 0; i < 3; ++i)
        http_.answer(500, "the body is nobody's business");
    const base::Error failed = error();
    EXPECT_EQ(failed.kind, ErrorKind::service_failed);
    EXPECT_EQ(failed.message, "GET from api.example.com: status 500");
}

TEST_F(ApiClientTest, DoesNotTryAgainWhatIsRefused) {
    for (const auto& [status, kind] :
         {std::pair(404, ErrorKind::rejected), std::pair(302, ErrorKind::rejected),
          std::pair(204, ErrorKind::rejected), std::pair(403, ErrorKind::access_denied)}) {
        http_.answer(status, "");
        EXPECT_EQ(error().kind, kind) << status;
    }
    EXPECT_THAT(http_.requests(), SizeIs(4));
}

TEST_F(ApiClientTest, WaitsAsLongAsItIsAskedTo) {
    http_.answer(429, "", {{"Retry-After", "2"}});
    http_.answer(200, "{}");
    const base::EpochMs before = clock_.now_ms();
    EXPECT_TRUE(get());
    EXPECT_GE(clock_.now_ms() - before, 2'000);
}

TEST_F(ApiClientTest, DoesNotWaitBeyondItsTime) {
    http_.answer(429, "", {{"Retry-After", "3"}});
    const base::EpochMs before = clock_.now_ms();
    EXPECT_EQ(error(1'000).kind, ErrorKind::throttled);
    EXPECT_EQ(clock_.now_ms(), before);
}

TEST_F(ApiClientTest, ReadsTheKeyAgainOnce) {
    has_key("key");
    http_.answer(401, "");
    http_.answer(200, "{}");
    EXPECT_TRUE(get());
    EXPECT_THAT(http_.requests().at(1).url, HasSubstr("key=secret%262"));
    http_.answer(401, "");
    http_.answer(401, "");
    const base::Error denied = error();
    EXPECT_EQ(denied.kind, ErrorKind::access_denied);
    EXPECT_THAT(denied.message, Not(HasSubstr("secret")));
    EXPECT_EQ(key_reads_, 3);
}

}  // namespace

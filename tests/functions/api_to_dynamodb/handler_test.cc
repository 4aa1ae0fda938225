#include "functions/api_to_dynamodb/handler.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes.h"
#include "tests/support/scripted_http.h"

namespace {

using base::ErrorKind;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class FixedCredentials final : public aws::CredentialsProvider {
  public:
    base::Result<aws::Credentials> get() override {
        return aws::Credentials{"AKIDEXAMPLE", base::Secret(std::string("secret")), base::Secret()};
    }
    void forget() override {}
};

const std::string kWritten = R"({"UnprocessedItems":{}})";
const std::string kAt1 = R"({"time":"2026-11-20T01:00:00Z"})";

class ApiHandlerTest : public testing::Test {
  protected:
    ApiHandlerTest() {
        config_.api_url = "https://api.example.com/v1?q={place}";
        config_.places = {"Paris", "Rome", "Oslo"};
        config_.table_name = "weather";
        config_.item_map = api_to_dynamodb::parse_item_map(
                               R"({"city":{"place":true},"time":{"now":"iso8601"},"t":"/t"})")
                               .value();
    }

    base::Result<runtime::InvocationResponse> handle(const std::string& event = kAt1) {
        api_to_dynamodb::ApiClient api(config_, {http_, clock_, random_, nullptr});
        aws::BatchWriter writer(client_, clock_, random_);
        api_to_dynamodb::ApiHandler handler(config_, {api, writer, clock_, log_});
        runtime::Invocation invocation;
        invocation.event = event;
        invocation.deadline = {tests::kTestNowMs + 60'000};
        return handler.handle(invocation);
    }
    base::Error error() {
        const auto response = handle();
        EXPECT_FALSE(response);
        return response ? base::Error{} : response.error();
    }
    [[nodiscard]] const std::string& body(std::size_t at) const {
        return http_.requests().at(at).body;
    }

    tests::ScriptedHttp http_;
    tests::FakeClock clock_;
    tests::SeededRandom random_;
    tests::LogCapture capture_;
    base::Log log_ = capture_.make_log(clock_);
    FixedCredentials credentials_;
    aws::ClientSettings client_settings_{
        .region = "us-east-1", .endpoint_url = "", .service_endpoint_urls = {}, .attempts_max = 1};
    aws::Client client_{client_settings_, {http_, credentials_, clock_, random_, log_}};
    api_to_dynamodb::Config config_;
};

std::string put(const std::string& city, const std::string& number) {
    return R"({"PutRequest":{"Item":{"city":{"S":")" + city +
           R"("},"time":{"S":"2026-11-20T01:00:00Z"},"t":{"N":")" + number + R"("}}}})";
}

TEST_F(ApiHandlerTest, WritesAnItemForEachPlace) {
    for (const char* answer : {R"({"t":1})", R"({"t":2.50})", R"({"t":-3})"})
        http_.answer(200, answer);
    http_.answer(200, kWritten);
    const auto response = handle();
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, R"({"time":"2026-11-20T01:00:00Z","items":3})");
    EXPECT_EQ(body(3), R"({"RequestItems":{"weather":[)" + put("Paris", "1") + "," +
                           put("Rome", "2.50") + "," + put("Oslo", "-3") + "]}}");
}

TEST_F(ApiHandlerTest, WritesTheOthersWhereOnePlaceFails) {
    http_.answer(200, R"({"t":1})");
    http_.answer(200, "<html>maintenance</html>");
    http_.answer(200, R"({"t":3})");
    http_.answer(200, kWritten);
    const base::Error failed = error();
    EXPECT_EQ(failed.kind, ErrorKind::data_invalid);
    EXPECT_THAT(failed.message, AllOf(HasSubstr("1 of 3 places failed; Rome: the API's answer"),
                                      Not(HasSubstr("maintenance"))));
    EXPECT_THAT(body(3), AllOf(HasSubstr("Paris"), HasSubstr("Oslo"), Not(HasSubstr("Rome"))));
    EXPECT_THAT(capture_.text(), HasSubstr(R"("PlacesFailed":1)"));
}

TEST_F(ApiHandlerTest, WritesNothingWhereAllFail) {
    for (int i = 0; i < 3; ++i)
        http_.answer(404, "");
    EXPECT_THAT(error().message,
                HasSubstr("3 of 3 places failed; Paris: GET from api.example.com"));
    EXPECT_THAT(http_.requests(), SizeIs(3));
}

TEST_F(ApiHandlerTest, SendsUnprocessedItemsAgain) {
    for (int i = 0; i < 3; ++i)
        http_.answer(200, R"({"t":1})");
    http_.answer(200, R"({"UnprocessedItems":{"weather":[)" + put("Rome", "1") + "]}}");
    http_.answer(200, kWritten);
    EXPECT_TRUE(handle());
    EXPECT_EQ(body(4), R"({"RequestItems":{"weather":[)" + put("Rome", "1") + "]}}");
}

TEST_F(ApiHandlerTest, NamesTheItemThatIsRefused) {
    for (int i = 0; i < 3; ++i)
        http_.answer(200, R"({"t":1})");
    const std::string refused =
        R"({"__type":"com.amazon.coral.validate#ValidationException","message":"key"})";
    http_.answer(400, refused);
    http_.answer(200, kWritten);
    http_.answer(400, refused);
    http_.answer(200, kWritten);
    const base::Error failed = error();
    EXPECT_THAT(failed.message, AllOf(HasSubstr("1 of 3 places failed; Rome: BatchWriteItem"),
                                      HasSubstr("ValidationException")));
}

TEST_F(ApiHandlerTest, TellsWhatStaysUnprocessed) {
    for (int i = 0; i < 3; ++i)
        http_.answer(200, R"({"t":1})");
    http_.answer_with([](const http::Request& request) -> base::Result<http::Response> {
        const bool has_rome = request.body.find("Rome") != std::string::npos;
        if (request.method == "GET") return http::Response{200, {}, R"({"t":1})"};
        return http::Response{
            200,
            {},
            has_rome ? R"({"UnprocessedItems":{"weather":[)" + put("Rome", "1") + "]}}" : kWritten};
    });
    const base::Error failed = error();
    EXPECT_EQ(failed.kind, ErrorKind::throttled);
    EXPECT_THAT(failed.message, AllOf(HasSubstr("1 of 3"), HasSubstr("Rome")));
}

TEST_F(ApiHandlerTest, LeavesASlowPlaceItsShareOfTheTimeOnly) {
    std::vector<std::int64_t> left_ms;
    http_.answer_with([&](const http::Request& request) -> base::Result<http::Response> {
        if (request.method != "GET") return http::Response{200, {}, kWritten};
        left_ms.push_back(request.deadline.remaining_ms(clock_));
        return http::Response{200, {}, R"({"t":1})"};
    });
    EXPECT_TRUE(handle());
    // 60 s less half a second for the answer and 10 s for the writing, in three shares.
    ASSERT_THAT(left_ms, SizeIs(3));
    EXPECT_EQ(left_ms[0], 49'500 / 3);
    EXPECT_EQ(left_ms[2], 49'500);
}

TEST_F(ApiHandlerTest, RefusesAnotherTriggersEvent) {
    const auto response = handle(R"({"Records":[]})");
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, ErrorKind::event_invalid);
}

TEST_F(ApiHandlerTest, TakesAnUnreadableAnswerForAFailure) {
    config_.places = {"Paris"};
    for (const char* answer :
         {"<html>", "[]", R"({"UnprocessedItems":[]})", R"({"UnprocessedItems":{"weather":{}}})"}) {
        http_.answer(200, R"({"t":1})");
        http_.answer(200, answer);
        EXPECT_EQ(error().kind, ErrorKind::service_failed) << answer;
    }
}

}  // namespace

// Whatever a script of answers, broken connections and delays does to a statement: the client ends
// within the deadline, the statement runs at most once, and the error says what became of it.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "common/snowflake/sql_api_client.h"
#include "tests/runtime/local/sql_api_world.h"

namespace {

using base::ErrorKind;

// One request's way there and back.
struct Weather {
    std::int64_t there_ms = 0;
    std::int64_t back_ms = 0;
    bool no_connection = false;
};

// The double as an HttpClient that goes by the deadline, as the real one does.
class ModelHttp final : public http::HttpClient {
  public:
    ModelHttp(local::SqlApiModel& model, tests::FakeClock& clock, std::vector<Weather> weather)
        : model_(model), clock_(clock), weather_(std::move(weather)) {}

    base::Result<http::Response> send(const http::Request& request) override {
        const std::int64_t left_ms =
            std::min(request.deadline.remaining_ms(clock_), request.first_byte_timeout_ms);
        if (left_ms == 0) return base::Error{ErrorKind::deadline_near, "no time"};
        const Weather weather = next_weather();
        if (weather.no_connection || weather.there_ms >= left_ms) {
            clock_.advance_ms(std::min(weather.there_ms, left_ms));
            return base::Error{ErrorKind::connect_failed, "no connection"};
        }
        clock_.advance_ms(weather.there_ms);
        local::HttpAnswer answer =
            model_.answer({.method = request.method,
                           .target = std::string_view(request.url).substr(kHost.size()),
                           .headers = request.headers,
                           .body = request.body});
        const std::int64_t back_ms = std::min(weather.back_ms, left_ms - weather.there_ms);
        clock_.advance_ms(back_ms);
        if (answer.end == local::AnswerEnd::none || back_ms < weather.back_ms)
            return base::Error{ErrorKind::outcome_unknown, "broke"};
        return http::Response{answer.status, std::move(answer.headers), std::move(answer.body)};
    }

    static constexpr std::string_view kHost = "https://x.snowflakecomputing.com";

  private:
    Weather next_weather() {
        if (next_ == weather_.size()) return {.there_ms = 10, .back_ms = 10};
        return weather_[next_++];
    }

    local::SqlApiModel& model_;
    tests::FakeClock& clock_;
    std::vector<Weather> weather_;
    std::size_t next_ = 0;
};

rc::Gen<Weather> weathers() {
    const auto delay = rc::gen::weightedElement<std::int64_t>({{6, 20}, {2, 2'000}, {1, 50'000}});
    return rc::gen::map(
        rc::gen::tuple(delay, delay, rc::gen::weightedElement<bool>({{9, false}, {1, true}})),
        [](const auto& drawn) {
            return Weather{std::get<0>(drawn), std::get<1>(drawn), std::get<2>(drawn)};
        });
}

// What may be answered to a POST, a look or a cancel. A 408, a 422 and a refusal say that nothing
// was done, so none of them is combined with "executed".
rc::Gen<std::string> scripted(const std::vector<std::string>& more) {
    std::vector<std::string> answers{R"({"status":200})",
                                     R"({"status":200})",
                                     R"({"status":429,"code":"390505"})",
                                     R"({"status":429,"retry_after":"9"})",
                                     R"({"status":500})",
                                     R"({"status":503,"executed":true})",
                                     R"({"status":504,"executed":true,"retry_after":"100000"})",
                                     R"({"status":502})",
                                     R"({"status":401,"code":"390144"})",
                                     R"({"status":403})",
                                     R"({"status":302})",
                                     R"({"reset":"before"})",
                                     R"({"reset":"after"})",
                                     R"({"status":200,"body":"<html>"})",
                                     R"({"status":202,"body":"{}","executed":true})"};
    answers.insert(answers.end(), more.begin(), more.end());
    return rc::gen::elementOf(answers);
}

std::string script(const std::string& on, const std::vector<std::string>& answers) {
    std::string json = R"({"on":")" + on + R"(","responses":[)";
    for (std::size_t i = 0; i < answers.size(); ++i)
        json += (i == 0 ? "" : ",") + answers[i];
    return json + "]}";
}

// What the error, or its absence, says of the statement; nothing where it says that it does not
// know.
std::optional<bool> told_done(const base::Result<snowflake::ResultSet>& result) {
    if (result) return true;
    switch (result.error().kind) {
        case ErrorKind::data_invalid:
        case ErrorKind::service_failed:
            return true;
        case ErrorKind::outcome_unknown:
            return std::nullopt;
        default:
            return false;
    }
}

class SqlApiProperty : public tests::SqlApiModelTest {
  public:
    void TestBody() override {}
    void check() {
        const auto weather = *rc::gen::container<std::vector<Weather>>(weathers());
        const auto posts = *rc::gen::container<std::vector<std::string>>(
            scripted({R"({"status":202,"polls":1})", R"({"status":202,"polls":3})",
                      R"({"status":202,"polls":900})", R"({"status":408,"code":"000630"})",
                      R"({"status":422,"code":"002003"})", R"({"status":422,"code":"000625"})",
                      R"({"status":200,"executed":true,"body":"{\"code\":\"090001\"}"})"}));
        const auto looks = *rc::gen::container<std::vector<std::string>>(scripted({}));
        const auto cancels = *rc::gen::container<std::vector<std::string>>(scripted({}));
        const auto partition_rows = *rc::gen::inRange(0, 2);
        const auto budget_ms =
            *rc::gen::element<std::int64_t>(1'000, 3'000, 8'000, 60'000, 900'000);
        command("RegisterToken", R"({"token":"t","token_type":"OAUTH"})");
        command("Script", script("statements", posts));
        command("Script", script("status", looks));
        command("Script", script("cancel", cancels));
        command("SetPartitionRows", R"({"rows":)" + std::to_string(partition_rows) + "}");
        ModelHttp http(model_, clock_, weather);
        snowflake::FixedToken tokens({base::Secret(std::string("t")), "OAUTH"});
        snowflake::SqlApiClient client({std::string(ModelHttp::kHost), "R"},
                                       {http, tokens, clock_, random_});
        const base::Deadline deadline{clock_.now_ms() + budget_ms};
        const auto result = client.execute({.sql = snowflake::Sql("SHOW EXTERNAL TABLES"),
                                            .subject = "SHOW",
                                            .query_tag = "t",
                                            .deadline = deadline});
        const std::size_t executed = model_.executed().size();
        const auto told = told_done(result);
        RC_TAG(result ? "done" : std::string(base::kind_name(result.error().kind)));
        RC_LOG() << (result ? "done" : result.error().message) << "\n";
        RC_ASSERT(clock_.now_ms() <= deadline.at_ms);
        RC_ASSERT(executed <= 1U);
        if (told) RC_ASSERT((executed == 1U) == *told);
        RC_ASSERT(client.counts().unknown == (told ? 0 : 1));
    }
};

RC_GTEST_PROP(SqlApiProperty, EndsInTimeRunsOnceAndTellsTheTruth, ()) {
    SqlApiProperty().check();
}

}  // namespace

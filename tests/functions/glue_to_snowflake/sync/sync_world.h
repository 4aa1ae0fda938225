// A TableSync between a Glue Data Catalog and a Snowflake account, both in memory. Several may work
// on the same two.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/codec/json.h"
#include "functions/glue_to_snowflake/sync/reconcile.h"
#include "functions/glue_to_snowflake/sync/sync.h"
#include "runtime/local/sql_api_model.h"
#include "tests/functions/glue_to_snowflake/catalog_world.h"
#include "tests/functions/glue_to_snowflake/glue_catalog.h"
#include "tests/functions/glue_to_snowflake/table_builder.h"
#include "tests/support/fakes.h"
#include "tests/support/scripted_http.h"

namespace tests {

inline constexpr std::string_view kSnowflakeUrl = "https://x.snowflakecomputing.com";

// The two sides.
struct SyncSides {
    SyncSides() {
        command("RegisterToken", R"({"token":"t","token_type":"OAUTH"})");
        command("CreateSchema", R"({"database":"A","schema":"B"})");
        command("CreateStage", R"({"name":"LAKE.PUBLIC.RAW"})");
        catalog.put_database("a__b");
    }

    void command(const std::string& operation, const std::string& json) {
        const auto body = codec::parse_json(json, "the command");
        const auto done = snowflake.command(operation, *body);
        ASSERT_TRUE(done) << done.error().message;
    }

    base::Result<http::Response> answer(const http::Request& request) {
        if (!request.url.starts_with(kSnowflakeUrl)) return catalog.answer(request);
        local::HttpAnswer answer =
            snowflake.answer({.method = request.method,
                              .target = std::string_view(request.url).substr(kSnowflakeUrl.size()),
                              .headers = request.headers,
                              .body = request.body});
        return http::Response{answer.status, std::move(answer.headers), std::move(answer.body)};
    }

    // What was sent, without SHOW and DESC, since the last call of this.
    std::vector<std::string> changes() { return statements(false); }
    std::vector<std::string> looks() { return statements(true); }

    FakeClock clock;
    GlueCatalog catalog{kAccount};
    local::SqlApiModel snowflake{clock};

  private:
    std::vector<std::string> statements(bool looks) {
        const std::vector<std::string> all = snowflake.executed();
        std::vector<std::string> found;
        for (std::size_t i = looks ? looked_ : changed_; i < all.size(); ++i) {
            if ((all[i].starts_with("SHOW ") || all[i].starts_with("DESC ")) == looks)
                found.push_back(all[i]);
        }
        (looks ? looked_ : changed_) = all.size();
        return found;
    }

    std::size_t looked_ = 0;
    std::size_t changed_ = 0;
};

// One that works on them, as a Lambda environment of its own would.
class Syncer {
  public:
    using Answer = std::function<base::Result<http::Response>(const http::Request&)>;

    // `seed` tells its requests from those of others.
    explicit Syncer(SyncSides& sides, std::uint64_t seed = 1, Answer answer = {})
        : random_(seed), clock_(sides.clock) {
        if (!answer) answer = [&](const http::Request& request) { return sides.answer(request); };
        http_.answer_with(std::move(answer));
    }

    void answer_with(Answer answer) { http_.answer_with(std::move(answer)); }

    glue_to_snowflake::TableSync sync() {
        return {config, settings, {glue_, sends ? &sql_api_ : nullptr, clock_, random_}};
    }
    glue_to_snowflake::SyncRequest request(const std::string& table = "t") {
        return {.source = {kAccount, "a__b", table},
                .query_tag = "tag",
                .deadline = deadline,
                .sending = sending,
                .stop = {}};
    }
    base::Result<glue_to_snowflake::TableOutcome> run(const std::string& table = "t") {
        return sync().sync(request(table));
    }
    // "create: the table is new", or "error: …"
    std::string outcome(const std::string& table = "t") { return text_of(run(table)); }
    static std::string text_of(const base::Result<glue_to_snowflake::TableOutcome>& outcome) {
        if (!outcome) return "error: " + outcome.error().message;
        return std::string(action_name(outcome->action)) + ": " + outcome->reason;
    }
    base::Result<glue_to_snowflake::ReconcileReport> reconcile(
        glue_to_snowflake::ReconcileRequest request = {},
        const glue_to_snowflake::OnProgress& on_progress = {}) {
        request.deadline = deadline;
        request.sending = sending;
        glue_to_snowflake::TableSync table_sync = sync();
        return glue_to_snowflake::reconcile(request, table_sync, glue_, on_progress);
    }

    glue_to_snowflake::Config config;
    glue_to_snowflake::SnowflakeSettings settings = make_settings();
    glue_to_snowflake::Sending sending = glue_to_snowflake::Sending::on;
    base::Deadline deadline = {kTestNowMs + 60'000};
    bool sends = true;  // false: TARGET_TYPE=LOGGING

  private:
    SeededRandom random_;
    FakeClock& clock_;
    ScriptedHttp http_;
    LogCapture capture_;
    base::Log log_ = capture_.make_log(clock_);
    FixedCredentials credentials_;
    aws::ClientSettings client_settings_{
        .region = "us-east-1", .endpoint_url = "", .service_endpoint_urls = {}, .attempts_max = 1};
    aws::Client client_{client_settings_, {http_, credentials_, clock_, random_, log_}};
    aws::GlueClient glue_{client_};
    snowflake::FixedToken tokens_{{base::Secret(std::string("t")), "OAUTH"}};
    snowflake::SqlApiClient sql_api_{{std::string(kSnowflakeUrl), "R"},
                                     {http_, tokens_, clock_, random_}};
};

}  // namespace tests

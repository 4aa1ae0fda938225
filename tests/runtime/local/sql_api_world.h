// The SQL API double without its socket, with a key, a schema and a stage.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "common/base/random.h"
#include "common/codec/json.h"
#include "common/codec/rs256.h"
#include "common/snowflake/key_pair_jwt.h"
#include "runtime/local/sql_api_model.h"
#include "tests/support/fakes.h"

namespace tests {

inline constexpr const char* kFolder = "events/glue_to_snowflake/";
inline constexpr const char* kRequestId = "2f1c6c2e-5c3b-4f0e-9d2a-0d6f0c3b1a2e";

// A JWT of the key that the fixture registers.
inline std::string test_token(const base::Clock& clock, const std::string& account = "ORG-ACCT",
                              const std::string& user = "SYNC") {
    const base::Secret pem(
        tests::read_source_file(std::string(kFolder) + "test_key_not_a_secret.pem"));
    snowflake::KeyPairTokens tokens({account, user},
                                    *codec::RsaPrivateKey::from_pem(pem, base::Secret()), clock);
    return std::string(tokens.token({})->value.reveal());
}

class SqlApiModelTest : public testing::Test {
  protected:
    void SetUp() override {
        codec::JsonWriter key;
        key.begin_object().member("account", "ORG-ACCT").member("user", "SYNC");
        key.member("public_key_pem", tests::read_source_file(std::string(kFolder) +
                                                             "test_key_not_a_secret.public.pem"));
        key.end_object();
        command("RegisterPublicKey", key.take());
        command("CreateSchema", R"({"database":"A","schema":"B"})");
        command("CreateStage", R"({"name":"S.P.RAW"})");
        headers_ = {{"Authorization", "Bearer " + test_token(clock_)},
                    {"X-Snowflake-Authorization-Token-Type", "KEYPAIR_JWT"},
                    {"Accept", "application/json"},
                    {"Content-Type", "application/json"},
                    {"User-Agent", "test/1"}};
    }

    void command(const std::string& operation, const std::string& json) {
        const auto body = codec::parse_json(json, "the command");
        ASSERT_TRUE(body);
        const auto done = model_.command(operation, *body);
        ASSERT_TRUE(done) << done.error().message;
    }

    local::HttpAnswer send(std::string_view method, const std::string& target,
                           const std::string& body) {
        return model_.answer(
            {.method = method, .target = target, .headers = headers_, .body = body});
    }

    // Runs a statement under a new requestId.
    local::HttpAnswer run(const std::string& statement) {
        return send("POST", "/api/v2/statements?requestId=" + base::make_uuid(random_),
                    body_of(statement));
    }

    static std::string body_of(const std::string& statement) {
        codec::JsonWriter json;
        json.begin_object().member("statement", statement).end_object();
        return json.take();
    }

    void set_header(const std::string& name, const std::string& value) {
        for (http::Header& header : headers_) {
            if (header.name == name) header.value = value;
        }
    }

    tests::FakeClock clock_;
    tests::SeededRandom random_;
    http::Headers headers_;
    local::SqlApiModel model_{clock_};
};

inline constexpr const char* kCreate =
    R"(CREATE EXTERNAL TABLE IF NOT EXISTS "A"."B"."T" ("C" VARCHAR AS (VALUE:c1::VARCHAR)) )"
    R"(LOCATION = @S.P.RAW/t/ AUTO_REFRESH = TRUE FILE_FORMAT = (TYPE = CSV SKIP_HEADER = 1) )"
    R"(COMMENT = 'it''s \\ a mark')";
inline constexpr const char* kShow = R"(SHOW EXTERNAL TABLES LIKE 'T' IN SCHEMA "A"."B")";

}  // namespace tests

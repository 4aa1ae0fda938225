#include "functions/glue_to_snowflake/snowflake_tokens.h"

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/json.h"
#include "tests/common/aws/client_fixture.h"

namespace {

using base::ErrorKind;
using glue_to_snowflake::SecretTokens;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string secret_with(const std::string& members) {
    return R"({"url":"https://a.snowflakecomputing.com","stages":{"s3":{}},)" + members + "}";
}

std::string token_secret(const std::string& token) {
    return secret_with(R"("token":")" + token + R"(","token_type":"OAUTH")");
}

std::string key_secret(const std::string& username) {
    codec::JsonWriter json;
    json.begin_object().member("url", "https://a.snowflakecomputing.com");
    json.member("accountidentifier", "ORG-A").member("username", username);
    json.member("private_key",
                tests::read_source_file("events/glue_to_snowflake/test_key_not_a_secret.pem"));
    json.key("stages").raw(R"({"s3":{}})").end_object();
    return json.take();
}

class SnowflakeTokensTest : public aws::ClientTest {
  protected:
    void start(const std::string& secret) {
        stored_ = base::Secret(secret);
        sts_ = std::make_unique<aws::StsClient>(client());
        const auto settings = glue_to_snowflake::parse_snowflake_settings(
            base::Secret(secret), glue_to_snowflake::TargetType::snowflake);
        ASSERT_TRUE(settings) << settings.error().message;
        auto made = SecretTokens::from(base::Secret(secret), *settings,
                                       [this](base::Deadline deadline) {
                                           ++reads_;
                                           read_deadline_ = deadline;
                                           return stored_;
                                       },
                                       {*sts_, clock_});
        ASSERT_TRUE(made) << made.error().message;
        tokens_ = *std::move(made);
    }
    base::Result<snowflake::Token> token() { return tokens_->token({clock_.now_ms() + 30'000}); }
    std::string value() {
        const auto given = token();
        return given ? std::string(given->value.reveal()) : given.error().message;
    }
    void store(const std::string& secret) { stored_ = base::Secret(secret); }

    base::Result<base::Secret> stored_ = base::Secret();
    int reads_ = 0;
    base::Deadline read_deadline_;
    std::unique_ptr<aws::StsClient> sts_;
    std::unique_ptr<SecretTokens> tokens_;
};

TEST_F(SnowflakeTokensTest, ReadTheSecretAgainAfterARefusalOnly) {
    start(token_secret("old"));
    store(token_secret("new"));
    EXPECT_EQ(value(), "old");
    EXPECT_EQ(reads_, 0);
    tokens_->refused({});
    EXPECT_EQ(reads_, 0);
    EXPECT_EQ(value(), "new");
    EXPECT_EQ(value(), "new");
    EXPECT_EQ(reads_, 1);
    EXPECT_EQ(read_deadline_.at_ms, clock_.now_ms() + 29'000);
}

TEST_F(SnowflakeTokensTest, ReadTheSecretAgainOnceAMinute) {
    start(token_secret("old"));
    for (int i = 0; i < 5; ++i) {
        tokens_->refused({});
        EXPECT_EQ(value(), "old");
    }
    EXPECT_EQ(reads_, 1);
    clock_.advance_ms(60'000);
    store(token_secret("new"));
    tokens_->refused({});
    EXPECT_EQ(value(), "new");
    EXPECT_EQ(reads_, 2);
}

TEST_F(SnowflakeTokensTest, KeepWhatTheyHaveWhereTheSecretCannotBeReadAgain) {
    start(token_secret("old"));
    tokens_->refused({});
    stored_ = base::Error{ErrorKind::access_denied, "GetSecretValue of secret s: 400 AccessDenied"};
    const auto denied = token();
    EXPECT_EQ(denied.error().kind, ErrorKind::access_denied);
    EXPECT_EQ(denied.error().message,
              "the token was refused, and the secret read again: GetSecretValue of secret s: 400 "
              "AccessDenied");
    EXPECT_EQ(value(), "old");
    clock_.advance_ms(60'000);
    store(secret_with(R"("token":"hush")"));
    tokens_->refused({});
    const auto malformed = token();
    EXPECT_EQ(malformed.error().kind, ErrorKind::config_invalid);
    EXPECT_THAT(malformed.error().message, AllOf(HasSubstr("token_type"), Not(HasSubstr("hush"))));
    EXPECT_EQ(value(), "old");
}

TEST_F(SnowflakeTokensTest, SignAnewWithTheSameKeyAndWithAnother) {
    start(key_secret("ONE"));
    const std::string first = value();
    clock_.advance_ms(1'000);
    EXPECT_EQ(value(), first);
    tokens_->refused({});
    const std::string second = value();
    EXPECT_NE(second, first);
    clock_.advance_ms(60'000);
    store(key_secret("TWO"));
    tokens_->refused({});
    EXPECT_NE(value().substr(0, second.find('.') + 80), second.substr(0, second.find('.') + 80));
}

TEST_F(SnowflakeTokensTest, AreNotMadeOfAKeyThatIsNone) {
    sts_ = std::make_unique<aws::StsClient>(client());
    glue_to_snowflake::SnowflakeSettings settings;
    settings.private_key = base::Secret(std::string("hush"));
    const auto made = SecretTokens::from(base::Secret(), settings, {}, {*sts_, clock_});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::config_invalid);
    EXPECT_THAT(made.error().message, AllOf(HasSubstr("private_key"), Not(HasSubstr("hush"))));
}

TEST_F(SnowflakeTokensTest, AskStsForTheRolesOwnToken) {
    const auto answer = [this](const std::string& jwt, const std::string& expires) {
        http_.answer(200, "<R><WebIdentityToken>" + jwt + "</WebIdentityToken><Expiration>" +
                              expires + "</Expiration></R>");
    };
    start(secret_with(R"("token_type":"WORKLOAD_IDENTITY_FEDERATION")"));
    answer("a.b.c", "2026-11-20T01:05:00Z");
    const auto first = token();
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(first->value.reveal(), "WIF.AWS.a.b.c");
    EXPECT_EQ(first->type, "WORKLOAD_IDENTITY_FEDERATION");
    clock_.advance_ms(239'999);
    EXPECT_EQ(value(), "WIF.AWS.a.b.c");
    clock_.advance_ms(1);
    answer("d.e.f", "2026-11-20T02:00:00Z");
    EXPECT_EQ(value(), "WIF.AWS.d.e.f");
    tokens_->refused({});
    answer("g.h.i", "2026-11-20T02:00:00Z");
    EXPECT_EQ(value(), "WIF.AWS.g.h.i");
    tokens_->refused({});
    http_.answer(403, "<Error><Code>AccessDenied</Code></Error>");
    EXPECT_THAT(value(), StartsWith("GetWebIdentityToken"));
    EXPECT_EQ(http_.requests().size(), 4U);
}

}  // namespace

#include "common/snowflake/key_pair_jwt.h"

#include <array>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace {

constexpr base::EpochMs kMinuteMs = 60'000;

snowflake::KeyPairTokens make_tokens(const base::Clock& clock) {
    const base::Secret pem(
        tests::read_source_file("events/glue_to_snowflake/test_key_not_a_secret.pem"));
    auto key = codec::RsaPrivateKey::from_pem(pem, base::Secret());
    EXPECT_TRUE(key);
    return {{"myorg-my_account", "sync_user"}, *std::move(key), clock};
}

TEST(KeyPairJwt, KnowsEveryFormOfAnAccount) {
    const std::array<std::pair<std::string_view, std::string_view>, 14> cases{
        {{"MYORG-MYACCOUNT", "MYORG-MYACCOUNT"},
         {"myorg-my_account", "MYORG-MY_ACCOUNT"},
         {"xy12345", "XY12345"},
         {"xy12345.us-east-2.aws", "XY12345"},
         {"xy12345.eu-central-1", "XY12345"},
         {"xy12345.privatelink", "XY12345"},
         {"xy12345.us-east-2.privatelink", "XY12345"},
         {"xy12345.west-europe.azure", "XY12345"},
         {"myorg-myaccount.privatelink", "MYORG-MYACCOUNT"},
         {"acme-x1y2z3.global", "ACME"},
         {"myorg.myaccount", "MYORG-MYACCOUNT"},
         {"myorg.my_account", "MYORG-MY_ACCOUNT"},
         {"myorg-myaccount.snowflakecomputing.com", "MYORG-MYACCOUNT"},
         {"xy12345.us-east-2.aws.snowflakecomputing.com", "XY12345"}}};
    for (const auto& [form, account] : cases)
        EXPECT_EQ(snowflake::jwt_account(form), account) << form;
}

// expected_jwt.txt was made with the openssl command: header and claims in base64url, signed by
// `openssl dgst -sha256 -sign`, the fingerprint by `openssl dgst` over `openssl pkey -pubout`.
TEST(KeyPairJwt, EqualsTheTokenThatOpensslMakes) {
    const tests::FakeClock clock;
    auto tokens = make_tokens(clock);
    const auto token = tokens.token();
    ASSERT_TRUE(token);
    EXPECT_EQ(token->type, "KEYPAIR_JWT");
    EXPECT_EQ(token->value.reveal(),
              tests::read_source_file("tests/common/snowflake/expected_jwt.txt"));
}

TEST(KeyPairJwt, KeepsATokenForFiftyMinutes) {
    tests::FakeClock clock;
    auto tokens = make_tokens(clock);
    const std::string first(tokens.token()->value.reveal());
    clock.advance_ms(50 * kMinuteMs - 1);
    EXPECT_EQ(tokens.token()->value.reveal(), first);
    clock.advance_ms(1);
    EXPECT_NE(tokens.token()->value.reveal(), first);
}

TEST(KeyPairJwt, MakesANewTokenWhenItIsToldOrTheClockGoesBack) {
    tests::FakeClock clock;
    auto tokens = make_tokens(clock);
    const std::string first(tokens.token()->value.reveal());
    clock.advance_ms(1'000);
    tokens.forget();
    const std::string second(tokens.token()->value.reveal());
    EXPECT_NE(second, first);
    clock.set_ms(tests::kTestNowMs - 10 * kMinuteMs);
    EXPECT_NE(tokens.token()->value.reveal(), second);
}

}  // namespace

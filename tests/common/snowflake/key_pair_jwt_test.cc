#include "common/snowflake/key_pair_jwt.h"

#include <array>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "common/codec/base64.h"
#include "common/codec/json.h"
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
    const std::array<std::pair<std::string_view, std::string_view>, 24> cases{
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
         {"xy12345.us-east-2.aws.snowflakecomputing.com", "XY12345"},
         {"xy12345.us-east-2.aws.privatelink", "XY12345"},
         {"xy12345.us-gov-west-1.fhplus.aws", "XY12345"},
         {"xy12345.cn-northwest-1.aws.snowflakecomputing.cn", "XY12345"},
         {"https://myorg-my-account.snowflakecomputing.com", "MYORG-MY-ACCOUNT"},
         {"https://myorg-myaccount.privatelink.snowflakecomputing.com/", "MYORG-MYACCOUNT"},
         {"https://xy12345.eu-central-1.snowflakecomputing.com:443/api/v2/statements", "XY12345"},
         {"HTTPS://ACME-X1Y2Z3.GLOBAL.SNOWFLAKECOMPUTING.COM", "ACME"},
         {"myorg-myaccount.snowflakecomputing.com:443", "MYORG-MYACCOUNT"},
         {" myorg-myaccount\n", "MYORG-MYACCOUNT"},
         {"xy12345.west-us-2.azure.snowflakecomputing.com", "XY12345"}}};
    for (const auto& [form, account] : cases)
        EXPECT_EQ(snowflake::jwt_account(form), account) << form;
}

TEST(KeyPairJwt, TakesNoAccountFromWhatHoldsNone) {
    for (const char* text : {"", " ", ".privatelink", "https://", "my account", "a\"b", "a;b.c-d",
                             "https://.snowflakecomputing.com", "a@b.snowflakecomputing.com"})
        EXPECT_EQ(snowflake::jwt_account(text), "") << text;
}

// expected_jwt.txt was made with the openssl command: header and claims in base64url, signed by
// `openssl dgst -sha256 -sign`, the fingerprint by `openssl dgst` over `openssl pkey -pubout`.
TEST(KeyPairJwt, EqualsTheTokenThatOpensslMakes) {
    const tests::FakeClock clock;
    auto tokens = make_tokens(clock);
    const auto token = tokens.token({});
    ASSERT_TRUE(token);
    EXPECT_EQ(token->type, "KEYPAIR_JWT");
    EXPECT_EQ(token->value.reveal(),
              tests::read_source_file("tests/common/snowflake/expected_jwt.txt"));
}

TEST(KeyPairJwt, KeepsATokenForFiftyMinutes) {
    tests::FakeClock clock;
    auto tokens = make_tokens(clock);
    const std::string first(tokens.token({})->value.reveal());
    clock.advance_ms(50 * kMinuteMs - 1);
    EXPECT_EQ(tokens.token({})->value.reveal(), first);
    clock.advance_ms(1);
    EXPECT_NE(tokens.token({})->value.reveal(), first);
}

TEST(KeyPairJwt, MakesANewTokenWhenItIsToldOrTheClockGoesBack) {
    tests::FakeClock clock;
    auto tokens = make_tokens(clock);
    const std::string first(tokens.token({})->value.reveal());
    clock.advance_ms(1'000);
    tokens.refused({});
    const std::string second(tokens.token({})->value.reveal());
    EXPECT_NE(second, first);
    clock.set_ms(tests::kTestNowMs - 10 * kMinuteMs);
    EXPECT_NE(tokens.token({})->value.reveal(), second);
}

std::int64_t issued_at(const snowflake::Token& token) {
    const std::string_view text = token.value.reveal();
    const std::size_t begin = text.find('.') + 1;
    std::string claims(text.substr(begin, text.rfind('.') - begin));
    claims.append((4 - claims.size() % 4) % 4, '=');
    const auto document = codec::parse_json(*codec::base64_decode(claims), "the claims");
    return codec::find_integer(*document, "iat").value_or(0);
}

TEST(KeyPairJwt, GoesBySnowflakesClockWhereOursIsOff) {
    tests::FakeClock clock;
    auto tokens = make_tokens(clock);
    const std::int64_t first = issued_at(*tokens.token({}));
    EXPECT_EQ(first, tests::kTestNowMs / 1'000 - 30);
    tokens.refused(tests::kTestNowMs + 5 * kMinuteMs);
    EXPECT_EQ(issued_at(*tokens.token({})), first + 300);
    tokens.refused(tests::kTestNowMs - 90 * kMinuteMs);
    EXPECT_EQ(issued_at(*tokens.token({})), first - 5'400);
    tokens.refused(std::nullopt);  // nothing new is known
    EXPECT_EQ(issued_at(*tokens.token({})), first - 5'400);
    tokens.refused(tests::kTestNowMs + 9'999);  // the way of the answer, and whole seconds
    EXPECT_EQ(issued_at(*tokens.token({})), first);
}

}  // namespace

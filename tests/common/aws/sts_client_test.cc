#include "common/aws/sts_client.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/aws/client_fixture.h"

namespace aws {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string answer_with(const std::string& result) {
    return R"(<GetWebIdentityTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">)"
           "<GetWebIdentityTokenResult>" +
           result +
           "</GetWebIdentityTokenResult><ResponseMetadata><RequestId>x</RequestId>"
           "</ResponseMetadata></GetWebIdentityTokenResponse>";
}

class StsClientTest : public ClientTest {
  protected:
    base::Result<WebIdentityToken> get() {
        return StsClient(client()).get_web_identity_token("snowflakecomputing.com", {});
    }
};

// The body is botocore 1.43's, from its service model.
TEST_F(StsClientTest, AsksTheRegionalEndpoint) {
    http_.answer(200, answer_with("<WebIdentityToken>aB-1.c_d.e</WebIdentityToken>"
                                  "<Expiration>2026-11-20T01:05:00Z</Expiration>"));
    const auto token = get();
    ASSERT_TRUE(token) << token.error().message;
    EXPECT_EQ(token->token.reveal(), "aB-1.c_d.e");
    EXPECT_EQ(token->expires_at_ms, tests::kTestNowMs + 300'000);
    const http::Request& request = http_.requests().at(0);
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.url, "https://sts.us-east-1.amazonaws.com/");
    EXPECT_EQ(request.body,
              "Action=GetWebIdentityToken&Version=2011-06-15&Audience.member.1="
              "snowflakecomputing.com&SigningAlgorithm=ES384&DurationSeconds=300");
    EXPECT_EQ(sent(0, "Content-Type"), "application/x-www-form-urlencoded; charset=utf-8");
    EXPECT_THAT(sent(0, "Authorization"), HasSubstr("/us-east-1/sts/aws4_request"));
}

TEST_F(StsClientTest, SaysWhatStsRefuses) {
    http_.answer(403,
                 "<ErrorResponse><Error><Type>Sender</Type>"
                 "<Code>OutboundWebIdentityFederationDisabledException</Code><Message>It is not "
                 "enabled</Message></Error></ErrorResponse>");
    const auto token = get();
    EXPECT_THAT(token.error().message,
                AllOf(HasSubstr("GetWebIdentityToken"), HasSubstr("snowflakecomputing.com"),
                      HasSubstr("OutboundWebIdentityFederationDisabledException")));
}

TEST_F(StsClientTest, TakesNoAnswerWithoutAToken) {
    const std::string expiration = "<Expiration>2026-11-20T01:05:00Z</Expiration>";
    for (const std::string& body :
         {std::string(), std::string("{}"), answer_with(expiration),
          answer_with("<WebIdentityToken>a.b.c</WebIdentityToken>"),
          answer_with("<WebIdentityToken>a.b.c" + expiration),
          answer_with("<WebIdentityToken>hush.b</WebIdentityToken>" + expiration),
          answer_with("<WebIdentityToken>hush&#10;.b.c</WebIdentityToken>" + expiration),
          answer_with("<WebIdentityToken>a.b.c</WebIdentityToken><Expiration>soon</Expiration>")}) {
        http_.answer(200, body);
        const auto token = get();
        ASSERT_FALSE(token) << body;
        EXPECT_EQ(token.error().kind, base::ErrorKind::data_invalid);
        EXPECT_THAT(token.error().message, Not(HasSubstr("hush")));
    }
}

}  // namespace
}  // namespace aws

#include "functions/tool/trust_policy.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/json.h"

namespace tool {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::string_view kUser = "arn:aws:iam::123456789001:user/abc1-b-self1234";
constexpr std::string_view kId = "MYACCOUNT_SFCRole=2_a123456/s0aBCDEfGHIJklmNoPq=";

using Properties = std::multimap<std::string, std::string>;

// What DESC INTEGRATION answers, with other values.
std::string answer(const Properties& changed) {
    Properties properties{{"ENABLED", "true"},
                          {"STORAGE_PROVIDER", "S3"},
                          {"STORAGE_ALLOWED_LOCATIONS", "s3://lake/lake/"},
                          {"STORAGE_AWS_IAM_USER_ARN", std::string(kUser)},
                          {"STORAGE_AWS_ROLE_ARN", "arn:aws:iam::001234567890:role/lake-reader"},
                          {"STORAGE_AWS_EXTERNAL_ID", std::string(kId)}};
    for (const auto& [name, value] : changed)
        properties.erase(name);
    properties.insert(changed.begin(), changed.end());
    codec::JsonWriter json;
    json.begin_array();
    for (const auto& [name, value] : properties) {
        json.begin_object().member("property", name).member("property_type", "String");
        json.member("property_value", value).member("property_default", "").end_object();
    }
    return json.end_array().take();
}

std::string fault_of(const Properties& changed) {
    const auto trust = read_integration(answer(changed));
    return trust ? "none" : trust.error().message;
}

TEST(TrustPolicy, ReadsAnIntegration) {
    const auto trust = read_integration(answer({}));
    ASSERT_TRUE(trust);
    EXPECT_EQ(trust->principal, kUser);
    EXPECT_EQ(trust->external_id, kId);
    EXPECT_EQ(trust->role_arn, "arn:aws:iam::001234567890:role/lake-reader");
}

TEST(TrustPolicy, TrustsOneUserWithOneWord) {
    const IntegrationTrust trust{std::string(kUser), std::string(kId), ""};
    const std::string expected =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":)"
        R"("arn:aws:iam::123456789001:user/abc1-b-self1234"},"Action":"sts:AssumeRole",)"
        R"("Condition":{"StringEquals":{"sts:ExternalId":)"
        R"("MYACCOUNT_SFCRole=2_a123456/s0aBCDEfGHIJklmNoPq="}}}]})";
    EXPECT_EQ(trust_policy_json(trust), expected);
    const auto text = codec::parse_json(trust_policy_text(trust), "the policy");
    ASSERT_TRUE(text);
    EXPECT_EQ(codec::write_json(*text), expected);
}

TEST(TrustPolicy, GivesTheParametersOfTheTemplate) {
    const IntegrationTrust trust{"arn:aws:iam::1:user/x", "a=b", ""};
    EXPECT_EQ(trust_parameters_text(trust),
              "SnowflakeAccountPrincipal=arn:aws:iam::1:user/x SnowflakeExternalId=a=b");
    EXPECT_EQ(
        trust_parameters_json(trust),
        R"({"SnowflakeAccountPrincipal":"arn:aws:iam::1:user/x","SnowflakeExternalId":"a=b"})");
}

TEST(TrustPolicy, TakesEveryPartitionAndPath) {
    for (const char* arn :
         {"arn:aws:iam::123456789001:user/externalstages/ci0000",
          "arn:aws-us-gov:iam::123456789001:user/x", "arn:aws-cn:iam::123456789001:role/x+=,.@_-"})
        EXPECT_EQ(fault_of({{"STORAGE_AWS_IAM_USER_ARN", arn}}), "none") << arn;
    for (const char* provider : {"S3GOV", "S3CHINA"})
        EXPECT_EQ(fault_of({{"STORAGE_PROVIDER", provider}}), "none") << provider;
}

TEST(TrustPolicy, RefusesAPrincipalThatIsNotOneUser) {
    for (const char* arn : {"*", "arn:aws:iam::123456789001:user/*",
                            "arn:aws:iam::123456789001:user/a?", "arn:aws:iam::*:user/x"})
        EXPECT_THAT(fault_of({{"STORAGE_AWS_IAM_USER_ARN", arn}}),
                    AllOf(HasSubstr("STORAGE_AWS_IAM_USER_ARN"), HasSubstr("a wildcard")))
            << arn;
    for (const char* arn :
         {"123456789001", "arn:aws:iam::123456789001:root", "arn:aws:iam::12345:user/x",
          "arn:aws:iam::12345678900x:user/x", "arn:aws:iam:us-east-1:123456789001:user/x",
          "arn:aws:sts::123456789001:user/x", "arn:gcp:iam::123456789001:user/x",
          "arn:aws-:iam::123456789001:user/", "arn:aws:iam::123456789001:user/a\"b",
          "arn:aws:iam::123456789001:user/a b", "urn:aws:iam::123456789001:user/x", "arn:aws"})
        EXPECT_THAT(fault_of({{"STORAGE_AWS_IAM_USER_ARN", arn}}),
                    AllOf(HasSubstr("STORAGE_AWS_IAM_USER_ARN"), HasSubstr("not the ARN"),
                          HasSubstr("user/NAME")))
            << arn;
}

TEST(TrustPolicy, RefusesAnExternalIdThatAssumeRoleDoesNotTake) {
    for (const std::string& id :
         {std::string("x"), std::string(1225, 'x'), std::string("a b"), std::string("a\"b"),
          std::string("${aws:userid}"), std::string("a*"), std::string("caf\xC3\xA9")})
        EXPECT_THAT(fault_of({{"STORAGE_AWS_EXTERNAL_ID", id}}),
                    AllOf(HasSubstr("STORAGE_AWS_EXTERNAL_ID"), HasSubstr("2 to 1224")))
            << id;
    EXPECT_EQ(fault_of({{"STORAGE_AWS_EXTERNAL_ID", std::string(1224, 'x')}}), "none");
    EXPECT_EQ(fault_of({{"STORAGE_AWS_EXTERNAL_ID", "a_+=,.@:/-Z9"}}), "none");
}

TEST(TrustPolicy, ShowsAFaultyValueOnTheTerminalShortAndHarmless) {
    EXPECT_THAT(fault_of({{"STORAGE_AWS_EXTERNAL_ID", "\x1B[2J"}}), HasSubstr("\\u001b[2J"));
    EXPECT_LT(fault_of({{"STORAGE_AWS_EXTERNAL_ID", std::string(5000, 'x')}}).size(), 400U);
}

TEST(TrustPolicy, NamesAPropertyThatIsNotThere) {
    for (const char* name : {"STORAGE_AWS_IAM_USER_ARN", "STORAGE_AWS_EXTERNAL_ID"})
        EXPECT_THAT(fault_of({{name, ""}}), HasSubstr(std::string("no property ") + name));
    EXPECT_THAT(read_integration("hello").error().message, HasSubstr("--format json"));
    EXPECT_THAT(read_integration("[]").error().message, HasSubstr("DESC INTEGRATION"));
    EXPECT_EQ(read_integration("[").error().kind, base::ErrorKind::data_invalid);
}

// The same integration as CSV, and as a table.
std::string answer_between(std::string_view left, std::string_view bar, std::string_view right) {
    std::string text;
    for (const auto& [name, value] :
         {std::pair<std::string_view, std::string_view>{"property", "property_value"},
          {"STORAGE_AWS_IAM_USER_ARN", kUser},
          {"STORAGE_AWS_EXTERNAL_ID", kId}})
        text += std::string(left).append(name).append(bar).append(value).append(bar).append(right);
    return text;
}

TEST(TrustPolicy, TakesNoPartOfAValueWhereTheAnswerIsCutOff) {
    for (const std::string& whole :
         {answer({}), answer_between("", ",", "\n"), answer_between("| ", " | ", "|\n")}) {
        int read = 0;
        for (std::size_t size = 0; size <= whole.size(); ++size) {
            const auto trust = read_integration(whole.substr(0, size));
            if (!trust) continue;
            ++read;
            EXPECT_EQ(trust->principal, kUser) << whole.substr(0, size);
            EXPECT_EQ(trust->external_id, kId) << whole.substr(0, size);
        }
        EXPECT_TRUE(read >= 1 && read < 5) << read;
    }
}

TEST(TrustPolicy, RefusesOtherIntegrations) {
    EXPECT_THAT(fault_of({{"STORAGE_PROVIDER", "GCS"}}), HasSubstr("STORAGE_PROVIDER is GCS"));
    EXPECT_THAT(fault_of({{"STORAGE_AWS_EXTERNAL_ID", "one"}, {"STORAGE_AWS_EXTERNAL_ID", "two"}}),
                HasSubstr("several integrations"));
    EXPECT_THAT(fault_of({{"STORAGE_AWS_ROLE_ARN", "arn:aws:iam::123456789001:user/x"}}),
                HasSubstr("STORAGE_AWS_ROLE_ARN"));
    EXPECT_EQ(fault_of({{"STORAGE_AWS_ROLE_ARN", ""}}), "none");
}

}  // namespace
}  // namespace tool

#include "common/aws/aws_error.h"

#include <string>

#include <gtest/gtest.h>

namespace aws {
namespace {

using base::ErrorKind;

ServiceError parse(const std::string& body, http::Headers headers = {}, int status = 400) {
    return parse_service_error({status, std::move(headers), body});
}

TEST(ServiceError, ReadsTheJsonProtocolsForms) {
    // The forms are those of the AWS JSON 1.0 and 1.1 protocols' error tests in Smithy.
    for (const char* body :
         {R"({"__type":"FooError"})", R"({"__type":"aws.protocoltests.json10#FooError"})",
          R"({"__type":"FooError:http://internal.amazon.com/coral/com.amazon.coral.validate/"})",
          R"({"__type":"aws.protocoltests.json10#FooError:http://internal.amazon.com/coral/"})",
          R"({"code":"FooError"})", R"({"code":"aws.protocoltests#FooError:http://x/"})"})
        EXPECT_EQ(parse(body).code, "FooError") << body;
}

TEST(ServiceError, PrefersTheHeader) {
    EXPECT_EQ(parse(R"({"__type":"Other","message":"m"})",
                    {{"X-Amzn-Errortype", "FooError:http://internal.amazon.com/coral/"}})
                  .code,
              "FooError");
    EXPECT_EQ(parse("", {{"x-amzn-ErrorType", "aws.protocoltests#FooError:http://x/"}}).code,
              "FooError");
}

TEST(ServiceError, ReadsTheMessageInEitherCase) {
    EXPECT_EQ(parse(R"({"__type":"E","message":"small"})").message, "small");
    EXPECT_EQ(parse(R"({"__type":"E","Message":"large"})").message, "large");
}

TEST(ServiceError, ReadsXml) {
    const ServiceError s3 = parse(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code>"
        "<Message>The key &lt;a&amp;b&gt; is &quot;away&quot;</Message>"
        "<Key>secret/key</Key></Error>");
    EXPECT_EQ(s3.code, "NoSuchKey");
    EXPECT_EQ(s3.message, "The key <a&b> is \"away\"");
    const ServiceError query = parse(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/\"><Error><Type>Sender</Type>"
        "<Code>ExpiredToken</Code><Message>old</Message></Error></ErrorResponse>");
    EXPECT_EQ(query.code, "ExpiredToken");
    EXPECT_EQ(query.message, "old");
}

TEST(ServiceError, IsEmptyWhereTheBodySaysNothing) {
    for (const char* body :
         {"", " ", "null", "[]", "{}", "{", R"({"__type":7})", "<html>502 Bad Gateway</html>",
          "<Error><Code>Open", "upstream connect error", "\xff\xfe{"}) {
        EXPECT_EQ(parse(body).code, "") << body;
        EXPECT_EQ(parse(body).message, "") << body;
    }
}

TEST(ServiceError, KeepsTheFirstLineOnly) {
    // Signature errors repeat the canonical request, session token included.
    const ServiceError error =
        parse(R"({"__type":"InvalidSignatureException","message":"The request signature we )"
              R"(calculated does not match.\n\nThe Canonical String for this request should have )"
              R"(been\n'POST\n/\n\nx-amz-security-token:IQoJb3JpZ2luX2Vj\n"})");
    EXPECT_EQ(error.message, "The request signature we calculated does not match.");
}

TEST(ServiceError, LeavesOutValuesOfTheRequest) {
    const ServiceError error =
        parse(R"({"__type":"ValidationException","message":"2 validation errors detected: Value )"
              R"('{\"card\":\"4111\"}' at 'records.1.member.data' failed to satisfy constraint: )"
              R"(x; Value 'it's' at 'streamName' failed to satisfy constraint: y"})");
    EXPECT_EQ(error.message,
              "2 validation errors detected: Value (left out) at 'records.1.member.data' failed to "
              "satisfy constraint: x; Value (left out) at 'streamName' failed to satisfy "
              "constraint: y");
    EXPECT_EQ(parse(R"({"message":"Value 'cut in the mid"})").message, "Value (left out)");
}

TEST(ServiceError, IsShortAndPrintable) {
    const ServiceError error = parse(R"({"__type":"E)" + std::string(5'000, 'x') +
                                     R"(","message":"\u0007\u001b[31m)"
                                     "\xC3\xA9" +
                                     std::string(5'000, 'y') + R"("})");
    EXPECT_EQ(error.code.size(), 100U);
    EXPECT_EQ(error.message.substr(0, 9), "??[31m\xC3\xA9y");
    EXPECT_LE(error.message.size(), 245U);
    EXPECT_EQ(parse(R"({"__type":"E<b>\u00e9 r\"r"})").code, "Ebrr");
}

struct Class {
    int status;
    const char* code;
    ErrorKind kind;
    bool repeated;  // by itself, after a wait
};

class Classes : public testing::TestWithParam<Class> {};

TEST_P(Classes, FollowTheCodeThenTheStatus) {
    const auto [status, code, kind, repeated] = GetParam();
    const ErrorClass error_class = classify(status, code);
    EXPECT_EQ(base::kind_name(kind_of(error_class)), base::kind_name(kind)) << code;
    EXPECT_EQ(error_class == ErrorClass::throttled || error_class == ErrorClass::transient,
              repeated)
        << status << " " << code;
}

INSTANTIATE_TEST_SUITE_P(
    All, Classes,
    testing::Values(
        Class{400, "Throttling", ErrorKind::throttled, true},
        Class{400, "ThrottlingException", ErrorKind::throttled, true},
        Class{400, "ThrottledException", ErrorKind::throttled, true},
        Class{400, "RequestThrottledException", ErrorKind::throttled, true},
        Class{400, "RequestThrottled", ErrorKind::throttled, true},
        Class{400, "TooManyRequestsException", ErrorKind::throttled, true},
        Class{400, "ProvisionedThroughputExceededException", ErrorKind::throttled, true},
        Class{400, "TransactionInProgressException", ErrorKind::throttled, true},
        Class{400, "LimitExceededException", ErrorKind::throttled, true},
        Class{400, "PriorRequestNotComplete", ErrorKind::throttled, true},
        Class{400, "EC2ThrottledException", ErrorKind::throttled, true},
        Class{400, "RequestLimitExceeded", ErrorKind::throttled, true},
        Class{400, "KMSThrottlingException", ErrorKind::throttled, true},
        Class{503, "SlowDown", ErrorKind::throttled, true},
        Class{509, "BandwidthLimitExceeded", ErrorKind::throttled, true},
        Class{429, "", ErrorKind::throttled, true},
        Class{400, "RequestTimeout", ErrorKind::service_failed, true},
        Class{400, "RequestTimeoutException", ErrorKind::service_failed, true},
        Class{500, "InternalError", ErrorKind::service_failed, true},
        Class{400, "IDPCommunicationError", ErrorKind::service_failed, true},
        Class{500, "InternalFailureException", ErrorKind::service_failed, true},
        Class{500, "InternalServerError", ErrorKind::service_failed, true},
        Class{500, "", ErrorKind::service_failed, true},
        Class{502, "", ErrorKind::service_failed, true},
        Class{503, "", ErrorKind::service_failed, true},
        Class{504, "", ErrorKind::service_failed, true},
        Class{501, "NotImplemented", ErrorKind::service_failed, false},
        Class{505, "", ErrorKind::service_failed, false},
        Class{400, "AccessDeniedException", ErrorKind::access_denied, false},
        Class{403, "AccessDenied", ErrorKind::access_denied, false},
        Class{500, "AccessDeniedException", ErrorKind::access_denied, false},
        Class{400, "KMSAccessDeniedException", ErrorKind::access_denied, false},
        Class{400, "MissingAuthenticationTokenException", ErrorKind::access_denied, false},
        Class{401, "", ErrorKind::access_denied, false},
        Class{403, "", ErrorKind::access_denied, false},
        Class{400, "ExpiredTokenException", ErrorKind::access_denied, false},
        Class{400, "UnrecognizedClientException", ErrorKind::access_denied, false},
        Class{403, "RequestTimeTooSkewed", ErrorKind::access_denied, false},
        Class{403, "SignatureDoesNotMatch", ErrorKind::access_denied, false},
        Class{400, "InvalidSignatureException", ErrorKind::access_denied, false},
        Class{400, "ResourceNotFoundException", ErrorKind::rejected, false},
        Class{400, "ValidationException", ErrorKind::rejected, false},
        Class{400, "KMSDisabledException", ErrorKind::rejected, false},
        Class{404, "NoSuchKey", ErrorKind::rejected, false},
        Class{404, "", ErrorKind::rejected, false}, Class{400, "", ErrorKind::rejected, false},
        Class{301, "PermanentRedirect", ErrorKind::rejected, false}));

}  // namespace
}  // namespace aws

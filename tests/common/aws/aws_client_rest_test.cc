// Calls of the REST protocol, which is S3's.
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "tests/common/aws/client_fixture.h"

namespace aws {
namespace {

using base::ErrorKind;

class RestClientTest : public ClientTest {
  protected:
    base::Result<http::Response> complete(Status200 status_200 = Status200::may_carry_error) {
        return client().call(RestCall{.service = kS3,
                                      .operation = "CompleteMultipartUpload",
                                      .method = "POST",
                                      .path = "/lake/k",
                                      .query = {{"uploadId", "u"}},
                                      .headers = {},
                                      .body = "<CompleteMultipartUpload/>",
                                      .subject = "s3://lake/k",
                                      .status_200 = status_200});
    }
};

// AWS's page "CompleteMultipartUpload" has this answer.
constexpr const char* kErrorBehind200 =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\n   \n"
    "<Error>\n<Code>InternalError</Code>\n<Message>We encountered an internal error.</Message>\n"
    "</Error>";

TEST_F(RestClientTest, SendsARestCallWithItsPathEncodedOnce) {
    settings_.endpoint_url = "http://127.0.0.1:5000/base/";
    http_.answer(200, "", {{"ETag", "\"1\""}});
    const auto answer = client().call(RestCall{kS3,
                                               "PutObject",
                                               "PUT",
                                               "/bucket/a b/../\xC3\xBC+.json",
                                               {{"x-id", "PutObject"}, {"a", "1 2"}},
                                               {{"Content-Type", "text/plain"}},
                                               "body",
                                               "bucket"});
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(http::find_header(answer->headers, "etag"), "\"1\"");
    EXPECT_EQ(http_.requests()[0].url,
              "http://127.0.0.1:5000/base/bucket/a%20b/../%C3%BC%2B.json?a=1%202&x-id=PutObject");
    EXPECT_EQ(sent(0, "Host"), "127.0.0.1:5000");
    // printf body | sha256sum
    EXPECT_EQ(sent(0, "X-Amz-Content-Sha256"),
              "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5");
}

TEST_F(RestClientTest, TakesAnErrorBehind200ForAFailure) {
    for (int i = 0; i < 3; ++i)
        http_.answer(200, kErrorBehind200);
    const auto answer = complete();
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().kind, ErrorKind::service_failed);
    EXPECT_EQ(answer.error().code, "InternalError");
    EXPECT_EQ(http_.left(), 0U);
    // It was begun: nobody knows how far it came.
    EXPECT_EQ(client().counts().unknown_outcomes, 3);
}

TEST_F(RestClientTest, SlowsDownWhereAnErrorBehind200SaysSo) {
    http_.answer(200, "  <Error xmlns=\"x\"><Code>SlowDown</Code></Error>");
    http_.answer(200, "<CompleteMultipartUploadResult/>");
    EXPECT_TRUE(complete().ok());
    EXPECT_EQ(client().counts().throttles, 1);
}

// An object may begin like that.
TEST_F(RestClientTest, LooksForAnErrorBehind200OnlyWhereTheCallSaysSo) {
    http_.answer(200, kErrorBehind200);
    EXPECT_EQ(complete(Status200::is_final)->body, kErrorBehind200);
    for (const char* body :
         {"", "<?xml", "<?xml?>", "<Errors>", "<Result><Error></Error></Result>"}) {
        http_.answer(200, body);
        EXPECT_TRUE(complete().ok()) << body;
    }
}

TEST_F(RestClientTest, GivesTheStatusForACodeWhereNothingNamesOne) {
    http_.answer(404, "");
    EXPECT_EQ(complete().error().code, "404");
    http_.answer(404, "<html>not found</html>");
    EXPECT_EQ(complete().error().code, "");
}

TEST_F(RestClientTest, SaysWhereTheBucketIs) {
    settings_.region = "us-east-1";
    http_.answer(301, "<Error><Code>PermanentRedirect</Code><Message>use another</Message></Error>",
                 {{"x-amz-bucket-region", "eu-west-1"}});
    EXPECT_EQ(complete().error().message,
              "CompleteMultipartUpload on s3://lake/k: 301 PermanentRedirect: use another; the "
              "bucket is in eu-west-1: set AWS_REGION to it");
    http_.answer(400,
                 "<Error><Code>AuthorizationHeaderMalformed</Code><Message>wrong; expecting "
                 "'eu-central-1'</Message><Region>eu-central-1</Region></Error>");
    EXPECT_NE(complete().error().message.find("the bucket is in eu-central-1: set AWS_REGION"),
              std::string::npos);
    for (const char* region : {"us-east-1", "", "no region!"}) {
        http_.answer(403, "<Error><Code>AccessDenied</Code></Error>",
                     {{"x-amz-bucket-region", region}});
        EXPECT_EQ(complete().error().message,
                  "CompleteMultipartUpload on s3://lake/k: 403 AccessDenied");
    }
}

TEST_F(RestClientTest, CapsTheAnswer) {
    http_.answer(200, "");
    RestCall call{.service = kS3, .operation = "GetObject", .method = "GET", .path = "/lake/k"};
    call.response_bytes_max = 7;
    ASSERT_TRUE(client().call(std::move(call)).ok());
    EXPECT_EQ(http_.requests()[0].response_bytes_max, 7U);
}

}  // namespace
}  // namespace aws

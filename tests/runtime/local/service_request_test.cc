#include "runtime/local/service_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/hex.h"
#include "runtime/local/recording_proxy.h"

namespace local {
namespace {

http::Headers signed_for(std::string_view service, http::Headers more = {}) {
    more.push_back(
        {"authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261120/eu-west-1/" +
                              std::string(service) +
                              "/aws4_request, SignedHeaders=host;x-amz-date, Signature=ab"});
    return more;
}

TEST(IdentifyCall, KnowsTheJsonProtocols) {
    const RecordedCall call = identify_call(
        "POST", "/", signed_for("kinesis", {{"x-amz-target", "Kinesis_20131202.PutRecords"}}),
        R"({"StreamName":"s"})");
    EXPECT_EQ(call.service, "kinesis");
    EXPECT_EQ(call.operation, "PutRecords");
    EXPECT_EQ(call.body, R"({"StreamName":"s"})");
}

TEST(IdentifyCall, TakesTheHostOfAnUnsignedRequest) {
    EXPECT_EQ(
        identify_call(
            "POST", "/",
            {{"Host", "glue.us-east-1.amazonaws.com"}, {"X-Amz-Target", "AWSGlue.GetTable"}}, "{}")
            .service,
        "glue");
}

TEST(IdentifyCall, CallsWhatNobodySignedForThisMachineHttp) {
    const RecordedCall call =
        identify_call("GET", "/api/Paris.json?key=1", {{"Host", "127.0.0.1:5000"}}, "");
    EXPECT_EQ(call.service, "http");
    EXPECT_EQ(call.operation, "GET /api/Paris.json?key=1");
}

TEST(IdentifyCall, DerivesTheS3OperationFromMethodPathAndQuery) {
    struct Row {
        const char* method;
        const char* target;
        const char* operation;
    };
    const std::vector<Row> rows{
        {"GET", "/", "ListBuckets"},
        {"PUT", "/b", "CreateBucket"},
        {"HEAD", "/b/", "HeadBucket"},
        {"DELETE", "/b", "DeleteBucket"},
        {"GET", "/b?list-type=2&prefix=x", "ListObjectsV2"},
        {"GET", "/b?prefix=list-type", "ListObjects"},
        {"GET", "/b?location", "GetBucketLocation"},
        {"GET", "/b?uploads", "ListMultipartUploads"},
        {"POST", "/b?delete", "DeleteObjects"},
        {"PUT", "/b/k", "PutObject"},
        {"PUT", "/b/a/b?partNumber=1&uploadId=2", "UploadPart"},
        {"GET", "/b/k", "GetObject"},
        {"GET", "/b/k?uploadId=2", "ListParts"},
        {"HEAD", "/b/k", "HeadObject"},
        {"DELETE", "/b/k", "DeleteObject"},
        {"DELETE", "/b/k?uploadId=2", "AbortMultipartUpload"},
        {"POST", "/b/k?uploads", "CreateMultipartUpload"},
        {"POST", "/b/k?uploadId=2", "CompleteMultipartUpload"},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(identify_call(row.method, row.target, signed_for("s3"), "").operation,
                  row.operation)
            << row.method << " " << row.target;
    }
    EXPECT_EQ(identify_call("PUT", "/b/k", signed_for("s3", {{"X-Amz-Copy-Source", "/b/j"}}), "")
                  .operation,
              "CopyObject");
}

TEST(IdentifyCall, WritesAnS3CallAsJson) {
    EXPECT_EQ(identify_call("PUT", "/lake/dt%3D1/a%20b.json", signed_for("s3"), "text\n").body,
              R"({"Bucket":"lake","Key":"dt=1/a b.json","Body":"text\n"})");
    EXPECT_EQ(identify_call("PUT", "/lake/k", signed_for("s3"), "\xff").body,
              R"({"Bucket":"lake","Key":"k","Body":"/w=="})");
}

TEST(IdentifyCall, ShowsTheTextOfAGzippedObject) {
    // Python: gzip.compress(b"hello lakefeed\n", mtime=0), and of b"\xff".
    const std::string gzip = *codec::hex_decode(
        "1f8b0800000000000203cb48cdc9c957c849cc4e4d4b4d4de102000cd736a50f000000");
    const std::string no_text = *codec::hex_decode("1f8b0800000000000203fb0f00000000ff01000000");
    const auto body_of = [](const std::string& body) {
        return identify_call("PUT", "/b/k", signed_for("s3"), body).body;
    };
    EXPECT_EQ(body_of(gzip), R"({"Bucket":"b","Key":"k","GzipBody":"hello lakefeed\n"})");
    EXPECT_EQ(body_of(gzip.substr(0, 20)),
              R"({"Bucket":"b","Key":"k","Body":"H4sIAAAAAAACA8tIzcnJV8hJzE4="})");
    EXPECT_THAT(body_of(no_text), testing::HasSubstr(R"("Body":"H4sI)"));
}

// An AWS server that keeps the last request and answers what it is told.
class UpstreamTest : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(upstream_.start([this](HttpExchange& exchange) {
            request_line_ = std::string(exchange.method()) + " " + std::string(exchange.target());
            headers_ = exchange.headers();
            body_ = exchange.read_body(64U << 20U).bytes;
            return answer_;
        }));
    }
    [[nodiscard]] std::string header(std::string_view name) const {
        return std::string(http::find_header(headers_, name).value_or(""));
    }

    HttpAnswer answer_;
    std::string request_line_;
    http::Headers headers_;
    std::string body_;
    HttpServer upstream_;
};

TEST_F(UpstreamTest, CallServiceWritesTheRequestOfTheProtocol) {
    const auto body = parse_exact_json(R"({"StreamName":"s","ShardCount":1})", "it");
    ASSERT_TRUE(call_service(upstream_.port(), "kinesis", "CreateStream", *body));
    EXPECT_EQ(request_line_, "POST /");
    EXPECT_EQ(header("X-Amz-Target"), "Kinesis_20131202.CreateStream");
    EXPECT_EQ(header("Content-Type"), "application/x-amz-json-1.1");
    EXPECT_THAT(header("Authorization"), testing::HasSubstr("/us-east-1/kinesis/aws4_request"));
    EXPECT_EQ(body_, R"({"StreamName":"s","ShardCount":1})");
}

TEST_F(UpstreamTest, CallServicePutsAnObject) {
    const auto body = parse_exact_json(R"({"Bucket":"b","Key":"a b/c=d","Body":"hi"})", "it");
    ASSERT_TRUE(call_service(upstream_.port(), "s3", "PutObject", *body));
    EXPECT_EQ(request_line_, "PUT /b/a%20b/c%3Dd");
    EXPECT_EQ(body_, "hi");
}

TEST_F(UpstreamTest, CallServicePutsAnObjectThatIsNoText) {
    const auto body = parse_exact_json(R"({"Bucket":"b","Key":"k","BodyBase64":"/wA="})", "it");
    ASSERT_TRUE(call_service(upstream_.port(), "s3", "PutObject", *body));
    EXPECT_EQ(body_, std::string("\xff\0", 2));
    const auto bad = parse_exact_json(R"({"Bucket":"b","Key":"k","BodyBase64":"/w"})", "it");
    const auto refused = call_service(upstream_.port(), "s3", "PutObject", *bad);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("BodyBase64"));
}

TEST_F(UpstreamTest, CallServiceTellsMotoItself) {
    const auto body = parse_exact_json(R"({"clock":"2026-01-01T00:00:00Z"})", "it");
    ASSERT_TRUE(call_service(upstream_.port(), "moto", "lakefeed/exports", *body));
    EXPECT_EQ(request_line_, "POST /moto-api/lakefeed/exports");
    EXPECT_EQ(header("Authorization"), "");
    EXPECT_EQ(body_, R"({"clock":"2026-01-01T00:00:00Z"})");
}

TEST_F(UpstreamTest, CallServiceTellsWhatCameBack) {
    answer_ = {.status = 400, .body = "ResourceInUseException"};
    const auto body = parse_exact_json("{}", "it");
    const auto refused = call_service(upstream_.port(), "glue", "CreateTable", *body);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("glue CreateTable: 400"));
    EXPECT_THAT(refused.error().message, testing::HasSubstr("ResourceInUseException"));
    EXPECT_FALSE(call_service(upstream_.port(), "ec2", "RunInstances", *body));
    EXPECT_FALSE(call_service(upstream_.port(), "s3", "GetObject", *body));
}

TEST_F(UpstreamTest, TheProxyPassesARequestOnUnchangedAndKeepsIt) {
    RecordingProxy proxy;
    ASSERT_TRUE(proxy.start());
    proxy.forward_to(upstream_.port());
    answer_ = {.status = 400, .headers = {{"x-amzn-requestid", "r1"}}, .body = "no"};
    const std::string url = proxy.url();
    const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    const std::string body(10U << 20U, 'x');
    const auto answer = call_loopback(
        {.port = port,
         .method = "POST",
         .target = "/?a=%20b",
         .headers = signed_for("kinesis", {{"Host", "kinesis.example"},
                                           {"X-Amz-Target", "Kinesis_20131202.PutRecords"}}),
         .body = body});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 400);
    EXPECT_EQ(answer->body, "no");
    EXPECT_EQ(http::find_header(answer->headers, "x-amzn-requestid"), "r1");
    EXPECT_EQ(request_line_, "POST /?a=%20b");
    EXPECT_EQ(header("Host"), "kinesis.example");
    EXPECT_THAT(header("Authorization"), testing::HasSubstr("Signature=ab"));
    EXPECT_EQ(body_, body);
    ASSERT_EQ(proxy.calls().size(), 1U);
    EXPECT_EQ(proxy.calls().front().operation, "PutRecords");
    EXPECT_EQ(proxy.calls().front().body, body);
    proxy.reset();
    EXPECT_TRUE(proxy.calls().empty());
}

TEST_F(UpstreamTest, TheProxyAnswersWhereNoServerRuns) {
    RecordingProxy proxy;
    ASSERT_TRUE(proxy.start());
    const std::string url = proxy.url();
    const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    const auto answer = call_loopback({.port = port, .headers = signed_for("sqs")});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 503);
    EXPECT_EQ(proxy.calls().size(), 1U);
}

}  // namespace
}  // namespace local

#include "common/aws/sigv4.h"

#include <string>

#include <gtest/gtest.h>

#include "common/codec/hex.h"

namespace aws {
namespace {

// The examples of Amazon S3's page "Signature Calculations for the Authorization Header:
// Transferring Payload in a Single Chunk".
constexpr base::EpochMs kS3ExampleTimeMs = 1'369'353'600'000;  // 2013-05-24T00:00:00Z
constexpr std::string_view kS3ExampleSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

std::string sign_s3_example(std::string_view method, std::string_view path, const Query& query,
                            std::string_view body, http::Headers headers) {
    headers.push_back({"Host", "examplebucket.s3.amazonaws.com"});
    sign({method, path, query, body, "us-east-1", "s3"},
         {"AKIAIOSFODNN7EXAMPLE", base::Secret(kS3ExampleSecret), base::Secret()}, kS3ExampleTimeMs,
         headers);
    return std::string(http::find_header(headers, "Authorization").value_or(""));
}

std::string s3_authorization(const std::string& signed_headers, const std::string& signature) {
    return "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
           "SignedHeaders=" +
           signed_headers + ", Signature=" + signature;
}

TEST(SigV4, SignsS3GetObjectAsItsPageDoes) {
    EXPECT_EQ(sign_s3_example("GET", "/test.txt", {}, "", {{"Range", "bytes=0-9"}}),
              s3_authorization("host;range;x-amz-content-sha256;x-amz-date",
                               "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"));
}

TEST(SigV4, SignsS3PutObjectAsItsPageDoes) {
    EXPECT_EQ(sign_s3_example("PUT", "/test%24file.text", {}, "Welcome to Amazon S3.",
                              {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                               {"x-amz-storage-class", "REDUCED_REDUNDANCY"}}),
              s3_authorization("date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                               "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
}

TEST(SigV4, SignsS3GetBucketLifecycleAsItsPageDoes) {
    EXPECT_EQ(sign_s3_example("GET", "/", {{"lifecycle", ""}}, "", {}),
              s3_authorization("host;x-amz-content-sha256;x-amz-date",
                               "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
}

TEST(SigV4, SignsS3ListObjectsAsItsPageDoes) {
    EXPECT_EQ(sign_s3_example("GET", "/", {{"prefix", "J"}, {"max-keys", "2"}}, "", {}),
              s3_authorization("host;x-amz-content-sha256;x-amz-date",
                               "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
}

// The example of the page "Create a signed AWS API request" as the General Reference gave it.
TEST(SigV4, DerivesTheSigningKeyOfTheReference) {
    const base::Secret key =
        signing_key(base::Secret(std::string_view("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")),
                    {"20150830", "us-east-1", "iam"});
    EXPECT_EQ(codec::hex_lower(key.reveal()),
              "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
}

std::string canonical_path_of(std::string_view path, PathRule rule) {
    const http::Headers headers{{"Host", "h"}};
    const Query query;
    const std::string text = canonical_request({"GET", path, query, headers, "", rule});
    return text.substr(4, text.find('\n', 4) - 4);
}

TEST(SigV4, LeavesTheS3PathAsItIs) {
    for (const std::string_view path : {"/b/a//c", "/b/./a/../c", "/b/%20x%2B", "/b/", "/"})
        EXPECT_EQ(canonical_path_of(path, PathRule::as_sent), path);
    EXPECT_EQ(canonical_path_of("", PathRule::as_sent), "/");
}

TEST(SigV4, NormalizesAndEncodesOtherPathsOnceMore) {
    EXPECT_EQ(canonical_path_of("/b/a//c", PathRule::normalized), "/b/a/c");
    EXPECT_EQ(canonical_path_of("/b/./a/../c/", PathRule::normalized), "/b/c/");
    EXPECT_EQ(canonical_path_of("/../..", PathRule::normalized), "/");
    EXPECT_EQ(canonical_path_of("/b/%20x", PathRule::normalized), "/b/%2520x");
    EXPECT_EQ(canonical_path_of("", PathRule::normalized), "/");
}

TEST(SigV4, SortsTheQueryByEncodedNameThenValue) {
    EXPECT_EQ(canonical_query({{"b", "2"}, {"b", "1"}, {"a b", ""}, {"a", "/"}, {"B", "~"}}),
              "B=~&a=%2F&a%20b=&b=1&b=2");
    EXPECT_EQ(canonical_query({}), "");
}

TEST(SigV4, LeavesOutWhatTransportsChange) {
    EXPECT_EQ(signed_headers({{"Host", "h"},
                              {"User-Agent", "u"},
                              {"X-Amzn-Trace-Id", "t"},
                              {"EXPECT", ""},
                              {"Authorization", "a"},
                              {"Content-Type", "c"}}),
              "content-type;host");
}

TEST(SigV4, SignsTheSessionToken) {
    http::Headers headers{{"Host", "kinesis.us-east-1.amazonaws.com"}};
    sign({"POST", "/", {}, "{}", "us-east-1", "kinesis"},
         {"AKID", base::Secret(std::string_view("secret")), base::Secret(std::string_view("tok"))},
         1'795'136'400'000, headers);
    EXPECT_EQ(http::find_header(headers, "X-Amz-Security-Token"), "tok");
    EXPECT_EQ(http::find_header(headers, "X-Amz-Date"), "20261120T010000Z");
    EXPECT_EQ(http::find_header(headers, "X-Amz-Content-Sha256"), std::nullopt);
    EXPECT_NE(http::find_header(headers, "Authorization")
                  .value_or("")
                  .find("SignedHeaders=host;x-amz-date;x-amz-security-token,"),
              std::string_view::npos);
}

}  // namespace
}  // namespace aws

#include "common/aws/s3_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/aws/client_fixture.h"

namespace aws {
namespace {

class S3ClientTest : public ClientTest {
  protected:
    base::Result<base::Done> put(std::string_view key, const std::string& body) {
        return S3Client(client()).put_object({.bucket = "lake.bucket",
                                              .key = key,
                                              .body = body,
                                              .content_type = "application/x-ndjson",
                                              .deadline = {clock_.now_ms() + 60'000}});
    }
};

TEST(BucketName, IsWhatS3Takes) {
    for (const char* name : {"abc", "my.bucket-1", "1.2", "a--b"})
        EXPECT_TRUE(is_bucket_name(name)) << name;
    EXPECT_TRUE(is_bucket_name(std::string(63, 'a')));
    for (const char* name :
         {"", "ab", "Abc", "a_bc", "-abc", "abc-", ".abc", "abc.", "a..bc", "a/b"})
        EXPECT_FALSE(is_bucket_name(name)) << name;
    EXPECT_FALSE(is_bucket_name(std::string(64, 'a')));
}

TEST_F(S3ClientTest, PutsTheObjectWithItsDigests) {
    http_.answer(200, "", {{"ETag", "\"x\""}});
    ASSERT_TRUE(put("a b/dt=20261120/ü.jsonl", "abc").ok());
    ASSERT_EQ(http_.requests().size(), 1U);
    const http::Request& request = http_.requests()[0];
    EXPECT_EQ(request.method, "PUT");
    EXPECT_EQ(request.url,
              "https://s3.us-east-1.amazonaws.com/lake.bucket/a%20b/dt%3D20261120/%C3%BC.jsonl");
    EXPECT_EQ(request.body, "abc");
    EXPECT_EQ(sent(0, "Content-Type"), "application/x-ndjson");
    // FIPS 180-4's digest of "abc", in hex and in base64.
    EXPECT_EQ(sent(0, "X-Amz-Content-Sha256"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sent(0, "X-Amz-Checksum-Sha256"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    EXPECT_THAT(sent(0, "Authorization"), testing::HasSubstr("/us-east-1/s3/aws4_request"));
}

TEST_F(S3ClientTest, TriesAgainWhatMayHaveBeenStored) {
    http_.fail(base::ErrorKind::outcome_unknown);
    http_.answer(503, "<Error><Code>SlowDown</Code></Error>");
    http_.answer(200, "");
    EXPECT_TRUE(put("k", "abc").ok());
    EXPECT_EQ(http_.requests().size(), 3U);
    EXPECT_EQ(http_.requests()[2].body, "abc");
}

TEST_F(S3ClientTest, TellsWhatWasRefused) {
    http_.answer(403, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>");
    const auto denied = put("k", "abc");
    ASSERT_FALSE(denied.ok());
    EXPECT_EQ(denied.error().kind, base::ErrorKind::access_denied);
    EXPECT_THAT(denied.error().message, testing::HasSubstr("PutObject on s3://lake.bucket/k: 403"));
    http_.answer(404, "<Error><Code>NoSuchBucket</Code></Error>");
    EXPECT_EQ(put("k", "abc").error().code, "NoSuchBucket");
}

// Without a key it would be CreateBucket, DeleteBucket, ListObjects.
TEST_F(S3ClientTest, AsksNothingWithoutAName) {
    S3Client s3(client());
    for (const ObjectName& object :
         {ObjectName{"lake", ""}, ObjectName{"", "k"}, ObjectName{"la/ke", "k"},
          ObjectName{"lake", std::string(1025, 'k')}}) {
        for (const base::Error& error :
             {s3.put_object({.bucket = object.bucket, .key = object.key, .body = "x"}).error(),
              s3.get_object(object, {}, {}).error(), s3.head_object(object, {}).error(),
              s3.delete_object(object, {}).error()}) {
            EXPECT_EQ(error.kind, base::ErrorKind::rejected);
            EXPECT_THAT(error.message, testing::HasSubstr(object.uri() + ": no object has that"));
        }
    }
    EXPECT_TRUE(http_.requests().empty());
}

TEST_F(S3ClientTest, DeletesAnObject) {
    http_.answer(204, "");
    ASSERT_TRUE(S3Client(client()).delete_object({"lake", "a b"}, {}));
    EXPECT_EQ(http_.requests()[0].method, "DELETE");
    EXPECT_EQ(http_.requests()[0].url, "https://s3.us-east-1.amazonaws.com/lake/a%20b");
    http_.answer(403, "<Error><Code>AccessDenied</Code></Error>");
    EXPECT_EQ(S3Client(client()).delete_object({"lake", "k"}, {}).error().message,
              "DeleteObject on s3://lake/k: 403 AccessDenied");
}

}  // namespace
}  // namespace aws

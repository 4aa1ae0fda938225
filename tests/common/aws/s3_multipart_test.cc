#include "common/aws/s3_multipart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/aws/client_fixture.h"

namespace aws {
namespace {

using base::ErrorKind;
using testing::HasSubstr;

constexpr const char* kUrl = "https://s3.us-east-1.amazonaws.com/lake/a%20b";
constexpr const char* kCompleted =
    "<?xml version=\"1.0\"?>\n \n<CompleteMultipartUploadResult><ETag>&quot;x&quot;</ETag>"
    "</CompleteMultipartUploadResult>";
// Python: base64 of the SHA-256 of "abc", of "de", and of the two digests; the MD5s likewise.
constexpr const char* kSha256OfAbc = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
constexpr const char* kSha256OfDe = "lZpF1E5vz1g2HtAEaBVW/lASnyEJ6BfewJjADJ5dJXg=";
constexpr const char* kSha256OfBoth = "pyZWkm6RFqVJbElnQg0d9KLHeUtVgfzxbxt5JkJkjBA=";
constexpr const char* kMd5OfAbc = "900150983cd24fb0d6963f7d28e17f72";
constexpr const char* kMd5OfDe = "5f02f0889301fd7be1ac972c11bf3e7d";
constexpr const char* kMd5OfBoth = "fd279fa64fe1fa9a3551a4a88ae83424-2";

class MultipartUploadTest : public ClientTest {
  protected:
    base::Result<MultipartUpload> create() {
        return MultipartUpload::create(client(), {"lake", "a b"}, "application/gzip",
                                       {clock_.now_ms() + 60'000});
    }
    MultipartUpload created() {
        http_.answer(200,
                     "<InitiateMultipartUploadResult><UploadId>u+/1</UploadId>"
                     "</InitiateMultipartUploadResult>");
        auto upload = create();
        EXPECT_TRUE(upload);
        return *std::move(upload);
    }
    base::Result<base::Done> upload_part(MultipartUpload& upload, const std::string& bytes,
                                         const std::string& etag) {
        http_.answer(200, "", {{"ETag", "\"" + etag + "\""}});
        return upload.upload_part(bytes, {clock_.now_ms() + 60'000});
    }
    // With the parts "abc" and "de".
    MultipartUpload uploaded() {
        MultipartUpload upload = created();
        EXPECT_TRUE(upload_part(upload, "abc", kMd5OfAbc));
        EXPECT_TRUE(upload_part(upload, "de", kMd5OfDe));
        return upload;
    }
    void answer_head(const std::string& bytes, const std::string& etag,
                     const std::string& checksum) {
        http::Headers headers = {{"Content-Length", bytes}, {"ETag", "\"" + etag + "\""}};
        if (!checksum.empty()) headers.push_back({"x-amz-checksum-sha256", checksum});
        http_.answer(200, "", headers);
    }
    // How complete() ends where S3 says that there is no such upload, and HEAD this.
    base::Result<base::Done> completed_where_head_says(const std::string& bytes,
                                                       const std::string& etag,
                                                       const std::string& checksum) {
        MultipartUpload upload = uploaded();
        http_.answer(404, "<Error><Code>NoSuchUpload</Code></Error>");
        answer_head(bytes, etag, checksum);
        return upload.complete({});
    }
};

TEST_F(MultipartUploadTest, MakesTheRequestsOfTheApiReference) {
    MultipartUpload upload = uploaded();
    http_.answer(200, kCompleted);
    ASSERT_TRUE(upload.complete({}));
    ASSERT_EQ(http_.requests().size(), 4U);
    const http::Request& create = http_.requests()[0];
    EXPECT_EQ(create.method, "POST");
    EXPECT_EQ(create.url, std::string(kUrl) + "?uploads=");
    EXPECT_EQ(create.body, "");
    EXPECT_EQ(sent(0, "Content-Type"), "application/gzip");
    EXPECT_EQ(sent(0, "X-Amz-Checksum-Algorithm"), "SHA256");
    EXPECT_EQ(upload.id(), "u+/1");

    const http::Request& part = http_.requests()[2];
    EXPECT_EQ(part.method, "PUT");
    EXPECT_EQ(part.url, std::string(kUrl) + "?partNumber=2&uploadId=u%2B%2F1");
    EXPECT_EQ(part.body, "de");
    EXPECT_EQ(sent(2, "X-Amz-Checksum-Sha256"), kSha256OfDe);

    const http::Request& complete = http_.requests()[3];
    EXPECT_EQ(complete.method, "POST");
    EXPECT_EQ(complete.url, std::string(kUrl) + "?uploadId=u%2B%2F1");
    EXPECT_EQ(complete.body,
              std::string("<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/"
                          "2006-03-01/\"><Part><ChecksumSHA256>") +
                  kSha256OfAbc + "</ChecksumSHA256><ETag>&#34;" + kMd5OfAbc +
                  "&#34;</ETag><PartNumber>1</PartNumber></Part><Part><ChecksumSHA256>" +
                  kSha256OfDe + "</ChecksumSHA256><ETag>&#34;" + kMd5OfDe +
                  "&#34;</ETag><PartNumber>2</PartNumber></Part></CompleteMultipartUpload>");
    EXPECT_EQ(complete.first_byte_timeout_ms, 60'000);
    for (const http::Request& request : http_.requests())
        EXPECT_EQ(request.repeatable, http::Repeatable::yes);
}

TEST_F(MultipartUploadTest, TellsWhyItCannotBegin) {
    http_.answer(403, "<Error><Code>AccessDenied</Code></Error>");
    EXPECT_EQ(create().error().message, "CreateMultipartUpload on s3://lake/a b: 403 AccessDenied");
    http_.answer(200, "<InitiateMultipartUploadResult/>");
    const auto nameless = create();
    EXPECT_EQ(nameless.error().kind, ErrorKind::service_failed);
    EXPECT_EQ(nameless.error().message,
              "CreateMultipartUpload on s3://lake/a b: the answer has no UploadId");
    EXPECT_EQ(MultipartUpload::create(client(), {"lake", ""}, "", {}).error().kind,
              ErrorKind::rejected);
}

TEST_F(MultipartUploadTest, SendsABrokenPartAgain) {
    MultipartUpload upload = created();
    http_.fail(ErrorKind::outcome_unknown, "the connection broke");
    http_.answer(503, "<Error><Code>SlowDown</Code></Error>");
    ASSERT_TRUE(upload_part(upload, "abc", kMd5OfAbc));
    EXPECT_EQ(http_.requests()[3].body, "abc");
    EXPECT_EQ(http_.requests()[3].url, http_.requests()[1].url);
}

TEST_F(MultipartUploadTest, CountsNoPartThatWasNotTaken) {
    MultipartUpload upload = created();
    http_.answer(400, "<Error><Code>BadDigest</Code></Error>");
    EXPECT_EQ(upload.upload_part("abc", {}).error().code, "BadDigest");
    http_.answer(200, "");
    EXPECT_EQ(upload.upload_part("abc", {}).error().message,
              "UploadPart on s3://lake/a b: the answer has no ETag");
    ASSERT_TRUE(upload_part(upload, "abc", kMd5OfAbc));
    EXPECT_THAT(http_.requests().back().url, HasSubstr("partNumber=1&"));
}

TEST_F(MultipartUploadTest, EndsAtTenThousandParts) {
    MultipartUpload upload = created();
    for (int i = 0; i < kPartsMax; ++i)
        ASSERT_TRUE(upload_part(upload, "abc", kMd5OfAbc));
    const auto refused = upload.upload_part("abc", {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::rejected);
    EXPECT_THAT(refused.error().message,
                HasSubstr("10000 parts at most, and these are 30000 bytes"));
}

TEST_F(MultipartUploadTest, TakesAnErrorBehind200ForOne) {
    MultipartUpload upload = uploaded();
    for (int i = 0; i < 3; ++i)
        http_.answer(200,
                     " \n<Error><Code>InternalError</Code><Message>try again</Message></Error>");
    http_.answer(404, "");
    const auto done = upload.complete({});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::service_failed);
    EXPECT_THAT(done.error().message, HasSubstr("500 InternalError: try again"));
    EXPECT_THAT(done.error().message, HasSubstr("the object is not there"));
}

TEST_F(MultipartUploadTest, AsksHeadWhereTheUploadIsGone) {
    EXPECT_TRUE(completed_where_head_says("5", "whatever", std::string(kSha256OfBoth) + "-2"));
    EXPECT_TRUE(completed_where_head_says("5", "whatever", kSha256OfBoth));
    EXPECT_EQ(http_.requests().back().method, "HEAD");
    EXPECT_EQ(http_.requests().back().url, kUrl);
    // A server that keeps no checksums.
    EXPECT_TRUE(completed_where_head_says("5", kMd5OfBoth, ""));
}

TEST_F(MultipartUploadTest, TakesNoOtherObjectForItsOwn) {
    const std::string sha256 = std::string(kSha256OfBoth) + "-2";
    for (const auto& [bytes, etag, checksum] : {std::tuple{"4", kMd5OfBoth, sha256.c_str()},
                                                {"5", kMd5OfBoth, "AAAA"},
                                                {"5", "fd279fa64fe1fa9a3551a4a88ae83424", ""},
                                                {"5", kMd5OfAbc, ""}}) {
        const auto done = completed_where_head_says(bytes, etag, checksum);
        ASSERT_FALSE(done) << bytes << etag << checksum;
        EXPECT_EQ(done.error().code, "NoSuchUpload");
        EXPECT_THAT(done.error().message, HasSubstr("another object is there"));
    }
}

TEST_F(MultipartUploadTest, SettlesAnUnknownOutcome) {
    // No answer ever came, and it was done.
    MultipartUpload upload = uploaded();
    for (int i = 0; i < 3; ++i)
        http_.fail(ErrorKind::outcome_unknown, "no answer");
    answer_head("5", kMd5OfBoth, "");
    EXPECT_TRUE(upload.complete({}));

    // The answer was cut off behind its status, and it was not done.
    MultipartUpload cut = uploaded();
    http_.answer(200, "");
    http_.answer(404, "");
    const auto done = cut.complete({});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::outcome_unknown);
    EXPECT_THAT(done.error().message, HasSubstr("the object is not there"));
}

TEST_F(MultipartUploadTest, SaysWhereNobodyKnows) {
    MultipartUpload upload = uploaded();
    http_.answer(404, "<Error><Code>NoSuchUpload</Code></Error>");
    http_.answer(403, "");
    const auto done = upload.complete({});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::outcome_unknown);
    EXPECT_EQ(done.error().message,
              "CompleteMultipartUpload on s3://lake/a b: 404 NoSuchUpload; whether it was done is "
              "not known: HeadObject on s3://lake/a b: 403");
}

TEST_F(MultipartUploadTest, AsksNobodyAboutARefusal) {
    MultipartUpload upload = uploaded();
    http_.answer(400, "<Error><Code>InvalidPart</Code></Error>");
    const auto done = upload.complete({});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::rejected);
    EXPECT_EQ(http_.requests().back().method, "POST");
}

TEST_F(MultipartUploadTest, AbortsOnce) {
    MultipartUpload upload = uploaded();
    http_.answer(204, "");
    EXPECT_TRUE(upload.abort({}));
    EXPECT_EQ(http_.requests().back().method, "DELETE");
    EXPECT_EQ(http_.requests().back().url, std::string(kUrl) + "?uploadId=u%2B%2F1");
    http_.answer(404, "<Error><Code>NoSuchUpload</Code></Error>");
    EXPECT_TRUE(upload.abort({}));
    http_.answer(403, "<Error><Code>AccessDenied</Code></Error>");
    EXPECT_EQ(upload.abort({}).error().message,
              "AbortMultipartUpload on s3://lake/a b: 403 AccessDenied");
}

}  // namespace
}  // namespace aws

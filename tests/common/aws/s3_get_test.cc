// GetObject by ranges, HeadObject and ListObjectsV2.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/aws/s3_client.h"
#include "tests/common/aws/client_fixture.h"

namespace aws {
namespace {

using base::ErrorKind;
using testing::HasSubstr;

class S3GetTest : public ClientTest {
  protected:
    base::Result<ObjectRange> get(const RangeRequest& range) {
        return S3Client(client()).get_object({"lake", "a b"}, range, {clock_.now_ms() + 60'000});
    }
    void answer_range(const std::string& bytes, const std::string& range,
                      const std::string& etag = "\"e\"") {
        http_.answer(206, bytes, {{"Content-Range", "bytes " + range}, {"ETag", etag}});
    }
    base::Result<ObjectHead> head() { return S3Client(client()).head_object({"lake", "k"}, {}); }
    base::Result<std::vector<ListedObject>> list(const std::string& prefix) {
        return S3Client(client()).list_objects("lake", prefix, {});
    }
};

TEST_F(S3GetTest, AsksForARangeOfTheObjectThatItBegan) {
    answer_range("cdef", "2-5/9");
    const auto range = get({.first = 2, .bytes_max = 4, .if_match = "e"});
    ASSERT_TRUE(range);
    EXPECT_EQ(range->bytes, "cdef");
    EXPECT_EQ(range->object_bytes, 9U);
    EXPECT_EQ(range->etag, "e");
    const http::Request& request = http_.requests().at(0);
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.url, "https://s3.us-east-1.amazonaws.com/lake/a%20b");
    EXPECT_EQ(request.body, "");
    EXPECT_EQ(request.repeatable, http::Repeatable::yes);
    EXPECT_EQ(sent(0, "Range"), "bytes=2-5");
    EXPECT_EQ(sent(0, "If-Match"), "\"e\"");
    EXPECT_EQ(sent(0, "Accept-Encoding"), "identity");
    // AWS's digest of an empty payload.
    EXPECT_EQ(sent(0, "X-Amz-Content-Sha256"),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_THAT(
        sent(0, "Authorization"),
        HasSubstr("SignedHeaders=accept-encoding;host;if-match;range;x-amz-content-sha256"));
    EXPECT_LT(request.response_bytes_max, 100'000U);
}

TEST_F(S3GetTest, AsksForWhateverIsThereAtFirst) {
    answer_range("ab", "0-1/2");
    EXPECT_EQ(get({.first = 0, .bytes_max = 100})->bytes, "ab");
    EXPECT_EQ(sent(0, "If-Match"), "");
    EXPECT_EQ(sent(0, "Range"), "bytes=0-99");
}

TEST_F(S3GetTest, GivesNoBytesOfAnEmptyObject) {
    for (const char* body : {"<Error><Code>InvalidRange</Code><ActualObjectSize>0"
                             "</ActualObjectSize></Error>",
                             ""}) {
        http_.answer(416, body);
        http_.answer(200, "", {{"Content-Length", "0"}, {"ETag", "\"e\""}});
        const auto range = get({.first = 0, .bytes_max = 100});
        ASSERT_TRUE(range);
        EXPECT_EQ(range->bytes, "");
        EXPECT_EQ(range->object_bytes, 0U);
        EXPECT_EQ(range->etag, "e");
        EXPECT_EQ(http_.requests().back().method, "HEAD");
    }
    // Between the two it was replaced.
    http_.answer(416, "");
    http_.answer(200, "", {{"Content-Length", "5"}, {"ETag", "\"e\""}});
    EXPECT_EQ(get({.first = 0, .bytes_max = 100}).error().kind, ErrorKind::data_invalid);
    http_.answer(416, "");
    EXPECT_EQ(get({.first = 5, .bytes_max = 100, .if_match = "e"}).error().kind,
              ErrorKind::rejected);
}

TEST_F(S3GetTest, SaysThatTheObjectWasReplaced) {
    http_.answer(412,
                 "<Error><Code>PreconditionFailed</Code><Message>At least one</Message></Error>");
    const auto range = get({.first = 2, .bytes_max = 4, .if_match = "e"});
    ASSERT_FALSE(range);
    EXPECT_EQ(range.error().kind, ErrorKind::data_invalid);
    EXPECT_EQ(range.error().message,
              "GetObject on s3://lake/a b: 412 PreconditionFailed: At least one; the object was "
              "replaced while it was read");
}

TEST_F(S3GetTest, TellsWhatIsMissingOrRefused) {
    http_.answer(404, "<Error><Code>NoSuchKey</Code><Message>no</Message></Error>");
    const auto missing = get({});
    EXPECT_EQ(missing.error().kind, ErrorKind::rejected);
    EXPECT_EQ(missing.error().code, "NoSuchKey");
    EXPECT_EQ(missing.error().message, "GetObject on s3://lake/a b: 404 NoSuchKey: no");
    http_.answer(404, "<Error><Code>NoSuchBucket</Code></Error>");
    EXPECT_EQ(get({}).error().code, "NoSuchBucket");
    http_.answer(403, "<Error><Code>AccessDenied</Code></Error>");
    const auto denied = get({});
    EXPECT_EQ(denied.error().kind, ErrorKind::access_denied);
    EXPECT_EQ(denied.error().message,
              "GetObject on s3://lake/a b: 403 AccessDenied; allow s3:GetObject, and s3:ListBucket "
              "to learn whether the object is there");
}

TEST_F(S3GetTest, TakesNoOtherBytesForThoseThatItAskedFor) {
    const RangeRequest asked{.first = 2, .bytes_max = 4, .if_match = "e"};
    const auto expect_refused = [&](const char* what) {
        const auto range = get(asked);
        ASSERT_FALSE(range) << what;
        EXPECT_EQ(range.error().kind, ErrorKind::service_failed) << what;
        EXPECT_THAT(range.error().message,
                    testing::StartsWith("GetObject on s3://lake/a b: the answer"));
    };
    http_.answer(200, "abcdefghi", {{"ETag", "\"e\""}});
    expect_refused("the range was not heard");
    http_.answer(206, "cdef", {{"ETag", "\"e\""}});
    expect_refused("no Content-Range");
    http_.answer(206, "cdef", {{"Content-Range", "bytes 2-5/9"}});
    expect_refused("no ETag");
    answer_range("cdef", "2-5/9", "\"f\"");
    expect_refused("another object");
    for (const auto& [bytes, range] : {std::pair{"bcde", "1-4/9"},
                                       {"cde", "2-4/9"},
                                       {"cdefg", "2-6/9"},
                                       {"cde", "2-5/9"},
                                       {"cdefg", "2-5/9"},
                                       {"", "2-5/9"}}) {
        answer_range(bytes, range);
        expect_refused(range);
    }
}

TEST_F(S3GetTest, AsksAgainForABrokenRange) {
    http_.fail(ErrorKind::outcome_unknown, "the connection broke");
    http_.answer(503, "<Error><Code>SlowDown</Code></Error>");
    answer_range("ab", "0-1/2");
    EXPECT_TRUE(get({.first = 0, .bytes_max = 100}));
    EXPECT_EQ(sent(2, "Range"), "bytes=0-99");
}

TEST_F(S3GetTest, ReadsWhatHeadSays) {
    http_.answer(200, "",
                 {{"Content-Length", "18446744073709551615"},
                  {"ETag", "\"e-2\""},
                  {"x-amz-checksum-sha256", "c-2"}});
    const auto answer = head();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->bytes, 18'446'744'073'709'551'615U);
    EXPECT_EQ(answer->etag, "e-2");
    EXPECT_EQ(answer->checksum_sha256, "c-2");
    EXPECT_EQ(http_.requests()[0].method, "HEAD");
    EXPECT_EQ(sent(0, "X-Amz-Checksum-Mode"), "ENABLED");
    http_.answer(404, "");
    EXPECT_EQ(head().error().code, "404");
    EXPECT_EQ(http_.requests().back().url, "https://s3.us-east-1.amazonaws.com/lake/k");
    http_.answer(200, "", {{"ETag", "\"e\""}});
    EXPECT_EQ(head().error().kind, ErrorKind::service_failed);
    http_.answer(200, "", {{"Content-Length", "1"}});
    EXPECT_EQ(head().error().kind, ErrorKind::service_failed);
}

std::string page_of(const std::vector<std::string>& keys, const std::string& next) {
    std::string page = "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>";
    page += next.empty()
                ? "false</IsTruncated>"
                : "true</IsTruncated><NextContinuationToken>" + next + "</NextContinuationToken>";
    for (const std::string& key : keys)
        page += "<Contents><Key>" + key + "</Key><Size>1</Size></Contents>";
    return page + "</ListBucketResult>";
}

TEST_F(S3GetTest, ListsAllPages) {
    http_.answer(200, page_of({"a/1", "a/2"}, "t+/="));
    http_.answer(200, page_of({"a/3"}, "u"));
    http_.answer(200, page_of({"a/0"}, ""));
    const auto objects = list("a/");
    ASSERT_TRUE(objects);
    std::vector<std::string> keys;
    for (const ListedObject& object : *objects)
        keys.push_back(object.key);
    EXPECT_THAT(keys, testing::ElementsAre("a/0", "a/1", "a/2", "a/3"));
    const std::string url = "https://s3.us-east-1.amazonaws.com/lake?";
    EXPECT_EQ(http_.requests()[0].url, url + "encoding-type=url&list-type=2&prefix=a%2F");
    EXPECT_EQ(http_.requests()[1].url,
              url + "continuation-token=t%2B%2F%3D&encoding-type=url&list-type=2&prefix=a%2F");
    EXPECT_EQ(http_.requests()[2].url,
              url + "continuation-token=u&encoding-type=url&list-type=2&prefix=a%2F");
}

TEST_F(S3GetTest, EndsWhereAListingGoesInCircles) {
    http_.answer(200, page_of({"a"}, "t"));
    http_.answer(200, page_of({"a"}, "t"));
    const auto objects = list("");
    EXPECT_EQ(objects.error().kind, ErrorKind::service_failed);
    EXPECT_EQ(objects.error().message,
              "ListObjectsV2 on s3://lake/: the answer leads back to the page that was read");
}

TEST_F(S3GetTest, EndsWhereAListingHasNoEnd) {
    int pages = 0;
    http_.answer_with([&](const http::Request&) {
        return http::Response{200, {}, page_of({}, std::to_string(++pages))};
    });
    const auto objects = list("a");
    EXPECT_EQ(objects.error().kind, ErrorKind::rejected);
    EXPECT_THAT(objects.error().message, HasSubstr("more than 2000000 objects"));
    EXPECT_EQ(pages, 2'000);
}

TEST_F(S3GetTest, TellsWhyItCannotList) {
    http_.answer(200, "<ListBucketResult>");
    EXPECT_EQ(list("p/").error().kind, ErrorKind::service_failed);
    http_.answer(404, "<Error><Code>NoSuchBucket</Code></Error>");
    EXPECT_EQ(list("p/").error().message, "ListObjectsV2 on s3://lake/p/: 404 NoSuchBucket");
    // A page that fails for good makes no short list.
    http_.answer(200, page_of({"a"}, "t"));
    http_.answer(403, "<Error><Code>AccessDenied</Code></Error>");
    EXPECT_EQ(list("").error().kind, ErrorKind::access_denied);
}

}  // namespace
}  // namespace aws

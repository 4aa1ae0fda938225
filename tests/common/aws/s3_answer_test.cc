#include "common/aws/s3_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aws {
namespace {

using testing::HasSubstr;

// The answer of AWS's page "ListObjectsV2", with the encoding that we ask for.
constexpr std::string_view kListing = R"(<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
    <Name>quotes</Name>
    <Prefix>E</Prefix>
    <KeyCount>2</KeyCount>
    <MaxKeys>1000</MaxKeys>
    <EncodingType>url</EncodingType>
    <IsTruncated>false</IsTruncated>
    <Contents>
        <Key>ExampleObject+1%2B%C3%BC%01%26.txt</Key>
        <LastModified>2013-09-17T18:07:53.000Z</LastModified>
        <ETag>&quot;599bab3ed2c697f1d26842727561fd94&quot;</ETag>
        <Size>857</Size>
        <StorageClass>REDUCED_REDUNDANCY</StorageClass>
    </Contents>
    <Contents>
        <Key>E/</Key>
        <Size>18446744073709551615</Size>
    </Contents>
</ListBucketResult>)";

std::string listing_of(const std::string& contents,
                       const std::string& rest = "<IsTruncated>false</IsTruncated>") {
    return "<ListBucketResult><EncodingType>url</EncodingType>" + rest + "<Contents>" + contents +
           "</Contents></ListBucketResult>";
}

TEST(S3Answer, ReadsAListing) {
    const auto page = parse_object_page(kListing, "E");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->next_token, "");
    ASSERT_EQ(page->objects.size(), 2U);
    EXPECT_EQ(page->objects[0].key, "ExampleObject 1+\xC3\xBC\x01&.txt");
    EXPECT_EQ(page->objects[0].bytes, 857U);
    EXPECT_EQ(page->objects[0].etag, "599bab3ed2c697f1d26842727561fd94");
    EXPECT_EQ(page->objects[1].key, "E/");
    EXPECT_EQ(page->objects[1].bytes, 18'446'744'073'709'551'615U);
    EXPECT_EQ(page->objects[1].etag, "");
}

TEST(S3Answer, TakesKeysAsTheyStandWhereTheyAreNotEncoded) {
    const auto page = parse_object_page(
        "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a+%20&amp;b</Key>"
        "<Size>1</Size></Contents></ListBucketResult>",
        "a");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->objects.at(0).key, "a+%20&b");
}

TEST(S3Answer, TellsWhereTheNextPageBegins) {
    const auto page = parse_object_page(
        listing_of("<Key>a</Key><Size>1</Size>",
                   "<IsTruncated>true</IsTruncated>"
                   "<NextContinuationToken>1ueGcxLPRx1Tr/XY==</NextContinuationToken>"),
        "");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->next_token, "1ueGcxLPRx1Tr/XY==");
    EXPECT_TRUE(parse_object_page(
                    "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>", "")
                    ->objects.empty());
}

TEST(S3Answer, RefusesAListingThatIsNone) {
    for (const std::string& body :
         {std::string(), std::string("{}"), std::string("<html></html>"),
          std::string("<ListBucketResult>"), std::string("<ListBucketResult/>"),
          std::string(kListing.substr(0, kListing.size() / 2)),
          listing_of("<Key>a</Key><Size>1</Size>", "<IsTruncated>perhaps</IsTruncated>"),
          listing_of("<Key>a</Key><Size>1</Size>", "<IsTruncated>true</IsTruncated>"),
          listing_of("<Size>1</Size>"), listing_of("<Key></Key><Size>1</Size>"),
          listing_of("<Key>a%</Key><Size>1</Size>"), listing_of("<Key>a%ff</Key><Size>1</Size>"),
          listing_of("<Key>b</Key><Size>1</Size>"), listing_of("<Key>a</Key>"),
          listing_of("<Key>a</Key><Size></Size>"), listing_of("<Key>a</Key><Size>-1</Size>"),
          listing_of("<Key>a</Key><Size>1 </Size>"),
          listing_of("<Key>a</Key><Size>18446744073709551616</Size>")}) {
        const auto page = parse_object_page(body, "a");
        ASSERT_FALSE(page) << body;
        EXPECT_EQ(page.error().kind, base::ErrorKind::service_failed);
        EXPECT_THAT(page.error().message, testing::StartsWith("the answer"));
    }
}

TEST(S3Answer, ReadsTheAnswersOfAMultipartUpload) {
    // AWS's pages "CreateMultipartUpload" and "CompleteMultipartUpload".
    EXPECT_EQ(*parse_upload_id("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                               "<InitiateMultipartUploadResult><Bucket>example-bucket</Bucket>"
                               "<Key>example-object</Key><UploadId>VXBsb2FkIElEIGZvciA2aWWpbmcncyBt"
                               "</UploadId></InitiateMultipartUploadResult>"),
              "VXBsb2FkIElEIGZvciA2aWWpbmcncyBt");
    EXPECT_TRUE(
        parse_completed("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n  \n"
                        "<CompleteMultipartUploadResult><ETag>\"3858f62230ac3c91\"</ETag>"
                        "</CompleteMultipartUploadResult>"));
    for (const char* body : {"", "<InitiateMultipartUploadResult/>",
                             "<Other><UploadId>x</UploadId></Other>", "<Error/>"}) {
        EXPECT_EQ(parse_upload_id(body).error().kind, base::ErrorKind::service_failed) << body;
        EXPECT_EQ(parse_completed(body).error().kind, base::ErrorKind::service_failed) << body;
    }
}

base::Result<ContentRange> range_of(const std::string& value) {
    return parse_content_range({{"content-range", value}});
}

TEST(S3Answer, ReadsAContentRange) {
    const auto range = range_of("bytes 8388608-16777215/20000000");
    ASSERT_TRUE(range);
    EXPECT_EQ(range->first, 8'388'608U);
    EXPECT_EQ(range->last, 16'777'215U);
    EXPECT_EQ(range->object_bytes, 20'000'000U);
    EXPECT_TRUE(range_of("bytes 0-0/1"));
    for (const char* value : {"", "bytes", "bytes */0", "bytes 0-9/*", "bytes 5-4/9", "bytes 0-9/9",
                              "bytes 0-9", "0-1/2", "bytes 0/1-2", "bytes -1-2/3", "bytes 0-1/2x"})
        EXPECT_FALSE(range_of(value)) << value;
    EXPECT_FALSE(parse_content_range({}));
}

TEST(S3Answer, TakesTheQuotesOffAnETag) {
    EXPECT_EQ(*parse_etag({{"etag", "\"a-2\""}}), "a-2");
    EXPECT_EQ(*parse_etag({{"ETag", "a"}}), "a");
    EXPECT_FALSE(parse_etag({{"ETag", "\"\""}}));
    EXPECT_THAT(parse_etag({}).error().message, HasSubstr("no ETag"));
}

}  // namespace
}  // namespace aws

#include "common/lake/object_uri.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lake {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(ObjectUri, ReadsBucketAndKey) {
    struct Case {
        std::string text;
        std::string bucket;
        std::string key;
    };
    for (const auto& [text, bucket, key] :
         {Case{"s3://lake/a/b.json", "lake", "a/b.json"},
          Case{"s3://my.lake-1/x/", "my.lake-1", "x/"}, Case{"s3://lake/", "lake", ""},
          Case{"s3://lake/\xC3\xBC b?+%20#", "lake", "\xC3\xBC b?+%20#"},
          Case{"s3://lake//a//b", "lake", "/a//b"}}) {
        const auto uri = parse_object_uri(text);
        ASSERT_TRUE(uri) << text;
        EXPECT_TRUE(uri->is_s3());
        EXPECT_EQ(uri->bucket, bucket);
        EXPECT_EQ(uri->key, key);
        EXPECT_EQ(uri->text(), text);
    }
    EXPECT_EQ(parse_object_uri("s3://lake")->text(), "s3://lake/");
}

TEST(ObjectUri, TakesAnythingElseForAPath) {
    for (const char* path : {"/lake/x", "lake", "./a b/", "../x", "s3", "a:b", "C:\\x"}) {
        const auto uri = parse_object_uri(path);
        ASSERT_TRUE(uri) << path;
        EXPECT_FALSE(uri->is_s3());
        EXPECT_EQ(uri->key, path);
        EXPECT_EQ(uri->text(), path);
    }
}

TEST(ObjectUri, SaysWhatIsWrongAndWhatIsRight) {
    struct Case {
        std::string text;
        std::string what;
    };
    const std::string long_key(1025, 'k');
    for (const auto& [text, what] :
         {Case{"", "names no place"}, Case{"https://lake/x", "scheme"}, Case{"file:///x", "scheme"},
          Case{"S3://lake/x", "scheme"}, Case{"s3:/lake/x", "no //"}, Case{"s3:lake", "no //"},
          Case{"s3://", "no bucket"}, Case{"s3:///x", "no bucket"}, Case{"s3://ab/x", "\"ab\""},
          Case{"s3://Lake/x", "\"Lake\""}, Case{"s3://la_ke/x", "\"la_ke\""},
          Case{"s3://-lake/x", "\"-lake\""}, Case{"s3://la..ke/x", "\"la..ke\""},
          Case{"s3://arn:aws:s3:us-east-1:1:accesspoint/x", "ARN"},
          Case{"s3://" + std::string(64, 'a'), "63"}, Case{"s3://lake/" + long_key, "1024 bytes"},
          Case{"s3://lake/\xff", "no UTF-8"}, Case{std::string("a\0b", 3), "zero byte"}}) {
        const auto uri = parse_object_uri(text);
        ASSERT_FALSE(uri) << text;
        EXPECT_EQ(uri.error().kind, base::ErrorKind::config_invalid);
        EXPECT_THAT(uri.error().message, AllOf(HasSubstr(what), HasSubstr("use s3://bucket/key")));
    }
}

TEST(ObjectUri, PutsANameBelowItWithOneSlash) {
    EXPECT_EQ(ObjectUri({"lake", "a"}).below("b/c").text(), "s3://lake/a/b/c");
    EXPECT_EQ(ObjectUri({"lake", "a/"}).below("/b").text(), "s3://lake/a/b");
    EXPECT_EQ(ObjectUri({"lake", ""}).below("b").text(), "s3://lake/b");
    EXPECT_EQ(ObjectUri({"", "/x"}).below("b").text(), "/x/b");
    EXPECT_EQ(ObjectUri({"", "/"}).below("b").text(), "/b");
    EXPECT_EQ(ObjectUri({"", "x"}).below("").text(), "x/");
}

}  // namespace
}  // namespace lake

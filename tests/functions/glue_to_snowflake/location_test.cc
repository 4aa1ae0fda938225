#include "functions/glue_to_snowflake/location.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "functions/glue_to_snowflake/glob.h"

namespace {

using glue_to_snowflake::S3Location;
using glue_to_snowflake::Stage;

Stage stage(const char* name, const char* location) {
    return {*snowflake::StageName::from(name), *glue_to_snowflake::parse_s3_location(location)};
}

std::string path_of(const std::vector<Stage>& stages, const char* location) {
    const auto parsed = glue_to_snowflake::parse_s3_location(location);
    const Stage* found = glue_to_snowflake::find_stage(stages, *parsed);
    if (found == nullptr) return "none";
    const auto path = glue_to_snowflake::stage_path(*found, *parsed);
    return path ? path->text() : "refused";
}

TEST(Location, IsReadFromEachSchemeOfS3) {
    for (const char* text : {"s3://b/a/c/", "s3a://b/a/c", "s3n://b/a/c/"}) {
        const auto location = glue_to_snowflake::parse_s3_location(text);
        ASSERT_TRUE(location) << text;
        EXPECT_EQ(location->bucket, "b");
        EXPECT_EQ(location->prefix, "a/c/");
        EXPECT_EQ(location->depth(), 2U);
    }
    EXPECT_EQ(glue_to_snowflake::parse_s3_location("s3://b")->depth(), 0U);
    EXPECT_EQ(glue_to_snowflake::parse_s3_location("s3://b/")->prefix, "");
    for (const char* text : {"", "s3://", "s3:///a", "hdfs://b/a", "/a/b", "arn:aws:dynamodb:x"})
        EXPECT_FALSE(glue_to_snowflake::parse_s3_location(text)) << text;
}

TEST(Location, GoesToTheStageWithTheLongestPrefixOfWholeFolders) {
    const std::vector<Stage> stages{stage("WHOLE", "s3://b"), stage("RAW", "s3://b/raw"),
                                    stage("DEEP", "s3://b/raw/deep/"), stage("OTHER", "s3://c/x")};
    EXPECT_EQ(path_of(stages, "s3://b/raw/deep/t/"), "@DEEP/t/");
    EXPECT_EQ(path_of(stages, "s3://b/raw/deep"), "@DEEP/");
    EXPECT_EQ(path_of(stages, "s3://b/raw/deeper/t"), "@RAW/deeper/t/");
    EXPECT_EQ(path_of(stages, "s3://b/rawest/t"), "@WHOLE/rawest/t/");
    EXPECT_EQ(path_of(stages, "s3a://c/x/y"), "@OTHER/y/");
    EXPECT_EQ(path_of(stages, "s3://c/xy"), "none");
    EXPECT_EQ(path_of(stages, "s3://B/raw"), "none");
}

TEST(Location, IsRefusedWhereAStagePathCannotHoldIt) {
    const std::vector<Stage> stages{stage("RAW", "s3://b/raw dir")};
    EXPECT_EQ(path_of(stages, "s3://b/raw dir/fine"), "@RAW/fine/");
    for (const char* path : {"s3://b/raw dir/a b", "s3://b/raw dir/a'b", "s3://b/raw dir//a",
                             "s3://b/raw dir/a;b", "s3://b/raw dir/ü", "s3://b/raw dir/.."})
        EXPECT_EQ(path_of(stages, path), "refused") << path;
}

TEST(Glob, MatchesAsShellsDo) {
    using glue_to_snowflake::glob_matches;
    EXPECT_TRUE(glob_matches("sales__*", "sales__raw"));
    EXPECT_TRUE(glob_matches("*", ""));
    EXPECT_TRUE(glob_matches("*a*b?", "xxaYbbz"));
    EXPECT_TRUE(glob_matches("a.b", "a.b"));
    EXPECT_FALSE(glob_matches("a.b", "aXb"));
    EXPECT_FALSE(glob_matches("a?", "a"));
    EXPECT_FALSE(glob_matches("", "a"));
    EXPECT_FALSE(glob_matches("raw", "rawest"));
    EXPECT_TRUE(glue_to_snowflake::any_glob_matches({}, "x"));
    EXPECT_TRUE(glue_to_snowflake::any_glob_matches({"a", "x*"}, "x"));
    EXPECT_FALSE(glue_to_snowflake::any_glob_matches({"a", "b"}, "x"));
}

TEST(Glob, EndsSoonOnHostilePatterns) {
    std::string pattern;
    for (int i = 0; i < 200; ++i)
        pattern += "a*";
    EXPECT_FALSE(glue_to_snowflake::glob_matches(pattern + "b", std::string(2'000, 'a')));
}

}  // namespace

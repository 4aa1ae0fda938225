#include "functions/glue_to_snowflake/definition/location.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "functions/glue_to_snowflake/glob.h"
#include "tests/functions/glue_to_snowflake/table_builder.h"

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
    for (const char* text : {"s3://b/a/c/", "s3a://b/a/c", "s3n://b/a/c/", "S3://b/a/c",
                             "s3china://b/a/c/", "s3gov://b/a/c"}) {
        const auto location = glue_to_snowflake::parse_s3_location(text);
        ASSERT_TRUE(location) << text;
        EXPECT_EQ(location->bucket, "b");
        EXPECT_EQ(location->prefix, "a/c/");
        EXPECT_EQ(location->depth(), 2U);
    }
    EXPECT_EQ(glue_to_snowflake::parse_s3_location("s3://b")->depth(), 0U);
    EXPECT_EQ(glue_to_snowflake::parse_s3_location("s3://b/")->prefix, "");
    for (const char* text : {"", "s3://", "s3:///a", "hdfs://b/a", "/a/b", "arn:aws:dynamodb:x",
                             "s3:/b/a", "s3x://b", "://b", "file:///s3://b"})
        EXPECT_FALSE(glue_to_snowflake::parse_s3_location(text)) << text;
}

TEST(Location, CountsADoubledSlashAsAFolder) {
    EXPECT_EQ(glue_to_snowflake::parse_s3_location("s3://b/a//c")->prefix, "a//c/");
    EXPECT_EQ(glue_to_snowflake::parse_s3_location("s3://b/a//c")->depth(), 3U);
    EXPECT_EQ(glue_to_snowflake::parse_s3_location("s3://b//a/")->depth(), 2U);
    EXPECT_EQ(glue_to_snowflake::parse_s3_location("s3://b/a//")->depth(), 2U);
}

TEST(Location, IsAUrlOfItsRegion) {
    const auto location = *glue_to_snowflake::parse_s3_location("s3a://b/a c/d");
    EXPECT_EQ(glue_to_snowflake::stage_url(location, "eu-central-1"), "s3://b/a c/d/");
    EXPECT_EQ(glue_to_snowflake::stage_url(location, ""), "s3://b/a c/d/");
    EXPECT_EQ(glue_to_snowflake::stage_url(location, "cn-north-1"), "s3china://b/a c/d/");
    EXPECT_EQ(glue_to_snowflake::stage_url(location, "us-gov-west-1"), "s3gov://b/a c/d/");
    EXPECT_EQ(glue_to_snowflake::stage_url({"b", ""}, "us-east-1"), "s3://b/");
}

TEST(Location, GetsAStageOfItsOwn) {
    const auto integration = *snowflake::Identifier::from("S3_INT", "the integration");
    const auto own =
        glue_to_snowflake::own_stage(tests::make_name(), "s3://lake/raw/a b/", integration);
    EXPECT_EQ(own.name.table.name(), "ORDERS_4a5e6ead");  // hashlib.sha256
    EXPECT_EQ(own.name.in(), tests::make_name().in());
    EXPECT_EQ(own.url, "s3://lake/raw/a b/");
    EXPECT_EQ(own.storage_integration.name(), "S3_INT");
}

TEST(Location, CutsTheNameOfAStageBetweenCharacters) {
    const auto integration = *snowflake::Identifier::from("I", "the integration");
    std::string name;
    for (int i = 0; i < 255; ++i)
        name += "ß";
    const auto own =
        glue_to_snowflake::own_stage(tests::make_name(name), "s3://else/x/", integration);
    EXPECT_EQ(own.name.table.name(), name.substr(0, 246 * 2) + "_d35b9ede");
}

TEST(Location, IsToldWhereItLooksLikeAFile) {
    using glue_to_snowflake::note_on_file;
    EXPECT_NE(note_on_file("s3://b/a/x.CSV"), "");
    EXPECT_NE(note_on_file("s3://b/a/x.json.gz").find("s3://b/a/x.json.gz"), std::string::npos);
    for (const char* folder : {"s3://b/a/x.csv/", "s3://b/a/x", "s3://b/csv", "s3://b"})
        EXPECT_EQ(note_on_file(folder), "") << folder;
}

TEST(Location, GoesToTheStageWithTheLongestPrefixOfWholeFolders) {
    const std::vector<Stage> stages{stage("WHOLE", "s3://b"), stage("RAW", "s3://b/raw"),
                                    stage("DEEP", "s3://b/raw/deep/"), stage("OTHER", "s3://c/x")};
    EXPECT_EQ(path_of(stages, "s3://b/raw/deep/t/"), "@DEEP/t/");
    EXPECT_EQ(path_of(stages, "s3://b/raw/deep"), "@DEEP/");
    EXPECT_EQ(path_of(stages, "s3://b/raw/deeper/t"), "@RAW/deeper/t/");
    EXPECT_EQ(path_of(stages, "s3://b/rawest/t"), "@WHOLE/rawest/t/");
    EXPECT_EQ(path_of(stages, "s3://b/raw2/"), "@WHOLE/raw2/");
    EXPECT_EQ(path_of(stages, "s3://b/ra"), "@WHOLE/ra/");
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

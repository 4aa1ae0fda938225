#include "functions/glue_to_snowflake/definition/projection.h"

#include <string>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/glue_to_snowflake/table_builder.h"

namespace {

using glue_to_snowflake::KeyPlace;
using glue_to_snowflake::UnfitTemplate;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kTemplate = "storage.location.template";

aws::GlueTable projected(std::vector<aws::GlueColumn> keys, aws::GlueParameters parameters) {
    aws::GlueTable table = tests::make_table(tests::kParquetSerde, {{"a", "int"}});
    table.partition_keys = std::move(keys);
    table.parameters = std::move(parameters);
    table.parameters["projection.enabled"] = "TRUE";
    return table;
}

std::string written(const KeyPlace& place) {
    std::string text = place.text ? place.text->text() : std::to_string(place.folder);
    return place.format.empty() ? text : text + " as " + place.format;
}

// Each key's folder or text, and its format; or the one reason.
std::vector<std::string> places(const aws::GlueTable& table) {
    const auto location = *glue_to_snowflake::parse_s3_location(table.storage_descriptor.location);
    const auto found = glue_to_snowflake::projected_places(table, location);
    if (const auto* unfit = std::get_if<UnfitTemplate>(&found)) return {"unfit: " + unfit->reason};
    std::vector<std::string> texts;
    for (const KeyPlace& place : std::get<std::vector<KeyPlace>>(found))
        texts.push_back(written(place));
    return texts;
}

TEST(Projection, IsOnWhereTheTableSaysSoAndHasKeys) {
    EXPECT_TRUE(glue_to_snowflake::is_projected(projected({{"k", "int"}}, {})));
    EXPECT_FALSE(glue_to_snowflake::is_projected(projected({}, {})));
    aws::GlueTable off = projected({{"k", "int"}}, {});
    off.parameters["projection.enabled"] = "false";
    EXPECT_FALSE(glue_to_snowflake::is_projected(off));
}

TEST(Projection, CountsTheTemplatesFoldersFromTheBucketsRoot) {
    EXPECT_THAT(
        places(projected(
            {{"a", "string"}, {"b", "int"}, {"c", "int"}},
            {{kTemplate, "s3://lake/raw/orders/a=${a}/${b}/some_static_subdirectory/${C}/"}})),
        ElementsAre("3", "4", "6"));
    EXPECT_THAT(places(projected({{"b", "int"}, {"a", "int"}},
                                 {{kTemplate, "s3a://lake/raw/orders//${a}/${b}"}})),
                ElementsAre("5", "4"));
}

TEST(Projection, HasFoldersOfHiveWithoutATemplate) {
    EXPECT_THAT(
        places(projected({{"a", "string"}, {"b", "date"}},
                         {{"projection.b.type", "date"}, {"projection.b.format", "yyyyMMdd"}})),
        ElementsAre("3", "4 as YYYYMMDD"));
}

TEST(Projection, ReadsAPartOfAFolder) {
    EXPECT_THAT(
        places(projected({{"k", "string"}}, {{kTemplate, "s3://lake/raw/orders/pre.fix-${k}-x/"}})),
        ElementsAre(R"(REGEXP_SUBSTR(SPLIT_PART(METADATA$FILENAME, '/', 3), )"
                    R"('^pre\\.fix-(.+)-x$', 1, 1, 'e', 1))"));
}

TEST(Projection, ReadsSeveralKeysInOneFolder) {
    const aws::GlueTable table = projected({{"y", "int"}, {"m", "int"}, {"r", "string"}},
                                           {{"projection.y.type", "integer"},
                                            {"projection.m.type", "integer"},
                                            {"projection.m.digits", "2"},
                                            {"projection.r.type", "enum"},
                                            {kTemplate, "s3://lake/raw/orders/${r}_${y}${m}/"}});
    EXPECT_THAT(places(table).at(0), HasSubstr("cannot be told apart"));
    aws::GlueTable apart = table;
    apart.parameters[kTemplate] = "s3://lake/raw/orders/${r}_${m}${y}/";
    const std::string start =
        "REGEXP_SUBSTR(SPLIT_PART(METADATA$FILENAME, '/', 3), "
        "'^(.+)_([0-9]{2})(-?[0-9]+)$', 1, 1, 'e', ";
    EXPECT_THAT(places(apart), ElementsAre(start + "3)", start + "2)", start + "1)"));
}

TEST(Projection, SpreadsADateOverFolders) {
    const aws::GlueParameters date{{"projection.dt.type", "date"},
                                   {"projection.dt.format", "yyyy/MM/dd"},
                                   {"projection.dt.range", "2026/01/01,NOW"}};
    const std::string joined =
        "SPLIT_PART(METADATA$FILENAME, '/', 3) || '/' || SPLIT_PART(METADATA$FILENAME, '/', 4) "
        "|| '/' || SPLIT_PART(METADATA$FILENAME, '/', 5)";
    aws::GlueTable table = projected({{"dt", "string"}, {"h", "int"}}, date);
    table.parameters[kTemplate] = "s3://lake/raw/orders/${dt}/${h}/";
    EXPECT_THAT(places(table), ElementsAre(joined, "6"));
    table.partition_keys[0].type = "date";
    EXPECT_THAT(places(table), ElementsAre(joined + " as YYYY/MM/DD", "6"));
    table.parameters.erase(kTemplate);
    EXPECT_THAT(places(table).at(0),
                testing::StartsWith("REGEXP_SUBSTR(SPLIT_PART(METADATA$FILENAME, '/', 3), "
                                    "'^dt=([0-9]{4})$', 1, 1, 'e', 1) || '/' || "));
    EXPECT_EQ(places(table).at(1), "6");
}

TEST(Projection, SaysWhyATemplateIsNoUse) {
    const auto reason = [](std::vector<aws::GlueColumn> keys, aws::GlueParameters parameters) {
        return places(projected(std::move(keys), std::move(parameters))).at(0);
    };
    EXPECT_THAT(reason({{"k", "int"}}, {{kTemplate, "s3://lake/raw/${k}/"}}),
                HasSubstr("does not lie below the table's location"));
    EXPECT_THAT(reason({{"k", "int"}}, {{kTemplate, "s3://other/raw/orders/${k}/"}}),
                HasSubstr("does not lie below the table's location"));
    EXPECT_THAT(reason({{"k", "int"}}, {{kTemplate, "hdfs://x"}}),
                HasSubstr("does not lie below the table's location"));
    EXPECT_THAT(reason({{"k", "int"}}, {{kTemplate, "s3://lake/raw/orders/"}}),
                HasSubstr("has no ${k}"));
    EXPECT_THAT(reason({{"k", "int"}}, {{kTemplate, "s3://lake/raw/orders/${k}/${x}/"}}),
                HasSubstr("names x, which is no partition key"));
    EXPECT_THAT(reason({{"k", "int"}}, {{kTemplate, "s3://lake/raw/orders/${k"}}),
                HasSubstr("is not closed"));
    EXPECT_THAT(
        reason({{"k", "date"}}, {{"projection.k.type", "date"}, {"projection.k.format", "EEE dd"}}),
        HasSubstr("projection.k.format EEE dd is a pattern"));
    EXPECT_THAT(reason({{"k", "string"}},
                       {{"projection.k.type", "enum"}, {"projection.k.values", "a,b/c"}}),
                HasSubstr("projection.k.values has values with a slash"));
    EXPECT_EQ(reason({{"k", "string"}},
                     {{"projection.k.type", "date"}, {"projection.k.format", "EEE dd"}}),
              "3");
}

}  // namespace

#include "functions/glue_to_snowflake/definition/partition_source.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using glue_to_snowflake::KeyPlace;
using testing::HasSubstr;
using testing::Not;

std::string expression(std::string_view name, std::string_view type, KeyPlace place = {}) {
    const auto parsed = glue_to_snowflake::parse_hive_type(type);
    const auto sql = glue_to_snowflake::partition_expression({name, *parsed, std::move(place)});
    return sql ? sql->text() : "fault: " + sql.error().message;
}

std::string added(std::string_view name, std::string_view type) {
    const auto column = *snowflake::Identifier::from(name, "the key");
    const auto parsed = glue_to_snowflake::parse_hive_type(type);
    const auto sql = glue_to_snowflake::user_specified_expression(column, *parsed);
    return sql ? sql->text() : "fault: " + sql.error().message;
}

TEST(PartitionSource, ReadsTheFolderBehindTheKeyOrWhole) {
    EXPECT_EQ(expression("n", "int", {.folder = 3}),
              "TRY_TO_NUMBER(NULLIF(IFF(STARTSWITH(LOWER(SPLIT_PART(METADATA$FILENAME, '/', 3)), "
              "'n='), SUBSTR(SPLIT_PART(METADATA$FILENAME, '/', 3), 3), "
              "SPLIT_PART(METADATA$FILENAME, '/', 3)), '__HIVE_DEFAULT_PARTITION__'), 38, 0)");
}

TEST(PartitionSource, UndoesEscapesBehindTheKeyOnly) {
    EXPECT_EQ(
        expression("k", "string"),
        R"(NULLIF(IFF(STARTSWITH(LOWER(SPLIT_PART(METADATA$FILENAME, '/', 1)), 'k='), )"
        R"(COALESCE(TRY_PARSE_JSON('"' || REPLACE(REPLACE(REPLACE()"
        R"(SUBSTR(SPLIT_PART(METADATA$FILENAME, '/', 1), 3), '\\', '\\\\'), '"', '\\"'), )"
        R"('%', '\\u00') || '"')::VARCHAR, SUBSTR(SPLIT_PART(METADATA$FILENAME, '/', 1), 3)), )"
        R"(SPLIT_PART(METADATA$FILENAME, '/', 1)), '__HIVE_DEFAULT_PARTITION__')::VARCHAR)");
    EXPECT_THAT(expression("k", "timestamp"), HasSubstr("TRY_PARSE_JSON"));
    EXPECT_THAT(expression("k", "date"), Not(HasSubstr("TRY_PARSE_JSON")));
}

TEST(PartitionSource, ConvertsEachTypeWithItsOwnFormat) {
    const std::vector<std::pair<std::string, std::string>> ends{
        {"string", "'__HIVE_DEFAULT_PARTITION__')::VARCHAR"},
        {"varchar(3)", "'__HIVE_DEFAULT_PARTITION__')::VARCHAR"},
        {"char(3)", "'__HIVE_DEFAULT_PARTITION__')::VARCHAR"},
        {"bigint", "'__HIVE_DEFAULT_PARTITION__'), 38, 0)"},
        {"decimal(9,2)", "'__HIVE_DEFAULT_PARTITION__'), 9, 2)"},
        {"date", "'__HIVE_DEFAULT_PARTITION__'), 'YYYY-MM-DD')"},
        {"timestamp", "'__HIVE_DEFAULT_PARTITION__'), 'AUTO')"}};
    for (const auto& [type, end] : ends)
        EXPECT_THAT(expression("k", type), testing::EndsWith(end)) << type;
    EXPECT_THAT(expression("k", "double"), testing::StartsWith("TRY_TO_DOUBLE(NULLIF("));
    EXPECT_THAT(expression("k", "boolean"), testing::StartsWith("TRY_TO_BOOLEAN(NULLIF("));
    EXPECT_THAT(expression("k", "date"), testing::StartsWith("TRY_TO_DATE(NULLIF("));
    EXPECT_THAT(expression("k", "timestamp"), testing::StartsWith("TRY_TO_TIMESTAMP_NTZ(NULLIF("));
    EXPECT_THAT(expression("k", "date", {.format = "YYYYMMDD"}), HasSubstr("), 'YYYYMMDD')"));
    EXPECT_THAT(expression("k", "timestamp", {.format = "YYYY"}), HasSubstr("), 'YYYY')"));
}

TEST(PartitionSource, TakesATextFromElsewhere) {
    EXPECT_EQ(expression("k", "int", {.text = snowflake::Sql("A || '/' || B")}),
              "TRY_TO_NUMBER(NULLIF(A || '/' || B, '__HIVE_DEFAULT_PARTITION__'), 38, 0)");
}

TEST(PartitionSource, CountsCharactersAndFoldsThemBeyondAscii) {
    EXPECT_THAT(expression("GRÖßE", "int"),
                HasSubstr(", 'größe='), SUBSTR(SPLIT_PART(METADATA$FILENAME, '/', 1), 7)"));
    EXPECT_THAT(expression("k'\\", "int"), HasSubstr(R"(, 'k''\\='), SUBSTR()"));
}

TEST(PartitionSource, RefusesTypesThatNoFolderHolds) {
    for (const char* type : {"binary", "array<int>", "struct<a:int>", "timestamp with time zone",
                             "interval_day_time", "void"}) {
        EXPECT_THAT(expression("k", type), HasSubstr("fault: a folder's name holds")) << type;
        EXPECT_THAT(added("K", type), HasSubstr("fault: a folder's name holds")) << type;
    }
}

TEST(PartitionSource, ReadsWhatAddPartitionGave) {
    EXPECT_EQ(added("DT", "date"), R"(PARSE_JSON(METADATA$EXTERNAL_TABLE_PARTITION):"DT"::DATE)");
    EXPECT_EQ(added("N", "decimal(9,2)"),
              R"(PARSE_JSON(METADATA$EXTERNAL_TABLE_PARTITION):"N"::NUMBER(9,2))");
    EXPECT_EQ(added("V", "varchar(9)"),
              R"(PARSE_JSON(METADATA$EXTERNAL_TABLE_PARTITION):"V"::VARCHAR)");
    EXPECT_EQ(added("A\"'B", "int"),
              R"(GET(PARSE_JSON(METADATA$EXTERNAL_TABLE_PARTITION), 'A"''B')::NUMBER(38,0))");
}

}  // namespace

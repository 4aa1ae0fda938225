#include "functions/glue_to_snowflake/hive_type.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace {

using glue_to_snowflake::parse_hive_type;

std::string mapped(const std::string& type) {
    const auto parsed = parse_hive_type(type);
    return parsed ? glue_to_snowflake::snowflake_type(*parsed).text() : "fault";
}

TEST(HiveType, MapsEachTypeToSnowflakes) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"boolean", "BOOLEAN"},
        {"tinyint", "NUMBER(38,0)"},
        {"smallint", "NUMBER(38,0)"},
        {"int", "NUMBER(38,0)"},
        {"integer", "NUMBER(38,0)"},
        {"bigint", "NUMBER(38,0)"},
        {"BigInt", "NUMBER(38,0)"},
        {"float", "FLOAT"},
        {"real", "FLOAT"},
        {"double", "FLOAT"},
        {"double  precision", "FLOAT"},
        {"decimal", "NUMBER(10,0)"},
        {"decimal(7)", "NUMBER(7,0)"},
        {"decimal( 38 , 18 )", "NUMBER(38,18)"},
        {"numeric(5,5)", "NUMBER(5,5)"},
        {"string", "VARCHAR"},
        {"varchar(20)", "VARCHAR(20)"},
        {"char(1)", "VARCHAR(1)"},
        {"varchar", "VARCHAR"},
        {"binary", "BINARY"},
        {"date", "DATE"},
        {"timestamp", "TIMESTAMP_NTZ"},
        {"timestamp(3)", "TIMESTAMP_NTZ"},
        {"timestamp with local time zone", "TIMESTAMP_LTZ"},
        {"TIMESTAMP WITH TIME ZONE", "TIMESTAMP_LTZ"},
        {"interval_year_month", "VARCHAR"},
        {"interval_day_time", "VARCHAR"},
        {"array<string>", "VARIANT"},
        {"map<string,array<int>>", "VARIANT"},
        {"struct<a:int,b:struct<c:decimal(38,9)>>", "VARIANT"},
        {"struct<`od``d: n.am$e`:int, plain name:string>", "VARIANT"},
        {"struct<>", "VARIANT"},
        {"uniontype<int,string>", "VARIANT"},
        {"void", "VARIANT"},
        {"geometry", "VARIANT"},
        {"", "VARIANT"}};
    for (const auto& [hive, snowflake] : cases)
        EXPECT_EQ(mapped(hive), snowflake) << hive;
}

TEST(HiveType, RefusesWhatIsNoType) {
    for (const char* type : {"array<",
                             "array<>",
                             "array<int",
                             "array<int>>",
                             "array<int,int>",
                             "map<int>",
                             "map<a,b,c>",
                             "struct<a>",
                             "struct<:int>",
                             "struct<a:>",
                             "struct<`a:int>",
                             "decimal(39,0)",
                             "decimal(0)",
                             "decimal(5,6)",
                             "decimal(1,2,3)",
                             "decimal(-1)",
                             "decimal(x)",
                             "decimal(5",
                             "varchar(0)",
                             "varchar(99999999999)",
                             "int(3)",
                             "int) ; DROP",
                             "a,b",
                             "'string'",
                             "int;",
                             "<",
                             ")"})
        EXPECT_EQ(mapped(type), "fault") << type;
}

TEST(HiveType, BoundsItsDepthAndItsLength) {
    std::string deep = "int";
    for (int i = 0; i < 99; ++i) {
        deep.insert(0, "array<").append(">");
    }
    EXPECT_EQ(mapped(deep), "VARIANT");
    EXPECT_EQ(mapped("array<" + deep + ">"), "fault");
    std::string deepest;
    for (int i = 0; i < 20'000; ++i)
        deepest += "map<";
    EXPECT_EQ(mapped(deepest), "fault");
    EXPECT_EQ(mapped(std::string(131'073, 'a')), "fault");
}

}  // namespace

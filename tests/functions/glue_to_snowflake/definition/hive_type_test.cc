#include "functions/glue_to_snowflake/definition/hive_type.h"

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
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
        {"interval day to second", "VARCHAR"},
        {"interval", "VARCHAR"},
        {"timestamp(3) with time zone", "TIMESTAMP_LTZ"},
        {"timestamp (6)  WITH local TIME zone", "TIMESTAMP_LTZ"},
        {"timestamp without time zone", "TIMESTAMP_NTZ"},
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
                             "decimal(5,2) x",
                             "varchar(5) x",
                             "timestamp(3) with ,",
                             "interval(3)",
                             "struct<a:int,>",
                             "struct<:>",
                             "struct<a b>",
                             "struct<a:int>>",
                             "map<string,int",
                             "uniontype<>",
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

TEST(HiveType, ReadsTypesAsTheyStandInCatalogs) {
    for (const char* type : {
             // CloudTrail's table in Athena's documentation
             "struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,"
             "accesskeyid:string,username:string,sessioncontext:struct<attributes:struct<"
             "mfaauthenticated:string,creationdate:string>,sessionissuer:struct<type:string,"
             "principalid:string,arn:string,accountid:string,username:string>>>",
             "array<struct<arn:string,accountid:string,type:string>>",
             // SES events, as a crawler names them
             "struct<ses:configuration-set:array<string>,ses:source-ip:array<string>>",
             "struct<eventType:string,mail:struct<tags:struct<`ses:from-domain`:array<string>>>>",
             // AWS WAF
             "array<struct<rulegroupid:string,terminatingrule:struct<ruleid:string,action:string,"
             "rulematchdetails:array<struct<conditiontype:string,sensitivitylevel:string,"
             "location:string,matcheddata:array<string>>>>,nonterminatingmatchingrules:array<struct"
             "<ruleid:string,action:string>>,excludedrules:string>>",
             // VPC flow logs, ECS, DynamoDB items, Firehose
             "map<string,string>",
             "map<string, struct<S:string,N:string,BOOL:boolean,M:map<string,string>>>",
             "array<map<string,array<decimal(38,18)>>>",
             "struct<$oid:string,$date:bigint>",
             "struct<_id:struct<$oid:string>,__v:int>",
             // Spark
             "struct<`a.b`:int,`c``d`:string,`e f`:array<bigint>>",
             "struct<element:struct<key:string,value:void>>",
             "array<struct<a:timestamp,b:date,c:binary,d:decimal(10,2),e:char(1),f:varchar(255)>>",
             // Hive
             "uniontype<int,double,array<string>,struct<a:int,b:string>>",
             "map<int,uniontype<string,struct<x:tinyint>>>",
             "struct<col0:timestamp with local time zone,col1:interval_day_time>",
             // Trino and Glue's converters
             "struct<total price:double,größe:int,日本:string>",
             "STRUCT<A: INT, B: ARRAY< STRING >>",
             "array<array<array<array<double>>>>",
             "struct<a:int not null,b:string>",
         })
        EXPECT_EQ(mapped(type), "VARIANT") << type;
}

TEST(HiveType, SaysWhatIsWrongAndWhere) {
    const auto fault = [](std::string_view type) { return parse_hive_type(type).error().message; };
    EXPECT_THAT(fault("array<int"), testing::HasSubstr("a < is not closed, at byte 9"));
    EXPECT_THAT(fault("int)"), testing::HasSubstr("text follows the type, at byte 3"));
    EXPECT_THAT(fault("decimal(39)"), testing::HasSubstr("a precision of 1 to 38"));
    EXPECT_THAT(fault("struct<a>"), testing::HasSubstr("a struct's field has no name"));
    EXPECT_THAT(fault("map<int>"), testing::HasSubstr("a map has two types"));
    EXPECT_THAT(fault("varchar(x)"), testing::HasSubstr("an argument is no number"));
    EXPECT_THAT(fault("array<,"), testing::HasSubstr("a type is missing"));
    EXPECT_THAT(fault(std::string(131'073, 'a')), testing::HasSubstr("131073 bytes"));
    for (const char* type : {"array<", "decimal(0)", "int(3)"})
        EXPECT_THAT(fault(type), testing::HasSubstr("correct it in the catalog"));
}

TEST(HiveType, CastsTextWithoutItsLength) {
    const auto cast = [](const char* type) {
        return glue_to_snowflake::cast_type(*parse_hive_type(type)).text();
    };
    EXPECT_EQ(cast("varchar(20)"), "VARCHAR");
    EXPECT_EQ(cast("char(1)"), "VARCHAR");
    EXPECT_EQ(cast("decimal(9,2)"), "NUMBER(9,2)");
    EXPECT_EQ(cast("map<int,int>"), "VARIANT");
}

TEST(HiveType, TakesTheLongestAndDeepestThatGlueHolds) {
    std::string wide = "struct<";
    while (wide.size() < 131'000)
        wide += "abcdefgh:bigint,";
    wide += "z:int>";
    ASSERT_LE(wide.size(), 131'072U);
    EXPECT_EQ(mapped(wide), "VARIANT");
    EXPECT_EQ(mapped(std::string(131'072, 'a')), "VARIANT");
    EXPECT_EQ(mapped(std::string(131'069, ' ') + "int"), "NUMBER(38,0)");
}

// Writes random types of the grammar, each with what it is by the mapping of the rule book.
class TypeWriter {
  public:
    explicit TypeWriter(std::uint32_t seed) : random_(seed) {}

    // The tokens of the type, so that blanks and case can be put in between.
    std::vector<std::string> write(int depth) {
        const std::uint32_t kind = depth == 0 ? random(5) : random(9);
        switch (kind) {
            case 5:
                return joined({"array", "<"}, {write(depth - 1)});
            case 6:
                return joined({"map", "<"}, {write(0), write(depth - 1)});
            case 7:
                return write_struct(depth);
            case 8:
                return joined({"uniontype", "<"}, {write(depth - 1), write(0)});
            case 0:
                return {"decimal", "(", "12", ",", "3", ")"};
            case 1:
                return {"varchar", "(", "77", ")"};
            default:
                return {std::string(kPlain[random(kPlain.size())])};
        }
    }

    std::string text(const std::vector<std::string>& tokens, bool varied) {
        std::string text;
        for (const std::string& token : tokens) {
            if (varied) text += blanks();
            for (const char byte : token) {
                const bool letter = byte >= 'a' && byte <= 'z' && token[0] != '`';
                text += varied && letter && random(2) == 0 ? static_cast<char>(byte - 32) : byte;
            }
            if (varied) text += blanks();
        }
        return text;
    }

  private:
    static constexpr std::array<const char*, 12> kPlain{"boolean",
                                                        "tinyint",
                                                        "int",
                                                        "bigint",
                                                        "float",
                                                        "double",
                                                        "string",
                                                        "timestamp",
                                                        "date",
                                                        "binary",
                                                        "interval_year_month",
                                                        "void"};

    std::uint32_t random(std::size_t bound) {
        return static_cast<std::uint32_t>(random_() % bound);
    }

    std::string blanks() { return std::string(random(3), " \t\n"[random(3)]); }

    static std::vector<std::string> joined(std::vector<std::string> start,
                                           const std::vector<std::vector<std::string>>& parts) {
        for (std::size_t i = 0; i < parts.size(); ++i) {
            if (i > 0) start.emplace_back(",");
            start.insert(start.end(), parts[i].begin(), parts[i].end());
        }
        start.emplace_back(">");
        return start;
    }

    std::vector<std::string> write_struct(int depth) {
        static constexpr std::array<const char*, 5> kNames{"id", "`a b`", "`c``:<>,()`", "$x.y",
                                                           "ns:tag"};
        std::vector<std::vector<std::string>> fields(random(4));
        for (auto& field : fields) {
            field = write(depth - 1);
            field.insert(field.begin(), {kNames[random(kNames.size())], ":"});
        }
        return joined({"struct", "<"}, fields);
    }

    std::mt19937 random_;
};

TEST(HiveType, ReadsAnyTypeInAnyCaseAndWithAnyBlanks) {
    TypeWriter writer(20'261'121);
    for (int i = 0; i < 3'000; ++i) {
        const auto tokens = writer.write(i % 6);
        const std::string plain = writer.text(tokens, false);
        const std::string varied = writer.text(tokens, true);
        const auto parsed = parse_hive_type(plain);
        const auto again = parse_hive_type(varied);
        ASSERT_TRUE(parsed.ok()) << plain << ": " << parsed.error().message;
        ASSERT_TRUE(again.ok()) << varied << ": " << again.error().message;
        EXPECT_EQ(*parsed, *again) << varied;
        if (tokens.size() > 1 && tokens[1] == "<") {
            EXPECT_EQ(mapped(plain), "VARIANT") << plain;
            // No type of the grammar is a beginning of another one.
            EXPECT_FALSE(parse_hive_type(plain.substr(0, plain.size() - 1)).ok()) << plain;
        }
    }
}

}  // namespace

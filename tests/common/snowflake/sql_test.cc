#include "common/snowflake/sql.h"

#include <array>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace {

using snowflake::Identifier;
using snowflake::Sql;
using snowflake::StageName;
using snowflake::StagePath;

std::string stage_path(std::string_view path) {
    const auto stage = StageName::from("LAKE.PUBLIC.RAW");
    const auto result = StagePath::from(*stage, path);
    return result ? result->text() : "refused";
}

TEST(Sql, QuotesIdentifiers) {
    const std::array<std::pair<std::string_view, std::string_view>, 6> cases{
        {{"ORDERS", R"("ORDERS")"},
         {"select", R"("select")"},
         {R"(a"b)", R"("a""b")"},
         {R"("; DROP TABLE x; --)", R"("""; DROP TABLE x; --")"},
         {R"(back\slash')", R"("back\slash'")"},
         {"名前", "\"名前\""}}};
    for (const auto& [name, quoted] : cases)
        EXPECT_EQ(snowflake::quote_identifier(name), quoted);
}

TEST(Sql, EscapesLiterals) {
    const std::array<std::pair<std::string_view, std::string_view>, 9> cases{
        {{"", "''"},
         {"plain", "'plain'"},
         {"it's", "'it''s'"},
         {R"(a\b)", R"('a\\b')"},
         {R"(\')", R"('\\''')"},
         {"a\nb\r\t", R"('a\nb\r\t')"},
         {"\x01\x7F", R"('\x01\x7F')"},
         {"ü😀", "'ü😀'"},
         {"a\xFFz", "'a\xEF\xBF\xBDz'"}}};
    for (const auto& [text, literal] : cases)
        EXPECT_EQ(snowflake::quote_literal(text), literal);
    EXPECT_EQ(snowflake::quote_literal(std::string_view("a\0b", 3)), R"('a\x00b')");
}

TEST(Sql, WritesDelimitersByteByByte) {
    EXPECT_EQ(snowflake::quote_delimiter(","), "','");
    EXPECT_EQ(snowflake::quote_delimiter("\x01"), R"('\x01')");
    EXPECT_EQ(snowflake::quote_delimiter("¢"), R"('\xC2\xA2')");
    EXPECT_EQ(snowflake::quote_delimiter("'"), "''''");
}

TEST(Sql, RefusesNamesThatSnowflakeCannotHold) {
    EXPECT_FALSE(Identifier::from("", "the table"));
    EXPECT_FALSE(Identifier::from(std::string_view("a\0b", 3), "the table"));
    EXPECT_FALSE(Identifier::from("a\xFF", "the table"));
    EXPECT_FALSE(Identifier::from(std::string(256, 'a'), "the table"));
    EXPECT_EQ(Identifier::from("", "the table").error().message, "the name of the table is empty");
}

TEST(Sql, CountsCharactersOfANameAndNotBytes) {
    std::string name;
    for (int i = 0; i < 255; ++i)
        name += "ü";
    EXPECT_TRUE(Identifier::from(name, "the table"));
    EXPECT_FALSE(Identifier::from(name + "ü", "the table"));
}

TEST(Sql, TakesStageNamesOfUnquotedIdentifiersOnly) {
    for (const std::string_view name : {"STAGE", "public.stage", "LAKE.PUBLIC.RAW_1$"})
        EXPECT_TRUE(StageName::from(name)) << name;
    for (const std::string_view name : {"", ".", "A.", ".A", "A..B", "A.B.C.D", "A B", "1A", "A;B",
                                        "\"A\"", "A-B", "A'B", "@A", "Ä"})
        EXPECT_FALSE(StageName::from(name)) << name;
}

TEST(Sql, WritesStagePathsOfHarmlessCharactersOnly) {
    EXPECT_EQ(stage_path(""), "@LAKE.PUBLIC.RAW/");
    EXPECT_EQ(stage_path("orders/v=1.2_x-y/"), "@LAKE.PUBLIC.RAW/orders/v=1.2_x-y/");
    for (const std::string_view path : {"a", "/", "a//", "a/../", "./", "a b/", "a'/", "a;/",
                                        "a\"/", "a(b)/", "ü/", "a\n/", "a%20/", "a\\/"})
        EXPECT_EQ(stage_path(path), "refused") << path;
}

TEST(Sql, JoinsPiecesWithCommas) {
    EXPECT_EQ(Sql("F(").list({Sql("A"), Sql().integer(-2), Sql().literal("x")}).fixed(")").text(),
              "F(A, -2, 'x')");
    EXPECT_EQ(Sql().list({}).text(), "");
}

}  // namespace

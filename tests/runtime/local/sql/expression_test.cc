// Expressions: how they bind, how they are written back, and what type they have.
#include "runtime/local/sql/expression.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/local/sql/expression_type.h"

namespace {

// The expression as DESC has it; the refusal's code where it cannot be read.
std::string written(const std::string& text) {
    auto tokens = sql::split(text);
    if (const auto* refusal = std::get_if<sql::Refusal>(&tokens)) return refusal->code;
    sql::TokenReader reader(std::get<std::vector<sql::Token>>(std::move(tokens)));
    sql::Expression expression;
    if (!sql::read_expression(reader, expression) || reader.peek().kind != sql::TokenKind::end)
        return reader.refusal().code;
    return sql::written(expression);
}

// The base type with a column C of text before it; the refusal's code where there is none.
std::string type(const std::string& text) {
    auto tokens = sql::split(text);
    sql::TokenReader reader(std::get<std::vector<sql::Token>>(std::move(tokens)));
    sql::Expression expression;
    if (!sql::read_expression(reader, expression)) return reader.refusal().code;
    const auto typed = sql::type_expression(expression, {{"C", sql::BaseType::varchar}});
    return typed.refusal ? typed.refusal->code : sql::written(typed.base);
}

TEST(SqlExpression, IsWrittenBackAsSnowflakeDoes) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"VALUE:c1::VARCHAR", "CAST(GET($1, 'c1') AS VARCHAR(16777216))"},
        {"value:\"a b\"::number", "CAST(GET($1, 'a b') AS NUMBER(38,0))"},
        {"$1:a.b[0]['x']", "GET(GET(GET(GET($1, 'a'), 'b'), 0), 'x')"},
        {"VALUE:\"it's\"", "GET($1, 'it''s')"},
        {"cast(c as int)", "CAST(\"C\" AS NUMBER(38,0))"},
        {"TRY_CAST(C AS DECIMAL(9,2))", "TRY_CAST(\"C\" AS NUMBER(9,2))"},
        {"C::TIMESTAMP", "CAST(\"C\" AS TIMESTAMP_NTZ(9))"},
        {"C::DOUBLE PRECISION", "CAST(\"C\" AS FLOAT)"},
        {"C::CHAR", "CAST(\"C\" AS VARCHAR(1))"},
        {"split_part(metadata$filename,'/',2)", "SPLIT_PART(METADATA$FILENAME, '/', 2)"},
        {"'a\\\\b'", "'a\\\\b'"},
        {"case when true then 1 end", "CASE WHEN TRUE THEN 1 END"},
    };
    for (const auto& [text, expected] : cases)
        EXPECT_EQ(written(text), expected) << text;
}

TEST(SqlExpression, BindsAsSqlDoes) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"1 + 2 * 3", "(1) + ((2) * (3))"},
        {"(1 + 2) * 3", "((1) + (2)) * (3)"},
        {"1 - 2 - 3", "((1) - (2)) - (3)"},
        {"A OR B AND NOT C = 'x'", "(\"A\") OR ((\"B\") AND (NOT ((\"C\") = ('x'))))"},
        {"A IS NULL OR B IS NOT NULL", "(\"A\" IS NULL) OR (\"B\" IS NOT NULL)"},
        {"A NOT IN (1, 2)", "\"A\" NOT IN (1, 2)"},
        {"A BETWEEN 1 AND 2 AND B", "(\"A\" BETWEEN 1 AND 2) AND (\"B\")"},
        {"-A::INT", "- (CAST(\"A\" AS NUMBER(38,0)))"},
    };
    for (const auto& [text, expected] : cases)
        EXPECT_EQ(written(text), expected) << text;
}

TEST(SqlExpression, RefusesWhatIsNone) {
    for (const char* text : {"",
                             "1 +",
                             "(1",
                             "1)",
                             "1 2",
                             "f(",
                             "f(1,)",
                             "f(,)",
                             "A IN ('x',)",
                             "A IN ()",
                             "A NOT",
                             "A NOT = B",
                             "NOT",
                             "CASE END",
                             "CASE WHEN A END",
                             "CAST(A INT)",
                             "VALUE:",
                             "VALUE:1",
                             "A[",
                             "A[B]",
                             "A = B = C",
                             "SELECT",
                             "A BETWEEN 1",
                             "A LIKE",
                             "A IS",
                             "FROM(1)",
                             "1.",
                             "12ab"})
        EXPECT_EQ(written(text), "001003") << text;
    EXPECT_EQ(written(std::string(101, '(') + "A" + std::string(101, ')')), "000002");
    std::string nots;
    for (int i = 0; i < 200; ++i)
        nots += "NOT ";
    EXPECT_EQ(written(nots + "A"), "000002");
}

TEST(SqlExpression, HasTheTypeThatSnowflakeGivesIt) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"VALUE:a", "VARIANT"},
        {"VALUE:a::NUMBER(9,2)", "NUMBER"},
        {"GET_IGNORE_CASE(VALUE, 'a')::TIMESTAMP_LTZ", "TIMESTAMP_LTZ"},
        {"TRY_CAST(C AS DATE)", "DATE"},
        {"TRY_CAST(VALUE AS DATE)", "001065"},
        {"TRY_CAST(C AS VARIANT)", "001065"},
        {"TRY_TO_NUMBER(C, 38, 0)", "NUMBER"},
        {"TRY_TO_NUMBER(VALUE:a, 38, 0)", "001044"},
        {"TRY_TO_DATE(NULLIF(C, 'x'))", "DATE"},
        {"NULLIF(C, 1)", "VARCHAR"},
        {"NULLIF(C::DATE, TRUE)", "001044"},
        {"IFF(C = 'x', 1, 2.5)", "NUMBER"},
        {"IFF(C = 'x', NULL, C)", "VARCHAR"},
        {"COALESCE(NULL, 1, 2::FLOAT)", "FLOAT"},
        {"CASE WHEN TRUE THEN C ELSE 1 END", "001044"},
        {"SUBSTR(C, 1) || 1", "VARCHAR"},
        {"C::DATE + 1", "DATE"},
        {"C::DATE + C::DATE", "001044"},
        {"LENGTH(C) / 2", "NUMBER"},
        {"C AND TRUE", "001044"},
        {"PARSE_JSON(METADATA$EXTERNAL_TABLE_PARTITION):K::DATE", "DATE"},
        {"METADATA$FILE_ROW_NUMBER", "NUMBER"},
        {"VALUE::OBJECT:a", "VARIANT"},
        {"C:a", "001044"},
        {"D", "000904"},
        {"NO_SUCH(C)", "002140"},
        {"RANDOM()", "011201"},
        {"SPLIT_PART(C, '/')", "000938"},
        {"LOWER(C, C)", "000939"},
        {"C::INT::DATE", "001065"},
        {"C::DATE::INT", "001065"},
        {"C::DATE::TIMESTAMP_NTZ", "TIMESTAMP_NTZ"},
        {"C::BOOLEAN::DATE", "001065"},
        {"C::OBJECT", "001065"},
    };
    for (const auto& [text, expected] : cases)
        EXPECT_EQ(type(text), expected) << text;
}

TEST(SqlExpression, SaysWhatItReads) {
    auto tokens = sql::split("LOWER(C) || METADATA$FILENAME || VALUE:a::VARCHAR");
    sql::TokenReader reader(std::get<std::vector<sql::Token>>(std::move(tokens)));
    sql::Expression expression;
    ASSERT_TRUE(sql::read_expression(reader, expression));
    const auto typed = sql::type_expression(expression, {{"C", sql::BaseType::varchar}});
    EXPECT_TRUE(typed.sources.value && typed.sources.file_name && !typed.sources.partition);
    EXPECT_EQ(typed.sources.columns, std::set<std::string>{"C"});
}

}  // namespace

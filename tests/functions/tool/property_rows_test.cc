#include "functions/tool/property_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tool {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// "property=value" of each row, or the error.
std::vector<std::string> rows_of(std::string_view text) {
    const auto rows = read_property_rows(text);
    if (!rows) return {"error: " + rows.error().message};
    std::vector<std::string> found;
    for (const PropertyRow& row : *rows)
        found.push_back(row.property + "=" + row.value);
    return found;
}

TEST(PropertyRows, ReadsTheJsonOfSnow) {
    EXPECT_THAT(rows_of(R"([
    {
        "property": "ENABLED",
        "property_type": "Boolean",
        "property_value": "true",
        "property_default": "false"
    },
    {"property": "COMMENT", "property_type": "String", "property_value": null, "property_default": ""}
])"),
                ElementsAre("ENABLED=true", "COMMENT="));
}

TEST(PropertyRows, ReadsTheJsonOfAScript) {
    EXPECT_THAT(
        rows_of(R"([[{"status":"done"}],[],[{"property":"A","property_value":"\/\u003d"}]])"),
        ElementsAre("A=/="));
}

TEST(PropertyRows, ReadsAResultSet) {
    EXPECT_THAT(
        rows_of(R"({"resultSetMetaData":{"numRows":2,"rowType":[{"name":"PROPERTY"},)"
                R"({"name":"property_type"},{"name":"property_value"}]},)"
                R"("data":[["A","String","1"],["B","String",null],["C"],["D","String"],"E"]})"),
        ElementsAre("A=1", "B="));
}

TEST(PropertyRows, ReadsCsv) {
    EXPECT_THAT(rows_of("\"property\",\"property_type\",\"property_value\",\"property_default\"\n"
                        "\"A\",\"String\",\"x, \"\"y\"\"\",\"\"\n\"B\",\"String\",,\"\"\n"
                        "C,String,cut o"),
                ElementsAre("A=x, \"y\"", "B="));
    EXPECT_THAT(rows_of("\xEF\xBB\xBFproperty,property_value\r\nA,1\r\n"), ElementsAre("A=1"));
    EXPECT_THAT(rows_of("status\ndone\nproperty,property_value\nA,1\n"), ElementsAre("A=1"));
}

TEST(PropertyRows, ReadsTheTableOfSnow) {
    EXPECT_THAT(rows_of(R"(
DESC INTEGRATION lakefeed;
+---------------------------------------+
| property | property_type | property_value | property_default |
|----------+---------------+----------------+------------------|
| A        | String        | arn:aws:iam::1 |                  |
|          |               | 2:user/x       |                  |
| B        | Boolean       | true           | false            |
+---------------------------------------+
)"),
                ElementsAre("A=arn:aws:iam::12:user/x", "B=true"));
}

TEST(PropertyRows, ReadsTheTableOfSnowSql) {
    EXPECT_THAT(rows_of("* SnowSQL * v1.3.1\n"
                        "+----------+---------------+----------------+\r\n"
                        "| property | property_type | property_value |\r\n"
                        "|----------+---------------+----------------|\r\n"
                        "| A        | String        | 1              |\r\n"
                        "+----------+---------------+----------------+\r\n"
                        "1 Row(s) produced. Time Elapsed: 0.5s\r\n"),
                ElementsAre("A=1"));
}

TEST(PropertyRows, HasNoneInOtherAnswers) {
    for (const char* text : {"", "  \n", "[]", "{}", "[1,\"a\",null]", R"({"data":[["a"]]})",
                             R"([{"property":"A"}])", "| a | b |\n| 1 | 2 |", "a,b\n1,2\n",
                             R"({"resultSetMetaData":{"rowType":[]},"data":[[]]})"})
        EXPECT_THAT(rows_of(text), IsEmpty()) << text;
}

TEST(PropertyRows, NamesWhatIsBroken) {
    EXPECT_THAT(rows_of("[{").at(0), HasSubstr("DESC INTEGRATION"));
    EXPECT_THAT(rows_of("property,\"property_value\nA,1\n").at(0), HasSubstr("error: "));
}

}  // namespace
}  // namespace tool

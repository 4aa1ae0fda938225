#include "functions/glue_to_snowflake/response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/json.h"

namespace {

using glue_to_snowflake::Action;
using glue_to_snowflake::TableOutcome;
using glue_to_snowflake::write_response;
using testing::HasSubstr;

TableOutcome outcome(const std::string& name, const std::string& statement) {
    TableOutcome table{
        .glue = name, .snowflake = "\"T\"", .action = Action::create, .reason = "it is new"};
    table.statements.push_back({snowflake::Sql().literal(statement), "CREATE", "it is new"});
    return table;
}

std::size_t count_statements(const codec::JsonValue& table) {
    return codec::find_array(table, "statements")->Size();
}

TEST(GlueResponse, TellsEachTable) {
    EXPECT_EQ(write_response({}), R"({"tables":[]})");
    EXPECT_EQ(
        write_response({outcome("a.b", "x"), {.glue = "a.c", .reason = "a view"}}),
        R"({"tables":[{"glue":"a.b","snowflake":"\"T\"","action":"create","reason":"it is new",)"
        R"("statements":["'x'"]},)"
        R"({"glue":"a.c","snowflake":"","action":"skip","reason":"a view","statements":[]}]})");
}

TEST(GlueResponse, IsWholeAtTheLimit) {
    const std::vector<TableOutcome> tables{outcome("a", std::string(500, 'x')),
                                           outcome("b", std::string(500, 'y'))};
    const std::string whole = write_response(tables);
    EXPECT_EQ(write_response(tables, whole.size()), whole);
    EXPECT_LT(write_response(tables, whole.size() - 1).size(), whole.size());
}

// Whatever the limit: the answer fits, parses, and names what it does not show.
TEST(GlueResponse, IsCutAtTheStatements) {
    const std::vector<TableOutcome> tables{outcome("a", std::string(200, 'x')),
                                           {.glue = "b", .reason = "a view"},
                                           outcome("c", std::string(300, 'z')),
                                           outcome("d", "short")};
    const std::size_t whole = write_response(tables).size();
    for (std::size_t bytes_max = 200; bytes_max < whole; ++bytes_max) {
        const std::string text = write_response(tables, bytes_max);
        ASSERT_LE(text.size(), bytes_max);
        const auto document = codec::parse_json(text, "the response");
        ASSERT_TRUE(document) << text;
        std::size_t shown = 0;
        for (const auto& table : codec::find_array(*document, "tables")->GetArray())
            shown += codec::find_text(table, "glue") == "" ? 0 : 1;
        const std::string missing = "tables (" + std::to_string(4 - shown) + ")";
        ASSERT_EQ(text.find(missing) != std::string::npos, shown < 4) << text;
    }
    const std::string one_less = write_response(tables, whole - 1);
    const auto document = codec::parse_json(one_less, "the response");
    const auto& list = *codec::find_array(*document, "tables");
    ASSERT_EQ(list.Size(), 4U);
    EXPECT_EQ(count_statements(list[0]), 1U);  // first come, first shown
    EXPECT_EQ(count_statements(list[2]), 0U);
    EXPECT_THAT(
        std::string(*codec::find_text(list[2], "reason")),
        HasSubstr(
            "it is new; left out here, as the answer would pass Lambda's limit: statements (1)"));
    EXPECT_EQ(count_statements(list[3]), 1U);
}

TEST(GlueResponse, StaysBelowLambdasLimit) {
    const std::vector<TableOutcome> tables(40, outcome("a", std::string(200'000, 'x')));
    const std::string text = write_response(tables);
    EXPECT_LE(text.size(), 6'291'556U);
    EXPECT_GT(text.size(), 6'000'000U);
}

}  // namespace

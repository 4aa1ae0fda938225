#include "functions/glue_to_snowflake/sync/snowflake_state.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/json.h"
#include "tests/functions/glue_to_snowflake/table_builder.h"
#include "tests/support/fakes.h"
#include "tests/support/scripted_http.h"

namespace {

using base::ErrorKind;
using glue_to_snowflake::SnowflakeState;
using snowflake::TableKind;
using testing::HasSubstr;

class SnowflakeStateTest : public testing::Test {
  protected:
    SnowflakeState state() { return {sql_api_, config_}; }
    void with_iceberg() { config_.iceberg_catalog_integration = "I"; }
    void answer(const std::string& columns, const std::string& data) {
        http_.answer(200, R"({"code":"090001","statementHandle":"h","resultSetMetaData":)"
                          R"({"rowType":)" +
                              columns + R"(},"data":)" + data + "}");
    }
    void answer_tables(const std::string& data) {
        answer(R"([{"name":"created_on"},{"name":"name"},{"name":"comment"},{"name":"invalid"},)"
               R"({"name":"invalid_reason"}])",
               data);
    }
    // A page of SHOW with the names [begin, end).
    void answer_page(int begin, int end) {
        std::string data;
        for (int i = begin; i < end; ++i)
            data += (data.empty() ? "" : ",") + row(i);
        answer_tables("[" + data + "]");
    }
    static std::string row(int i) {
        const std::string number = std::to_string(100'000 + i);
        return R"(["1","T)" + number + R"(",null,"false",null])";
    }
    [[nodiscard]] std::string statement(std::size_t i) const {
        const auto body = codec::parse_json(http_.requests().at(i).body, "the body");
        return std::string(*codec::find_text(*body, "statement"));
    }

    tests::ScriptedHttp http_;
    tests::FakeClock clock_;
    tests::SeededRandom random_;
    snowflake::FixedToken tokens_{{base::Secret(std::string("t")), "OAUTH"}};
    snowflake::SqlApiClient sql_api_{{"https://x", "R"}, {http_, tokens_, clock_, random_}};
    glue_to_snowflake::Config config_;
    SnowflakeState::Query query_{"tag", {tests::kTestNowMs + 60'000}};
};

TEST_F(SnowflakeStateTest, FindsTheTableOfThatVeryName) {
    answer_tables(
        R"([["1","orders","other","false",null],["1","ORDERS","mine","true","no stage"]])");
    const auto table = state().table(tests::make_name(), TableKind::external, query_);
    ASSERT_TRUE(table) << table.error().message;
    ASSERT_TRUE(*table);
    EXPECT_EQ((*table)->comment, "mine");
    EXPECT_EQ((*table)->kind, TableKind::external);
    EXPECT_TRUE((*table)->is_invalid);
    EXPECT_EQ((*table)->invalid_reason, "no stage");
    EXPECT_EQ(statement(0), R"(SHOW EXTERNAL TABLES LIKE 'ORDERS' IN SCHEMA "SALES"."RAW")");
    EXPECT_THAT(http_.requests()[0].body, HasSubstr(R"("query_tag":"tag")"));
}

TEST_F(SnowflakeStateTest, FindsNoTableWhereThereIsNone) {
    answer_tables("[]");
    const auto table = state().table(tests::make_name(), TableKind::external, query_);
    ASSERT_TRUE(table);
    EXPECT_FALSE(*table);
    EXPECT_EQ(http_.requests().size(), 1U);
}

TEST_F(SnowflakeStateTest, LooksForIcebergTablesWhereTheyAreConfigured) {
    with_iceberg();
    answer_tables("[]");
    answer(R"([{"name":"name"},{"name":"comment"}])", R"([["ORDERS",null]])");
    const auto table = state().table(tests::make_name(), TableKind::external, query_);
    ASSERT_TRUE(table && *table);
    EXPECT_EQ((*table)->kind, TableKind::iceberg);
    EXPECT_EQ((*table)->comment, "");
    EXPECT_FALSE((*table)->is_invalid);
    EXPECT_THAT(statement(1), HasSubstr("SHOW ICEBERG TABLES LIKE"));
    answer(R"([{"name":"name"},{"name":"comment"}])", R"([["ORDERS",null]])");
    ASSERT_TRUE(state().table(tests::make_name(), TableKind::iceberg, query_));
    EXPECT_EQ(http_.requests().size(), 3U);
}

TEST_F(SnowflakeStateTest, ReadsASchemaPageByPage) {
    answer_page(0, 10'000);
    answer_page(9'999, 10'010);  // the last name of the page before comes again
    const auto tables = state().tables_in(tests::make_name().in(), query_);
    ASSERT_TRUE(tables) << tables.error().message;
    EXPECT_EQ(tables->size(), 10'010U);
    EXPECT_EQ(statement(0), R"(SHOW EXTERNAL TABLES IN SCHEMA "SALES"."RAW" LIMIT 10000)");
    EXPECT_EQ(statement(1),
              R"(SHOW EXTERNAL TABLES IN SCHEMA "SALES"."RAW" LIMIT 10000 FROM 'T109999')");
}

TEST_F(SnowflakeStateTest, RefusesPagesWithoutEnd) {
    answer_page(0, 10'000);
    answer_page(0, 10'000);
    const auto tables = state().tables_in(tests::make_name().in(), query_);
    ASSERT_FALSE(tables);
    EXPECT_THAT(tables.error().message, HasSubstr("SHOW EXTERNAL TABLES IN SCHEMA"));
}

TEST_F(SnowflakeStateTest, ReadsBothKindsOfASchema) {
    with_iceberg();
    answer_page(0, 2);
    answer(R"([{"name":"name"},{"name":"comment"}])", R"([["I","c"]])");
    const auto tables = state().tables_in(tests::make_name().in(), query_);
    ASSERT_TRUE(tables);
    EXPECT_EQ(tables->size(), 3U);
    EXPECT_EQ(tables->at("I").kind, TableKind::iceberg);
}

TEST_F(SnowflakeStateTest, SaysWhatToDoWhereTheSchemaIsMissing) {
    for (const char* code : {"002003", "002043"}) {
        http_.answer(422, R"({"code":")" + std::string(code) +
                              R"(","sqlState":"02000","message":"Schema 'X' does not exist"})");
        const auto tables = state().tables_in(tests::make_name().in(), query_);
        ASSERT_FALSE(tables);
        EXPECT_EQ(tables.error().code, code);
        EXPECT_THAT(tables.error().message,
                    testing::StartsWith(R"(the schema "SALES"."RAW" does not exist, or)"));
        http_.answer(422, R"({"code":")" + std::string(code) + R"(","message":"m"})");
        const auto table = state().table(tests::make_name(), TableKind::external, query_);
        EXPECT_THAT(table.error().message, HasSubstr("grant USAGE"));
    }
    http_.answer(422, R"({"code":"003001","message":"m"})");
    const auto table = state().table(tests::make_name(), TableKind::external, query_);
    EXPECT_THAT(table.error().message, testing::Not(HasSubstr("grant USAGE")));
}

TEST_F(SnowflakeStateTest, RefusesRowsThatAreNone) {
    const auto ask = [&] { return state().tables_in(tests::make_name().in(), query_); };
    answer_tables(R"([["1",null,"c","false",null]])");
    EXPECT_THAT(ask().error().message, HasSubstr("a row of the answer has no name"));
    answer(R"([{"name":"name"}])", R"([["T"]])");
    EXPECT_THAT(ask().error().message, HasSubstr("the answer has no comments"));
    answer(R"([{"name":"comment"}])", R"([["T"]])");
    EXPECT_EQ(ask().error().kind, ErrorKind::data_invalid);
}

TEST_F(SnowflakeStateTest, ReadsColumns) {
    answer(R"([{"name":"name"},{"name":"type"},{"name":"kind"},{"name":"expression"}])",
           R"x([["VALUE","VARIANT","COLUMN",null],["A","VARCHAR(16777216)","VIRTUAL","x"]])x");
    const auto columns = state().columns(tests::make_name(), query_);
    ASSERT_TRUE(columns) << columns.error().message;
    ASSERT_EQ(columns->size(), 2U);
    EXPECT_FALSE((*columns)[0].is_virtual);
    EXPECT_EQ((*columns)[1].name, "A");
    EXPECT_EQ((*columns)[1].type, "VARCHAR(16777216)");
    EXPECT_TRUE((*columns)[1].is_virtual);
    EXPECT_EQ(statement(0), R"(DESC EXTERNAL TABLE "SALES"."RAW"."ORDERS")");
}

TEST_F(SnowflakeStateTest, RefusesColumnsThatAreNone) {
    answer(R"([{"name":"name"},{"name":"type"}])", R"([["A","NUMBER"]])");
    const auto columns = state().columns(tests::make_name(), query_);
    ASSERT_FALSE(columns);
    EXPECT_THAT(columns.error().message, HasSubstr("DESC EXTERNAL TABLE"));
    http_.answer(200, "<html>");
    EXPECT_FALSE(state().columns(tests::make_name(), query_));
}

}  // namespace

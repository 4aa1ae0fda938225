#include "functions/glue_to_snowflake/definition/target_name.h"

#include <string>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using glue_to_snowflake::Config;
using glue_to_snowflake::Skip;
using testing::HasSubstr;

// "ORDERS" of the database sales__raw, or why there is none.
std::string target(std::string_view database, std::string_view table, const Config& config = {}) {
    const auto name = glue_to_snowflake::target_name(database, table, config);
    if (!name) return "fault: " + name.error().message;
    if (const auto* skip = std::get_if<Skip>(&*name)) return "skip: " + skip->reason;
    return snowflake::Sql().table(std::get<snowflake::TableName>(*name)).text();
}

TEST(TargetName, SplitsTheDatabaseAtItsDoubleUnderscore) {
    EXPECT_EQ(target("sales__raw", "orders"), R"("SALES"."RAW"."ORDERS")");
    EXPECT_EQ(target("a_b__c_d", "t"), R"("A_B"."C_D"."T")");
    EXPECT_EQ(target("a___b", "t"), R"("A"."_B"."T")");
    EXPECT_EQ(target("ä__ß", "t"), R"("ä"."ß"."T")");
    for (const char* database : {"sales", "a__b__c", "__a", "a__", "__", "a_b", "a____b"})
        EXPECT_THAT(target(database, "t"), HasSubstr("skip: its database")) << database;
}

TEST(TargetName, FollowsTheMapAsItIsWritten) {
    Config config;
    config.database_rule = glue_to_snowflake::DatabaseRule::map;
    config.database_map.emplace("sales", *glue_to_snowflake::parse_schema_name("Lake.Raw"));
    EXPECT_EQ(target("sales", "orders", config), R"("Lake"."Raw"."ORDERS")");
    EXPECT_THAT(target("sales__raw", "orders", config), HasSubstr("skip: DATABASE_MAP"));
}

TEST(TargetName, KeepsCaseWhereItShould) {
    Config config;
    config.identifier_case = glue_to_snowflake::IdentifierCase::preserve;
    EXPECT_EQ(target("a__b", "t", config), R"("a"."b"."t")");
}

TEST(TargetName, LeavesOutWhatTheFiltersLeaveOut) {
    Config config;
    config.database_filter = {"sales__*"};
    config.table_filter = {"o*"};
    EXPECT_EQ(target("sales__raw", "orders", config), R"("SALES"."RAW"."ORDERS")");
    EXPECT_THAT(target("web__raw", "orders", config), HasSubstr("skip: DATABASE_FILTER"));
    EXPECT_THAT(target("sales__raw", "clicks", config), HasSubstr("skip: TABLE_FILTER"));
}

TEST(TargetName, RefusesNamesThatAreTooLong) {
    EXPECT_THAT(target("a__b", std::string(256, 't')), HasSubstr("fault: the name of the table"));
}

}  // namespace

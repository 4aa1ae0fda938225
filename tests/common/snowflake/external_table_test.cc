#include "common/snowflake/external_table.h"

#include <string>

#include <gtest/gtest.h>

#include "common/snowflake/show.h"

namespace {

using snowflake::Identifier;
using snowflake::Sql;

Identifier id(std::string_view name) {
    return *Identifier::from(name, "the name");
}

snowflake::TableName orders(std::string_view table = "ORDERS") {
    return {id("SALES"), id("RAW"), id(table)};
}

snowflake::ExternalTable orders_table() {
    return {.name = orders(),
            .columns = {{id("A"), Sql("VARCHAR"), Sql("VALUE:c1::VARCHAR")}},
            .partition_columns = {{id("DT"), Sql("DATE"), Sql("TRY_TO_DATE('x')")}},
            .location = *snowflake::StagePath::from(*snowflake::StageName::from("S"), "o/"),
            .auto_refresh = snowflake::AutoRefresh::off,
            .file_format = Sql("TYPE = CSV")};
}

constexpr std::string_view kDefinition =
    R"("SALES"."RAW"."ORDERS" ("A" VARCHAR AS (VALUE:c1::VARCHAR), "DT" DATE AS (TRY_TO_DATE('x'))) )"
    R"(PARTITION BY ("DT") LOCATION = @S/o/ AUTO_REFRESH = FALSE )"
    R"(PATTERN = '(.*/)?[^._/][^/]*' FILE_FORMAT = (TYPE = CSV))";

TEST(ExternalTable, CreatesWhereNoneIs) {
    EXPECT_EQ(
        create_external_table(orders_table(), snowflake::CreateMode::if_not_exists, "it's").text(),
        "CREATE EXTERNAL TABLE IF NOT EXISTS " + std::string(kDefinition) + " COMMENT = 'it''s'");
}

TEST(ExternalTable, ReplacesWithItsGrants) {
    EXPECT_EQ(create_external_table(orders_table(), snowflake::CreateMode::replace, "m").text(),
              "CREATE OR REPLACE EXTERNAL TABLE " + std::string(kDefinition) +
                  " COPY GRANTS COMMENT = 'm'");
}

TEST(ExternalTable, LeavesOutPartitionByWithoutKeys) {
    snowflake::ExternalTable table = orders_table();
    table.partition_columns.clear();
    table.auto_refresh = snowflake::AutoRefresh::on;
    const std::string text =
        create_external_table(table, snowflake::CreateMode::replace, "").text();
    EXPECT_EQ(text.find("PARTITION"), std::string::npos);
    EXPECT_NE(text.find(") LOCATION = @S/o/ AUTO_REFRESH = TRUE PATTERN"), std::string::npos);
}

TEST(Show, LooksForATableByName) {
    EXPECT_EQ(show_table_like(snowflake::TableKind::external, orders("O'_x\\y")).text(),
              R"(SHOW EXTERNAL TABLES LIKE 'O''_x_y' IN SCHEMA "SALES"."RAW")");
}

}  // namespace

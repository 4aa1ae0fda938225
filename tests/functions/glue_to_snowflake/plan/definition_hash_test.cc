#include "functions/glue_to_snowflake/plan/definition_hash.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

// The expected digits are of Python's hashlib, over the texts written out by hand.
namespace {

using glue_to_snowflake::definition_hash;
using glue_to_snowflake::part_hashes;
using snowflake::Identifier;
using snowflake::Sql;

Identifier id(std::string_view name) {
    return *Identifier::from(name, "the name");
}

snowflake::ExternalTable orders_table() {
    return {
        .name = {id("SALES"), id("RAW"), id("ORDERS")},
        .columns = {{id("B"), Sql("VARCHAR(20)"), Sql("VALUE:\"b\"::VARCHAR")},
                    {id("A"), Sql("NUMBER(38,0)"), Sql("VALUE:\"a\"::NUMBER(38,0)")}},
        .partition_columns = {{id("DT"), Sql("DATE"), Sql("TRY_TO_DATE('x')")},
                              {id("H"), Sql("NUMBER(38,0)"), Sql("1")}},
        .location = *snowflake::StagePath::from(*snowflake::StageName::from("S"), "o/"),
        .auto_refresh = snowflake::AutoRefresh::on,
        .file_format = Sql("TYPE = PARQUET"),
    };
}

snowflake::IcebergTable iceberg_table() {
    return {.name = {id("SALES"), id("RAW"), id("ORDERS")},
            .catalog_integration = "int",
            .external_volume = "",
            .catalog_namespace = "d",
            .catalog_table_name = "t'1"};
}

TEST(DefinitionHash, IsOfTheWrittenOutLines) {
    auto table = orders_table();
    EXPECT_EQ(definition_hash(table), "2fb853d6f3ce15e9da1b0716b6904199");
    table.auto_refresh = snowflake::AutoRefresh::off;
    EXPECT_EQ(definition_hash(table), "757412a24a7c3c8b688a9d6d29143ca3");
}

TEST(DefinitionHash, OfAUserSpecifiedTableKnowsNoRefresh) {
    auto table = orders_table();
    table.partition_type = snowflake::PartitionType::user_specified;
    EXPECT_EQ(definition_hash(table), "289fbad8ca63d345ff59251844eb1993");
    table.auto_refresh = snowflake::AutoRefresh::off;
    EXPECT_EQ(definition_hash(table), "289fbad8ca63d345ff59251844eb1993");
}

TEST(DefinitionHash, OfAnIcebergTableIsOfItsClauses) {
    auto table = iceberg_table();
    EXPECT_EQ(definition_hash(table), "88728bde6e62cdd13618c7b4ba6d4117");
    table.external_volume = "v";
    table.auto_refresh = snowflake::AutoRefresh::off;
    EXPECT_EQ(definition_hash(table), "28d64fb09748eef30865bbc453063843");
}

TEST(DefinitionHash, IgnoresTheOrderOfColumnsAndLengthsInsideABaseType) {
    auto table = orders_table();
    std::reverse(table.columns.begin(), table.columns.end());
    table.columns[1].type = Sql("VARCHAR(30)");
    table.columns[0].type = Sql("NUMBER(10,0)");
    EXPECT_EQ(definition_hash(table), definition_hash(orders_table()));
    EXPECT_EQ(part_hashes(table), part_hashes(orders_table()));
}

TEST(DefinitionHash, IsAnotherForEachThingThatCounts) {
    const std::string before = definition_hash(orders_table());
    const auto differs = [&before](auto change) {
        auto table = orders_table();
        change(table);
        return definition_hash(table) != before;
    };
    using Table = snowflake::ExternalTable;
    EXPECT_TRUE(differs([](Table& table) { table.columns.pop_back(); }));
    EXPECT_TRUE(differs([](Table& table) { table.columns[0].type = Sql("DATE"); }));
    EXPECT_TRUE(differs([](Table& table) { table.columns[0].expression = Sql("VALUE:c1"); }));
    EXPECT_TRUE(differs([](Table& table) { table.columns[0].name = id("b"); }));
    EXPECT_TRUE(differs([](Table& table) { table.file_format = Sql("TYPE = ORC"); }));
    EXPECT_TRUE(differs([](Table& table) { table.partition_columns.pop_back(); }));
    EXPECT_TRUE(differs([](Table& table) {
        std::reverse(table.partition_columns.begin(), table.partition_columns.end());
    }));
    EXPECT_TRUE(differs([](Table& table) {
        table.location = *snowflake::StagePath::from(*snowflake::StageName::from("S"), "p/");
    }));
}

TEST(DefinitionHash, DoesNotKnowTheName) {
    auto table = orders_table();
    table.name.table = id("OTHER");
    EXPECT_EQ(definition_hash(table), definition_hash(orders_table()));
}

TEST(PartHashes, AreOfTheWrittenOutParts) {
    const auto parts = part_hashes(orders_table());
    EXPECT_EQ(parts.location, "8bb0f2bf");
    EXPECT_EQ(parts.file_format, "1ae95a71");
    EXPECT_EQ(parts.partitions, "c8c6bf6d");
    EXPECT_EQ(parts.columns,
              (glue_to_snowflake::ColumnHashes{{"A", "f9d7d59d"}, {"B", "eb9666a5"}}));
}

TEST(PartHashes, TellTheKindsOfPartitionsApart) {
    auto table = orders_table();
    table.partition_type = snowflake::PartitionType::user_specified;
    EXPECT_EQ(part_hashes(table).partitions, "b9db4656");
    table.partition_columns.clear();
    table.partition_type = snowflake::PartitionType::expression;
    EXPECT_EQ(part_hashes(table).partitions, "e3b0c442");
}

}  // namespace

#include "common/dynamodb/table_template.h"

#include <gtest/gtest.h>

namespace {

using dynamodb::fill_table_template;

TEST(TableTemplate, FillsEveryPlace) {
    EXPECT_EQ(fill_table_template("DYNAMODB-{table}", "Orders"), "DYNAMODB-Orders");
    EXPECT_EQ(fill_table_template("{table}-{table}", "a"), "a-a");
    EXPECT_EQ(fill_table_template("{table}-{table}", "{table}"), "{table}-{table}");
    EXPECT_EQ(fill_table_template("plain", "a"), "plain");
}

TEST(TableTemplate, IsToldFromAName) {
    EXPECT_TRUE(dynamodb::is_table_template("x{table}"));
    EXPECT_FALSE(dynamodb::is_table_template("table"));
}

}  // namespace

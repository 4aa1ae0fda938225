#include "functions/glue_to_snowflake/sync/partition_path.h"

#include <gtest/gtest.h>

#include "tests/functions/glue_to_snowflake/table_builder.h"

namespace {

using glue_to_snowflake::hive_partition_path;
using glue_to_snowflake::partition_path;

aws::GlueTable table() {
    auto table = tests::make_table(tests::kParquetSerde, {{"id", "int"}});  // s3://lake/raw/orders/
    table.partition_keys = {{"dt", "date"}, {"code", "string"}};
    return table;
}

TEST(PartitionPath, IsWhatFollowsTheTablesFolder) {
    EXPECT_EQ(partition_path(table(), "s3://lake/raw/orders/dt=2026-11-20/code=a"),
              "dt=2026-11-20/code=a/");
    EXPECT_EQ(partition_path(table(), "s3a://lake/raw/orders/2026/b/"), "2026/b/");
}

TEST(PartitionPath, IsNoneOutsideOfTheTablesFolder) {
    for (const char* outside : {"s3://lake/other/", "s3://b/raw/orders/x/", "s3://lake/raw/orders/",
                                "s3://lake/raw/orders2/x/", "s3://lake/raw/", "", "hdfs://x"}) {
        EXPECT_FALSE(partition_path(table(), outside)) << outside;
    }
}

// Hive's FileUtils.escapePathName, by hand.
TEST(PartitionPath, IsGuessedAsHiveWritesIt) {
    EXPECT_EQ(hive_partition_path(table(), {"2026-11-20", "a:b/c=d %\x01"}),
              "dt=2026-11-20/code=a%3Ab%2Fc%3Dd %25%01/");
    EXPECT_EQ(hive_partition_path(table(), {"2026-11-20", ""}),
              "dt=2026-11-20/code=__HIVE_DEFAULT_PARTITION__/");
}

}  // namespace

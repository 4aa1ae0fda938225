#include "functions/glue_to_snowflake/definition/partition_layout.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/glue_to_snowflake/table_builder.h"

namespace {

using testing::AllOf;
using testing::HasSubstr;

// s3://lake/raw/orders/, by day and hour.
aws::GlueTable by_day_and_hour() {
    aws::GlueTable table = tests::make_table(tests::kParquetSerde, {{"a", "int"}});
    table.partition_keys = {{"dt", "string"}, {"h", "int"}};
    return table;
}

std::string reason(const aws::GluePartition& partition) {
    return glue_to_snowflake::reason_layout_unfit(by_day_and_hour(), {partition}).value_or("fit");
}

std::string reason(std::vector<std::string> values, std::string location) {
    return reason(tests::make_partition(std::move(values), std::move(location)));
}

TEST(PartitionLayout, FitsBothStyles) {
    EXPECT_EQ(reason({"d", "1"}, "s3://lake/raw/orders/dt=d/h=1"), "fit");
    EXPECT_EQ(reason({"d", "1"}, "s3://lake/raw/orders/d/1/"), "fit");
    EXPECT_EQ(reason({"d", "1"}, "s3a://lake/raw/orders/DT=d/1/deeper/"), "fit");
    EXPECT_EQ(reason({"d", "1"}, "s3://lake/raw/orders/d/01/"), "fit");
    EXPECT_EQ(reason({"a=b", "1"}, "s3://lake/raw/orders/dt=a=b/h=1/"), "fit");
    EXPECT_EQ(reason({"a:b", "1"}, "s3://lake/raw/orders/dt=a%3Ab/h=1/"), "fit");
    EXPECT_EQ(reason({"5%", "1"}, "s3://lake/raw/orders/dt=5%/h=1/"), "fit");
    EXPECT_EQ(reason({"__HIVE_DEFAULT_PARTITION__", "1"},
                     "s3://lake/raw/orders/dt=__HIVE_DEFAULT_PARTITION__/h=1/"),
              "fit");
}

TEST(PartitionLayout, IsUnfitWhereTheExpressionWouldReadAnotherValue) {
    for (const char* location :
         {"s3://lake/raw/orders/h=1/dt=d/", "s3://lake/raw/orders/x/d/1/",
          "s3://lake/raw/orders/dt=e/h=1/", "s3://lake/raw/orders/d/2/",
          "s3://lake/raw/orders/d_1/", "s3://lake/raw/orders/", "s3://lake/raw/orders2/d/1/",
          "s3://lake/raw/d/1/", "s3://other/raw/orders/d/1/", "hdfs://x", ""}) {
        EXPECT_THAT(reason({"d", "1"}, location),
                    AllOf(HasSubstr("its partition (d, 1) at "), HasSubstr(location),
                          HasSubstr("PARTITION_MODE=user_specified")))
            << location;
    }
    EXPECT_THAT(reason({"a:b", "1"}, "s3://lake/raw/orders/a%3Ab/1/"), HasSubstr("for the key dt"));
    EXPECT_THAT(reason({"01", "1"}, "s3://lake/raw/orders/dt=1/h=1/"), HasSubstr("for the key dt"));
    EXPECT_THAT(reason({"d"}, "s3://lake/raw/orders/d/"), HasSubstr("another number of values"));
}

TEST(PartitionLayout, IsUnfitWhereAPartitionIsReadInAnotherWay) {
    aws::GluePartition partition = tests::make_partition({"d", "1"}, "s3://lake/raw/orders/d/1/");
    partition.serialization_library = tests::kParquetSerde;
    EXPECT_EQ(reason(partition), "fit");
    partition.serialization_library = "parquet.hive.serde.ParquetHiveSerDe";
    EXPECT_EQ(reason(partition), "fit");
    partition.serialization_library = tests::kOpenxJsonSerde;
    EXPECT_THAT(reason(partition),
                AllOf(HasSubstr("(d, 1)"), HasSubstr("JsonSerDe"), HasSubstr("one file format")));
    aws::GlueTable csv = by_day_and_hour();
    csv.storage_descriptor.serde_info.serialization_library = tests::kOpenCsvSerde;
    partition.serialization_library = tests::kLazySimpleSerde;
    EXPECT_TRUE(glue_to_snowflake::reason_layout_unfit(csv, {partition}));
}

TEST(PartitionLayout, FitsWhereThereIsNothingToRead) {
    const std::vector<aws::GluePartition> odd{tests::make_partition({"d", "1"}, "s3://x/y/")};
    aws::GlueTable table = by_day_and_hour();
    EXPECT_FALSE(glue_to_snowflake::reason_layout_unfit(table, {}));
    table.parameters["projection.enabled"] = "true";
    EXPECT_FALSE(glue_to_snowflake::reason_layout_unfit(table, odd));
    table.parameters.clear();
    table.partition_keys.clear();
    EXPECT_FALSE(glue_to_snowflake::reason_layout_unfit(table, odd));
}

TEST(PartitionLayout, NamesTheFirstThatIsUnfit) {
    const std::vector<aws::GluePartition> partitions{
        tests::make_partition({"d", "1"}, "s3://lake/raw/orders/d/1/"),
        tests::make_partition({"d", "2"}, "s3://lake/raw/orders/x/"),
        tests::make_partition({"d", "3"}, "s3://lake/raw/orders/y/")};
    EXPECT_THAT(glue_to_snowflake::reason_layout_unfit(by_day_and_hour(), partitions).value_or(""),
                HasSubstr("(d, 2)"));
}

}  // namespace

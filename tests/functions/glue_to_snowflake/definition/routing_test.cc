#include "functions/glue_to_snowflake/definition/routing.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/glue_to_snowflake/table_builder.h"

namespace {

using aws::GlueTable;
using glue_to_snowflake::Route;
using glue_to_snowflake::route_table;
using testing::HasSubstr;

using Change = void (*)(GlueTable&);

GlueTable orders(Change change) {
    GlueTable table = tests::make_table(tests::kParquetSerde, {{"id", "int"}});
    change(table);
    return table;
}

TEST(Routing, SendsATableOfFilesToAnExternalTable) {
    const std::vector<Change> changes{
        [](GlueTable&) {}, [](GlueTable& t) { t.table_type = "MANAGED_TABLE"; },
        [](GlueTable& t) { t.table_type = ""; },
        [](GlueTable& t) { t.storage_descriptor.location = "s3a://lake/x"; },
        [](GlueTable& t) { t.parameters["table_type"] = ""; },
        [](GlueTable& t) { t.parameters["classification"] = "parquet"; },
        // A crawler's statistics, Hudi's time of sync among them, are noise.
        [](GlueTable& t) { t.parameters["last_commit_time_sync"] = "20261120"; },
        // A registry's schema that GetTable has resolved.
        [](GlueTable& t) { t.storage_descriptor.schema_reference = "arn:aws:glue:x"; },
        [](GlueTable& t) {
            t.storage_descriptor.columns = {{"col", "array<string>"}};
            t.storage_descriptor.location = "s3://lake/x-__PLACEHOLDER__";
            t.parameters["spark.sql.sources.provider"] = "csv";
            t.parameters["spark.sql.sources.schema"] =
                R"({"type":"struct","fields":[{"name":"a","type":"long"}]})";
        },
        // What cannot be read is a fault, and no reason to leave the table out.
        [](GlueTable& t) {
            t.storage_descriptor.columns = {{"col", "array<string>"}};
            t.parameters["spark.sql.sources.provider"] = "csv";
            t.parameters["spark.sql.sources.schema"] = "nonsense";
        },
        // Its name and type alone make no placeholder.
        [](GlueTable& t) { t.storage_descriptor.columns = {{"col", "array<string>"}}; }};
    for (std::size_t i = 0; i < changes.size(); ++i)
        EXPECT_EQ(route_table(orders(changes[i])).route, Route::external_table) << i;
}

TEST(Routing, SendsIcebergItsOwnWay) {
    const std::vector<Change> changes{
        [](GlueTable& t) { t.parameters["table_type"] = "ICEBERG"; },
        [](GlueTable& t) { t.parameters["table_type"] = "iceberg"; },
        [](GlueTable& t) { t.parameters["metadata_location"] = "s3://lake/x/metadata/1.json"; },
        [](GlueTable& t) { t.parameters["spark.sql.sources.provider"] = "Iceberg"; },
        // Neither location nor columns count: Iceberg's metadata has them.
        [](GlueTable& t) {
            t.parameters["table_type"] = "ICEBERG";
            t.storage_descriptor = {};
        }};
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const auto verdict = route_table(orders(changes[i]));
        EXPECT_EQ(verdict.route, Route::iceberg_table) << i;
        EXPECT_EQ(verdict.reason, "") << i;
    }
}

void expect_none(const std::vector<std::pair<Change, std::string>>& cases) {
    for (const auto& [change, reason] : cases) {
        const auto verdict = route_table(orders(change));
        EXPECT_EQ(verdict.route, Route::none) << reason;
        EXPECT_THAT(verdict.reason, HasSubstr(reason));
    }
}

TEST(Routing, LeavesOutWhatIsNoTableOfFiles) {
    expect_none({
        {[](GlueTable& t) { t.is_resource_link = true; }, "resource link"},
        {[](GlueTable& t) { t.is_federated = true; }, "federated"},
        {[](GlueTable& t) { t.table_type = "VIRTUAL_VIEW"; }, "a view"},
        {[](GlueTable& t) { t.view_original_text = "/* Presto View: eyJ9 */"; }, "a view"},
        {[](GlueTable& t) { t.is_multi_dialect_view = true; }, "several SQL dialects"},
        {[](GlueTable& t) { t.is_materialized_view = true; }, "materialized view"},
        {[](GlueTable& t) {
             t.storage_descriptor.location = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders";
             t.parameters["classification"] = "dynamodb";
         },
         "not on S3 (dynamodb)"},
        {[](GlueTable& t) {
             t.storage_descriptor.location = "clicks";
             t.storage_descriptor.parameters["typeOfData"] = "kinesis";
         },
         "not on S3 (kinesis)"},
        {[](GlueTable& t) {
             t.storage_descriptor.location = "shop.public.orders";
             t.parameters["classification"] = "postgresql";
         },
         "not on S3 (postgresql)"},
        {[](GlueTable& t) { t.storage_descriptor.location = "hdfs://namenode/x"; }, "not on S3"},
        {[](GlueTable& t) { t.storage_descriptor.location = "s3://"; }, "not on S3"},
        {[](GlueTable& t) { t.storage_descriptor = {}; }, "no location"},
    });
}

TEST(Routing, LeavesOutTableFormatsWhoseLogSaysWhatCounts) {
    expect_none({
        {[](GlueTable& t) { t.parameters["table_type"] = "DELTA"; }, "a Delta table"},
        {[](GlueTable& t) { t.parameters["spark.sql.sources.provider"] = "delta"; },
         "a Delta table"},
        {[](GlueTable& t) { t.parameters["classification"] = "delta"; }, "a Delta table"},
        {[](GlueTable& t) { t.parameters["classification"] = "_delta_log"; }, "a Delta table"},
        {[](GlueTable& t) { t.parameters["delta.lastCommitTimestamp"] = "1"; }, "a Delta table"},
        {[](GlueTable& t) { t.storage_descriptor.location = "s3://lake/x/_delta_log/"; },
         "a Delta table"},
        {[](GlueTable& t) { t.storage_descriptor.input_format = "io.delta.hive.HiveInputFormat"; },
         "a Delta table"},
        // Spark's placeholder stands for a Delta table too, without a schema.
        {[](GlueTable& t) {
             t.storage_descriptor.columns = {{"col", "array<string>"}};
             t.parameters["spark.sql.sources.provider"] = "delta";
         },
         "a Delta table"},
        {[](GlueTable& t) {
             t.storage_descriptor.input_format = "org.apache.hudi.hadoop.HoodieParquetInputFormat";
         },
         "a Hudi table"},
        {[](GlueTable& t) {
             t.storage_descriptor.input_format =
                 "org.apache.hudi.hadoop.realtime.HoodieParquetRealtimeInputFormat";
         },
         "a Hudi table"},
        {[](GlueTable& t) { t.parameters["hudi.metadata-listing-enabled"] = "FALSE"; },
         "a Hudi table"},
        {[](GlueTable& t) { t.parameters["hoodie.table.name"] = "x"; }, "a Hudi table"},
        {[](GlueTable& t) { t.parameters["spark.sql.sources.provider"] = "hudi"; }, "a Hudi table"},
        {[](GlueTable& t) {
             t.parameters["spark.sql.sources.provider"] = "org.apache.spark.sql.hudi.Source";
         },
         "a Hudi table"},
        {[](GlueTable& t) { t.table_type = "GOVERNED"; }, "governed"},
        {[](GlueTable& t) { t.parameters["table_type"] = "GOVERNED"; }, "governed"},
    });
}

TEST(Routing, LeavesOutWhatOneLocationDoesNotHold) {
    expect_none({
        {[](GlueTable& t) {
             t.storage_descriptor.input_format =
                 "org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat";
         },
         "SymlinkTextInputFormat"},
        {[](GlueTable& t) { t.storage_descriptor.additional_locations = {"s3://lake/y"}; },
         "several locations"},
        {[](GlueTable& t) { t.storage_descriptor.columns = {}; }, "no columns"},
        {[](GlueTable& t) {
             t.storage_descriptor.columns = {};
             t.storage_descriptor.schema_reference = "arn:aws:glue:x";
         },
         "schema registry"},
        {[](GlueTable& t) {
             t.storage_descriptor.columns = {{"col", "array<string>"}};
             t.parameters["spark.sql.sources.provider"] = "json";
         },
         "Spark's placeholder"},
        {[](GlueTable& t) {
             t.storage_descriptor.columns = {{"col", "array<string>"}};
             t.parameters["spark.sql.sources.provider"] = "json";
             t.parameters["spark.sql.sources.schema"] = R"({"type":"struct","fields":[]})";
         },
         "no columns in spark.sql.sources.schema"},
        {[](GlueTable& t) {
             t.storage_descriptor.columns = {{"col", "array<string>"}};
             t.storage_descriptor.serde_info.parameters["path"] = "file:/tmp/x";
             t.parameters["spark.sql.sources.provider"] = "json";
             t.parameters["spark.sql.sources.schema"] = "{}";
         },
         "not on S3"},
    });
}

TEST(Routing, TakesTheFirstRuleThatFits) {
    // An Iceberg table that another catalog shares is a resource link.
    EXPECT_EQ(route_table(orders([](GlueTable& t) {
                  t.is_resource_link = true;
                  t.parameters["table_type"] = "ICEBERG";
              })).route,
              Route::none);
    // Delta's UniForm writes both: Iceberg's metadata can be followed.
    EXPECT_EQ(route_table(orders([](GlueTable& t) {
                  t.parameters["spark.sql.sources.provider"] = "delta";
                  t.parameters["metadata_location"] = "s3://lake/x/metadata/1.json";
              })).route,
              Route::iceberg_table);
    EXPECT_THAT(route_table(orders([](GlueTable& t) {
                    t.parameters["spark.sql.sources.provider"] = "delta";
                    t.storage_descriptor.input_format =
                        "org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat";
                })).reason,
                HasSubstr("Delta"));
}

}  // namespace

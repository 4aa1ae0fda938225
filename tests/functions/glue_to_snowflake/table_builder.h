// Glue tables for the tests of glue_to_snowflake, as Athena and Spark make them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/aws/glue_client.h"
#include "functions/glue_to_snowflake/config.h"
#include "functions/glue_to_snowflake/snowflake_settings.h"

namespace tests {

inline constexpr const char* kParquetSerde =
    "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";
inline constexpr const char* kOpenxJsonSerde = "org.openx.data.jsonserde.JsonSerDe";
inline constexpr const char* kOpenCsvSerde = "org.apache.hadoop.hive.serde2.OpenCSVSerde";
inline constexpr const char* kLazySimpleSerde =
    "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";

inline aws::GlueTable make_table(const char* serde, std::vector<aws::GlueColumn> columns) {
    aws::GlueTable table;
    table.id = {"123456789012", "sales__raw", "orders"};
    table.table_type = "EXTERNAL_TABLE";
    table.storage_descriptor.columns = std::move(columns);
    table.storage_descriptor.location = "s3://lake/raw/orders/";
    table.storage_descriptor.serde_info.serialization_library = serde;
    return table;
}

// With the table's own SerDe.
inline aws::GluePartition make_partition(std::vector<std::string> values, std::string location) {
    aws::GluePartition partition;
    partition.values = std::move(values);
    partition.location = std::move(location);
    return partition;
}

inline glue_to_snowflake::SnowflakeSettings make_settings() {
    glue_to_snowflake::SnowflakeSettings settings;
    settings.stages.push_back({*snowflake::StageName::from("LAKE.PUBLIC.RAW"), {"lake", "raw/"}});
    settings.file_formats = {"CSV", "JSON", "PARQUET", "ORC", "AVRO"};
    return settings;
}

inline snowflake::TableName make_name(std::string_view table = "ORDERS") {
    return {*snowflake::Identifier::from("SALES", "the database"),
            *snowflake::Identifier::from("RAW", "the schema"),
            *snowflake::Identifier::from(table, "the table")};
}

}  // namespace tests

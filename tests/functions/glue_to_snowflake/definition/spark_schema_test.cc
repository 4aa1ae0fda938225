#include "functions/glue_to_snowflake/definition/spark_schema.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "functions/glue_to_snowflake/definition/hive_type.h"
#include "tests/functions/glue_to_snowflake/table_builder.h"

namespace {

using glue_to_snowflake::effective_table;
using testing::ElementsAre;
using testing::HasSubstr;

std::string field(const std::string& name, const std::string& type,
                  const std::string& metadata = "{}") {
    return R"({"name":")" + name + R"(","type":)" + type + R"(,"nullable":true,"metadata":)" +
           metadata + "}";
}

std::string schema(const std::string& fields) {
    return R"({"type":"struct","fields":[)" + fields + "]}";
}

// As Spark's HiveExternalCatalog leaves a table of a data source without a SerDe.
aws::GlueTable placeholder(const std::string& text, const std::string& provider = "json") {
    aws::GlueTable table = tests::make_table(tests::kLazySimpleSerde, {{"col", "array<string>"}});
    table.storage_descriptor.location = "s3://warehouse/sales.db/orders-__PLACEHOLDER__";
    table.storage_descriptor.input_format = "org.apache.hadoop.mapred.SequenceFileInputFormat";
    table.storage_descriptor.serde_info.parameters = {{"path", "s3://lake/raw/orders"},
                                                      {"serialization.format", "1"}};
    table.parameters = {{"spark.sql.sources.provider", provider},
                        {"spark.sql.sources.schema", text}};
    return table;
}

std::vector<std::string> texts(const std::vector<aws::GlueColumn>& columns) {
    std::vector<std::string> texts;
    texts.reserve(columns.size());
    for (const aws::GlueColumn& column : columns)
        texts.push_back(column.name + " " + column.type);
    return texts;
}

std::string fault(const aws::GlueTable& table) {
    const auto effective = effective_table(table);
    return effective ? "no fault" : effective.error().message;
}

TEST(SparkSchema, LeavesATableWithColumnsOfItsOwn) {
    aws::GlueTable table = tests::make_table(tests::kParquetSerde, {{"id", "int"}});
    table.parameters = {{"spark.sql.sources.provider", "parquet"},
                        {"spark.sql.sources.schema", "this is not read"},
                        {"classification", "parquet"}};
    const auto effective = effective_table(table);
    EXPECT_THAT(texts(effective->storage_descriptor.columns), ElementsAre("id int"));
    EXPECT_EQ(effective->storage_descriptor.location, "s3://lake/raw/orders/");
    EXPECT_EQ(effective->storage_descriptor.serde_info.serialization_library, tests::kParquetSerde);
    EXPECT_EQ(effective->parameters.count("classification"), 1U);
}

TEST(SparkSchema, TakesColumnsAndLocationOfThePlaceholdersTable) {
    aws::GlueTable table =
        placeholder(schema(field("userId", R"("long")") + "," + field("Name", R"("string")")));
    table.parameters["classification"] = "parquet";
    const auto effective = effective_table(table);
    EXPECT_THAT(texts(effective->storage_descriptor.columns),
                ElementsAre("userid bigint", "name string"));
    EXPECT_EQ(effective->storage_descriptor.location, "s3://lake/raw/orders");
    // What the catalog says of the files is made up; the provider knows.
    EXPECT_EQ(effective->storage_descriptor.serde_info.serialization_library, "");
    EXPECT_EQ(effective->storage_descriptor.input_format, "");
    EXPECT_EQ(effective->parameters.count("classification"), 0U);
}

TEST(SparkSchema, KeepsTheCatalogsLocationWithoutAPath) {
    aws::GlueTable table = placeholder(schema(field("a", R"("long")")));
    table.storage_descriptor.serde_info.parameters.erase("path");
    EXPECT_EQ(effective_table(table)->storage_descriptor.location,
              "s3://warehouse/sales.db/orders-__PLACEHOLDER__");
}

TEST(SparkSchema, HasAHiveTypeForEachOfSparks) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {R"("string")", "string"},
        {R"("integer")", "int"},
        {R"("long")", "bigint"},
        {R"("short")", "smallint"},
        {R"("byte")", "tinyint"},
        {R"("float")", "float"},
        {R"("double")", "double"},
        {R"("boolean")", "boolean"},
        {R"("binary")", "binary"},
        {R"("date")", "date"},
        {R"("timestamp")", "timestamp"},
        {R"("timestamp_ntz")", "timestamp"},
        {R"j("decimal(38,18)")j", "decimal(38,18)"},
        {R"j("varchar(5)")j", "varchar(5)"},
        {R"("interval")", "interval_day_time"},
        {R"("interval day to second")", "interval day to second"},
        {R"("void")", "void"},
        {R"("null")", "void"},
        {R"("variant")", "variant"},
        {R"("string collate UTF8_LCASE")", "string"},
        {R"({"type":"array","elementType":"long","containsNull":true})", "array<bigint>"},
        {R"({"type":"map","keyType":"string","valueType":{"type":"array","elementType":"byte",)"
         R"("containsNull":false},"valueContainsNull":true})",
         "map<string,array<tinyint>>"},
        {schema(field("A b", R"("integer")") + "," + field("c`d", schema(""))),
         "struct<`A b`:int,`c``d`:struct<>>"},
        {R"({"type":"udt","class":"org.apache.spark.ml.linalg.VectorUDT","pyClass":"x",)"
         R"("sqlType":{"type":"array","elementType":"double","containsNull":false}})",
         "array<double>"},
        {R"({"type":"udt","class":"x","sqlType":"string"})", "string"}};
    for (const auto& [spark, hive] : cases) {
        const auto effective = effective_table(placeholder(schema(field("c", spark))));
        ASSERT_TRUE(effective.ok()) << effective.error().message;
        EXPECT_EQ(effective->storage_descriptor.columns.at(0).type, hive);
        EXPECT_TRUE(glue_to_snowflake::parse_hive_type(hive).ok()) << hive;
    }
}

TEST(SparkSchema, KnowsADeclaredLength) {
    const auto effective = effective_table(placeholder(
        schema(field("c", R"("string")", R"j({"__CHAR_VARCHAR_TYPE_STRING":"varchar(12)"})j"))));
    EXPECT_THAT(texts(effective->storage_descriptor.columns), ElementsAre("c varchar(12)"));
}

TEST(SparkSchema, PutsPartsTogether) {
    const std::string whole = schema(field("a", R"("long")") + "," + field("b", R"("long")"));
    aws::GlueTable table = placeholder("");
    table.parameters.erase("spark.sql.sources.schema");
    table.parameters["spark.sql.sources.schema.numParts"] = "3";
    table.parameters["spark.sql.sources.schema.part.0"] = whole.substr(0, 40);
    table.parameters["spark.sql.sources.schema.part.1"] = whole.substr(40, 1);
    table.parameters["spark.sql.sources.schema.part.2"] = whole.substr(41);
    EXPECT_EQ(*glue_to_snowflake::spark_schema_text(table.parameters), whole);
    EXPECT_THAT(texts(effective_table(table)->storage_descriptor.columns),
                ElementsAre("a bigint", "b bigint"));
}

TEST(SparkSchema, TakesPartitionColumnsFromAmongTheColumns) {
    const std::string text = schema(field("Day", R"("date")") + "," + field("id", R"("long")") +
                                    "," + field("Region", R"("string")"));
    aws::GlueTable table = placeholder(text);
    table.parameters["spark.sql.sources.schema.numPartCols"] = "2";
    table.parameters["spark.sql.sources.schema.partCol.0"] = "Region";
    table.parameters["spark.sql.sources.schema.partCol.1"] = "Day";
    auto effective = effective_table(table);
    EXPECT_THAT(texts(effective->storage_descriptor.columns), ElementsAre("id bigint"));
    EXPECT_THAT(texts(effective->partition_keys), ElementsAre("region string", "day date"));
    // The catalog's own keys and types come first: its partitions' values are of them.
    table.partition_keys = {{"region", "string"}, {"day", "string"}};
    effective = effective_table(table);
    EXPECT_THAT(texts(effective->storage_descriptor.columns), ElementsAre("id bigint"));
    EXPECT_THAT(texts(effective->partition_keys), ElementsAre("region string", "day string"));
}

TEST(SparkSchema, FindsKeysByNamesFoldedBeyondAscii) {
    aws::GlueTable table =
        placeholder(schema(field("id", R"("long")") + "," + field("\u00C4RA", R"("long")")));
    table.partition_keys = {{"\xC3\xA4ra", "int"}};
    const auto effective = effective_table(table);
    EXPECT_THAT(texts(effective->storage_descriptor.columns), ElementsAre("id bigint"));
    EXPECT_THAT(texts(effective->partition_keys), ElementsAre("\xC3\xA4ra int"));
}

TEST(SparkSchema, NamesWhatCannotBeRead) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"nonsense", "spark.sql.sources.schema"},
        {"[]", "spark.sql.sources.schema has no fields"},
        {R"({"fields":[{}]})", "a field without a name or a type"},
        {R"({"fields":[{"name":"a"}]})", "a field without a name or a type"},
        {schema(field("Lines", R"({"type":"array"})")),
         "field Lines: a type of Spark's has no "
         "elementType"},
        {schema(field("m", R"({"type":"map","keyType":"string"})")), "has no valueType"},
        {schema(field("s", R"({"type":"struct"})")), "field s: a struct of Spark's has no fields"},
        {schema(field("s", schema("{}"))), "field s: a field of Spark's has no name"},
        {schema(field("u", R"({"type":"udt"})")), "field u: a type of Spark's is not one"},
        {schema(field("n", "7")), "field n: a type of Spark's is not one"}};
    for (const auto& [text, message] : cases)
        EXPECT_THAT(fault(placeholder(text)), HasSubstr(message)) << text;
}

TEST(SparkSchema, NamesThePartThatIsNotThere) {
    aws::GlueTable table = placeholder("");
    table.parameters["spark.sql.sources.schema.numParts"] = "2";
    table.parameters["spark.sql.sources.schema.part.0"] = "{";
    EXPECT_THAT(fault(table), HasSubstr("spark.sql.sources.schema.part.1 is missing"));
    for (const char* count : {"many", "-1", "1001", "2x", "99999999999"}) {
        table.parameters["spark.sql.sources.schema.numParts"] = count;
        EXPECT_THAT(fault(table), HasSubstr("spark.sql.sources.schema.numParts is no number"));
    }
    table = placeholder(schema(field("a", R"("long")")));
    table.parameters["spark.sql.sources.schema.numPartCols"] = "1";
    EXPECT_THAT(fault(table), HasSubstr("spark.sql.sources.schema.partCol.0 is missing"));
    table.parameters["spark.sql.sources.schema.partCol.0"] = "dt";
    EXPECT_THAT(fault(table), HasSubstr("has no partition column dt"));
}

TEST(SparkSchema, KnowsAProviderByItsClassName) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"parquet", "parquet"},
        {"ORC", "orc"},
        {"org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat", "parquet"},
        {"org.apache.spark.sql.json", "json"},
        {"com.databricks.spark.csv", "csv"},
        {"org.apache.iceberg.spark.source.IcebergSource", "iceberg"},
        {"org.apache.hudi", "hudi"},
        {"io.delta.sql.X", "delta"},
        {"text", "text"},
        {"", ""}};
    for (const auto& [provider, format] : cases)
        EXPECT_EQ(glue_to_snowflake::spark_provider(placeholder("", provider)), format);
}

TEST(SparkSchema, FindsOptionsInAnyCase) {
    aws::GlueTable table = placeholder("");
    table.storage_descriptor.serde_info.parameters["nullvalue"] = "NA";
    EXPECT_EQ(glue_to_snowflake::spark_option(table, "nullValue"), "NA");
    EXPECT_EQ(glue_to_snowflake::spark_option(table, "header"), std::nullopt);
}

}  // namespace

#include "functions/glue_to_snowflake/definition/table_definition.h"

#include <string>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/glue_to_snowflake/table_builder.h"

namespace {

using glue_to_snowflake::ColumnCase;
using glue_to_snowflake::Config;
using glue_to_snowflake::PartitionMode;
using glue_to_snowflake::Skip;
using glue_to_snowflake::TableDefinition;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using tests::make_table;

struct Defined {
    std::vector<std::string> columns = {};  // NAME TYPE AS expression
    std::string statement = {};
    std::vector<std::string> notes = {};
    std::string skip = {};
    std::string fault = {};
};

Defined define(const aws::GlueTable& table, const Config& config = {}) {
    const auto definition =
        glue_to_snowflake::define_table(table, tests::make_name(), config, tests::make_settings());
    if (!definition) return {.fault = definition.error().message};
    if (const auto* skip = std::get_if<Skip>(&*definition)) return {.skip = skip->reason};
    const auto& defined = std::get<TableDefinition>(*definition);
    Defined result{.notes = defined.notes};
    result.statement =
        create_external_table(defined.table, snowflake::CreateMode::replace, "").text();
    for (const snowflake::VirtualColumn& column : defined.table.columns) {
        result.columns.push_back(column.name.name() + " " + column.type.text() + " AS " +
                                 column.expression.text());
    }
    return result;
}

TEST(TableDefinition, ReadsParquetByItsExactNames) {
    const Defined defined =
        define(make_table(tests::kParquetSerde, {{"id", "int"}, {"m", "map<a,b>"}}));
    EXPECT_THAT(defined.columns, ElementsAre(R"(ID NUMBER(38,0) AS VALUE:"id"::NUMBER(38,0))",
                                             R"(M VARIANT AS VALUE:"m"::VARIANT)"));
    EXPECT_THAT(defined.statement, HasSubstr("LOCATION = @LAKE.PUBLIC.RAW/orders/ AUTO_REFRESH"));
}

TEST(TableDefinition, ReadsParquetByTheCaseThatSparkWrote) {
    aws::GlueTable table = make_table(tests::kParquetSerde, {{"userid", "string"}, {"x", "int"}});
    table.parameters["spark.sql.sources.schema"] =
        R"({"type":"struct","fields":[{"name":"userId"},{"name":"other"}]})";
    EXPECT_THAT(define(table).columns, ElementsAre(R"(USERID VARCHAR AS VALUE:"userId"::VARCHAR)",
                                                   R"(X NUMBER(38,0) AS VALUE:"x"::NUMBER(38,0))"));
    Config exact;
    exact.column_case = ColumnCase::exact;
    EXPECT_THAT(define(table, exact).columns.at(0), HasSubstr(R"(VALUE:"userid")"));
    Config ignoring;
    ignoring.column_case = ColumnCase::ignore_case;
    EXPECT_THAT(define(table, ignoring).columns.at(0),
                HasSubstr("GET_IGNORE_CASE(VALUE, 'userid')"));
}

TEST(TableDefinition, RefusesASparkSchemaThatCannotBeRead) {
    aws::GlueTable table = make_table(tests::kParquetSerde, {{"a", "int"}});
    table.parameters["spark.sql.sources.schema.numParts"] = "2";
    table.parameters["spark.sql.sources.schema.part.0"] = "{";
    EXPECT_THAT(define(table).fault, HasSubstr("part.1 is missing"));
    table.parameters["spark.sql.sources.schema.part.1"] = "nonsense";
    EXPECT_THAT(define(table).fault, HasSubstr("spark.sql.sources.schema"));
    table.parameters["spark.sql.sources.schema.numParts"] = "many";
    EXPECT_THAT(define(table).fault, HasSubstr("numParts"));
}

TEST(TableDefinition, ReadsJsonInAnyCase) {
    aws::GlueTable table = make_table(tests::kOpenxJsonSerde, {{"a", "string"}, {"b", "binary"}});
    auto& parameters = table.storage_descriptor.serde_info.parameters;
    parameters["mapping.a"] = "A-Key";
    EXPECT_THAT(
        define(table).columns,
        ElementsAre("A VARCHAR AS GET_IGNORE_CASE(VALUE, 'A-Key')::VARCHAR",
                    "B BINARY AS TRY_TO_BINARY(GET_IGNORE_CASE(VALUE, 'b')::VARCHAR, 'BASE64')"));
    parameters["case.insensitive"] = "FALSE";
    EXPECT_THAT(define(table).columns.at(0), HasSubstr(R"(VALUE:"A-Key"::VARCHAR)"));
}

TEST(TableDefinition, ReadsCsvByPositionAndNeverFailsAQuery) {
    aws::GlueTable table = make_table(tests::kLazySimpleSerde, {{"a", "string"},
                                                                {"b", "boolean"},
                                                                {"c", "binary"},
                                                                {"d", "char(2)"},
                                                                {"e", "array<int>"},
                                                                {"f", "date"}});
    EXPECT_THAT(define(table).columns,
                ElementsAre("A VARCHAR AS VALUE:c1::VARCHAR",
                            "B BOOLEAN AS TRY_CAST(VALUE:c2::VARCHAR AS BOOLEAN)",
                            "C BINARY AS TRY_TO_BINARY(VALUE:c3::VARCHAR, 'BASE64')",
                            "D VARCHAR(2) AS VALUE:c4::VARCHAR", "E VARIANT AS VALUE:c5::VARIANT",
                            "F DATE AS TRY_CAST(VALUE:c6::VARCHAR AS DATE)"));
}

TEST(TableDefinition, RenamesWhatIsSnowflakesOwn) {
    const Defined defined =
        define(make_table(tests::kParquetSerde, {{"value", "int"}, {"metadata$x", "int"}}));
    EXPECT_THAT(defined.columns,
                ElementsAre(HasSubstr(R"(VALUE_ NUMBER(38,0) AS VALUE:"value")"),
                            HasSubstr(R"(METADATA$X_ NUMBER(38,0) AS VALUE:"metadata$x")")));
    EXPECT_EQ(defined.notes.size(), 2U);
}

TEST(TableDefinition, RefusesColumnsThatFallTogether) {
    EXPECT_EQ(define(make_table(tests::kParquetSerde, {{"a", "int"}, {"A", "int"}})).fault,
              "column a and column A have the same name in Snowflake, A; rename one of them in the "
              "catalog");
    EXPECT_THAT(
        define(make_table(tests::kParquetSerde, {{"value", "int"}, {"value_", "int"}})).fault,
        HasSubstr("column value and column value_ have the same name"));
    Config preserve;
    preserve.identifier_case = glue_to_snowflake::IdentifierCase::preserve;
    EXPECT_EQ(
        define(make_table(tests::kParquetSerde, {{"a", "int"}, {"A", "int"}}), preserve).fault, "");
    aws::GlueTable table = make_table(tests::kParquetSerde, {{"dt", "int"}});
    table.partition_keys = {{"dt", "string"}};
    EXPECT_THAT(define(table).fault,
                HasSubstr("column dt and partition key dt have the same name"));
    table.partition_keys = {{"k", "string"}, {"k", "int"}};
    EXPECT_THAT(define(table).fault,
                HasSubstr("partition key k and partition key k have the same name"));
}

TEST(TableDefinition, NamesTheColumnWhoseTypeCannotBeRead) {
    EXPECT_THAT(define(make_table(tests::kParquetSerde, {{"broken", "array<"}})).fault,
                HasSubstr("column broken: "));
}

TEST(TableDefinition, SkipsWithAReason) {
    using Change = void (*)(aws::GlueTable&);
    const std::vector<std::pair<Change, std::string>> cases{
        {[](aws::GlueTable& t) { t.is_resource_link = true; }, "resource link"},
        {[](aws::GlueTable& t) { t.is_federated = true; }, "federated"},
        {[](aws::GlueTable& t) { t.table_type = "VIRTUAL_VIEW"; }, "a view"},
        {[](aws::GlueTable& t) { t.view_original_text = "SELECT"; }, "a view"},
        {[](aws::GlueTable& t) { t.is_multi_dialect_view = true; }, "a view"},
        {[](aws::GlueTable& t) { t.is_materialized_view = true; }, "a materialized view"},
        {[](aws::GlueTable& t) { t.parameters["table_type"] = "iceberg"; }, "Iceberg"},
        {[](aws::GlueTable& t) { t.parameters["metadata_location"] = "s3://x"; }, "Iceberg"},
        {[](aws::GlueTable& t) { t.parameters["spark.sql.sources.provider"] = "DELTA"; }, "Delta"},
        {[](aws::GlueTable& t) { t.parameters["classification"] = "delta"; }, "Delta"},
        {[](aws::GlueTable& t) { t.parameters["hudi.metadata-listing-enabled"] = "FALSE"; },
         "Hudi"},
        {[](aws::GlueTable& t) {
             t.storage_descriptor.input_format = "org.apache.hudi.hadoop.HoodieParquetInputFormat";
         },
         "Hudi"},
        {[](aws::GlueTable& t) {
             t.table_type = "GOVERNED";
             t.parameters["table_type"] = "GOVERNED";
         },
         "governed"},
        {[](aws::GlueTable& t) { t.storage_descriptor = {}; }, "no location"},
        {[](aws::GlueTable& t) { t.storage_descriptor.location = "hdfs://x"; }, "not on S3"},
        {[](aws::GlueTable& t) { t.storage_descriptor.location = "s3://else/x"; }, "no stage"},
        {[](aws::GlueTable& t) { t.storage_descriptor.location = "s3://lake/raw/a b"; },
         "cannot be written"},
        {[](aws::GlueTable& t) { t.storage_descriptor.additional_locations = {"s3://lake/raw/x"}; },
         "several locations"},
        {[](aws::GlueTable& t) {
             t.storage_descriptor.input_format =
                 "org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat";
         },
         "manifests"},
        {[](aws::GlueTable& t) {
             t.storage_descriptor.serde_info.serialization_library = tests::kLazySimpleSerde;
             t.storage_descriptor.input_format = "com.hadoop.mapred.DeprecatedLzoTextInputFormat";
         },
         "LZO"},
        {[](aws::GlueTable& t) {
             t.storage_descriptor.serde_info.serialization_library = "x.RegexSerDe";
         },
         "RegexSerDe"},
        {[](aws::GlueTable& t) { t.storage_descriptor.columns.clear(); }, "no columns"},
        {[](aws::GlueTable& t) {
             t.storage_descriptor.columns = {{"col", "array<string>"}};
             t.parameters["spark.sql.sources.provider"] = "parquet";
         },
         "placeholder"}};
    for (const auto& [change, reason] : cases) {
        aws::GlueTable table = make_table(tests::kParquetSerde, {{"a", "int"}});
        change(table);
        EXPECT_THAT(define(table).skip, HasSubstr(reason));
    }
}

// The definition of a table that has one.
TableDefinition defined(
    const aws::GlueTable& table, const Config& config = {},
    const glue_to_snowflake::SnowflakeSettings& settings = tests::make_settings()) {
    auto definition = glue_to_snowflake::define_table(table, tests::make_name(), config, settings);
    return std::get<TableDefinition>(*std::move(definition));
}

aws::GlueTable partitioned(std::vector<aws::GlueColumn> keys) {
    aws::GlueTable table = make_table(tests::kParquetSerde, {{"a", "int"}});
    table.partition_keys = std::move(keys);
    return table;
}

TEST(TableDefinition, CountsPartitionFoldersFromTheBucketsRoot) {
    const auto folders_of = [](const char* location) {
        aws::GlueTable table = partitioned({{"p", "int"}, {"q", "int"}});
        table.storage_descriptor.location = location;
        auto settings = tests::make_settings();
        settings.stages = {{*snowflake::StageName::from("S"), {"lake", ""}}};
        settings.storage_integration = *snowflake::Identifier::from("I", "the integration");
        std::string folders;
        for (const auto& column : defined(table, {}, settings).table.partition_columns) {
            const std::string text = column.expression.text();
            folders += text.substr(0, text.find("), '")) + ";";
        }
        return folders;
    };
    const auto at = [](int first, int second) {
        const std::string start =
            "TRY_TO_NUMBER(NULLIF(IFF(STARTSWITH(LOWER(SPLIT_PART(METADATA$FILENAME, '/', ";
        return start + std::to_string(first) + ");" + start + std::to_string(second) + ");";
    };
    EXPECT_EQ(folders_of("s3://lake"), at(1, 2));
    EXPECT_EQ(folders_of("s3://lake/a/"), at(2, 3));
    EXPECT_EQ(folders_of("s3://lake/a/b"), at(3, 4));
    EXPECT_EQ(folders_of("s3://lake/a/b/c/"), at(4, 5));
    EXPECT_EQ(folders_of("s3://lake/a//c/"), at(4, 5));
}

TEST(TableDefinition, HasPartitionKeysBehindTheColumns) {
    const aws::GlueTable table = partitioned({{"dt", "date"}, {"value", "char(3)"}});
    const TableDefinition definition = defined(table);
    const auto& columns = definition.table.partition_columns;
    ASSERT_EQ(columns.size(), 2U);
    EXPECT_EQ(columns[0].name.name(), "DT");
    EXPECT_EQ(columns[0].type.text(), "DATE");
    EXPECT_EQ(columns[1].name.name(), "VALUE_");
    EXPECT_EQ(columns[1].type.text(), "VARCHAR(3)");
    EXPECT_THAT(columns[1].expression.text(), HasSubstr("'value='"));
    EXPECT_THAT(definition.notes, ElementsAre("partition key value is named VALUE_"));
    EXPECT_THAT(define(table).statement, HasSubstr(R"(PARTITION BY ("DT", "VALUE_") LOCATION)"));
}

TEST(TableDefinition, NamesAPartitionKeyThatNoFolderHolds) {
    for (const char* type : {"binary", "array<int>", "timestamp with time zone"}) {
        const std::string start = std::string("partition key p of type ") + type + ": ";
        EXPECT_THAT(define(partitioned({{"p", type}})).fault, testing::StartsWith(start));
    }
    EXPECT_THAT(define(partitioned({{"p", "map<"}})).fault,
                testing::StartsWith("partition key p: "));
}

TEST(TableDefinition, FollowsATemplateOfPartitionProjection) {
    aws::GlueTable table = partitioned({{"dt", "date"}});
    table.parameters = {{"projection.enabled", "true"},
                        {"projection.dt.type", "date"},
                        {"projection.dt.format", "yyyy/MM/dd"},
                        {"storage.location.template", "s3://lake/raw/orders/v1/${dt}/"}};
    EXPECT_THAT(defined(table).table.partition_columns.at(0).expression.text(),
                AllOf(HasSubstr("SPLIT_PART(METADATA$FILENAME, '/', 4) || '/' ||"),
                      testing::EndsWith("'YYYY/MM/DD')")));
    table.parameters["storage.location.template"] = "s3://lake/else/${dt}/";
    EXPECT_THAT(define(table).skip, HasSubstr("storage.location.template s3://lake/else/"));
    Config config;
    config.partition_mode = PartitionMode::user_specified;
    EXPECT_THAT(define(table, config).skip, HasSubstr("its partitions are projected"));
}

TEST(TableDefinition, LeavesUserSpecifiedPartitionsToStatements) {
    Config config;
    config.partition_mode = PartitionMode::user_specified;
    const TableDefinition definition = defined(partitioned({{"dt", "date"}}), config);
    EXPECT_EQ(definition.table.partition_type, snowflake::PartitionType::user_specified);
    EXPECT_EQ(definition.table.auto_refresh, snowflake::AutoRefresh::off);
    EXPECT_EQ(definition.table.partition_columns.at(0).expression.text(),
              R"(PARSE_JSON(METADATA$EXTERNAL_TABLE_PARTITION):"DT"::DATE)");
    const TableDefinition whole = defined(partitioned({}), config);
    EXPECT_EQ(whole.table.partition_type, snowflake::PartitionType::expression);
    EXPECT_EQ(whole.table.auto_refresh, snowflake::AutoRefresh::on);
}

TEST(TableDefinition, RefusesLongNamesOfUserSpecifiedKeys) {
    Config config;
    config.partition_mode = PartitionMode::user_specified;
    const std::string longest(32, 'k');
    EXPECT_EQ(define(partitioned({{longest, "int"}}), config).fault, "");
    const std::string longer(33, 'k');
    EXPECT_THAT(define(partitioned({{longer, "int"}}), config).fault,
                AllOf(HasSubstr("partition key " + longer), HasSubstr("32 characters")));
    EXPECT_EQ(define(partitioned({{longer, "int"}})).fault, "");
}

TEST(TableDefinition, GetsAStageOfItsOwnWhereNoOtherServes) {
    auto settings = tests::make_settings();
    settings.storage_integration = *snowflake::Identifier::from("S3_INT", "the integration");
    aws::GlueTable table = partitioned({});
    EXPECT_FALSE(defined(table, {}, settings).stage);
    table.storage_descriptor.location = "s3a://lake/raw/a b";
    const TableDefinition odd = defined(table, {}, settings);
    ASSERT_TRUE(odd.stage);
    // hashlib.sha256(b"s3://lake/raw/a b/")
    EXPECT_EQ(odd.table.location.text(), R"(@"SALES"."RAW"."ORDERS_4a5e6ead"/)");
    EXPECT_EQ(odd.stage->url, "s3://lake/raw/a b/");
    EXPECT_EQ(odd.stage->storage_integration.name(), "S3_INT");
    table.storage_descriptor.location = "s3://else/x';--/";
    EXPECT_EQ(defined(table, {}, settings).stage->url, "s3://else/x';--/");
    Config china;
    china.region = "cn-northwest-1";
    EXPECT_EQ(defined(table, china, settings).stage->url, "s3china://else/x';--/");
}

TEST(TableDefinition, TellsTheRemedyWhereNoStageServes) {
    aws::GlueTable table = partitioned({});
    table.storage_descriptor.location = "s3://else/x/";
    EXPECT_THAT(define(table).skip, HasSubstr("storage_integration"));
}

TEST(TableDefinition, NotesALocationThatLooksLikeAFile) {
    aws::GlueTable table = partitioned({});
    table.storage_descriptor.location = "s3://lake/raw/orders.csv";
    EXPECT_THAT(define(table).notes, ElementsAre(HasSubstr("s3://lake/raw/orders.csv")));
    table.storage_descriptor.location = "s3://lake/raw/orders.csv/";
    EXPECT_TRUE(define(table).notes.empty());
}

TEST(TableDefinition, CarriesTheDescriptionWhereItShould) {
    aws::GlueTable table = partitioned({});
    table.description = "Orders of a day";
    EXPECT_FALSE(defined(table).description);
    Config config;
    config.copy_comments = true;
    EXPECT_EQ(defined(table, config).description, "Orders of a day");
}

TEST(TableDefinition, HandsIcebergTablesToTheCatalogIntegration) {
    aws::GlueTable table = partitioned({});
    table.parameters["table_type"] = "ICEBERG";
    table.description = "Orders of a day";
    table.storage_descriptor.location = "s3://no-stage/needed/";
    EXPECT_THAT(define(table).skip, HasSubstr("ICEBERG_CATALOG_INTEGRATION is not set"));
    Config config;
    config.iceberg_catalog_integration = "GLUE_INT";
    config.iceberg_external_volume = "VOLUME";
    config.copy_comments = true;
    const auto definition =
        glue_to_snowflake::define_table(table, tests::make_name(), config, tests::make_settings());
    const auto& iceberg = std::get<glue_to_snowflake::IcebergDefinition>(*definition);
    EXPECT_EQ(iceberg.table.name, tests::make_name());
    EXPECT_EQ(iceberg.table.catalog_integration, "GLUE_INT");
    EXPECT_EQ(iceberg.table.external_volume, "VOLUME");
    EXPECT_EQ(iceberg.table.catalog_namespace, "sales__raw");
    EXPECT_EQ(iceberg.table.catalog_table_name, "orders");
    EXPECT_EQ(iceberg.table.auto_refresh, snowflake::AutoRefresh::on);
    EXPECT_EQ(iceberg.description, "Orders of a day");
}

TEST(TableDefinition, HoldsThousandsOfColumnsAndLongNames) {
    std::vector<aws::GlueColumn> columns;
    columns.reserve(2'000);
    for (int i = 0; i < 1'999; ++i)
        columns.push_back({"c" + std::to_string(i), "struct<a:array<int>>"});
    columns.push_back({std::string(255, 'n'), "int"});
    EXPECT_EQ(defined(make_table(tests::kParquetSerde, columns)).table.columns.size(), 2'000U);
    columns.back().name += 'n';
    EXPECT_THAT(define(make_table(tests::kParquetSerde, columns)).fault,
                AllOf(HasSubstr("column nnn"), HasSubstr("more than 255 characters")));
}

TEST(TableDefinition, SkipsFormatsThatTheSecretDoesNotAllow) {
    auto settings = tests::make_settings();
    settings.file_formats = {"CSV"};
    const auto definition = glue_to_snowflake::define_table(
        make_table(tests::kParquetSerde, {{"a", "int"}}), tests::make_name(), {}, settings);
    EXPECT_THAT(std::get<Skip>(*definition).reason, HasSubstr("allowedvalues.fileformats"));
}

}  // namespace

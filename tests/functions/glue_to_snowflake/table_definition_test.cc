#include "functions/glue_to_snowflake/table_definition.h"

#include <string>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/glue_to_snowflake/table_builder.h"

namespace {

using glue_to_snowflake::ColumnCase;
using glue_to_snowflake::Config;
using glue_to_snowflake::Skip;
using glue_to_snowflake::TableDefinition;
using testing::ElementsAre;
using testing::HasSubstr;
using tests::make_table;

// "ORDERS" of the database sales__raw, or why there is none.
std::string target(std::string_view database, std::string_view table, const Config& config = {}) {
    const auto name = glue_to_snowflake::target_name(database, table, config);
    if (!name) return "fault: " + name.error().message;
    if (const auto* skip = std::get_if<Skip>(&*name)) return "skip: " + skip->reason;
    return snowflake::Sql().table(std::get<snowflake::TableName>(*name)).text();
}

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
    table.partition_keys = {{"p", "int"}};
    EXPECT_THAT(
        define(table).columns,
        ElementsAre("A VARCHAR AS VALUE:c1::VARCHAR",
                    "B BOOLEAN AS TRY_CAST(VALUE:c2::VARCHAR AS BOOLEAN)",
                    "C BINARY AS TRY_TO_BINARY(VALUE:c3::VARCHAR, 'BASE64')",
                    "D VARCHAR(2) AS VALUE:c4::VARCHAR", "E VARIANT AS VALUE:c5::VARIANT",
                    "F DATE AS TRY_CAST(VALUE:c6::VARCHAR AS DATE)", HasSubstr("P NUMBER")));
}

TEST(TableDefinition, CountsPartitionFoldersFromTheBucketsRoot) {
    const auto folder_of = [](const char* location) {
        aws::GlueTable table = make_table(tests::kParquetSerde, {{"a", "int"}});
        table.storage_descriptor.location = location;
        table.partition_keys = {{"p", "string"}};
        auto settings = tests::make_settings();
        settings.stages = {{*snowflake::StageName::from("S"), {"lake", ""}}};
        const auto definition =
            glue_to_snowflake::define_table(table, tests::make_name(), {}, settings);
        const auto& columns = std::get<TableDefinition>(*definition).table.columns;
        const std::string text = columns.back().expression.text();
        return text.substr(0, text.find("), 'p='"));
    };
    const std::string start = "NULLIF(IFF(STARTSWITH(LOWER(SPLIT_PART(METADATA$FILENAME, '/', ";
    EXPECT_EQ(folder_of("s3://lake"), start + "1)");
    EXPECT_EQ(folder_of("s3://lake/a/"), start + "2)");
    EXPECT_EQ(folder_of("s3://lake/a/b"), start + "3)");
    EXPECT_EQ(folder_of("s3://lake/a/b/c/"), start + "4)");
}

TEST(TableDefinition, ConvertsEachTypeOfPartitionKey) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"string", "'__HIVE_DEFAULT_PARTITION__')::VARCHAR"},
        {"varchar(3)", "'__HIVE_DEFAULT_PARTITION__')::VARCHAR(3)"},
        {"int", "AS TRY_TO_NUMBER(NULLIF("},
        {"decimal(9,2)", "'__HIVE_DEFAULT_PARTITION__'), 9, 2)"},
        {"double", "AS TRY_TO_DOUBLE(NULLIF("},
        {"boolean", "AS TRY_TO_BOOLEAN(NULLIF("},
        {"date", "AS TRY_TO_DATE(NULLIF("},
        {"timestamp", "AS TRY_TO_TIMESTAMP_NTZ(REPLACE(NULLIF("}};
    for (const auto& [type, part] : cases) {
        aws::GlueTable table = make_table(tests::kParquetSerde, {{"a", "int"}});
        table.partition_keys = {{"p", type}};
        const Defined defined = define(table);
        ASSERT_EQ(defined.columns.size(), 2U) << type << defined.fault;
        EXPECT_THAT(defined.columns[1], HasSubstr(part));
        EXPECT_THAT(defined.statement, HasSubstr(R"(PARTITION BY ("P") LOCATION)"));
    }
    for (const char* type : {"binary", "array<int>", "timestamp with time zone"}) {
        aws::GlueTable table = make_table(tests::kParquetSerde, {{"a", "int"}});
        table.partition_keys = {{"p", type}};
        EXPECT_THAT(define(table).fault, HasSubstr("column p")) << type;
    }
}

TEST(TableDefinition, TakesThePartOfAHiveFolderByItsLength) {
    aws::GlueTable table = make_table(tests::kParquetSerde, {{"a", "int"}});
    table.partition_keys = {{"größe", "string"}};
    EXPECT_THAT(define(table).columns.at(1),
                HasSubstr("'größe='), SUBSTR(SPLIT_PART(METADATA$FILENAME, '/', 3), 7), "));
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
    aws::GlueTable table = make_table(tests::kParquetSerde, {{"a", "int"}, {"A", "int"}});
    EXPECT_THAT(define(table).fault, HasSubstr("column A: another column has the same name"));
    table = make_table(tests::kParquetSerde, {{"dt", "int"}});
    table.partition_keys = {{"dt", "string"}};
    EXPECT_THAT(define(table).fault, HasSubstr("column dt"));
    table = make_table(tests::kParquetSerde, {{"value", "int"}, {"value_", "int"}});
    EXPECT_THAT(define(table).fault, HasSubstr("column value_"));
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

TEST(TableDefinition, SkipsFormatsThatTheSecretDoesNotAllow) {
    auto settings = tests::make_settings();
    settings.file_formats = {"CSV"};
    const auto definition = glue_to_snowflake::define_table(
        make_table(tests::kParquetSerde, {{"a", "int"}}), tests::make_name(), {}, settings);
    EXPECT_THAT(std::get<Skip>(*definition).reason, HasSubstr("allowedvalues.fileformats"));
}

}  // namespace

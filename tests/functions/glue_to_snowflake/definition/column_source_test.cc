#include "functions/glue_to_snowflake/definition/column_source.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/glue_to_snowflake/table_builder.h"

namespace {

using glue_to_snowflake::ColumnCase;
using glue_to_snowflake::ColumnSources;
using glue_to_snowflake::FileFormat;
using glue_to_snowflake::parse_hive_type;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::make_table;

constexpr const char* kAvroSerde = "org.apache.hadoop.hive.serde2.avro.AvroSerDe";

std::string read(const aws::GlueTable& table, FileFormat format, const std::string& column,
                 const std::string& type = "string",
                 ColumnCase column_case = ColumnCase::automatic) {
    const auto sources = ColumnSources::of(table, format, column_case);
    if (!sources) return "fault: " + sources.error().message;
    return sources->expression(column, 1, *parse_hive_type(type)).text();
}

aws::GlueTable json(const aws::GlueParameters& serde) {
    aws::GlueTable table = make_table(tests::kOpenxJsonSerde, {});
    table.storage_descriptor.serde_info.parameters = serde;
    return table;
}

constexpr const char* kSparkSchema =
    R"({"type":"struct","fields":[{"name":"userId","type":"long"},{"name":"GRÖSSE","type":"long"},)"
    R"({"name":"Day","type":"date"}]})";

TEST(ColumnSources, CastEachTypeOfAFileThatKnowsTypes) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"boolean", R"(VALUE:"c"::BOOLEAN)"},
        {"tinyint", R"(VALUE:"c"::NUMBER(38,0))"},
        {"double precision", R"(VALUE:"c"::FLOAT)"},
        {"decimal(9,2)", R"(VALUE:"c"::NUMBER(9,2))"},
        {"string", R"(VALUE:"c"::VARCHAR)"},
        {"varchar(20)", R"(VALUE:"c"::VARCHAR)"},
        {"char(3)", R"(VALUE:"c"::VARCHAR)"},
        {"binary", R"(VALUE:"c"::BINARY)"},
        {"date", R"(VALUE:"c"::DATE)"},
        {"timestamp", R"(VALUE:"c"::TIMESTAMP_NTZ)"},
        {"timestamp with local time zone", R"(VALUE:"c"::TIMESTAMP_LTZ)"},
        {"interval_day_time", R"(VALUE:"c"::VARCHAR)"},
        {"map<string,int>", R"(VALUE:"c"::VARIANT)"},
        {"void", R"(VALUE:"c"::VARIANT)"}};
    for (const FileFormat format : {FileFormat::parquet, FileFormat::orc, FileFormat::avro}) {
        for (const auto& [type, sql] : cases)
            EXPECT_EQ(read(make_table("", {}), format, "c", type), sql);
    }
}

TEST(ColumnSources, ReadBase64OfText) {
    EXPECT_EQ(read(json({{"case.insensitive", "false"}}), FileFormat::json, "c", "binary"),
              R"(TRY_TO_BINARY(VALUE:"c"::VARCHAR, 'BASE64'))");
    EXPECT_EQ(read(make_table(tests::kLazySimpleSerde, {}), FileFormat::csv, "c", "binary"),
              "TRY_TO_BINARY(VALUE:c1::VARCHAR, 'BASE64')");
}

TEST(ColumnSources, ReadCsvByPositionAndNeverFailAQuery) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"string", "VALUE:c1::VARCHAR"},
        {"varchar(9)", "VALUE:c1::VARCHAR"},
        {"interval_day_time", "VALUE:c1::VARCHAR"},
        {"array<int>", "VALUE:c1::VARIANT"},
        {"boolean", "TRY_CAST(VALUE:c1::VARCHAR AS BOOLEAN)"},
        {"int", "TRY_CAST(VALUE:c1::VARCHAR AS NUMBER(38,0))"},
        {"real", "TRY_CAST(VALUE:c1::VARCHAR AS FLOAT)"},
        {"decimal(9,2)", "TRY_CAST(VALUE:c1::VARCHAR AS NUMBER(9,2))"},
        {"date", "TRY_CAST(VALUE:c1::VARCHAR AS DATE)"},
        {"timestamp", "TRY_CAST(VALUE:c1::VARCHAR AS TIMESTAMP_NTZ)"}};
    // No name counts, whatever the catalog has of Spark's.
    aws::GlueTable table = make_table(tests::kLazySimpleSerde, {});
    table.parameters["spark.sql.sources.schema"] = "not even JSON";
    for (const auto& [type, sql] : cases)
        EXPECT_EQ(read(table, FileFormat::csv, "c", type), sql);
    const auto sources = ColumnSources::of(table, FileFormat::csv, ColumnCase::automatic);
    EXPECT_EQ(sources->expression("c", 1'000, *parse_hive_type("string")).text(),
              "VALUE:c1000::VARCHAR");
}

TEST(ColumnSources, ReadDatesOfOpenCsvAsDaysToo) {
    const aws::GlueTable table = make_table(tests::kOpenCsvSerde, {});
    EXPECT_EQ(read(table, FileFormat::csv, "c", "date"),
              "COALESCE('1970-01-01'::DATE + TRY_TO_NUMBER(VALUE:c1::VARCHAR, 6, 0), "
              "TRY_CAST(VALUE:c1::VARCHAR AS DATE))");
    EXPECT_EQ(read(table, FileFormat::csv, "c", "int"),
              "TRY_CAST(VALUE:c1::VARCHAR AS NUMBER(38,0))");
}

TEST(ColumnSources, TakeTheTrueCaseOfSparksSchema) {
    aws::GlueTable table = make_table(tests::kParquetSerde, {});
    table.parameters["spark.sql.sources.schema"] = kSparkSchema;
    EXPECT_EQ(read(table, FileFormat::parquet, "userid"), R"(VALUE:"userId"::VARCHAR)");
    EXPECT_EQ(read(table, FileFormat::orc, "userid"), R"(VALUE:"userId"::VARCHAR)");
    // As folded by ASCII's rules, and by Unicode's.
    EXPECT_EQ(read(table, FileFormat::parquet, "grÖsse"), R"(VALUE:"GRÖSSE"::VARCHAR)");
    EXPECT_EQ(read(table, FileFormat::parquet, "grösse"), R"(VALUE:"GRÖSSE"::VARCHAR)");
    // A column that came later, by another writer.
    EXPECT_EQ(read(table, FileFormat::parquet, "added"), R"(VALUE:"added"::VARCHAR)");
    EXPECT_EQ(read(table, FileFormat::parquet, "userid", "string", ColumnCase::exact),
              R"(VALUE:"userid"::VARCHAR)");
    EXPECT_EQ(read(table, FileFormat::parquet, "userid", "string", ColumnCase::ignore_case),
              "GET_IGNORE_CASE(VALUE, 'userid')::VARCHAR");
}

TEST(ColumnSources, TakeTheTrueCaseOfSparksSchemaInParts) {
    const std::string whole = kSparkSchema;
    aws::GlueTable table = make_table(tests::kParquetSerde, {});
    table.parameters["spark.sql.sources.schema.numParts"] = "2";
    table.parameters["spark.sql.sources.schema.part.0"] = whole.substr(0, 45);
    table.parameters["spark.sql.sources.schema.part.1"] = whole.substr(45);
    table.parameters["spark.sql.sources.schema.numPartCols"] = "1";
    table.parameters["spark.sql.sources.schema.partCol.0"] = "Day";
    EXPECT_EQ(read(table, FileFormat::parquet, "userid"), R"(VALUE:"userId"::VARCHAR)");
}

TEST(ColumnSources, TakeTheTrueCaseOfAnAvroSchema) {
    constexpr const char* kSchema =
        R"({"type":"record","name":"Order","fields":[{"name":"orderId","type":"long"}]})";
    aws::GlueTable table = make_table(kAvroSerde, {});
    table.storage_descriptor.serde_info.parameters["avro.schema.literal"] = kSchema;
    EXPECT_EQ(read(table, FileFormat::avro, "orderid"), R"(VALUE:"orderId"::VARCHAR)");
    table = make_table(kAvroSerde, {});
    table.parameters["avro.schema.literal"] = kSchema;
    EXPECT_EQ(read(table, FileFormat::avro, "orderid"), R"(VALUE:"orderId"::VARCHAR)");
    // Spark's comes first.
    table.parameters["spark.sql.sources.schema"] = R"({"fields":[{"name":"ORDERID"}]})";
    EXPECT_EQ(read(table, FileFormat::avro, "orderid"), R"(VALUE:"ORDERID"::VARCHAR)");
    // Hive's word for none.
    table = make_table(kAvroSerde, {});
    table.parameters["avro.schema.literal"] = "none";
    EXPECT_EQ(read(table, FileFormat::avro, "orderid"), R"(VALUE:"orderid"::VARCHAR)");
}

TEST(ColumnSources, NoteAnAvroSchemaThatIsElsewhere) {
    const auto notes = [](const aws::GlueTable& table, ColumnCase column_case) {
        return ColumnSources::of(table, FileFormat::avro, column_case)->notes();
    };
    aws::GlueTable table = make_table(kAvroSerde, {});
    EXPECT_THAT(notes(table, ColumnCase::automatic), IsEmpty());
    table.storage_descriptor.serde_info.parameters["avro.schema.url"] = "s3://lake/x.avsc";
    EXPECT_THAT(notes(table, ColumnCase::automatic), ElementsAre(HasSubstr("avro.schema.url")));
    EXPECT_THAT(notes(table, ColumnCase::ignore_case), IsEmpty());
}

TEST(ColumnSources, FollowTheMappingOfAJsonSerde) {
    EXPECT_EQ(read(json({{"mapping.userid", "User-Id"}, {"case.insensitive", "FALSE"}}),
                   FileFormat::json, "userid"),
              R"(VALUE:"User-Id"::VARCHAR)");
    // A SerDe that does not look at case does not look at the key's either.
    EXPECT_EQ(read(json({{"mapping.userid", "User-Id"}}), FileFormat::json, "userid"),
              "GET_IGNORE_CASE(VALUE, 'User-Id')::VARCHAR");
    EXPECT_EQ(read(json({{"mapping.userid", "User-Id"}}), FileFormat::json, "userid", "string",
                   ColumnCase::exact),
              R"(VALUE:"User-Id"::VARCHAR)");
    EXPECT_EQ(read(json({{"mapping.userid", "x"}, {"mappings", "y"}, {"mapping.", "z"}}),
                   FileFormat::json, "other"),
              "GET_IGNORE_CASE(VALUE, 'other')::VARCHAR");
}

TEST(ColumnSources, ReadJsonInAnyCaseUnlessToldOtherwise) {
    EXPECT_EQ(read(json({}), FileFormat::json, "a"), "GET_IGNORE_CASE(VALUE, 'a')::VARCHAR");
    EXPECT_EQ(read(json({{"case.insensitive", "true"}}), FileFormat::json, "a"),
              "GET_IGNORE_CASE(VALUE, 'a')::VARCHAR");
    EXPECT_EQ(read(json({{"case.insensitive", "false"}}), FileFormat::json, "a"),
              R"(VALUE:"a"::VARCHAR)");
    EXPECT_EQ(read(json({}), FileFormat::json, "a", "string", ColumnCase::exact),
              R"(VALUE:"a"::VARCHAR)");
}

TEST(ColumnSources, ReadKeysWhoseDotsAreUnderscores) {
    const aws::GlueTable dotted = json({{"dots.in.keys", "true"}, {"mapping.b_c", "b.c"}});
    EXPECT_EQ(read(dotted, FileFormat::json, "a_b"),
              "COALESCE(GET_IGNORE_CASE(VALUE, 'a_b'), GET_IGNORE_CASE(VALUE, 'a.b'))::VARCHAR");
    EXPECT_EQ(read(dotted, FileFormat::json, "a_b", "binary", ColumnCase::exact),
              R"(TRY_TO_BINARY(COALESCE(VALUE:"a_b", VALUE:"a.b")::VARCHAR, 'BASE64'))");
    EXPECT_EQ(read(dotted, FileFormat::json, "ab"), "GET_IGNORE_CASE(VALUE, 'ab')::VARCHAR");
    EXPECT_EQ(read(dotted, FileFormat::json, "b_c"), "GET_IGNORE_CASE(VALUE, 'b.c')::VARCHAR");
    EXPECT_EQ(read(json({{"dots.in.keys", "false"}}), FileFormat::json, "a_b"),
              "GET_IGNORE_CASE(VALUE, 'a_b')::VARCHAR");
}

TEST(ColumnSources, PutOddNamesIntoLiterals) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"value", R"(VALUE:"value"::VARCHAR)"},
        {"a.b", R"(VALUE:"a.b"::VARCHAR)"},
        {"a b:c[0]", R"(VALUE:"a b:c[0]"::VARCHAR)"},
        {"it's", R"(VALUE:"it's"::VARCHAR)"},
        {"größe", R"(VALUE:"größe"::VARCHAR)"},
        {"a\"b", R"(GET(VALUE, 'a"b')::VARCHAR)"},
        {"a\\b", R"(GET(VALUE, 'a\\b')::VARCHAR)"},
        {"a\nb", R"(GET(VALUE, 'a\nb')::VARCHAR)"},
        {"\"'\\", R"(GET(VALUE, '"''\\')::VARCHAR)"},
        {std::string(300, 'x'), "GET(VALUE, '" + std::string(300, 'x') + "')::VARCHAR"}};
    for (const auto& [name, sql] : cases)
        EXPECT_EQ(read(make_table(tests::kParquetSerde, {}), FileFormat::parquet, name), sql);
    EXPECT_EQ(read(json({}), FileFormat::json, "it's\\"),
              R"(GET_IGNORE_CASE(VALUE, 'it''s\\')::VARCHAR)");
}

TEST(ColumnSources, NameTheSchemaThatCannotBeRead) {
    aws::GlueTable table = make_table(tests::kParquetSerde, {});
    const auto fault = [&table] { return read(table, FileFormat::parquet, "a"); };
    for (const char* schema : {"nonsense", "[]", R"({"fields":{}})", R"({"fields":[{}]})"}) {
        table.parameters["spark.sql.sources.schema"] = schema;
        EXPECT_THAT(fault(), testing::AllOf(HasSubstr("fault: "), HasSubstr("COLUMN_CASE"),
                                            HasSubstr("spark.sql.sources.schema")));
    }
    // The other policies look at no schema.
    EXPECT_EQ(read(table, FileFormat::parquet, "a", "string", ColumnCase::exact),
              R"(VALUE:"a"::VARCHAR)");
    table.parameters.clear();
    table.parameters["avro.schema.literal"] = R"({"type":"string"})";
    EXPECT_THAT(fault(), HasSubstr("avro.schema.literal has no fields"));
    table.parameters.clear();
    table.parameters["spark.sql.sources.schema.numParts"] = "1";
    EXPECT_THAT(fault(), HasSubstr("part.0 is missing"));
}

TEST(ColumnSources, NoteWhatIsToBeKnownOfAColumn) {
    const auto note = [](const aws::GlueTable& table, FileFormat format, const char* column,
                         const char* type) {
        return ColumnSources::of(table, format, ColumnCase::automatic)
            ->note(column, *parse_hive_type(type))
            .value_or("");
    };
    const aws::GlueTable parquet = make_table(tests::kParquetSerde, {});
    EXPECT_EQ(note(parquet, FileFormat::parquet, "c", "array<int>"), "");
    EXPECT_THAT(note(parquet, FileFormat::parquet, "c", "interval_year_month"),
                HasSubstr("column c: an interval"));
    EXPECT_THAT(note(parquet, FileFormat::csv, "c", "array<int>"), HasSubstr("column c: what is"));
    const aws::GlueTable dotted = json({{"dots.in.keys", "true"}, {"mapping.d_e_f", "d.e_f"}});
    EXPECT_EQ(note(dotted, FileFormat::json, "a_b", "int"), "");
    EXPECT_THAT(note(dotted, FileFormat::json, "a_b_c", "int"), HasSubstr("mapping.a_b_c"));
    EXPECT_EQ(note(dotted, FileFormat::json, "d_e_f", "int"), "");
}

}  // namespace

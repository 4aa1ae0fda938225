#include "functions/glue_to_snowflake/file_format.h"

#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/glue_to_snowflake/table_builder.h"

namespace {

using glue_to_snowflake::detect_format;
using glue_to_snowflake::FileFormat;
using testing::HasSubstr;
using tests::make_table;

std::string options(FileFormat format, const aws::GlueTable& table) {
    const auto result = glue_to_snowflake::format_options(format, table);
    return result ? result->sql.text() : "fault: " + result.error().message;
}

std::string csv(const char* serde, const aws::GlueParameters& parameters,
                const aws::GlueParameters& table_parameters = {}) {
    aws::GlueTable table = make_table(serde, {});
    table.storage_descriptor.serde_info.parameters = parameters;
    table.parameters = table_parameters;
    return options(FileFormat::csv, table);
}

TEST(FileFormat, IsNamedByTheSerdeFirst) {
    const std::vector<std::pair<const char*, std::optional<FileFormat>>> cases{
        {tests::kParquetSerde, FileFormat::parquet},
        {"org.apache.hadoop.hive.ql.io.orc.OrcSerde", FileFormat::orc},
        {"org.apache.hadoop.hive.serde2.avro.AvroSerDe", FileFormat::avro},
        {tests::kOpenxJsonSerde, FileFormat::json},
        {"org.apache.hive.hcatalog.data.JsonSerDe", FileFormat::json},
        {"org.apache.hadoop.hive.serde2.JsonSerDe", FileFormat::json},
        {tests::kOpenCsvSerde, FileFormat::csv},
        {tests::kLazySimpleSerde, FileFormat::csv},
        {"org.apache.hadoop.hive.contrib.serde2.MultiDelimitSerDe", FileFormat::csv},
        {"org.apache.hadoop.hive.serde2.RegexSerDe", std::nullopt},
        {"com.amazonaws.glue.serde.GrokSerDe", std::nullopt},
        {"com.amazon.emr.hive.serde.CloudTrailSerde", std::nullopt},
        {"com.amazon.ionhiveserde.IonHiveSerDe", FileFormat::json},
        {"com.amazon.ionhiveserde.formats.Other", std::nullopt}};
    for (const auto& [serde, format] : cases) {
        aws::GlueTable table = make_table(serde, {});
        table.parameters["classification"] = "json";
        EXPECT_EQ(detect_format(table).format, format) << serde;
    }
}

TEST(FileFormat, IsFoundWithoutASerde) {
    aws::GlueTable table = make_table("", {});
    EXPECT_EQ(detect_format(table).format, std::nullopt);
    table.parameters["spark.sql.sources.provider"] = "parquet";
    EXPECT_EQ(detect_format(table).format, FileFormat::parquet);
    table.parameters["classification"] = "CSV";
    EXPECT_EQ(detect_format(table).format, FileFormat::csv);
    table.storage_descriptor.input_format =
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat";
    EXPECT_EQ(detect_format(table).format, FileFormat::parquet);
}

TEST(FileFormat, KeepsBinaryOfParquet) {
    EXPECT_EQ(options(FileFormat::parquet, make_table(tests::kParquetSerde, {})),
              "TYPE = PARQUET BINARY_AS_TEXT = FALSE REPLACE_INVALID_CHARACTERS = TRUE");
}

TEST(FileFormat, StripsTheOuterArrayOfJson) {
    aws::GlueTable table = make_table(tests::kOpenxJsonSerde, {});
    EXPECT_EQ(options(FileFormat::json, table), "TYPE = JSON");
    table.storage_descriptor.serde_info.parameters["strip.outer.array"] = "TRUE";
    EXPECT_EQ(options(FileFormat::json, table), "TYPE = JSON STRIP_OUTER_ARRAY = TRUE");
    table.storage_descriptor.serde_info.parameters["ignore.malformed.json"] = "true";
    EXPECT_EQ(glue_to_snowflake::format_options(FileFormat::json, table)->notes.size(), 1U);
}

TEST(FileFormat, HasHivesDefaultsForLazySimple) {
    EXPECT_EQ(
        csv(tests::kLazySimpleSerde, {}),
        R"(TYPE = CSV RECORD_DELIMITER = '\n' FIELD_DELIMITER = '\x01' SKIP_HEADER = 0 SKIP_BLANK_LINES = TRUE )"
        R"(ESCAPE_UNENCLOSED_FIELD = NONE FIELD_OPTIONALLY_ENCLOSED_BY = NONE )"
        R"(NULL_IF = ('\\N') EMPTY_FIELD_AS_NULL = FALSE ENCODING = 'UTF8')");
}

TEST(FileFormat, HasHivesDefaultsForOpenCsv) {
    EXPECT_EQ(
        csv(tests::kOpenCsvSerde, {}),
        R"(TYPE = CSV RECORD_DELIMITER = '\n' FIELD_DELIMITER = ',' SKIP_HEADER = 0 SKIP_BLANK_LINES = TRUE )"
        R"(ESCAPE = '\\' ESCAPE_UNENCLOSED_FIELD = '\\' FIELD_OPTIONALLY_ENCLOSED_BY = '"' )"
        R"(NULL_IF = () EMPTY_FIELD_AS_NULL = FALSE ENCODING = 'UTF8')");
}

TEST(FileFormat, ReadsEveryOptionOfCsv) {
    EXPECT_EQ(
        csv(tests::kOpenCsvSerde,
            {{"separatorChar", "|"},
             {"quoteChar", "'"},
             {"escapeChar", "~"},
             {"line.delim", "\r\n"},
             {"serialization.null.format", "it's"},
             {"serialization.encoding", "ISO-8859-1"}},
            {{"skip.header.line.count", "2"}}),
        R"(TYPE = CSV RECORD_DELIMITER = '\r\n' FIELD_DELIMITER = '|' SKIP_HEADER = 2 SKIP_BLANK_LINES = TRUE )"
        R"(ESCAPE = '~' ESCAPE_UNENCLOSED_FIELD = '~' FIELD_OPTIONALLY_ENCLOSED_BY = '''' )"
        R"(NULL_IF = ('it''s') EMPTY_FIELD_AS_NULL = FALSE ENCODING = 'ISO88591')");
}

TEST(FileFormat, ReadsDelimitersAsHiveDoes) {
    const std::vector<std::pair<aws::GlueParameters, std::string>> cases{
        {{{"field.delim", ","}}, "','"},
        {{{"field.delim", "\t"}, {"serialization.format", "1"}}, R"('\t')"},
        {{{"serialization.format", "|"}}, "'|'"},
        {{{"serialization.format", "1"}}, R"('\x01')"},
        {{{"field.delim", "124"}}, "'|'"},
        {{{"field.delim", "||"}}, "'|'"},
        {{{"field.delim", "¦x"}}, R"('\xC2\xA6')"}};
    for (const auto& [parameters, delimiter] : cases)
        EXPECT_THAT(csv(tests::kLazySimpleSerde, parameters),
                    HasSubstr("FIELD_DELIMITER = " + delimiter + " "));
    EXPECT_THAT(csv("org.apache.hadoop.hive.serde2.MultiDelimitSerDe", {{"field.delim", "~|~"}}),
                HasSubstr("FIELD_DELIMITER = '~|~' "));
    EXPECT_THAT(csv(tests::kLazySimpleSerde, {{"escape.delim", "\\"}}),
                HasSubstr(R"(ESCAPE_UNENCLOSED_FIELD = '\\' FIELD_OPTIONALLY_ENCLOSED_BY = NONE)"));
    EXPECT_THAT(csv(tests::kOpenCsvSerde, {{"escapeChar", "\""}}),
                HasSubstr("ESCAPE_UNENCLOSED_FIELD = NONE FIELD_OPTIONALLY_ENCLOSED_BY = '\"'"));
}

TEST(FileFormat, RefusesWhatSnowflakeCannotExpress) {
    EXPECT_THAT(csv(tests::kOpenCsvSerde, {{"quoteChar", "|"}}), HasSubstr("fault"));
    EXPECT_THAT(csv("x.MultiDelimitSerDe", {{"field.delim", std::string(21, '-')}}),
                HasSubstr("fault"));
    EXPECT_THAT(csv(tests::kLazySimpleSerde, {{"field.delim", "\n"}}), HasSubstr("fault"));
    EXPECT_THAT(csv(tests::kLazySimpleSerde, {{"serialization.encoding", "EBCDIC"}}),
                HasSubstr("fault"));
    for (const char* count : {"-1", "one", "1.5", "99999999999"})
        EXPECT_THAT(csv(tests::kLazySimpleSerde, {}, {{"skip.header.line.count", count}}),
                    HasSubstr("skip.header.line.count is no number"));
}

TEST(FileFormat, NotesFootersThatAreReadAsRows) {
    aws::GlueTable table = make_table(tests::kLazySimpleSerde, {});
    table.parameters["skip.footer.line.count"] = "1";
    EXPECT_EQ(glue_to_snowflake::format_options(FileFormat::csv, table)->notes.size(), 1U);
}

}  // namespace

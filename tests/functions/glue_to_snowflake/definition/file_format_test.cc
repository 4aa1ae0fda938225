#include "functions/glue_to_snowflake/definition/file_format.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/glue_to_snowflake/table_builder.h"

namespace {

using glue_to_snowflake::detect_format;
using glue_to_snowflake::FileFormat;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::make_table;

constexpr const char* kOrcSerde = "org.apache.hadoop.hive.ql.io.orc.OrcSerde";

std::string options(FileFormat format, const aws::GlueTable& table) {
    const auto result = glue_to_snowflake::format_options(format, table);
    return result ? result->sql.text() : "fault: " + result.error().message;
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
    table = make_table("", {});
    table.parameters["strip.outer.array"] = "true";
    EXPECT_EQ(options(FileFormat::json, table), "TYPE = JSON STRIP_OUTER_ARRAY = TRUE");
    // Spark reads a file's outer array as its rows where a value may have several lines.
    table = make_table("", {});
    table.storage_descriptor.serde_info.parameters["multiLine"] = "true";
    EXPECT_EQ(options(FileFormat::json, table), "TYPE = JSON STRIP_OUTER_ARRAY = TRUE");
}

std::vector<std::string> notes(FileFormat format, const aws::GlueTable& table) {
    return glue_to_snowflake::format_options(format, table)->notes;
}

TEST(FileFormat, NotesWhatJsonHasNoCounterpartFor) {
    aws::GlueTable table = make_table(tests::kOpenxJsonSerde, {});
    EXPECT_THAT(notes(FileFormat::json, table), IsEmpty());
    auto& serde = table.storage_descriptor.serde_info.parameters;
    serde = {{"ignore.malformed.json", "true"}, {"timestamp.formats", "yyyy"}};
    EXPECT_THAT(notes(FileFormat::json, table),
                ElementsAre(HasSubstr("ignore.malformed.json"), HasSubstr("timestamp.formats")));
    serde = {{"ignore.malformed.json", "false"}};
    EXPECT_THAT(notes(FileFormat::json, table), IsEmpty());
}

TEST(FileFormat, NamesBrotliForNoneFindsIt) {
    for (const char* property : {"compressionType", "write.compression"}) {
        aws::GlueTable table = make_table(tests::kOpenxJsonSerde, {});
        table.parameters[property] = "BROTLI";
        EXPECT_EQ(options(FileFormat::json, table), "TYPE = JSON COMPRESSION = BROTLI");
        EXPECT_THAT(options(FileFormat::csv, table), HasSubstr("' COMPRESSION = BROTLI"));
    }
    aws::GlueTable table = make_table(tests::kOpenxJsonSerde, {});
    table.storage_descriptor.parameters["compressionType"] = "brotli";
    EXPECT_EQ(options(FileFormat::json, table), "TYPE = JSON COMPRESSION = BROTLI");
    for (const char* found : {"none", "gzip", "bzip2", "zstd", "deflate", ""}) {
        table.storage_descriptor.parameters["compressionType"] = found;
        EXPECT_EQ(options(FileFormat::json, table), "TYPE = JSON") << found;
    }
}

TEST(FileFormat, CautionsOfOrcThatIsReadByPosition) {
    aws::GlueTable table = make_table(kOrcSerde, {});
    EXPECT_EQ(options(FileFormat::orc, table), "TYPE = ORC");
    EXPECT_THAT(notes(FileFormat::orc, table), ElementsAre(HasSubstr("orc.column.index.access")));
    auto& serde = table.storage_descriptor.serde_info.parameters;
    serde["orc.column.index.access"] = "false";
    EXPECT_THAT(notes(FileFormat::orc, table), IsEmpty());
    // A writer that is known to write the names.
    serde.clear();
    table.parameters["spark.sql.create.version"] = "3.5.4";
    EXPECT_THAT(notes(FileFormat::orc, table), IsEmpty());
    serde["orc.column.index.access"] = "true";
    EXPECT_THAT(notes(FileFormat::orc, table), SizeIs(1));
}

TEST(FileFormat, CautionsOfParquetThatIsReadByPosition) {
    aws::GlueTable table = make_table(tests::kParquetSerde, {});
    EXPECT_THAT(notes(FileFormat::parquet, table), IsEmpty());
    table.storage_descriptor.serde_info.parameters["parquet.column.index.access"] = "true";
    EXPECT_THAT(notes(FileFormat::parquet, table),
                ElementsAre(HasSubstr("parquet.column.index.access")));
}

TEST(FileFormat, HasNoOptionsForAvro) {
    EXPECT_EQ(options(FileFormat::avro, make_table("x.AvroSerDe", {})), "TYPE = AVRO");
}

TEST(FileFormat, NamesTheSerdeThatReadsWhatSnowflakeDoesNot) {
    for (const std::string serde :
         {"RegexSerDe", "GrokSerDe", "CloudTrailSerde", "XmlSerDe", "IonHiveSerDe", "ColumnarSerDe",
          "LazyBinarySerDe", "ThriftDeserializer", "DynamoDBSerDe"}) {
        const auto detected = detect_format(make_table(("org.x." + serde).c_str(), {}));
        EXPECT_EQ(detected.format, std::nullopt);
        EXPECT_THAT(detected.reason, HasSubstr(serde));
    }
    EXPECT_LT(detect_format(make_table(std::string(5'000, 'x').c_str(), {})).reason.size(), 200U);
}

TEST(FileFormat, SaysThatNothingNamesAFormat) {
    EXPECT_THAT(detect_format(make_table("", {})).reason, HasSubstr("classification"));
    aws::GlueTable table = make_table("", {});
    table.parameters["classification"] = "xml";
    EXPECT_THAT(detect_format(table).reason, HasSubstr("classification"));
    // A class that stands for a format in Spark counts, a word inside another does not.
    table.parameters["spark.sql.sources.provider"] = "com.databricks.spark.csv";
    EXPECT_EQ(detect_format(table).format, FileFormat::csv);
    table.parameters["spark.sql.sources.provider"] = "mycsv";
    EXPECT_EQ(detect_format(table).format, std::nullopt);
}

TEST(FileFormat, ReadsJsonOfTheIonSerdeByItsNamesOnly) {
    aws::GlueTable table = make_table("com.amazon.ionhiveserde.IonHiveSerDe", {});
    EXPECT_THAT(detect_format(table).reason, HasSubstr("IonHiveSerDe"));
    table.parameters["classification"] = "json";
    EXPECT_EQ(detect_format(table).format, FileFormat::json);
    table.storage_descriptor.serde_info.parameters["ion.id.path_extractor"] = "(a id)";
    EXPECT_THAT(detect_format(table).reason, HasSubstr("IonHiveSerDe"));
}

std::string reason(const char* serde, const char* input_format, const char* compression) {
    aws::GlueTable table = make_table(serde, {});
    table.storage_descriptor.input_format = input_format;
    table.parameters["compressionType"] = compression;
    return detect_format(table).reason;
}

TEST(FileFormat, LooksIntoWhatHoldsTheText) {
    constexpr const char* kText = "org.apache.hadoop.mapred.TextInputFormat";
    EXPECT_EQ(reason(tests::kLazySimpleSerde, kText, "gzip"), "");
    EXPECT_THAT(
        reason(tests::kLazySimpleSerde, "org.apache.hadoop.mapred.SequenceFileInputFormat", ""),
        HasSubstr("SequenceFileInputFormat"));
    EXPECT_THAT(
        reason(tests::kOpenxJsonSerde, "org.apache.hadoop.hive.ql.io.RCFileInputFormat", ""),
        HasSubstr("RCFileInputFormat"));
    EXPECT_THAT(
        reason(tests::kLazySimpleSerde, "com.hadoop.mapred.DeprecatedLzoTextInputFormat", ""),
        HasSubstr("LZO text"));
    for (const char* unread : {"snappy", "SNAPPY", "lzo", "LZ4", "lzop"})
        EXPECT_THAT(reason(tests::kOpenxJsonSerde, kText, unread), HasSubstr("compressed with"));
    // Formats of binary files say it themselves, inside.
    EXPECT_EQ(reason(tests::kParquetSerde, "", "snappy"), "");
    EXPECT_EQ(reason(kOrcSerde, "", "LZO"), "");
}

TEST(FileFormat, LeavesFilesThatTheClientEncrypted) {
    aws::GlueTable table = make_table(tests::kParquetSerde, {});
    table.parameters["has_encrypted_data"] = "true";
    EXPECT_THAT(detect_format(table).reason, HasSubstr("has_encrypted_data"));
    table.parameters["has_encrypted_data"] = "false";
    EXPECT_EQ(detect_format(table).format, FileFormat::parquet);
}

}  // namespace

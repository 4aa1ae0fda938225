#include "functions/glue_to_snowflake/definition/file_format.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "functions/glue_to_snowflake/definition/csv_options.h"
#include "functions/glue_to_snowflake/definition/parameters.h"
#include "functions/glue_to_snowflake/definition/spark_schema.h"

namespace glue_to_snowflake {
namespace {

using snowflake::Sql;
using Rule = std::pair<std::string_view, FileFormat>;

constexpr std::size_t kClassNameBytesMax = 100;

// The end of the SerDe's class name, in small letters.
constexpr std::array<Rule, 7> kSerdes{{{"parquethiveserde", FileFormat::parquet},
                                       {"orcserde", FileFormat::orc},
                                       {"avroserde", FileFormat::avro},
                                       {"jsonserde", FileFormat::json},
                                       {"opencsvserde", FileFormat::csv},
                                       {"lazysimpleserde", FileFormat::csv},
                                       {"multidelimitserde", FileFormat::csv}}};

// A part of the input format's class name.
constexpr std::array<Rule, 3> kInputFormats{{{"parquet", FileFormat::parquet},
                                             {"orcinputformat", FileFormat::orc},
                                             {"avro", FileFormat::avro}}};

// Whole words of `classification` and of Spark's provider.
constexpr std::array<Rule, 5> kWords{{{"parquet", FileFormat::parquet},
                                      {"orc", FileFormat::orc},
                                      {"avro", FileFormat::avro},
                                      {"json", FileFormat::json},
                                      {"csv", FileFormat::csv}}};

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

std::optional<FileFormat> whole_word(std::string_view text) {
    const std::string word = ascii_lower(text);
    for (const auto& [name, format] : kWords) {
        if (word == name) return format;
    }
    return std::nullopt;
}

// RegexSerDe of org.apache.hadoop.hive.serde2.RegexSerDe
std::string_view class_name(std::string_view name) {
    const std::size_t dot = name.rfind('.');
    return name.substr(dot == std::string_view::npos ? 0 : dot + 1).substr(0, kClassNameBytesMax);
}

// The Ion SerDe reads JSON too, by the columns' names unless it has paths of its own.
bool is_json_of_ion(const aws::GlueTable& table, std::string_view serde) {
    const aws::GlueParameters& parameters = table.storage_descriptor.serde_info.parameters;
    return serde.ends_with("ionhiveserde") &&
           ascii_lower(parameter(table.parameters, "classification")) == "json" &&
           std::none_of(parameters.begin(), parameters.end(), [](const auto& each) {
               return each.first.starts_with("ion.") && contains(each.first, "path_extractor");
           });
}

DetectedFormat format_of_serde(const aws::GlueTable& table, std::string_view library) {
    const std::string serde = ascii_lower(library);
    for (const auto& [name, format] : kSerdes) {
        if (serde.ends_with(name)) return {.format = format};
    }
    if (is_json_of_ion(table, serde)) return {.format = FileFormat::json};
    return {.reason =
                fmt::format("its SerDe {} reads what Snowflake does not", class_name(library))};
}

DetectedFormat format_by_order(const aws::GlueTable& table) {
    const aws::GlueStorageDescriptor& storage = table.storage_descriptor;
    if (!storage.serde_info.serialization_library.empty())
        return format_of_serde(table, storage.serde_info.serialization_library);
    const std::string input = ascii_lower(storage.input_format);
    for (const auto& [name, format] : kInputFormats) {
        if (contains(input, name)) return {.format = format};
    }
    if (const auto format = whole_word(parameter(table.parameters, "classification")))
        return {.format = format};
    if (const auto format = whole_word(spark_provider(table))) return {.format = format};
    return {.reason =
                "neither SerDe, input format, classification nor Spark's provider names a "
                "format that Snowflake reads"};
}

// As whoever wrote the text calls it, in small letters: what a crawler found, what Athena and Spark
// were told.
std::string text_compression(const aws::GlueTable& table) {
    for (const std::string_view name : {"compressionType", "write.compression"}) {
        std::string_view value = parameter(table.parameters, name);
        if (value.empty()) value = parameter(table.storage_descriptor.parameters, name);
        if (!value.empty()) return ascii_lower(value);
    }
    const auto spark = spark_option(table, "compression");
    return ascii_lower(spark ? *spark : spark_option(table, "codec").value_or(""));
}

// Files that are no text, though a SerDe of text reads them.
std::string reason_of_text(const aws::GlueTable& table) {
    const std::string input = ascii_lower(table.storage_descriptor.input_format);
    if (contains(input, "lzo")) return "LZO text, which Snowflake does not read";
    if (contains(input, "sequencefile") || contains(input, "rcfile")) {
        return fmt::format("its files are no text, but of {}",
                           class_name(table.storage_descriptor.input_format));
    }
    const std::string compression = text_compression(table);
    for (const std::string_view unread : {"snappy", "lzo", "lzop", "lz4"}) {
        if (compression == unread)
            return fmt::format("its text is compressed with {}, which Snowflake does not read",
                               ascii_upper(unread));
    }
    return "";
}

Sql compression(const aws::GlueTable& table) {
    return text_compression(table) == "brotli" ? Sql(" COMPRESSION = BROTLI") : Sql();
}

FormatOptions json_options(const aws::GlueTable& table) {
    FormatOptions options{Sql("TYPE = JSON").sql(compression(table))};
    const aws::GlueParameters& serde = table.storage_descriptor.serde_info.parameters;
    // Spark reads an array as its rows where a value may have several lines.
    const bool strips = is_true(parameter(serde, "strip.outer.array")) ||
                        is_true(parameter(table.parameters, "strip.outer.array")) ||
                        is_true(spark_option(table, "multiLine").value_or(""));
    if (strips) options.sql.fixed(" STRIP_OUTER_ARRAY = TRUE");
    if (is_true(parameter(serde, "ignore.malformed.json")))
        options.notes.emplace_back(
            "ignore.malformed.json has no counterpart: what follows a malformed text in its file "
            "is not read");
    if (!parameter(serde, "timestamp.formats").empty())
        options.notes.emplace_back(
            "timestamp.formats has no counterpart: timestamps of other forms make a query fail");
    return options;
}

// Athena reads ORC by position unless told otherwise, Snowflake by name. Old Hive named the columns
// of its files _col0, _col1, …; Spark and Presto, whose marks these are, never did.
FormatOptions orc_options(const aws::GlueTable& table) {
    FormatOptions options{Sql("TYPE = ORC")};
    const std::string_view by_index =
        parameter(table.storage_descriptor.serde_info.parameters, "orc.column.index.access");
    const bool writer_is_known =
        !spark_provider(table).empty() || table.parameters.contains("spark.sql.create.version") ||
        table.parameters.contains("presto_query_id") || table.parameters.contains("trino_query_id");
    const bool by_name = ascii_lower(by_index) == "false";
    if (is_true(by_index) || (!by_name && !writer_is_known)) {
        options.notes.emplace_back(
            "columns are read by name, not by position (orc.column.index.access): those of files "
            "of old Hive, which call them _col0 and so on, are NULL");
    }
    return options;
}

FormatOptions parquet_options(const aws::GlueTable& table) {
    FormatOptions options{
        Sql("TYPE = PARQUET BINARY_AS_TEXT = FALSE REPLACE_INVALID_CHARACTERS = TRUE")};
    if (is_true(parameter(table.storage_descriptor.serde_info.parameters,
                          "parquet.column.index.access")))
        options.notes.emplace_back(
            "columns are read by name, not by position (parquet.column.index.access): one whose "
            "name in the files is another is NULL");
    return options;
}

}  // namespace

std::string_view format_name(FileFormat format) {
    switch (format) {
        case FileFormat::parquet:
            return "PARQUET";
        case FileFormat::json:
            return "JSON";
        case FileFormat::csv:
            return "CSV";
        case FileFormat::avro:
            return "AVRO";
        case FileFormat::orc:
            break;
    }
    return "ORC";
}

DetectedFormat detect_format(const aws::GlueTable& table) {
    DetectedFormat detected = format_by_order(table);
    if (is_true(parameter(table.parameters, "has_encrypted_data")))
        return {.reason = "its files are encrypted by the client (has_encrypted_data)"};
    if (detected.format != FileFormat::csv && detected.format != FileFormat::json) return detected;
    std::string reason = reason_of_text(table);
    if (!reason.empty()) return {.reason = std::move(reason)};
    return detected;
}

base::Result<FormatOptions> format_options(FileFormat format, const aws::GlueTable& table) {
    switch (format) {
        case FileFormat::parquet:
            return parquet_options(table);
        case FileFormat::json:
            return json_options(table);
        case FileFormat::csv: {
            auto options = csv_options(table);
            if (options) options->sql.sql(compression(table));
            return options;
        }
        case FileFormat::avro:
            return FormatOptions{Sql("TYPE = AVRO")};
        case FileFormat::orc:
            break;
    }
    return orc_options(table);
}

}  // namespace glue_to_snowflake

#include "functions/glue_to_snowflake/file_format.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "functions/glue_to_snowflake/csv_options.h"
#include "functions/glue_to_snowflake/parameters.h"

namespace glue_to_snowflake {
namespace {

using Rule = std::pair<std::string_view, FileFormat>;

// A part of the SerDe's class name, in small letters.
constexpr std::array<Rule, 7> kSerdes{{{"parquethiveserde", FileFormat::parquet},
                                       {"orcserde", FileFormat::orc},
                                       {"avroserde", FileFormat::avro},
                                       {"jsonserde", FileFormat::json},
                                       {"opencsvserde", FileFormat::csv},
                                       {"lazysimpleserde", FileFormat::csv},
                                       {"multidelimitserde", FileFormat::csv}}};

constexpr std::array<Rule, 3> kInputFormats{{{"parquet", FileFormat::parquet},
                                             {"orcinputformat", FileFormat::orc},
                                             {"avro", FileFormat::avro}}};

// Whole words of `classification` and of Spark's provider.
constexpr std::array<Rule, 5> kWords{{{"parquet", FileFormat::parquet},
                                      {"orc", FileFormat::orc},
                                      {"avro", FileFormat::avro},
                                      {"json", FileFormat::json},
                                      {"csv", FileFormat::csv}}};

std::optional<FileFormat> whole_word(std::string_view text) {
    const std::string word = ascii_lower(text);
    for (const auto& [name, format] : kWords) {
        if (word == name) return format;
    }
    return std::nullopt;
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

std::optional<FileFormat> detect_format(const aws::GlueTable& table) {
    const aws::GlueStorageDescriptor& storage = table.storage_descriptor;
    const std::string serde = ascii_lower(storage.serde_info.serialization_library);
    for (const auto& [name, format] : kSerdes) {
        if (serde.ends_with(name)) return format;
    }
    // Another SerDe (Regex, Grok, XML, Ion, …) reads what Snowflake does not.
    if (!serde.empty()) return std::nullopt;
    const std::string input = ascii_lower(storage.input_format);
    for (const auto& [name, format] : kInputFormats) {
        if (input.find(name) != std::string::npos) return format;
    }
    if (const auto format = whole_word(parameter(table.parameters, "classification")))
        return format;
    return whole_word(parameter(table.parameters, "spark.sql.sources.provider"));
}

base::Result<FormatOptions> format_options(FileFormat format, const aws::GlueTable& table) {
    using snowflake::Sql;
    switch (format) {
        case FileFormat::parquet:
            // Without it, binary columns are read as text and bytes that are no UTF-8 are lost.
            return FormatOptions{Sql("TYPE = PARQUET BINARY_AS_TEXT = FALSE"), {}};
        case FileFormat::json: {
            FormatOptions options{Sql("TYPE = JSON"), {}};
            const aws::GlueParameters& serde = table.storage_descriptor.serde_info.parameters;
            if (is_true(parameter(serde, "strip.outer.array")))
                options.sql.fixed(" STRIP_OUTER_ARRAY = TRUE");
            if (is_true(parameter(serde, "ignore.malformed.json")))
                options.notes.emplace_back("ignore.malformed.json has no counterpart");
            return options;
        }
        case FileFormat::csv:
            return csv_options(table);
        case FileFormat::avro:
        case FileFormat::orc:
            break;
    }
    return base::Error{
        base::ErrorKind::data_invalid,
        fmt::format("{} files are not supported by this version", format_name(format))};
}

}  // namespace glue_to_snowflake

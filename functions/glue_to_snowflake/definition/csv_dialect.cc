#include "functions/glue_to_snowflake/definition/csv_dialect.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "common/base/utf8.h"
#include "functions/glue_to_snowflake/definition/parameters.h"
#include "functions/glue_to_snowflake/definition/spark_schema.h"

namespace glue_to_snowflake {
namespace {

constexpr int kSkippedLinesMax = 1'000'000;

base::Error fault(std::string message) {
    return {base::ErrorKind::data_invalid, std::move(message)};
}

std::optional<int> parse_number(std::string_view text) {
    int number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<std::string> byte_of_code(std::string_view text) {
    const auto code = parse_number(text);
    if (!code || *code < -128 || *code > 127) return std::nullopt;
    return std::string{static_cast<char>(*code)};
}

std::string first_character(std::string_view text) {
    if (text.empty()) return "";
    return std::string(text.substr(0, std::max<std::size_t>(base::utf8_sequence_length(text), 1)));
}

// A text that is a number is the byte of that code, else the first character counts.
std::string lazy_byte(std::string_view text) {
    const auto byte = byte_of_code(text);
    return byte ? *byte : first_character(text);
}

CsvDialect lazy_simple(const aws::GlueTable& table) {
    const aws::GlueSerdeInfo& serde = table.storage_descriptor.serde_info;
    CsvDialect dialect;
    std::string_view field = parameter(serde.parameters, "field.delim");
    if (field.empty()) field = parameter(serde.parameters, "serialization.format");
    // A table of no SerDe: what a crawler found between the fields.
    if (field.empty() && serde.serialization_library.empty())
        field = parameter(table.parameters, "delimiter");
    if (!field.empty()) dialect.field = lazy_byte(field);
    dialect.unenclosed_escape = lazy_byte(parameter(serde.parameters, "escape.delim"));
    dialect.null_text = "\\N";
    if (is_true(parameter(serde.parameters, "serialization.last.column.takes.rest")))
        dialect.notes.emplace_back(
            "serialization.last.column.takes.rest has no counterpart: the rest of a line is not "
            "read");
    if (!parameter(serde.parameters, "timestamp.formats").empty())
        dialect.notes.emplace_back(
            "timestamp.formats has no counterpart: timestamps of other forms are NULL");
    return dialect;
}

CsvDialect multi_delimit(const aws::GlueTable& table) {
    CsvDialect dialect = lazy_simple(table);
    const auto field = parameter(table.storage_descriptor.serde_info.parameters, "field.delim");
    if (!field.empty()) dialect.field = field;
    return dialect;
}

CsvDialect open_csv(const aws::GlueTable& table) {
    const aws::GlueParameters& serde = table.storage_descriptor.serde_info.parameters;
    const auto first_of = [&serde](std::string_view name, std::string_view fallback) {
        const std::string_view text = parameter(serde, name);
        return first_character(text.empty() ? fallback : text);
    };
    CsvDialect dialect;
    dialect.field = first_of("separatorChar", ",");
    dialect.quote = first_of("quoteChar", "\"");
    dialect.quoted_escape = first_of("escapeChar", "\\");
    // A quote that escapes itself is how Snowflake reads doubled quotes anyway.
    if (dialect.quoted_escape == dialect.quote) dialect.quoted_escape.clear();
    dialect.unenclosed_escape = dialect.quoted_escape;
    return dialect;
}

// skip.header.line.count and its like stand at the table, at the SerDe or at the storage.
base::Result<int> line_count(const aws::GlueTable& table, std::string_view name) {
    const aws::GlueStorageDescriptor& storage = table.storage_descriptor;
    for (const aws::GlueParameters* parameters :
         {&table.parameters, &storage.serde_info.parameters, &storage.parameters}) {
        const std::string_view text = parameter(*parameters, name);
        if (text.empty()) continue;
        const auto number = parse_number(text);
        if (!number || *number < 0 || *number > kSkippedLinesMax) {
            return fault(fmt::format("{} is no number of lines from 0 to {}: give it one", name,
                                     kSkippedLinesMax));
        }
        return *number;
    }
    return 0;
}

base::Result<CsvDialect> hive_dialect(const aws::GlueTable& table) {
    const aws::GlueSerdeInfo& serde = table.storage_descriptor.serde_info;
    const std::string library = ascii_lower(serde.serialization_library);
    CsvDialect dialect = library.ends_with("opencsvserde")        ? open_csv(table)
                         : library.ends_with("multidelimitserde") ? multi_delimit(table)
                                                                  : lazy_simple(table);
    if (const auto record = parameter(serde.parameters, "line.delim"); !record.empty())
        dialect.record = byte_of_code(record).value_or(std::string(record));
    const auto null_text = serde.parameters.find("serialization.null.format");
    if (null_text != serde.parameters.end()) dialect.null_text = null_text->second;
    dialect.encoding = parameter(serde.parameters, "serialization.encoding");
    auto header_lines = line_count(table, "skip.header.line.count");
    if (!header_lines) return std::move(header_lines).error();
    dialect.header_lines = *header_lines;
    auto footer_lines = line_count(table, "skip.footer.line.count");
    if (!footer_lines) return std::move(footer_lines).error();
    if (*footer_lines > 0)
        dialect.notes.emplace_back(
            "skip.footer.line.count has no counterpart: footers are read as rows");
    return dialect;
}

// The option under either of its names.
std::string_view option(const aws::GlueTable& table, std::string_view name,
                        std::string_view other = "") {
    const auto value = spark_option(table, name);
    return value ? *value : spark_option(table, other).value_or("");
}

CsvDialect spark_dialect(const aws::GlueTable& table) {
    CsvDialect dialect{.field = ",", .quote = "\"", .quoted_escape = "\\"};
    if (const auto separator = option(table, "sep", "delimiter"); !separator.empty())
        dialect.field = separator == "\\t" ? "\t" : separator;
    // An empty quote is none at all.
    dialect.quote = spark_option(table, "quote").value_or(dialect.quote);
    if (const auto escape = option(table, "escape"); !escape.empty())
        dialect.quoted_escape = escape;
    if (dialect.quoted_escape == dialect.quote) dialect.quoted_escape.clear();
    if (const auto line = option(table, "lineSep"); !line.empty()) dialect.record = line;
    if (const auto null_text = option(table, "nullValue"); !null_text.empty())
        dialect.null_text = null_text;
    dialect.empty_field = EmptyField::null;
    dialect.header_lines = is_true(option(table, "header")) ? 1 : 0;
    dialect.encoding = option(table, "encoding", "charset");
    if (is_true(option(table, "ignoreLeadingWhiteSpace")) &&
        is_true(option(table, "ignoreTrailingWhiteSpace")))
        dialect.blanks = Blanks::trimmed;
    for (const std::string_view name : {"comment", "dateFormat", "timestampFormat"}) {
        if (!option(table, name).empty())
            dialect.notes.push_back(fmt::format("Spark's option {} has no counterpart", name));
    }
    return dialect;
}

}  // namespace

bool is_spark_csv(const aws::GlueTable& table) {
    return table.storage_descriptor.serde_info.serialization_library.empty() &&
           spark_provider(table) == "csv";
}

base::Result<CsvDialect> csv_dialect(const aws::GlueTable& table) {
    if (is_spark_csv(table)) return spark_dialect(table);
    return hive_dialect(table);
}

}  // namespace glue_to_snowflake

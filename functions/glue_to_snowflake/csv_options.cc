#include "functions/glue_to_snowflake/csv_options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "common/base/utf8.h"
#include "functions/glue_to_snowflake/parameters.h"

namespace glue_to_snowflake {
namespace {

constexpr std::size_t kDelimiterCharactersMax = 20;
constexpr int kSkippedLinesMax = 1'000'000;

base::Error fault(std::string message) {
    return {base::ErrorKind::data_invalid, std::move(message)};
}

// What the SerDe's parameters say, with Hive's defaults.
struct Delimited {
    std::string field = "\x01";
    std::string record = "\n";
    std::string quote;   // empty: none
    std::string escape;  // empty: none
    std::optional<std::string> null_text;
};

std::optional<int> parse_number(std::string_view text) {
    int number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
    return number;
}

std::string first_character(std::string_view text) {
    if (text.empty()) return "";
    return std::string(text.substr(0, std::max<std::size_t>(base::utf8_sequence_length(text), 1)));
}

// Hive's LazyUtils.getByte: a text that is a number is the byte of that code, else the first
// character counts.
std::string lazy_byte(std::string_view text) {
    if (const auto code = parse_number(text); code && *code >= -128 && *code <= 127)
        return {static_cast<char>(*code)};
    return first_character(text);
}

Delimited lazy_simple(const aws::GlueParameters& serde) {
    Delimited delimited;
    std::string_view field = parameter(serde, "field.delim");
    if (field.empty()) field = parameter(serde, "serialization.format");
    if (!field.empty()) delimited.field = lazy_byte(field);
    if (const auto escape = parameter(serde, "escape.delim"); !escape.empty())
        delimited.escape = lazy_byte(escape);
    delimited.null_text = "\\N";
    return delimited;
}

Delimited multi_delimit(const aws::GlueParameters& serde) {
    Delimited delimited = lazy_simple(serde);
    if (const auto field = parameter(serde, "field.delim"); !field.empty()) delimited.field = field;
    return delimited;
}

Delimited open_csv(const aws::GlueParameters& serde) {
    const auto first_of = [&serde](std::string_view name, std::string_view fallback) {
        const std::string_view text = parameter(serde, name);
        return first_character(text.empty() ? fallback : text);
    };
    Delimited delimited;
    delimited.field = first_of("separatorChar", ",");
    delimited.quote = first_of("quoteChar", "\"");
    delimited.escape = first_of("escapeChar", "\\");
    // A quote that escapes itself is how Snowflake reads doubled quotes anyway.
    if (delimited.escape == delimited.quote) delimited.escape.clear();
    return delimited;
}

base::Result<Delimited> read_delimited(const aws::GlueTable& table) {
    const aws::GlueSerdeInfo& serde = table.storage_descriptor.serde_info;
    const std::string library = ascii_lower(serde.serialization_library);
    Delimited delimited;
    if (library.ends_with("opencsvserde")) {
        delimited = open_csv(serde.parameters);
    } else if (library.ends_with("multidelimitserde")) {
        delimited = multi_delimit(serde.parameters);
    } else {
        delimited = lazy_simple(serde.parameters);
    }
    if (const auto record = parameter(serde.parameters, "line.delim"); !record.empty())
        delimited.record = record;
    const auto null_text = serde.parameters.find("serialization.null.format");
    if (null_text != serde.parameters.end()) delimited.null_text = null_text->second;
    if (!delimited.quote.empty() && delimited.quote != "\"" && delimited.quote != "'")
        return fault("Snowflake takes no quoteChar other than \" and '");
    for (const std::string* delimiter : {&delimited.field, &delimited.record}) {
        if (delimiter->size() > kDelimiterCharactersMax)
            return fault("Snowflake takes no delimiter of more than 20 characters");
    }
    if (delimited.record.find(delimited.field) != std::string::npos)
        return fault("the field delimiter is a part of the record delimiter");
    return delimited;
}

// skip.header.line.count and its like stand at the table or at the SerDe.
base::Result<int> line_count(const aws::GlueTable& table, std::string_view name) {
    std::string_view text = parameter(table.parameters, name);
    if (text.empty()) text = parameter(table.storage_descriptor.serde_info.parameters, name);
    if (text.empty()) return 0;
    const auto number = parse_number(text);
    if (!number || *number < 0 || *number > kSkippedLinesMax)
        return fault(fmt::format("{} is no number of lines", name));
    return *number;
}

// Java's names of character sets that Snowflake knows under its own.
base::Result<std::string_view> encoding_name(std::string_view text) {
    using Encoding = std::pair<std::string_view, std::string_view>;
    static constexpr std::array<Encoding, 18> kEncodings{{{"", "UTF8"},
                                                          {"utf-8", "UTF8"},
                                                          {"utf8", "UTF8"},
                                                          {"us-ascii", "UTF8"},
                                                          {"iso-8859-1", "ISO88591"},
                                                          {"latin1", "ISO88591"},
                                                          {"iso-8859-15", "ISO885915"},
                                                          {"windows-1252", "WINDOWS1252"},
                                                          {"cp1252", "WINDOWS1252"},
                                                          {"utf-16", "UTF16"},
                                                          {"utf-16le", "UTF16LE"},
                                                          {"utf-16be", "UTF16BE"},
                                                          {"shift_jis", "SHIFTJIS"},
                                                          {"euc-jp", "EUCJP"},
                                                          {"euc-kr", "EUCKR"},
                                                          {"gb18030", "GB18030"},
                                                          {"gbk", "GB18030"},
                                                          {"big5", "BIG5"}}};
    const std::string name = ascii_lower(text);
    for (const auto& [java, encoding] : kEncodings) {
        if (name == java) return encoding;
    }
    return fault("the character set of serialization.encoding is not known here");
}

snowflake::Sql write_options(const Delimited& delimited, int header_lines,
                             std::string_view encoding) {
    snowflake::Sql sql("TYPE = CSV RECORD_DELIMITER = ");
    sql.delimiter(delimited.record).fixed(" FIELD_DELIMITER = ").delimiter(delimited.field);
    sql.fixed(" SKIP_HEADER = ").integer(header_lines);
    if (!delimited.quote.empty() && !delimited.escape.empty())
        sql.fixed(" ESCAPE = ").delimiter(delimited.escape);
    const auto delimiter_or_none = [](const std::string& text) {
        return text.empty() ? snowflake::Sql("NONE") : snowflake::Sql().delimiter(text);
    };
    sql.fixed(" ESCAPE_UNENCLOSED_FIELD = ").sql(delimiter_or_none(delimited.escape));
    sql.fixed(" FIELD_OPTIONALLY_ENCLOSED_BY = ").sql(delimiter_or_none(delimited.quote));
    sql.fixed(" NULL_IF = (");
    if (delimited.null_text) sql.literal(*delimited.null_text);
    return sql.fixed(") EMPTY_FIELD_AS_NULL = FALSE ENCODING = ").literal(encoding);
}

}  // namespace

base::Result<FormatOptions> csv_options(const aws::GlueTable& table) {
    auto delimited = read_delimited(table);
    if (!delimited) return std::move(delimited).error();
    auto header_lines = line_count(table, "skip.header.line.count");
    if (!header_lines) return std::move(header_lines).error();
    auto footer_lines = line_count(table, "skip.footer.line.count");
    if (!footer_lines) return std::move(footer_lines).error();
    auto encoding = encoding_name(
        parameter(table.storage_descriptor.serde_info.parameters, "serialization.encoding"));
    if (!encoding) return std::move(encoding).error();
    FormatOptions options{write_options(*delimited, *header_lines, *encoding), {}};
    if (*footer_lines > 0)
        options.notes.emplace_back("skip.footer.line.count has no counterpart: footers are rows");
    return options;
}

}  // namespace glue_to_snowflake

#include "functions/glue_to_snowflake/definition/csv_options.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "common/base/utf8.h"
#include "functions/glue_to_snowflake/definition/csv_dialect.h"
#include "functions/glue_to_snowflake/definition/parameters.h"

namespace glue_to_snowflake {
namespace {

constexpr std::size_t kDelimiterCharactersMax = 20;

// What the properties are called in which the user finds the fault.
struct PropertyNames {
    std::string_view field;
    std::string_view record;
    std::string_view quote;
    std::string_view escape;
    std::string_view encoding;
};

constexpr PropertyNames kLazySimple{.field = "field.delim",
                                    .record = "line.delim",
                                    .quote = "quoteChar",
                                    .escape = "escape.delim",
                                    .encoding = "serialization.encoding"};
constexpr PropertyNames kOpenCsv{.field = "separatorChar",
                                 .record = "line.delim",
                                 .quote = "quoteChar",
                                 .escape = "escapeChar",
                                 .encoding = "serialization.encoding"};
constexpr PropertyNames kSpark{.field = "sep",
                               .record = "lineSep",
                               .quote = "quote",
                               .escape = "escape",
                               .encoding = "encoding"};

const PropertyNames& property_names(const aws::GlueTable& table) {
    if (is_spark_csv(table)) return kSpark;
    const std::string serde =
        ascii_lower(table.storage_descriptor.serde_info.serialization_library);
    return serde.ends_with("opencsvserde") ? kOpenCsv : kLazySimple;
}

base::Error fault(std::string_view property, std::string_view what) {
    return {base::ErrorKind::data_invalid,
            fmt::format("{}: {}; write the files otherwise, or leave the table out "
                        "(TABLE_FILTER)",
                        property, what)};
}

bool is_part(std::string_view part, std::string_view whole) {
    return whole.find(part) != std::string_view::npos;
}

base::Result<base::Done> check(const CsvDialect& dialect, const PropertyNames& names) {
    for (const auto& [name, text] :
         {std::pair(names.field, &dialect.field), std::pair(names.record, &dialect.record)}) {
        if (base::utf8_character_count(*text) > kDelimiterCharactersMax)
            return fault(name, "Snowflake takes no delimiter of more than 20 characters");
    }
    if (is_part(dialect.field, dialect.record) || is_part(dialect.record, dialect.field)) {
        return fault(names.field, fmt::format("it and {} are parts of one another, which Snowflake "
                                              "does not take",
                                              names.record));
    }
    if (!dialect.quote.empty() && dialect.quote != "\"" && dialect.quote != "'")
        return fault(names.quote, "Snowflake takes no quote but \" and '");
    if (!dialect.quote.empty() && dialect.quote == dialect.field)
        return fault(names.quote, "it is the delimiter of fields too");
    for (const std::string* escape : {&dialect.quoted_escape, &dialect.unenclosed_escape}) {
        if (escape->size() > 1 ||
            (!escape->empty() && static_cast<unsigned char>((*escape)[0]) > 0x7F))
            return fault(names.escape, "Snowflake takes no escape but one ASCII character");
        if (!escape->empty() && *escape == dialect.field)
            return fault(names.escape, "it is the delimiter of fields too");
    }
    return base::Done{};
}

// Java's names of the character sets that Snowflake knows ("CREATE FILE FORMAT", ENCODING).
using Encoding = std::pair<std::string_view, std::string_view>;
constexpr std::array<Encoding, 47> kEncodings{{
    {"", "UTF8"},
    {"utf-8", "UTF8"},
    {"utf8", "UTF8"},
    {"us-ascii", "UTF8"},
    {"ascii", "UTF8"},
    {"iso-8859-1", "ISO88591"},
    {"iso8859_1", "ISO88591"},
    {"latin1", "ISO88591"},
    {"latin-1", "ISO88591"},
    {"iso-8859-2", "ISO88592"},
    {"iso-8859-5", "ISO88595"},
    {"iso-8859-6", "ISO88596"},
    {"iso-8859-7", "ISO88597"},
    {"iso-8859-8", "ISO88598"},
    {"iso-8859-9", "ISO88599"},
    {"iso-8859-15", "ISO885915"},
    {"iso-2022-cn", "ISO2022CN"},
    {"iso-2022-jp", "ISO2022JP"},
    {"iso-2022-kr", "ISO2022KR"},
    {"windows-1250", "WINDOWS1250"},
    {"windows-1251", "WINDOWS1251"},
    {"windows-1252", "WINDOWS1252"},
    {"windows-1253", "WINDOWS1253"},
    {"windows-1254", "WINDOWS1254"},
    {"windows-1255", "WINDOWS1255"},
    {"windows-1256", "WINDOWS1256"},
    {"cp1250", "WINDOWS1250"},
    {"cp1251", "WINDOWS1251"},
    {"cp1252", "WINDOWS1252"},
    {"utf-16", "UTF16"},
    {"utf-16le", "UTF16LE"},
    {"utf-16be", "UTF16BE"},
    {"utf-32", "UTF32"},
    {"utf-32le", "UTF32LE"},
    {"utf-32be", "UTF32BE"},
    {"koi8-r", "KOI8R"},
    {"shift_jis", "SHIFTJIS"},
    {"shift-jis", "SHIFTJIS"},
    {"sjis", "SHIFTJIS"},
    {"windows-31j", "SHIFTJIS"},
    {"euc-jp", "EUCJP"},
    {"euc-kr", "EUCKR"},
    {"big5", "BIG5"},
    {"gb18030", "GB18030"},
    {"gbk", "GB18030"},
    {"gb2312", "GB18030"},
    {"ibm420", "IBM420"},
}};

base::Result<std::string_view> encoding_name(std::string_view text, std::string_view property) {
    const std::string name = ascii_lower(text);
    for (const auto& [java, encoding] : kEncodings) {
        if (name == java) return encoding;
    }
    return fault(property, "it names no character set that Snowflake reads");
}

snowflake::Sql delimiter_or_none(const std::string& text) {
    return text.empty() ? snowflake::Sql("NONE") : snowflake::Sql().delimiter(text);
}

snowflake::Sql write_options(const CsvDialect& dialect, std::string_view encoding) {
    snowflake::Sql sql("TYPE = CSV RECORD_DELIMITER = ");
    sql.delimiter(dialect.record).fixed(" FIELD_DELIMITER = ").delimiter(dialect.field);
    sql.fixed(" SKIP_HEADER = ").integer(dialect.header_lines).fixed(" SKIP_BLANK_LINES = TRUE");
    if (!dialect.quote.empty() && !dialect.quoted_escape.empty())
        sql.fixed(" ESCAPE = ").delimiter(dialect.quoted_escape);
    // Snowflake's own default is the backslash, which eats data and the ends of lines.
    sql.fixed(" ESCAPE_UNENCLOSED_FIELD = ").sql(delimiter_or_none(dialect.unenclosed_escape));
    if (dialect.blanks == Blanks::trimmed) sql.fixed(" TRIM_SPACE = TRUE");
    sql.fixed(" FIELD_OPTIONALLY_ENCLOSED_BY = ").sql(delimiter_or_none(dialect.quote));
    sql.fixed(" NULL_IF = (");
    if (dialect.null_text) sql.literal(*dialect.null_text);
    sql.fixed(dialect.empty_field == EmptyField::null
                  ? snowflake::Fixed(") EMPTY_FIELD_AS_NULL = TRUE")
                  : snowflake::Fixed(") EMPTY_FIELD_AS_NULL = FALSE"));
    return sql.fixed(" ENCODING = ").literal(encoding);
}

}  // namespace

base::Result<FormatOptions> csv_options(const aws::GlueTable& table) {
    auto dialect = csv_dialect(table);
    if (!dialect) return std::move(dialect).error();
    const PropertyNames& names = property_names(table);
    if (auto checked = check(*dialect, names); !checked) return std::move(checked).error();
    auto encoding = encoding_name(dialect->encoding, names.encoding);
    if (!encoding) return std::move(encoding).error();
    return FormatOptions{write_options(*dialect, *encoding), std::move(dialect->notes)};
}

}  // namespace glue_to_snowflake

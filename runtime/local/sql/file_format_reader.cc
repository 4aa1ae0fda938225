// FILE_FORMAT of an external table: formatTypeOptions of the page "CREATE EXTERNAL TABLE".
#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "runtime/local/sql/clauses.h"
#include "runtime/local/sql/statement.h"

namespace sql {
namespace {

enum class OptionValue { boolean, count, text, text_or_none, texts, word };

struct FormatOption {
    std::string_view name;
    std::string_view types;  // of files that have it; empty: all
    OptionValue value;
};

constexpr std::array<FormatOption, 22> kOptions{{
    {"COMPRESSION", "", OptionValue::word},
    {"NULL_IF", "CSV JSON AVRO ORC PARQUET", OptionValue::texts},
    {"REPLACE_INVALID_CHARACTERS", "", OptionValue::boolean},
    {"TRIM_SPACE", "", OptionValue::boolean},
    {"RECORD_DELIMITER", "CSV", OptionValue::text_or_none},
    {"FIELD_DELIMITER", "CSV", OptionValue::text_or_none},
    {"MULTI_LINE", "CSV JSON", OptionValue::boolean},
    {"SKIP_HEADER", "CSV", OptionValue::count},
    {"SKIP_BLANK_LINES", "CSV", OptionValue::boolean},
    {"ESCAPE", "CSV", OptionValue::text_or_none},
    {"ESCAPE_UNENCLOSED_FIELD", "CSV", OptionValue::text_or_none},
    {"FIELD_OPTIONALLY_ENCLOSED_BY", "CSV", OptionValue::text_or_none},
    {"EMPTY_FIELD_AS_NULL", "CSV", OptionValue::boolean},
    {"ENCODING", "CSV", OptionValue::text},
    {"ALLOW_DUPLICATE", "JSON", OptionValue::boolean},
    {"STRIP_OUTER_ARRAY", "JSON", OptionValue::boolean},
    {"STRIP_NULL_VALUES", "JSON", OptionValue::boolean},
    {"IGNORE_UTF8_ERRORS", "JSON", OptionValue::boolean},
    {"BINARY_AS_TEXT", "PARQUET", OptionValue::boolean},
    {"SNAPPY_COMPRESSION", "PARQUET", OptionValue::boolean},
    {"USE_LOGICAL_TYPE", "PARQUET", OptionValue::boolean},
    {"USE_VECTORIZED_SCANNER", "PARQUET", OptionValue::boolean},
}};
constexpr std::array<std::string_view, 11> kCompressions{
    "AUTO",        "GZIP", "BZ2",    "BROTLI", "ZSTD", "DEFLATE",
    "RAW_DEFLATE", "NONE", "SNAPPY", "LZO",    "LZ4"};
constexpr std::array<std::string_view, 5> kTypes{"CSV", "JSON", "AVRO", "ORC", "PARQUET"};

// ( 'a', 'b' ), perhaps of none.
bool read_texts(TokenReader& reader, std::string& written) {
    if (!reader.symbol("(")) return false;
    written = "(";
    if (!reader.symbol(")")) {
        do {
            std::string text;
            if (!reader.literal(text)) return false;
            written += (written.size() > 1 ? ", " : "") + quoted(text, '\'');
        } while (reader.symbol(","));
        if (!reader.symbol(")")) return false;
    }
    written += ')';
    return true;
}

bool read_value(TokenReader& reader, OptionValue kind, std::string& written) {
    const Token next = reader.peek();
    std::string text;
    bool flag = false;
    switch (kind) {
        case OptionValue::boolean:
            written = next.text;
            return reader.boolean(flag);
        case OptionValue::count:
            written = next.text;
            return reader.take().kind == TokenKind::number &&
                   next.text.find('.') == std::string::npos;
        case OptionValue::texts:
            return read_texts(reader, written);
        case OptionValue::word:
            written = next.text;
            return reader.take().kind == TokenKind::word &&
                   std::find(kCompressions.begin(), kCompressions.end(), next.text) !=
                       kCompressions.end();
        case OptionValue::text_or_none:
            if (reader.word("NONE")) {
                written = "NONE";
                return true;
            }
            break;
        case OptionValue::text:
            break;
    }
    if (!reader.literal(text)) return false;
    written = quoted(text, '\'');
    return true;
}

bool has_option(const FormatOption& option, std::string_view type) {
    return option.types.empty() ||
           (" " + std::string(option.types) + " ").find(" " + std::string(type) + " ") !=
               std::string::npos;
}

}  // namespace

// ( TYPE = CSV SKIP_HEADER = 1 … ): TYPE first, options in any order, each once.
bool read_file_format(TokenReader& reader, FileFormat& format) {
    if (!reader.symbol("(") || !reader.word("TYPE") || !reader.symbol("=")) return false;
    if (reader.peek().kind != TokenKind::word) return false;
    format.type = reader.take().text;
    if (std::find(kTypes.begin(), kTypes.end(), format.type) == kTypes.end())
        return reader.stop(
            unsupported(fmt::format("file format type {} in an external table", format.type)));
    format.text = "TYPE = " + format.type;
    Clauses clauses(reader);
    while (!reader.symbol(")")) {
        const auto* const option =
            std::find_if(kOptions.begin(), kOptions.end(), [&](const FormatOption& each) {
                return reader.is_word(each.name) && has_option(each, format.type);
            });
        std::string value;
        const auto rest = [&] {
            return reader.symbol("=") && read_value(reader, option->value, value);
        };
        if (option == kOptions.end() || !clauses.clause(option->name, rest) || !clauses.whole())
            return false;
        format.text += fmt::format(" {} = {}", option->name, value);
    }
    return true;
}

}  // namespace sql

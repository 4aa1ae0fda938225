#include "runtime/local/sql/data_type.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace sql {
namespace {

constexpr std::int64_t kVarcharSize = 16'777'216;
constexpr std::int64_t kVarcharSizeMax = 134'217'728;
constexpr std::int64_t kBinarySize = 8'388'608;
constexpr std::int64_t kBinarySizeMax = 67'108'864;
constexpr std::int64_t kPrecisionMax = 38;
constexpr std::int64_t kSecondDigitsMax = 9;

enum class Sizes { none, one, two };

struct TypeName {
    std::string_view name;
    BaseType base;
    Sizes sizes;
    std::int64_t size = -1;  // where none is said
};

constexpr std::array<TypeName, 40> kTypes{{
    {"NUMBER", BaseType::number, Sizes::two},
    {"DECIMAL", BaseType::number, Sizes::two},
    {"DEC", BaseType::number, Sizes::two},
    {"NUMERIC", BaseType::number, Sizes::two},
    {"INT", BaseType::number, Sizes::none},
    {"INTEGER", BaseType::number, Sizes::none},
    {"BIGINT", BaseType::number, Sizes::none},
    {"SMALLINT", BaseType::number, Sizes::none},
    {"TINYINT", BaseType::number, Sizes::none},
    {"BYTEINT", BaseType::number, Sizes::none},
    {"FLOAT", BaseType::floating, Sizes::none},
    {"FLOAT4", BaseType::floating, Sizes::none},
    {"FLOAT8", BaseType::floating, Sizes::none},
    {"DOUBLE", BaseType::floating, Sizes::none},
    {"REAL", BaseType::floating, Sizes::none},
    {"VARCHAR", BaseType::varchar, Sizes::one},
    {"STRING", BaseType::varchar, Sizes::one},
    {"TEXT", BaseType::varchar, Sizes::one},
    {"NVARCHAR", BaseType::varchar, Sizes::one},
    {"NVARCHAR2", BaseType::varchar, Sizes::one},
    {"CHAR", BaseType::varchar, Sizes::one, 1},
    {"CHARACTER", BaseType::varchar, Sizes::one, 1},
    {"NCHAR", BaseType::varchar, Sizes::one, 1},
    {"BINARY", BaseType::binary, Sizes::one},
    {"VARBINARY", BaseType::binary, Sizes::one},
    {"BOOLEAN", BaseType::boolean, Sizes::none},
    {"DATE", BaseType::date, Sizes::none},
    {"TIME", BaseType::time, Sizes::one},
    {"DATETIME", BaseType::timestamp_ntz, Sizes::one},
    {"TIMESTAMP", BaseType::timestamp_ntz, Sizes::one},
    {"TIMESTAMP_NTZ", BaseType::timestamp_ntz, Sizes::one},
    {"TIMESTAMPNTZ", BaseType::timestamp_ntz, Sizes::one},
    {"TIMESTAMP_LTZ", BaseType::timestamp_ltz, Sizes::one},
    {"TIMESTAMPLTZ", BaseType::timestamp_ltz, Sizes::one},
    {"TIMESTAMP_TZ", BaseType::timestamp_tz, Sizes::one},
    {"TIMESTAMPTZ", BaseType::timestamp_tz, Sizes::one},
    {"VARIANT", BaseType::variant, Sizes::none},
    {"OBJECT", BaseType::object, Sizes::none},
    {"ARRAY", BaseType::array, Sizes::none},
    {"MAP", BaseType::null, Sizes::none},
}};

std::int64_t size_max(BaseType base) {
    if (base == BaseType::varchar) return kVarcharSizeMax;
    if (base == BaseType::binary) return kBinarySizeMax;
    return base == BaseType::number ? kPrecisionMax : kSecondDigitsMax;
}

bool read_size(TokenReader& reader, std::int64_t& size) {
    if (reader.peek().kind != TokenKind::number) return false;
    const std::string text = reader.take().text;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    return error == std::errc() && stop == text.data() + text.size();
}

// (n) or (p[,s])
bool read_sizes(TokenReader& reader, const TypeName& name, DataType& type) {
    if (!reader.symbol("(")) return true;
    if (name.sizes == Sizes::none || !read_size(reader, type.size)) return false;
    if (name.sizes == Sizes::two && reader.symbol(",") && !read_size(reader, type.scale))
        return false;
    const bool is_time = type.base != BaseType::varchar && type.base != BaseType::binary &&
                         type.base != BaseType::number;
    const bool fits =
        type.size <= size_max(type.base) && (is_time || type.size > 0) && type.scale <= type.size;
    if (!fits)
        return reader.stop(
            unsupported_type(fmt::format("{}({},{})", name.name, type.size, type.scale)));
    return reader.symbol(")");
}

}  // namespace

std::string written(BaseType base) {
    switch (base) {
        case BaseType::null:
            return "NULL";
        case BaseType::boolean:
            return "BOOLEAN";
        case BaseType::number:
            return "NUMBER";
        case BaseType::floating:
            return "FLOAT";
        case BaseType::varchar:
            return "VARCHAR";
        case BaseType::binary:
            return "BINARY";
        case BaseType::date:
            return "DATE";
        case BaseType::time:
            return "TIME";
        case BaseType::timestamp_ntz:
            return "TIMESTAMP_NTZ";
        case BaseType::timestamp_ltz:
            return "TIMESTAMP_LTZ";
        case BaseType::timestamp_tz:
            return "TIMESTAMP_TZ";
        case BaseType::variant:
            return "VARIANT";
        case BaseType::object:
            return "OBJECT";
        case BaseType::array:
            break;
    }
    return "ARRAY";
}

std::string written(const DataType& type) {
    const auto size_or = [&type](std::int64_t other) { return type.size < 0 ? other : type.size; };
    switch (type.base) {
        case BaseType::number:
            return fmt::format("NUMBER({},{})", size_or(kPrecisionMax),
                               std::max<std::int64_t>(type.scale, 0));
        case BaseType::varchar:
            return fmt::format("VARCHAR({})", size_or(kVarcharSize));
        case BaseType::binary:
            return fmt::format("BINARY({})", size_or(kBinarySize));
        case BaseType::time:
        case BaseType::timestamp_ntz:
        case BaseType::timestamp_ltz:
        case BaseType::timestamp_tz:
            return fmt::format("{}({})", written(type.base), size_or(kSecondDigitsMax));
        default:
            return written(type.base);
    }
}

bool read_data_type(TokenReader& reader, DataType& type) {
    if (reader.peek().kind != TokenKind::word || is_reserved(reader.peek().text)) return false;
    const std::string word = reader.take().text;
    const auto* const name = std::find_if(
        kTypes.begin(), kTypes.end(), [&word](const TypeName& each) { return each.name == word; });
    if (name == kTypes.end()) return reader.stop(unsupported_type(word));
    const bool is_structured =
        (word == "ARRAY" || word == "OBJECT" || word == "MAP") && reader.is_symbol("(");
    if (is_structured || name->base == BaseType::null)
        return reader.stop(
            unsupported(fmt::format("structured type {} in an external table", word)));
    type = {.base = name->base, .size = name->size};
    if (word == "DOUBLE") reader.word("PRECISION");
    return read_sizes(reader, *name, type);
}

}  // namespace sql

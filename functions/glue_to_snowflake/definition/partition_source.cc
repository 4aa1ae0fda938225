#include "functions/glue_to_snowflake/definition/partition_source.h"

#include <algorithm>

#include "common/base/utf8.h"
#include "functions/glue_to_snowflake/definition/name_folding.h"

namespace glue_to_snowflake {
namespace {

using snowflake::Sql;

base::Error unfit_type() {
    return {base::ErrorKind::data_invalid,
            "a folder's name holds text, numbers, booleans, dates and timestamps only"};
}

bool is_key_type(HiveKind kind) {
    switch (kind) {
        case HiveKind::text:
        case HiveKind::sized_text:
        case HiveKind::integer:
        case HiveKind::decimal:
        case HiveKind::floating:
        case HiveKind::boolean:
        case HiveKind::date:
        case HiveKind::timestamp:
            return true;
        default:
            return false;
    }
}

bool may_hold_escapes(HiveKind kind) {
    return kind == HiveKind::text || kind == HiveKind::sized_text || kind == HiveKind::timestamp;
}

// A % that begins no escape makes the JSON text invalid: then the text stays as it is.
Sql unescaped(const Sql& text) {
    return Sql("COALESCE(TRY_PARSE_JSON('\"' || REPLACE(REPLACE(REPLACE(")
        .sql(text)
        .fixed(R"(, '\\', '\\\\'), '"', '\\"'), '%', '\\u00') || '"')::VARCHAR, )")
        .sql(text)
        .fixed(")");
}

// The folder's value: after key= in any case, or the whole name.
Sql folder_value(const PartitionKey& key) {
    const Sql name = folder_name(key.place.folder);
    const std::string marker = folded_name(key.name) + "=";
    const auto start = static_cast<std::int64_t>(base::utf8_character_count(marker)) + 1;
    Sql behind = Sql("SUBSTR(").sql(name).fixed(", ").integer(start).fixed(")");
    if (may_hold_escapes(key.type.kind)) behind = unescaped(behind);
    return Sql("IFF(STARTSWITH(LOWER(")
        .sql(name)
        .fixed("), ")
        .literal(marker)
        .fixed("), ")
        .sql(behind)
        .fixed(", ")
        .sql(name)
        .fixed(")");
}

Sql try_to(snowflake::Fixed function, const Sql& text, std::string_view format) {
    return Sql(function).fixed("(").sql(text).fixed(", ").literal(format).fixed(")");
}

// TRY_ conversions: one stray object gives NULL instead of a refresh that fails. The formats are
// given, so that no parameter of the account decides.
Sql converted(const Sql& text, const HiveType& type, const std::string& format) {
    switch (type.kind) {
        case HiveKind::integer:
            return Sql("TRY_TO_NUMBER(").sql(text).fixed(", 38, 0)");
        case HiveKind::decimal:
            return Sql("TRY_TO_NUMBER(")
                .sql(text)
                .fixed(", ")
                .integer(type.precision)
                .fixed(", ")
                .integer(type.scale)
                .fixed(")");
        case HiveKind::floating:
            return Sql("TRY_TO_DOUBLE(").sql(text).fixed(")");
        case HiveKind::boolean:
            return Sql("TRY_TO_BOOLEAN(").sql(text).fixed(")");
        case HiveKind::date:
            return try_to("TRY_TO_DATE", text, format.empty() ? "YYYY-MM-DD" : format);
        case HiveKind::timestamp:
            return try_to("TRY_TO_TIMESTAMP_NTZ", text, format.empty() ? "AUTO" : format);
        default:
            return Sql().sql(text).fixed("::VARCHAR");
    }
}

// A path element cannot hold all that a name may.
Sql added_value(const snowflake::Identifier& column) {
    const std::string_view name = column.name();
    const bool is_plain = std::none_of(name.begin(), name.end(), [](char byte) {
        return byte == '"' || byte == '\\' || static_cast<unsigned char>(byte) < 0x20;
    });
    if (is_plain) return Sql("PARSE_JSON(METADATA$EXTERNAL_TABLE_PARTITION):").identifier(column);
    return Sql("GET(PARSE_JSON(METADATA$EXTERNAL_TABLE_PARTITION), ").literal(name).fixed(")");
}

}  // namespace

Sql folder_name(std::size_t folder) {
    return Sql("SPLIT_PART(METADATA$FILENAME, '/', ")
        .integer(static_cast<std::int64_t>(folder))
        .fixed(")");
}

base::Result<Sql> partition_expression(const PartitionKey& key) {
    if (!is_key_type(key.type.kind)) return unfit_type();
    const Sql found = key.place.text ? *key.place.text : folder_value(key);
    const Sql text = Sql("NULLIF(").sql(found).fixed(", '__HIVE_DEFAULT_PARTITION__')");
    return converted(text, key.type, key.place.format);
}

base::Result<Sql> user_specified_expression(const snowflake::Identifier& column,
                                            const HiveType& type) {
    if (!is_key_type(type.kind)) return unfit_type();
    const Sql cast = type.kind == HiveKind::sized_text ? Sql("VARCHAR") : snowflake_type(type);
    return Sql().sql(added_value(column)).fixed("::").sql(cast);
}

}  // namespace glue_to_snowflake

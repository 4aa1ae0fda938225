#include "functions/glue_to_snowflake/partition_source.h"

#include "common/base/utf8.h"
#include "functions/glue_to_snowflake/parameters.h"

namespace glue_to_snowflake {
namespace {

using snowflake::Sql;

Sql folder_name(std::size_t folder) {
    return Sql("SPLIT_PART(METADATA$FILENAME, '/', ")
        .integer(static_cast<std::int64_t>(folder))
        .fixed(")");
}

// The folder's value: after key= in any case, or the whole name. Hive's word for NULL becomes NULL.
Sql folder_value(const PartitionKey& key) {
    const Sql name = folder_name(key.folder);
    const std::string marker = ascii_lower(key.name) + "=";
    const auto start = static_cast<std::int64_t>(base::utf8_character_count(marker)) + 1;
    return Sql("NULLIF(IFF(STARTSWITH(LOWER(")
        .sql(name)
        .fixed("), ")
        .literal(marker)
        .fixed("), SUBSTR(")
        .sql(name)
        .fixed(", ")
        .integer(start)
        .fixed("), ")
        .sql(name)
        .fixed("), '__HIVE_DEFAULT_PARTITION__')");
}

}  // namespace

// TRY_ conversions: one stray object gives NULL instead of a refresh that fails.
base::Result<Sql> partition_expression(const PartitionKey& key) {
    const Sql value = folder_value(key);
    switch (key.type.kind) {
        case HiveKind::text:
        case HiveKind::sized_text:
            return Sql().sql(value).fixed("::").sql(snowflake_type(key.type));
        case HiveKind::integer:
            return Sql("TRY_TO_NUMBER(").sql(value).fixed(", 38, 0)");
        case HiveKind::decimal:
            return Sql("TRY_TO_NUMBER(")
                .sql(value)
                .fixed(", ")
                .integer(key.type.precision)
                .fixed(", ")
                .integer(key.type.scale)
                .fixed(")");
        case HiveKind::floating:
            return Sql("TRY_TO_DOUBLE(").sql(value).fixed(")");
        case HiveKind::boolean:
            return Sql("TRY_TO_BOOLEAN(").sql(value).fixed(")");
        case HiveKind::date:
            return Sql("TRY_TO_DATE(").sql(value).fixed(")");
        case HiveKind::timestamp:
            // Hive writes the colons of a time as %3A.
            return Sql("TRY_TO_TIMESTAMP_NTZ(REPLACE(").sql(value).fixed(", '%3A', ':'))");
        default:
            break;
    }
    return base::Error{base::ErrorKind::data_invalid,
                       "a partition key of this type cannot be read from a folder's name"};
}

}  // namespace glue_to_snowflake

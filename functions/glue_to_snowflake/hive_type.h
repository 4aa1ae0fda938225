// The types of Glue columns: Hive's type grammar, and the Snowflake type that holds each.
//
//   type  := word+ [ "(" number [ "," number ] ")" ]
//          | "array" "<" type ">" | "map" "<" type "," type ">"
//          | "struct" "<" [ name ":" type { "," name ":" type } ] ">" | "uniontype" "<" type, … ">"
//
// Case and blanks do not count; names of a struct may stand in back-ticks. External tables cannot
// hold structured types, so whatever is nested becomes VARIANT.
#pragma once

#include <string_view>

#include "common/base/result.h"
#include "common/snowflake/sql.h"

namespace glue_to_snowflake {

enum class HiveKind {
    boolean,
    integer,  // tinyint to bigint
    floating,
    decimal,     // precision, scale
    text,        // string
    sized_text,  // varchar(n), char(n): length
    binary,
    date,
    timestamp,
    timestamp_local,  // with time zone, with local time zone
    interval,
    variant,  // nested, void, and types that are not known here
};

struct HiveType {
    HiveKind kind = HiveKind::variant;
    int precision = 0;
    int scale = 0;
    int length = 0;
};

constexpr std::size_t kHiveTypeBytesMax = 131'072;  // Glue's own limit
constexpr int kHiveTypeDepthMax = 100;

// Kind data_invalid where the text is no type.
base::Result<HiveType> parse_hive_type(std::string_view text);

snowflake::Sql snowflake_type(const HiveType& type);

}  // namespace glue_to_snowflake

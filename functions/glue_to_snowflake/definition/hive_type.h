// The types of Glue columns: Hive's type grammar, and the Snowflake type that holds each.
//
//   type  := word+ [ "(" number [ "," number ] ")" word* ]
//          | "array" "<" type ">" | "map" "<" type "," type ">"
//          | "struct" "<" [ name ":" type { "," name ":" type } ] ">" | "uniontype" "<" type, … ">"
//
// Case and blanks do not count. A struct's name stands in back-ticks or plain; a plain one may hold
// colons (crawlers write ses:tags:string), the last of which ends it. External tables cannot hold
// structured types, so whatever is nested becomes VARIANT.
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
    bool operator==(const HiveType&) const = default;
};

constexpr std::size_t kHiveTypeBytesMax = 131'072;  // Glue's own limit
constexpr int kHiveTypeDepthMax = 100;

// Kind data_invalid, saying what is wrong at which byte, where the text is no type.
base::Result<HiveType> parse_hive_type(std::string_view text);

// The type that a column is declared with: VARCHAR(20), NUMBER(9,2).
snowflake::Sql snowflake_type(const HiveType& type);
// The type that its value is cast to. A text's length is not in it, so that a catalog which widens
// a varchar changes no expression.
snowflake::Sql cast_type(const HiveType& type);

}  // namespace glue_to_snowflake

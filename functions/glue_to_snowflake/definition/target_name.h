// The name that a Glue table has in Snowflake.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "common/base/result.h"
#include "common/snowflake/sql.h"
#include "functions/glue_to_snowflake/config.h"

namespace glue_to_snowflake {

// A table that is left alone, and why.
struct Skip {
    std::string reason;
};

using TargetSchema = std::variant<snowflake::SchemaName, Skip>;
using TargetName = std::variant<snowflake::TableName, Skip>;

// The schema of a database's tables: of the database rule or map, after DATABASE_FILTER. Kind
// data_invalid for a name that Snowflake cannot hold.
base::Result<TargetSchema> target_schema(std::string_view database, const Config& config);

// The name in Snowflake: of the database rule or map, after the filters. Kind data_invalid for a
// name that Snowflake cannot hold.
base::Result<TargetName> target_name(std::string_view database, std::string_view table,
                                     const Config& config);

// A name of Glue's as Snowflake has it. Always in quotes afterwards: folded to upper case, so that
// people need no quotes.
std::string snowflake_name(std::string_view name, IdentifierCase identifier_case);

}  // namespace glue_to_snowflake

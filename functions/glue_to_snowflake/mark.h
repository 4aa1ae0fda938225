// The mark that a table of ours carries in its comment: who it mirrors, and the hashes of what
// defines it. An object without it is never replaced, altered or dropped.
//
//   [the catalog's description, then a line's end]
//   lakefeed {"version":1,"catalog":"123456789012","database":"a__b","table":"t",
//             "definition":"<32 hex>"}
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/aws/glue_client.h"
#include "common/snowflake/external_table.h"

namespace glue_to_snowflake {

struct Mark {
    aws::GlueTableId source;
    std::string definition;
};

std::string write_mark(const Mark& mark);

// Nothing where the comment is not ours. The mark is the comment's last line.
std::optional<Mark> parse_mark(std::string_view comment);

// SHA-256 of all that defines the table but its comment, as 32 hex digits. Neither the columns'
// order nor a length inside the same base type counts.
std::string definition_hash(const snowflake::ExternalTable& table);

}  // namespace glue_to_snowflake

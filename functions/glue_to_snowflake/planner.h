// What to do with one table, from its definition and what Snowflake shows. Pure.
//
// A table of ours carries a mark in its comment: who it mirrors, and the hash of its definition:
//   lakefeed {"version":1,"catalog":"123456789012","database":"a__b","table":"t","definition":"<32
//   hex>"}
// An object without our mark is never replaced.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/aws/glue_client.h"
#include "common/snowflake/external_table.h"
#include "functions/glue_to_snowflake/table_definition.h"

namespace glue_to_snowflake {

struct Mark {
    aws::GlueTableId source;
    std::string definition;
};

std::string write_mark(const Mark& mark);

// Nothing where the comment is not ours.
std::optional<Mark> parse_mark(std::string_view comment);

enum class Action { none, create, replace, skip };

// The word of the response: "none".
std::string_view action_name(Action action);

struct Plan {
    Action action = Action::skip;
    std::string reason;
    std::vector<snowflake::Sql> statements;  // in order
};

// `shown` is the table of that name in Snowflake; nothing where there is none.
Plan plan_table(const TableDefinition& definition, const aws::GlueTableId& source,
                const std::optional<snowflake::ShownTable>& shown);

}  // namespace glue_to_snowflake

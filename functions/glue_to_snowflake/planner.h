// What to do with one table, from its definition and what Snowflake shows. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/aws/glue_client.h"
#include "common/snowflake/show.h"
#include "functions/glue_to_snowflake/planned_statement.h"
#include "functions/glue_to_snowflake/table_definition.h"

namespace glue_to_snowflake {

enum class Action { none, create, alter, replace, refresh, drop, rename, skip };

// The word of the response: "none".
std::string_view action_name(Action action);

struct Plan {
    Action action = Action::skip;
    std::string reason;
    std::vector<PlannedStatement> statements;  // in order
};

// What Snowflake shows under the table's name.
struct Shown {
    snowflake::ShownTable table;
    std::vector<snowflake::ShownColumn> columns;  // read only where wants_columns() says so
};

// Whether the plan for an external table depends on the columns that it has in Snowflake now.
bool wants_columns(const TableDefinition& definition, const aws::GlueTableId& source,
                   const snowflake::ShownTable& shown);

// `shown` is the table of that name in Snowflake; nothing where there is none.
Plan plan_table(const TableDefinition& definition, const aws::GlueTableId& source,
                const std::optional<Shown>& shown);
Plan plan_iceberg(const IcebergDefinition& definition, const aws::GlueTableId& source,
                  const std::optional<Shown>& shown);

// Of a table that becomes a tombstone.
struct Tombstone {
    std::int64_t now_ms = 0;
    std::string token;  // makes the name unique: some hex digits
};

// The catalog has `source` no more (GetTable said so), and Snowflake shows `shown` as `name`.
Plan plan_deleted(const snowflake::TableName& name, const aws::GlueTableId& source,
                  const std::optional<Shown>& shown, DeletePolicy policy,
                  const Tombstone& tombstone);

}  // namespace glue_to_snowflake

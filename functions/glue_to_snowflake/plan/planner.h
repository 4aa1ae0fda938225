// What to do with one table, from its definition and what Snowflake shows. Pure.
//
// An object without our mark, or with the mark of another table, of a tombstone or of a newer
// release, is never touched. What ALTER can do is done by ALTER; the rest is CREATE OR REPLACE,
// which keeps the grants. A plan that breaks off after any statement leaves a table from which a
// new plan gets to the same end: the comment with the new mark goes last.
#pragma once

#include <optional>
#include <string>

#include "common/aws/glue_client.h"
#include "common/snowflake/show.h"
#include "functions/glue_to_snowflake/config.h"
#include "functions/glue_to_snowflake/definition/table_definition.h"
#include "functions/glue_to_snowflake/plan/delete_plan.h"
#include "functions/glue_to_snowflake/plan/plan.h"
#include "functions/glue_to_snowflake/plan/refresh_plan.h"

namespace glue_to_snowflake {

struct PlanOptions {
    // For a table that was a Hive table and is an Iceberg table now, or the other way round.
    DeletePolicy delete_policy = DeletePolicy::ignore;
    Tombstone tombstone = {};
};

// Whether the plan for an external table depends on the columns that it has in Snowflake now.
bool wants_columns(const TableDefinition& definition, const aws::GlueTableId& source,
                   const snowflake::ShownTable& shown);

// `shown` is the table of that name in Snowflake; nothing where there is none.
Plan plan_table(const TableDefinition& definition, const aws::GlueTableId& source,
                const std::optional<Shown>& shown, const PlanOptions& options = {});
Plan plan_iceberg(const IcebergDefinition& definition, const aws::GlueTableId& source,
                  const std::optional<Shown>& shown, const PlanOptions& options = {});

}  // namespace glue_to_snowflake

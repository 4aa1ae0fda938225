// The columns of an external table that is there, against those that it is to have.
#pragma once

#include <string>
#include <vector>

#include "common/snowflake/external_table.h"
#include "common/snowflake/show.h"
#include "functions/glue_to_snowflake/plan/definition_hash.h"
#include "functions/glue_to_snowflake/plan/planned_statement.h"

namespace glue_to_snowflake {

struct ColumnPlan {
    // Why only a replace brings the columns in step: ALTER cannot change a type or an expression.
    std::string replace_reason = {};
    std::vector<std::string> reasons = {};  // columns A, B are new
    // One column each: those to be made anew, the new ones, then those that are gone.
    std::vector<PlannedStatement> statements = {};
};

// `shown` is what DESC says; `known` are the hashes of the mark. A column that is there without
// the mark's knowing it was left by an ALTER that broke off: what it reads is not known, so it is
// dropped and added again. Every external table shows its column VALUE: where nothing is shown, the
// columns were not read, and a replace is what is sure.
ColumnPlan plan_columns(const snowflake::ExternalTable& table,
                        const std::vector<snowflake::ShownColumn>& shown,
                        const ColumnHashes& known);

}  // namespace glue_to_snowflake

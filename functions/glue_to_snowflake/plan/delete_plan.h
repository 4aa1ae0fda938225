// What becomes of a table whose source is gone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/aws/glue_client.h"
#include "common/base/result.h"
#include "functions/glue_to_snowflake/config.h"
#include "functions/glue_to_snowflake/plan/mark.h"
#include "functions/glue_to_snowflake/plan/plan.h"

namespace glue_to_snowflake {

// Of a table that becomes a tombstone.
struct Tombstone {
    std::int64_t now_ms = 0;
    std::string token;  // makes the name unique: some hex digits
};

// ORDERS_DELETED_20261121T190000Z_1a2b3c4d, the table's name cut so that all fits.
snowflake::Identifier tombstone_name(const snowflake::Identifier& table,
                                     const Tombstone& tombstone);

// The catalog has `source` no more (GetTable said so), and Snowflake shows `shown` as `name`. By
// the policy: nothing; DROP, and DROP of the table's own stage; or RENAME, then the comment that
// makes it a tombstone. A table with a tombstone's name whose comment is still a mirror's, since a
// rename broke off, gets its comment, whatever the policy.
Plan plan_deleted(const snowflake::TableName& name, const aws::GlueTableId& source,
                  const std::optional<Shown>& shown, DeletePolicy policy,
                  const Tombstone& tombstone);

struct Removal {
    const snowflake::TableName& name;
    const Shown& shown;
    const Mark& mark;
    std::string reason;
};

// The statements that take the table out of the way, by drop or rename.
std::vector<PlannedStatement> removal(const Removal& removal, DeletePolicy policy,
                                      const Tombstone& tombstone);

// The stage that the mark names, if it is one that was made for the table: ORDERS_<8 hex>.
std::optional<snowflake::TableName> own_stage(const snowflake::TableName& table, const Mark& mark);

}  // namespace glue_to_snowflake

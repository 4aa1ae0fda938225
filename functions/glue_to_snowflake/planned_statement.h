// A statement of a plan.
#pragma once

#include <string>

#include "common/snowflake/sql.h"

namespace glue_to_snowflake {

struct PlannedStatement {
    snowflake::Sql sql;
    std::string subject;  // for messages: CREATE EXTERNAL TABLE "DB"."S"."T"
    std::string reason;   // column A is new
};

}  // namespace glue_to_snowflake

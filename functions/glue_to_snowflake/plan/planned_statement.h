// A statement of a plan.
#pragma once

#include <string>

#include "common/snowflake/sql.h"

namespace glue_to_snowflake {

struct PlannedStatement {
    snowflake::Sql sql;
    std::string subject;  // for messages: CREATE EXTERNAL TABLE "DB"."S"."T"
    std::string reason;   // column A is new
    // A CREATE IF NOT EXISTS of the table itself: where Snowflake says that an object of that name
    // is there already, nothing more of the plan is sent, and what is there is looked at anew.
    bool ends_where_there = false;
};

}  // namespace glue_to_snowflake

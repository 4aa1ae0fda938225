// A mark says what a table is made of. It cannot be trusted for what two syncs changed at the same
// time, nor for what a plan that broke off had begun: of these parts, doubt makes the mark know
// nothing, so that the planner makes them anew. Pure.
//
//   one sync      SHOW v0   ADD COLUMN a               COMMENT v1
//   another       SHOW v0                ADD COLUMN b              COMMENT v2: says nothing of a
//
// Each sync reads the catalog again after its last statement. Where it still finds what it wrote,
// whoever wrote something else read the catalog later, and all that was written here before. Where
// it finds something else, its own mark in place means that its statements were the last ones to
// end, and another one's mark that both may have been at work at once.
#pragma once

#include <set>
#include <string>

#include "common/snowflake/show.h"
#include "functions/glue_to_snowflake/plan/mark.h"

namespace glue_to_snowflake {

// What a plan's statements changed.
struct Touched {
    std::string definition;         // that the mark was to have afterwards
    std::set<std::string> columns;  // by name: added or dropped
    bool is_whole = false;          // the table was replaced
};

// Of the change from `old` to `now`.
Touched touched_by(const Mark& old, const Mark& now);

// Whether the table's mark is neither the one that the plan wrote nor of another source: then what
// the plan touched is in doubt.
bool is_in_doubt(const snowflake::ShownTable& shown, const Touched& touched);

// The table with a mark that does not know what was touched. `now` is the mark that the table is to
// have next: a column that it has is made anew, another one is dropped where it is there.
snowflake::ShownTable in_doubt(snowflake::ShownTable shown, const Touched& touched,
                               const Mark& now);

}  // namespace glue_to_snowflake

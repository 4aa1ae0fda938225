// What `lakefeed reconcile` tells at its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "common/snowflake/sql_api_client.h"
#include "functions/glue_to_snowflake/sync/reconcile.h"
#include "runtime/local/terminal.h"

namespace tool {

// Planned: a dry run, or the target LOGGING. Nothing was changed in Snowflake.
enum class ReconcileEffect { sent, planned };

struct ReconcileResult {
    glue_to_snowflake::ReconcileReport report;
    ReconcileEffect effect = ReconcileEffect::sent;
    bool interrupted = false;  // by a person
    std::int64_t duration_ms = 0;
    snowflake::SqlApiCounts sql_api = {};
};

// Counts by action, then a line for each table that was changed, skipped or failed, at most
// `list_max` of each kind. Of a plan: each table's statements below it.
std::string reconcile_text(const ReconcileResult& result, std::size_t list_max,
                           local::Colour colour);

// The function's response ("tables" with each table, those in step too), then
//  "failures":["db.table: …"],
//  "counts":{"none","create","alter","replace","refresh","drop","rename","skip","failed",
//            "tables_left","databases_left"},
//  "dry_run":false,"interrupted":false,"duration_ms":1234,"statements":12
// What is "left" was not looked at; "statements" are those that Snowflake was asked for, SHOW
// and DESC too. A plan's "dry_run" is true.
std::string reconcile_json(const ReconcileResult& result);

}  // namespace tool

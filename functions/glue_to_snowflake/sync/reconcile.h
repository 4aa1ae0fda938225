// The whole catalog, a database or one table brought in step: what Glue has against what each
// schema shows. Tables that are in step cost no statement of their own: a schema is read by one
// SHOW (and one for Iceberg tables, where they are configured), Glue by pages of GetTables.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/deadline.h"
#include "common/base/result.h"
#include "functions/glue_to_snowflake/sync/sync.h"

namespace glue_to_snowflake {

struct ReconcileRequest {
    std::string catalog_id = {};  // empty: the caller's account
    std::string database = {};    // empty: each that DATABASE_FILTER lets through
    std::string table = {};       // empty: all of the database
    Sending sending = Sending::on;
    std::string_view query_tag = {};
    base::Deadline deadline = {};
    std::stop_token stop = {};  // asked between tables, and between a table's statements
};

struct ReconcileReport {
    std::vector<TableOutcome> tables;
    std::vector<std::string> failures;          // db.table: what went wrong; or db: …
    std::size_t failures_for_want_of_time = 0;  // of them
    // What the deadline or the stop left, none of it touched: tables that were listed, and
    // databases whose tables were not, or not all. `failures` says so too. The next run goes on
    // from there, since what is in step costs it no statement.
    std::size_t tables_left = 0;
    std::size_t databases_left = 0;
};

// Told of each table as it is done, and of how many are known so far.
struct ReconcileProgress {
    std::size_t done = 0;
    std::size_t known = 0;
    std::string_view database;
};
using OnProgress = std::function<void(const ReconcileProgress&)>;

// One table that fails does not stop the others. An error is one that leaves nothing to do: the
// databases cannot be listed.
base::Result<ReconcileReport> reconcile(const ReconcileRequest& request, TableSync& sync,
                                        aws::GlueClient& glue, const OnProgress& on_progress);

}  // namespace glue_to_snowflake

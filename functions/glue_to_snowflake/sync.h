// One table brought in step: read it from the catalog, define it, see what Snowflake has, plan, and
// send what the plan says.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "common/aws/glue_client.h"
#include "common/base/deadline.h"
#include "common/base/result.h"
#include "common/snowflake/sql_api_client.h"
#include "functions/glue_to_snowflake/config.h"
#include "functions/glue_to_snowflake/planner.h"
#include "functions/glue_to_snowflake/snowflake_settings.h"

namespace glue_to_snowflake {

// What the response says of a table.
struct TableOutcome {
    std::string glue = {};       // db.table
    std::string snowflake = {};  // "DB"."S"."T"; empty where it has no place there
    Action action = Action::skip;
    std::string reason = {};
    std::vector<PlannedStatement> statements = {};
};

// Off: Snowflake is read where it can be, and nothing is changed there (a dry run).
enum class Sending { off, on };

struct SyncRequest {
    aws::GlueTableId source;
    std::string_view query_tag;
    base::Deadline deadline;
    Sending sending = Sending::on;
    // Asked between statements: a person wants no further one. What is left is an error then.
    std::stop_token stop = {};
};

class TableSync {
  public:
    // All outlive it. `sql_api` is null for the target logging: then nothing is sent.
    TableSync(const Config& config, const SnowflakeSettings& settings, aws::GlueClient& glue,
              snowflake::SqlApiClient* sql_api)
        : config_(config), settings_(settings), glue_(glue), sql_api_(sql_api) {}

    base::Result<TableOutcome> sync(const SyncRequest& request);

  private:
    base::Result<TableOutcome> apply(const TableDefinition& definition,
                                     const aws::GlueTableId& source, const SyncRequest& request,
                                     TableOutcome outcome);
    base::Result<std::optional<Shown>> show(const snowflake::TableName& name,
                                            const SyncRequest& request);
    // Whether a statement did its work; false where the object was there already.
    base::Result<bool> execute(const PlannedStatement& statement, const SyncRequest& request);

    const Config& config_;
    const SnowflakeSettings& settings_;
    aws::GlueClient& glue_;
    snowflake::SqlApiClient* sql_api_;
};

}  // namespace glue_to_snowflake

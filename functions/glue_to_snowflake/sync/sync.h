// One table brought in step: read it from the catalog, define it, see what Snowflake has, plan, and
// send what the plan says.
//
// The catalog's own word (GetTable) decides, never an event: a table that it does not have is a
// deleted one, whatever happened. After statements that changed something the catalog is read
// again, and where the table became another meanwhile, it is planned again, kSyncRoundsMax times:
// so the last one to write has looked at the truth after its write, and two that work on one table
// at once end in the right state without a lock.
//
// What is left where a statement fails, so that the next run goes on from there:
//   CREATE STAGE, CREATE TABLE, replace   not done: the state before it; done: the new state. Each
//                                         carries its mark from the start
//   ADD COLUMN, DROP COLUMN, SET          the mark is still the old one, so that the next run plans
//                                         what is missing; what this run did is taken out of it
//   COMMENT ON TABLE                      as above: columns that the mark does not know are made
//                                         anew
//   ADD PARTITION, DROP PARTITION         the mark knows the old partitions: sent again, they do
//                                         no harm
//   REFRESH                               the event comes back, or the next reconcile
//   DROP TABLE, RENAME                    the table is there, or not: both are looked at anew
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "common/aws/glue_client.h"
#include "common/base/clock.h"
#include "common/base/deadline.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/snowflake/sql_api_client.h"
#include "functions/glue_to_snowflake/config.h"
#include "functions/glue_to_snowflake/snowflake_settings.h"
#include "functions/glue_to_snowflake/sync/catalog_reader.h"
#include "functions/glue_to_snowflake/sync/doubt.h"
#include "functions/glue_to_snowflake/sync/plan_maker.h"
#include "functions/glue_to_snowflake/sync/snowflake_state.h"
#include "functions/glue_to_snowflake/sync/statement_runner.h"

namespace glue_to_snowflake {

constexpr int kSyncRoundsMax = 3;

// What the response says of a table.
struct TableOutcome {
    std::string glue = {};       // db.table
    std::string snowflake = {};  // "DB"."S"."T"; empty where it has no place there
    Action action = Action::skip;
    std::string reason = {};
    std::vector<PlannedStatement> statements = {};  // sent; in a dry run: to be sent
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

// All outlive the sync.
struct SyncServices {
    aws::GlueClient& glue;
    snowflake::SqlApiClient* sql_api;  // null for the target logging: then nothing is sent
    base::Clock& clock;
    base::Random& random;
};

class TableSync {
  public:
    TableSync(const Config& config, const SnowflakeSettings& settings, const SyncServices& services)
        : config_(config),
          services_(services),
          catalog_(config, settings, services.glue),
          plans_(config, {services.glue, services.clock, services.random}) {}

    // A table that was written or deleted; which of them, the catalog says.
    base::Result<TableOutcome> sync(const SyncRequest& request);

    // Partitions that were written or deleted: what of them Snowflake does not find by itself. The
    // table itself is brought in step first.
    base::Result<TableOutcome> sync_partitions(const SyncRequest& request,
                                               const PartitionChange& change);

    // A table as a listing of the catalog gave it, and what a SHOW of its schema has under its
    // name, or the error of that SHOW.
    struct Listed {
        const aws::GlueTable* table = nullptr;  // null: it was not in the list; GetTable decides
        const base::Result<std::optional<snowflake::ShownTable>>& shown;
    };
    // Says what needs no statement: a table that is in step, or is left alone. Nothing where there
    // is work, which sync() looks at anew: a listing is of a while ago.
    base::Result<std::optional<TableOutcome>> without_work(const SyncRequest& request,
                                                           const Listed& listed);

    // Where `name` is a tombstone's and the rename to it broke off before its comment was written:
    // that comment. Nothing where there is no such work.
    base::Result<std::optional<TableOutcome>> end_rename(const SyncRequest& request,
                                                         const snowflake::TableName& name,
                                                         const snowflake::ShownTable& shown);

    // Nothing where there is none: the target logging.
    [[nodiscard]] std::optional<SnowflakeState> state() const;
    [[nodiscard]] CatalogReader& catalog() { return catalog_; }
    [[nodiscard]] const Config& config() const { return config_; }
    [[nodiscard]] const SyncServices& services() const { return services_; }

  private:
    struct Task {
        const SyncRequest& request;
        const snowflake::TableName& name;
        const PartitionChange* change = nullptr;
        std::optional<Touched> touched = {};  // by the round before
    };
    struct Begun {
        TableOutcome outcome;  // whole where the table has no place in Snowflake
        std::optional<snowflake::TableName> name = {};
    };

    base::Result<Begun> begin(const SyncRequest& request) const;
    base::Result<TableOutcome> bring_in_step(const SyncRequest& request,
                                             const PartitionChange* change);
    base::Result<Plan> one_round(Task& task, const Wanted& wanted);
    base::Result<Plan> plan(const Task& task, const Wanted& wanted,
                            const std::optional<Shown>& shown);
    base::Result<std::optional<Shown>> look(const Task& task, const Wanted& wanted);
    StatementRun send(const Plan& plan, const Task& task);
    void leave_doubt(const Task& task, const Shown& shown, const Touched& touched);
    [[nodiscard]] bool sends(const SyncRequest& request) const {
        return services_.sql_api != nullptr && request.sending == Sending::on;
    }

    const Config& config_;
    SyncServices services_;
    CatalogReader catalog_;
    PlanMaker plans_;
};

}  // namespace glue_to_snowflake

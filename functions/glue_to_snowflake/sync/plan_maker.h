// The plan of one table, with all that it depends on: its definition, what Snowflake shows, and
// where needed the catalog's partitions.
#pragma once

#include <optional>
#include <vector>

#include "common/aws/glue_client.h"
#include "common/base/clock.h"
#include "common/base/deadline.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/event/glue_event.h"
#include "functions/glue_to_snowflake/config.h"
#include "functions/glue_to_snowflake/plan/plan.h"
#include "functions/glue_to_snowflake/sync/catalog_reader.h"

namespace glue_to_snowflake {

// What an event says of a table's partitions.
struct PartitionChange {
    std::vector<event::GluePartitionValues> partitions;
    bool is_complete = false;  // false: any of them may have changed
};

// All outlive the maker.
struct PlanServices {
    aws::GlueClient& glue;
    const base::Clock& clock;
    base::Random& random;
};

class PlanMaker {
  public:
    PlanMaker(const Config& config, const PlanServices& services)
        : config_(config), services_(services) {}

    struct Request {
        const snowflake::TableName& name;
        const Wanted& wanted;
        const std::optional<Shown>& shown;
        const PartitionChange* change = nullptr;  // of a partition event
        base::Deadline deadline = {};
    };
    base::Result<Plan> make(const Request& request);

  private:
    base::Result<Plan> with_layout(Plan plan, const Request& request);
    base::Result<Plan> with_refreshes(Plan plan, const Request& request);
    base::Result<Plan> with_user_partitions(Plan plan, const Request& request);

    const Config& config_;
    PlanServices services_;
};

}  // namespace glue_to_snowflake

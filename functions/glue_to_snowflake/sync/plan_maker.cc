#include "functions/glue_to_snowflake/sync/plan_maker.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "functions/glue_to_snowflake/definition/partition_layout.h"
#include "functions/glue_to_snowflake/definition/spark_schema.h"
#include "functions/glue_to_snowflake/plan/planner.h"
#include "functions/glue_to_snowflake/plan/refresh_plan.h"
#include "functions/glue_to_snowflake/sync/partition_path.h"
#include "functions/glue_to_snowflake/sync/user_partitions.h"

namespace glue_to_snowflake {

base::Result<Plan> PlanMaker::make(const Request& request) {
    const Wanted& wanted = request.wanted;
    const Tombstone tombstone{services_.clock.now_ms(),
                              fmt::format("{:08x}", services_.random.next() & 0xffffffffU)};
    const PlanOptions options{config_.delete_policy, tombstone};
    if (const auto* skip = std::get_if<Skip>(&wanted.definition))
        return Plan{Action::skip, skip->reason, {}};
    if (const auto* iceberg = std::get_if<IcebergDefinition>(&wanted.definition))
        return plan_iceberg(*iceberg, wanted.source, request.shown, options);
    const auto* definition = std::get_if<TableDefinition>(&wanted.definition);
    if (definition == nullptr) {
        return plan_deleted(request.name, wanted.source, request.shown, config_.delete_policy,
                            tombstone);
    }
    Plan plan = plan_table(*definition, wanted.source, request.shown, options);
    if (definition->table.partition_type == snowflake::PartitionType::user_specified)
        return with_user_partitions(std::move(plan), request);
    if (request.change != nullptr) {
        auto refreshed = with_refreshes(std::move(plan), request);
        if (!refreshed) return refreshed;
        plan = *std::move(refreshed);
    }
    return with_layout(std::move(plan), request);
}

// A table is made only where its partitions lie as its expressions read them.
base::Result<Plan> PlanMaker::with_layout(Plan plan, const Request& request) {
    const aws::GlueTable& table = request.wanted.table;
    const bool is_made = plan.action != Action::none && plan.action != Action::alter &&
                         plan.action != Action::refresh && plan.action != Action::skip;
    const auto& definition = std::get<TableDefinition>(request.wanted.definition);
    if (!is_made || definition.table.partition_columns.empty()) return plan;
    const auto some = services_.glue.get_partitions(request.wanted.source, kLayoutPartitionsMax,
                                                    request.deadline);
    if (!some) return some.error();
    if (auto unfit = reason_layout_unfit(table, some->partitions))
        return Plan{Action::skip, *std::move(unfit), {}};
    return plan;
}

// A partition that is gone is looked for where Hive would have put it, so that its files are
// forgotten.
base::Result<Plan> PlanMaker::with_refreshes(Plan plan, const Request& request) {
    const auto effective = effective_table(request.wanted.table);
    if (!effective) return effective.error();
    const aws::GlueTable& table = *effective;
    const PartitionChange& change = *request.change;
    ChangedPartitions changed{.paths = {}, .is_complete = change.is_complete};
    if (change.partitions.size() > kRefreshesMax) changed.is_complete = false;
    std::vector<std::string> outside;
    for (const auto& values : change.partitions) {
        // Values that are not one for each key do not name a partition.
        if (values.size() != table.partition_keys.size()) changed.is_complete = false;
        if (!changed.is_complete) break;
        const auto partition =
            services_.glue.get_partition(request.wanted.source, values, request.deadline);
        if (!partition && !is_not_found(partition.error())) return partition.error();
        auto path = partition ? partition_path(table, partition->location)
                              : hive_partition_path(table, values);
        if (path) {
            changed.paths.push_back(*std::move(path));
        } else {
            outside.push_back(fmt::format("partition ({}) is not below the table's location",
                                          fmt::join(values, ", ")));
        }
    }
    plan = plan_refresh(std::move(plan), std::get<TableDefinition>(request.wanted.definition),
                        changed);
    if (!outside.empty()) plan.reason = reason_text({plan.reason, list_text(outside)});
    return plan;
}

base::Result<Plan> PlanMaker::with_user_partitions(Plan plan, const Request& request) {
    if (plan.action == Action::skip) return plan;
    const Wanted& wanted = request.wanted;
    const auto all =
        services_.glue.get_partitions(wanted.source, kUserPartitionsMax, request.deadline);
    if (!all) return all.error();
    if (!all->is_complete) {
        return base::Error{
            base::ErrorKind::data_invalid,
            fmt::format("it has more than {} partitions, too many to be added one by one: use "
                        "PARTITION_MODE=expression",
                        kUserPartitionsMax)};
    }
    const auto effective = effective_table(wanted.table);
    if (!effective) return effective.error();
    UserPartitions partitions{.table = *effective, .partitions = all->partitions};
    if (request.change != nullptr && request.change->is_complete)
        partitions.named = request.change->partitions;
    return plan_user_partitions(std::move(plan), wanted, request.shown, partitions);
}

}  // namespace glue_to_snowflake

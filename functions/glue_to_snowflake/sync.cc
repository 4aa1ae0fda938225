#include "functions/glue_to_snowflake/sync.h"

#include <utility>

#include <fmt/format.h>

#include "functions/glue_to_snowflake/partition_path.h"
#include "functions/glue_to_snowflake/refresh_plan.h"

namespace glue_to_snowflake {
namespace {

// A second look is for a table that somebody else created between the look and the CREATE.
constexpr int kLooksMax = 2;

std::string name_text(const snowflake::TableName& name) {
    return snowflake::Sql().table(name).text();
}

bool is_not_found(const base::Error& error) {
    return error.code == "EntityNotFoundException";
}

// What the table would be made by: the same for two looks between which nothing changed.
std::string text_of(const Plan& plan) {
    std::string text;
    for (const PlannedStatement& statement : plan.statements)
        text.append(statement.sql.text()).append(";\n");
    return text;
}

// The outcome of the rounds so far, with one more. What an earlier round did stays the action where
// the later one had nothing to do.
void add_round(TableOutcome& outcome, const Plan& plan) {
    const bool is_first = outcome.reason.empty();
    const bool did_something = plan.action != Action::none && plan.action != Action::skip;
    if (is_first || did_something) outcome.action = plan.action;
    outcome.reason =
        is_first ? plan.reason : fmt::format("{}; then: {}", outcome.reason, plan.reason);
    outcome.statements.insert(outcome.statements.end(), plan.statements.begin(),
                              plan.statements.end());
}

}  // namespace

std::optional<SnowflakeState> TableSync::state() const {
    if (services_.sql_api == nullptr) return std::nullopt;
    return SnowflakeState(*services_.sql_api, config_);
}

base::Result<TableOutcome> TableSync::sync(const SyncRequest& request) {
    return bring_in_step(request, nullptr);
}

base::Result<std::optional<TableOutcome>> TableSync::without_work(const SyncRequest& request,
                                                                  const Listed& listed) {
    auto begun = begin(request);
    if (!begun) return std::move(begun).error();
    if (!begun->name) return std::optional(std::move(begun->outcome));
    const Task task{request, *begun->name};
    auto wanted = listed.table != nullptr ? define(task, *listed.table) : read(task);
    if (!wanted) return std::move(wanted).error();
    const auto done = [&](const Plan& plan) {
        add_round(begun->outcome, plan);
        return std::optional(std::move(begun->outcome));
    };
    if (const auto* skip = std::get_if<Skip>(&wanted->definition))
        return done({Action::skip, skip->reason, {}});
    if (!listed.shown) return listed.shown.error();
    std::optional<Shown> shown;
    if (const auto& table = *listed.shown; table.has_value()) shown = Shown{*table, {}};
    const auto* definition = std::get_if<TableDefinition>(&wanted->definition);
    const bool is_new = definition != nullptr && !shown;
    if (is_new || (shown && definition != nullptr &&
                   wants_columns(*definition, wanted->source, shown->table))) {
        return std::optional<TableOutcome>();
    }
    const auto planned = plan(task, *wanted, shown);
    if (!planned) return planned.error();
    if (!planned->statements.empty()) return std::optional<TableOutcome>();
    return done(*planned);
}

base::Result<TableOutcome> TableSync::sync_partitions(const SyncRequest& request,
                                                      const PartitionChange& change) {
    if (config_.auto_refresh == snowflake::AutoRefresh::on) {
        return TableOutcome{
            .glue = fmt::format("{}.{}", request.source.database, request.source.name),
            .reason = "AUTO_REFRESH is on: Snowflake finds the files of partitions itself"};
    }
    return bring_in_step(request, &change);
}

base::Result<std::optional<TableOutcome>> TableSync::end_rename(
    const SyncRequest& request, const snowflake::TableName& name,
    const snowflake::ShownTable& shown) {
    const Plan plan =
        plan_deleted(name, request.source, Shown{shown, {}}, DeletePolicy::ignore, {});
    if (plan.action != Action::rename) return std::optional<TableOutcome>();
    if (sends(request)) {
        StatementRun run = send(plan, {request, name});
        if (run.error) return *std::move(run.error);
    }
    TableOutcome outcome{.glue = fmt::format("{}.{}", request.source.database, request.source.name),
                         .snowflake = name_text(name)};
    add_round(outcome, plan);
    return std::optional(std::move(outcome));
}

base::Result<TableSync::Begun> TableSync::begin(const SyncRequest& request) const {
    const aws::GlueTableId& source = request.source;
    Begun begun{.outcome = {.glue = fmt::format("{}.{}", source.database, source.name)},
                .name = std::nullopt};
    auto target = target_name(source.database, source.name, config_);
    if (!target) return std::move(target).error();
    if (const auto* skip = std::get_if<Skip>(&*target)) {
        begun.outcome.reason = skip->reason;
        return begun;
    }
    begun.name = std::get<snowflake::TableName>(*std::move(target));
    begun.outcome.snowflake = name_text(*begun.name);
    return begun;
}

base::Result<TableOutcome> TableSync::bring_in_step(const SyncRequest& request,
                                                    const PartitionChange* change) {
    auto begun = begin(request);
    if (!begun) return std::move(begun).error();
    TableOutcome outcome = std::move(begun->outcome);
    if (!begun->name) return outcome;
    Task task{request, *begun->name, change};
    auto wanted = read(task);
    if (!wanted) return std::move(wanted).error();
    for (int round = 1; round <= kSyncRoundsMax; ++round) {
        const auto plan = plan_and_send(task, *wanted);
        if (!plan) return plan.error();
        add_round(outcome, *plan);
        if (plan->statements.empty() || !sends(request)) return outcome;
        auto now = read(task);
        if (!now) {
            base::Error error = std::move(now).error();
            error.message = fmt::format(
                "{} was done ({}), but whether the catalog changed meanwhile is not known: {}",
                action_name(plan->action), plan->reason, error.message);
            return error;
        }
        if (now->text == wanted->text) return outcome;
        wanted = std::move(now);
        task.change = nullptr;  // done
    }
    return base::Error{base::ErrorKind::service_failed,
                       fmt::format("the catalog changed the table {} times while it was brought in "
                                   "step: it is to be synced again",
                                   kSyncRoundsMax)};
}

base::Result<TableSync::Wanted> TableSync::read(const Task& task) {
    const SyncRequest& request = task.request;
    auto table = services_.glue.get_table(request.source, request.deadline);
    if (table) return define(task, *std::move(table));
    if (!is_not_found(table.error())) return std::move(table).error();
    auto catalog = catalog_of(request.source.catalog_id, request.deadline);
    if (!catalog) return std::move(catalog).error();
    aws::GlueTableId source = request.source;
    source.catalog_id = *std::move(catalog);
    return Wanted{
        .source = std::move(source), .table = std::nullopt, .definition = Gone{}, .text = {}};
}

base::Result<TableSync::Wanted> TableSync::define(const Task& task, aws::GlueTable table) const {
    // The mark names the table as the request did, so that it is the same whatever the answer
    // leaves out; only the catalog may be the answer's to tell.
    Wanted wanted{.source = task.request.source, .table = {}, .definition = Gone{}, .text = {}};
    if (!table.id.catalog_id.empty()) wanted.source.catalog_id = table.id.catalog_id;
    auto definition = define_table(table, task.name, config_, settings_);
    if (!definition) return std::move(definition).error();
    if (auto* external = std::get_if<TableDefinition>(&*definition)) {
        wanted.text = text_of(plan_table(*external, wanted.source, std::nullopt));
        wanted.definition = std::move(*external);
    } else if (auto* iceberg = std::get_if<IcebergDefinition>(&*definition)) {
        wanted.text = text_of(plan_iceberg(*iceberg, wanted.source, std::nullopt));
        wanted.definition = std::move(*iceberg);
    } else {
        wanted.definition = std::get<Skip>(*std::move(definition));
    }
    wanted.table = std::move(table);
    return wanted;
}

// A mark names its catalog. Where the request does not, it is the caller's own, which the answer of
// GetTable would have told; any of the catalog's databases tells it as well.
base::Result<std::string> TableSync::catalog_of(const std::string& catalog_id,
                                                base::Deadline deadline) {
    if (!catalog_id.empty()) return catalog_id;
    const auto databases = services_.glue.get_databases("", deadline);
    if (!databases) return databases.error();
    for (const auto& database : *databases) {
        if (database && !database->catalog_id.empty() && !database->is_resource_link)
            return database->catalog_id;
    }
    return base::Error{base::ErrorKind::data_invalid,
                       "the catalog has no database that tells the catalog's id: which of "
                       "Snowflake's tables mirror it is not known"};
}

base::Result<Plan> TableSync::plan_and_send(const Task& task, const Wanted& wanted) {
    if (const auto* skip = std::get_if<Skip>(&wanted.definition))
        return Plan{Action::skip, skip->reason, {}};
    if (services_.sql_api == nullptr) {
        auto planned = plan(task, wanted, std::nullopt);
        if (!planned) return std::move(planned).error();
        planned->reason = fmt::format(
            "TARGET_TYPE is LOGGING: nothing was sent, and what Snowflake has is not known; {}",
            planned->reason);
        return planned;
    }
    for (int looks = 1; looks <= kLooksMax; ++looks) {
        const auto shown = look(task, wanted);
        if (!shown) return shown.error();
        auto planned = plan(task, wanted, *shown);
        if (!planned || !sends(task.request)) return planned;
        StatementRun run = send(*planned, task);
        if (run.error) return *std::move(run.error);
        if (!run.found) return planned;
    }
    return base::Error{
        base::ErrorKind::rejected,
        fmt::format("CREATE TABLE {}: another object has that name", name_text(task.name))};
}

base::Result<std::optional<Shown>> TableSync::look(const Task& task, const Wanted& wanted) {
    const SnowflakeState::Query query{task.request.query_tag, task.request.deadline};
    const auto first = std::holds_alternative<IcebergDefinition>(wanted.definition)
                           ? snowflake::TableKind::iceberg
                           : snowflake::TableKind::external;
    auto table = state()->table(task.name, first, query);
    if (!table) return std::move(table).error();
    if (!*table) return std::optional<Shown>();
    Shown shown{**std::move(table), {}};
    const auto* definition = std::get_if<TableDefinition>(&wanted.definition);
    if (definition != nullptr && wants_columns(*definition, wanted.source, shown.table)) {
        auto columns = state()->columns(task.name, query);
        if (!columns) return std::move(columns).error();
        shown.columns = *std::move(columns);
    }
    return std::optional(std::move(shown));
}

base::Result<Plan> TableSync::plan(const Task& task, const Wanted& wanted,
                                   const std::optional<Shown>& shown) {
    const Tombstone tombstone{services_.clock.now_ms(),
                              fmt::format("{:08x}", services_.random.next() & 0xffffffffU)};
    const PlanOptions options{config_.delete_policy, tombstone};
    if (const auto* iceberg = std::get_if<IcebergDefinition>(&wanted.definition))
        return plan_iceberg(*iceberg, wanted.source, shown, options);
    if (const auto* definition = std::get_if<TableDefinition>(&wanted.definition)) {
        Plan plan = plan_table(*definition, wanted.source, shown, options);
        if (task.change == nullptr) return plan;
        return with_refreshes(task, wanted, std::move(plan));
    }
    return plan_deleted(task.name, wanted.source, shown, config_.delete_policy, tombstone);
}

// A partition that is gone is looked for where Hive would have put it, so that its files are
// forgotten.
base::Result<Plan> TableSync::with_refreshes(const Task& task, const Wanted& wanted, Plan plan) {
    const auto& definition = std::get<TableDefinition>(wanted.definition);
    ChangedPartitions changed{.paths = {}, .is_complete = task.change->is_complete};
    if (task.change->partitions.size() > kRefreshesMax) changed.is_complete = false;
    std::vector<std::string> outside;
    for (const auto& values : task.change->partitions) {
        // Values that are not one for each key do not name a partition.
        if (values.size() != wanted.table->partition_keys.size()) changed.is_complete = false;
        if (!changed.is_complete) break;
        const auto partition =
            services_.glue.get_partition(wanted.source, values, task.request.deadline);
        if (!partition && !is_not_found(partition.error())) return partition.error();
        auto path = partition ? partition_path(*wanted.table, partition->location)
                              : hive_partition_path(*wanted.table, values);
        if (path) {
            changed.paths.push_back(*std::move(path));
        } else {
            outside.push_back(fmt::format("partition ({}) is not below the table's location",
                                          fmt::join(values, ", ")));
        }
    }
    plan = plan_refresh(std::move(plan), definition, changed);
    if (!outside.empty()) plan.reason = reason_text({plan.reason, list_text(outside)});
    return plan;
}

StatementRun TableSync::send(const Plan& plan, const Task& task) {
    return run_statements(plan.statements, {*services_.sql_api, services_.clock},
                          {task.request.query_tag, task.request.deadline, task.request.stop});
}

}  // namespace glue_to_snowflake

#include "functions/glue_to_snowflake/sync/sync.h"

#include <utility>

#include <fmt/format.h>

#include "functions/glue_to_snowflake/plan/mark.h"
#include "functions/glue_to_snowflake/plan/planner.h"
#include "functions/glue_to_snowflake/plan/table_statements.h"

namespace glue_to_snowflake {
namespace {

// A second look is for a table that somebody else created between the look and the CREATE.
constexpr int kLooksMax = 2;

std::string name_text(const snowflake::TableName& name) {
    return snowflake::Sql().table(name).text();
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

TableOutcome begun_outcome(const SyncRequest& request) {
    return {.glue = fmt::format("{}.{}", request.source.database, request.source.name)};
}

// What the statements of an ALTER or a replace touch, if that is what `plan` is.
std::optional<Touched> touched_by(const Plan& plan, const Wanted& wanted,
                                  const std::optional<Shown>& shown) {
    const auto* definition = std::get_if<TableDefinition>(&wanted.definition);
    const auto old = shown ? parse_mark(shown->table.comment) : std::nullopt;
    if (definition == nullptr || !old || plan.statements.empty()) return std::nullopt;
    Touched touched = touched_by(*old, make_mark(*definition, wanted.source));
    touched.is_whole = plan.action != Action::alter;
    return touched;
}

}  // namespace

std::optional<SnowflakeState> TableSync::state() const {
    if (services_.sql_api == nullptr) return std::nullopt;
    return SnowflakeState(*services_.sql_api, config_);
}

base::Result<TableOutcome> TableSync::sync(const SyncRequest& request) {
    return bring_in_step(request, nullptr);
}

base::Result<TableOutcome> TableSync::sync_partitions(const SyncRequest& request,
                                                      const PartitionChange& change) {
    if (config_.partition_mode == PartitionMode::expression &&
        config_.auto_refresh == snowflake::AutoRefresh::on) {
        TableOutcome outcome = begun_outcome(request);
        outcome.reason = "AUTO_REFRESH is on: Snowflake finds the files of partitions itself";
        return outcome;
    }
    return bring_in_step(request, &change);
}

base::Result<std::optional<TableOutcome>> TableSync::without_work(const SyncRequest& request,
                                                                  const Listed& listed) {
    using Answer = std::optional<TableOutcome>;
    auto begun = begin(request);
    if (!begun) return std::move(begun).error();
    if (!begun->name) return Answer(std::move(begun->outcome));
    const auto wanted = listed.table != nullptr
                            ? catalog_.define(request.source, *begun->name, *listed.table)
                            : catalog_.read(request.source, *begun->name, request.deadline);
    if (!wanted) return wanted.error();
    std::optional<Shown> shown;
    if (!std::holds_alternative<Skip>(wanted->definition)) {
        if (!listed.shown) return listed.shown.error();
        if (const auto& table = *listed.shown; table.has_value()) shown = Shown{*table, {}};
    }
    // To make it, or to compare its columns, is work.
    const auto* definition = std::get_if<TableDefinition>(&wanted->definition);
    if (definition != nullptr &&
        (!shown || wants_columns(*definition, wanted->source, shown->table)))
        return Answer();
    const auto planned = plan({request, *begun->name}, *wanted, shown);
    if (!planned) return planned.error();
    if (!planned->statements.empty()) return Answer();
    add_round(begun->outcome, *planned);
    return Answer(std::move(begun->outcome));
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
    TableOutcome outcome = begun_outcome(request);
    outcome.snowflake = name_text(name);
    add_round(outcome, plan);
    return std::optional(std::move(outcome));
}

base::Result<TableSync::Begun> TableSync::begin(const SyncRequest& request) const {
    Begun begun{.outcome = begun_outcome(request)};
    auto target = target_name(request.source.database, request.source.name, config_);
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
    auto wanted = catalog_.read(request.source, task.name, request.deadline);
    if (!wanted) return std::move(wanted).error();
    for (int round = 1; round <= kSyncRoundsMax; ++round) {
        const auto plan = one_round(task, *wanted);
        if (!plan) return plan.error();
        add_round(outcome, *plan);
        if (plan->statements.empty() || !sends(request)) return outcome;
        auto now = catalog_.read(request.source, task.name, request.deadline);
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
    if (const auto shown = look({request, task.name}, *wanted); shown && *shown && task.touched) {
        leave_doubt(task, **shown, *task.touched);
    }
    return base::Error{base::ErrorKind::service_failed,
                       fmt::format("the catalog changed the table {} times while it was brought in "
                                   "step: it is to be synced again",
                                   kSyncRoundsMax)};
}

// Looks, plans and sends. What was touched is kept in the task, for the next round.
base::Result<Plan> TableSync::one_round(Task& task, const Wanted& wanted) {
    if (services_.sql_api == nullptr || std::holds_alternative<Skip>(wanted.definition)) {
        auto planned = plan(task, wanted, std::nullopt);
        if (!planned || services_.sql_api != nullptr || planned->action == Action::skip)
            return planned;
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
        const auto touched = touched_by(*planned, wanted, *shown);
        StatementRun run = send(*planned, task);
        if (run.error) {
            const bool is_half_done = run.sent > 0 && planned->action == Action::alter;
            base::Error error = *std::move(run.error);
            if (const auto& there = *shown; is_half_done && there && touched)
                leave_doubt(task, *there, *touched);
            return error;
        }
        if (!run.found) {
            task.touched = touched;
            return planned;
        }
    }
    return base::Error{
        base::ErrorKind::rejected,
        fmt::format("CREATE TABLE {}: another object has that name", name_text(task.name))};
}

base::Result<Plan> TableSync::plan(const Task& task, const Wanted& wanted,
                                   const std::optional<Shown>& shown) {
    return plans_.make({task.name, wanted, shown, task.change, task.request.deadline});
}

base::Result<std::optional<Shown>> TableSync::look(const Task& task, const Wanted& wanted) {
    const SnowflakeState::Query query{task.request.query_tag, task.request.deadline};
    const auto first = std::holds_alternative<IcebergDefinition>(wanted.definition)
                           ? snowflake::TableKind::iceberg
                           : snowflake::TableKind::external;
    SnowflakeState snowflake(*services_.sql_api, config_);
    auto table = snowflake.table(task.name, first, query);
    if (!table) return std::move(table).error();
    if (!*table) return std::optional<Shown>();
    Shown shown{**std::move(table), {}};
    const auto* definition = std::get_if<TableDefinition>(&wanted.definition);
    if (definition == nullptr) return std::optional(std::move(shown));
    if (task.touched && is_in_doubt(shown.table, *task.touched)) {
        shown.table =
            in_doubt(std::move(shown.table), *task.touched, make_mark(*definition, wanted.source));
    }
    if (wants_columns(*definition, wanted.source, shown.table)) {
        auto columns = snowflake.columns(task.name, query);
        if (!columns) return std::move(columns).error();
        shown.columns = *std::move(columns);
    }
    return std::optional(std::move(shown));
}

StatementRun TableSync::send(const Plan& plan, const Task& task) {
    return run_statements(plan.statements, {*services_.sql_api, services_.clock},
                          {task.request.query_tag, task.request.deadline, task.request.stop});
}

// The mark shall not say of a half-done ALTER that nothing happened: the catalog may go back to
// what the mark says. Where this fails as well, the mark stays as it was.
void TableSync::leave_doubt(const Task& task, const Shown& shown, const Touched& touched) {
    const auto mark = parse_mark(shown.table.comment);
    if (!mark) return;
    Mark next = *mark;
    for (const std::string& column : touched.columns) {
        if (next.columns) next.columns->try_emplace(column);
    }
    const snowflake::ShownTable left = in_doubt(shown.table, touched, next);
    if (left.comment == shown.table.comment) return;
    (void)send({Action::alter,
                {},
                {planned_comment_on(task.name, left.comment,
                                    "an ALTER broke off: what it touched is in doubt")}},
               task);
}

}  // namespace glue_to_snowflake

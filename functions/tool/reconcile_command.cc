#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "common/base/environment.h"
#include "functions/glue_to_snowflake/sync/reconcile.h"
#include "functions/tool/catalog_progress.h"
#include "functions/tool/catalog_services.h"
#include "functions/tool/command.h"
#include "functions/tool/reconcile_report.h"
#include "functions/tool/variables.h"
#include "runtime/local/backfill_report.h"

namespace tool {
namespace {

using glue_to_snowflake::Sending;
using glue_to_snowflake::Services;
using glue_to_snowflake::TargetType;

constexpr int kListDefault = 100;
constexpr int kListMax = 1'000'000;
// Credentials rarely live longer. What is left then is named, and the same command does it.
constexpr std::int64_t kRunMsMax = 24LL * 3600 * 1000;

constexpr const char* kFooter = R"text(Examples:
  lakefeed reconcile --dry-run
  lakefeed reconcile --database sales__raw --env-file production
  lakefeed reconcile --database sales__raw --table orders --json

Compares each table of the Glue Data Catalog with what Snowflake shows under its name, and sends
what the function would send: a table that is in step costs no statement. --dry-run reads both and
tells each statement with nothing changed. Settings are the function's (SECRET_ARN, DATABASE_RULE,
DATABASE_FILTER, DELETE_POLICY ...), from the environment, --env-file and --env; the last wins. AWS
needs AWS_REGION and credentials:  eval "$(aws configure export-credentials --format env)"
Ctrl-C ends it after the statement that runs; the same command does what is left.
Exit codes: 0 in step or done, 1 a table failed, 2 usage, 3 settings, the secret or the catalog
cannot be read, 130 interrupted.)text";

struct ReconcileArguments {
    std::string database;
    std::string table;
    VariableArguments variables;
    int list = kListDefault;
    bool dry_run = false;
    bool json = false;
};

class ReconcileCommand final : public Command {
  public:
    CLI::App* add_to(CLI::App& app) override;
    local::ExitCode run(const std::stop_token& stop) override;

  private:
    base::Result<ReconcileResult> reconcile(Services& services, CommandSeams& seams,
                                            const base::Environment& environment,
                                            const std::stop_token& stop) const;
    [[nodiscard]] local::ExitCode tell_result(const ReconcileResult& result,
                                              const base::Environment& environment) const;

    ReconcileArguments arguments_;
};

// A line of the progress, and a line's end before anything else is told.
class ProgressLine {
  public:
    ProgressLine(const base::Environment& environment, base::Clock& clock)
        : clock_(clock),
          progress_(local::draws_over(environment) ? local::ProgressLook::bar
                                                   : local::ProgressLook::lines,
                    clock.now_ms()) {}
    void step(const glue_to_snowflake::ReconcileProgress& at) {
        local::tell(progress_.step({at.done, at.known, at.database}, clock_.now_ms(),
                                   local::terminal_columns()));
    }
    void clear() { local::tell(progress_.clear()); }

  private:
    base::Clock& clock_;
    CatalogProgress progress_;
};

CLI::App* ReconcileCommand::add_to(CLI::App& app) {
    CLI::App* command =
        app.add_subcommand("reconcile", "bring Snowflake in step with the Glue Data Catalog");
    command->add_option("--database", arguments_.database, "this database of Glue alone")
        ->type_name("NAME");
    command->add_option("--table", arguments_.table, "this table of --database alone")
        ->type_name("NAME");
    command->add_flag("--dry-run", arguments_.dry_run, "tell what would be sent, change nothing");
    add_variable_options(*command, arguments_.variables, "the settings");
    command
        ->add_option("--list", arguments_.list,
                     fmt::format("tables to list of each action, {} by default", kListDefault))
        ->type_name("N")
        ->check(CLI::Range(0, kListMax).description(""));
    command->add_flag("--json", arguments_.json, "one JSON object on stdout at the end");
    command->footer(kFooter);
    return command;
}

local::ExitCode give_up(const base::Error& error, const std::stop_token& stop) {
    if (stop.stop_requested()) {
        local::tell("interrupted before the first table\n");
        return local::ExitCode::interrupted;
    }
    local::tell(fmt::format("lakefeed: {}\n", local::error_text(error)));
    return local::ExitCode::set_up;
}

local::ExitCode ReconcileCommand::run(const std::stop_token& stop) {
    if (!arguments_.table.empty() && arguments_.database.empty())
        return usage_error("reconcile --table: give its --database as well");
    auto variables = gather_variables(arguments_.variables);
    if (!variables) return usage_error("reconcile: " + variables.error().message);
    const base::ProcessEnvironment process;
    const OverlaidEnvironment environment(process, *std::move(variables));
    auto settings = read_catalog_settings(environment);
    if (!settings) return give_up(settings.error(), {});
    CommandSeams seams(environment);
    auto services = Services::connect(*std::move(settings), seams.session(),
                                      {seams.clock().now_ms() + kConnectMs});
    if (!services) return give_up(services.error(), stop);
    const auto result = reconcile(**services, seams, environment, stop);
    if (!result) return give_up(result.error(), stop);
    return tell_result(*result, environment);
}

base::Result<ReconcileResult> ReconcileCommand::reconcile(Services& services, CommandSeams& seams,
                                                          const base::Environment& environment,
                                                          const std::stop_token& stop) const {
    const bool plans = arguments_.dry_run || services.config().target_type == TargetType::logging;
    local::tell(fmt::format("reads the Glue Data Catalog of {}\n", services.region()));
    ProgressLine line(environment, seams.clock());
    const std::stop_callback notice(stop, [] {
        local::tell("\nstops after the statement that runs; Ctrl-C again leaves at once\n");
    });
    const base::EpochMs begin_ms = seams.clock().now_ms();
    auto report = glue_to_snowflake::reconcile(
        {.catalog_id = services.config().catalog_id,
         .database = arguments_.database,
         .table = arguments_.table,
         .sending = plans ? Sending::off : Sending::on,
         .query_tag = "lakefeed reconcile",
         .deadline = {begin_ms + kRunMsMax},
         .stop = stop},
        services.sync(), services.glue(),
        [&](const glue_to_snowflake::ReconcileProgress& at) { line.step(at); });
    line.clear();
    if (!report) return std::move(report).error();
    return ReconcileResult{.report = *std::move(report),
                           .effect = plans ? ReconcileEffect::planned : ReconcileEffect::sent,
                           .interrupted = stop.stop_requested(),
                           .duration_ms = seams.clock().now_ms() - begin_ms,
                           .sql_api = services.sql_api_counts()};
}

local::ExitCode ReconcileCommand::tell_result(const ReconcileResult& result,
                                              const base::Environment& environment) const {
    const auto colour =
        ::isatty(STDOUT_FILENO) == 1 ? local::colour_for(environment) : local::Colour::off;
    const std::string text =
        arguments_.json ? reconcile_json(result) + "\n"
                        : reconcile_text(result, static_cast<std::size_t>(arguments_.list), colour);
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
    if (result.interrupted) return local::ExitCode::interrupted;
    const bool is_done = result.report.failures.empty() && result.report.tables_left == 0 &&
                         result.report.databases_left == 0;
    return is_done ? local::ExitCode::ok : local::ExitCode::failed;
}

}  // namespace

std::unique_ptr<Command> make_reconcile_command() {
    return std::make_unique<ReconcileCommand>();
}

}  // namespace tool

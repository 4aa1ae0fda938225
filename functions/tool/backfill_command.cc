#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "common/base/environment.h"
#include "common/dynamodb/line_settings.h"
#include "functions/tool/command.h"
#include "runtime/local/backfill.h"
#include "runtime/local/backfill_pool.h"
#include "runtime/local/real_stores.h"
#include "runtime/local/stoppable_clock.h"

namespace tool {
namespace {

constexpr const char* kFooter = R"text(Examples:
  lakefeed backfill --manifest s3://exports/AWSDynamoDB/01695353076000-a1b2c3d4 \
                    --lake s3://lake/orders/
  lakefeed backfill --manifest exports/AWSDynamoDB --lake lake/orders --dry-run

A URI is s3://bucket/key or a path of this machine. --manifest names the export's
manifest-summary.json, its folder, or a folder in which it is the only finished export; --lake the
folder of the table's lines, where dt=DT/EXPORT_ID-FILE.json.gz is written for each data file, and
dt=DT/_SUCCESS-EXPORT_ID when all are there. Nothing half-written is ever visible: however it ends,
the same command with --resume does what is left.
The lines are set as the function's: LINE_NAMES, LINE_SHAPE, LINE_NUMBERS, LINE_METADATA,
METADATA_PREFIX, LAKE_DT. S3 needs AWS_REGION and credentials in the environment:
  eval "$(aws configure export-credentials --format env)"
Exit codes: 0 complete, 1 a file failed, 2 usage, 3 the export or the lake cannot be read,
130 interrupted.)text";

struct BackfillArguments {
    std::string manifest;
    std::string lake;
    std::string dt;
    int workers = 0;
    bool resume = false;
    bool dry_run = false;
    bool json = false;
};

int workers_default() {
    return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, local::kWorkersMax);
}

void give(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

class BackfillCommand final : public Command {
  public:
    CLI::App* add_to(CLI::App& app) override;
    local::ExitCode run(const std::stop_token& stop) override;

  private:
    // Kind event_invalid: the command line is wrong.
    [[nodiscard]] base::Result<local::BackfillOptions> read_arguments() const;

    BackfillArguments arguments_;
};

CLI::App* BackfillCommand::add_to(CLI::App& app) {
    CLI::App* command =
        app.add_subcommand("backfill", "turn a finished export of a table into the lake");
    command->add_option("--manifest", arguments_.manifest, "the export")
        ->type_name("URI")
        ->required();
    command->add_option("--lake", arguments_.lake, "the table's folder in the lake")
        ->type_name("URI")
        ->required();
    command->add_option("--dt", arguments_.dt, "the partition, 00000000 by default")
        ->type_name("DT");
    command->add_option("--workers", arguments_.workers, "files at a time, a core each by default")
        ->type_name("N")
        ->check(CLI::Range(1, local::kWorkersMax).description(""));
    command->add_flag("--resume", arguments_.resume, "keep what an earlier one has done");
    command->add_flag("--dry-run", arguments_.dry_run, "say what would be done, write nothing");
    command->add_flag("--json", arguments_.json, "one JSON object on stdout at the end");
    command->footer(kFooter);
    return command;
}

base::Result<local::BackfillOptions> BackfillCommand::read_arguments() const {
    const auto fault = [](std::string_view option, std::string_view problem) {
        return base::Error{base::ErrorKind::event_invalid,
                           fmt::format("backfill {}: {}", option, problem)};
    };
    local::BackfillOptions options;
    auto manifest = lake::parse_object_uri(arguments_.manifest);
    if (!manifest) return fault("--manifest", manifest.error().message);
    options.manifest = *std::move(manifest);
    auto folder = lake::parse_object_uri(arguments_.lake);
    if (!folder) return fault("--lake", folder.error().message);
    options.place.folder = *std::move(folder);
    if (!arguments_.dt.empty() && !lake::is_dt(arguments_.dt))
        return fault("--dt", "use a day such as 20261120, or leave it out");
    options.workers = arguments_.workers > 0 ? arguments_.workers : workers_default();
    if (arguments_.resume) options.mode = local::BackfillMode::resume;
    if (arguments_.dry_run) options.effect = local::BackfillEffect::dry_run;
    if (arguments_.json) options.format = local::OutputFormat::json;
    return options;
}

local::ExitCode BackfillCommand::run(const std::stop_token& stop) {
    auto options = read_arguments();
    if (!options) return usage_error(options.error().message);

    const base::ProcessEnvironment environment;
    base::SettingsReader reader(environment);
    options->line = dynamodb::read_line_settings(reader);
    options->place.dt = reader.text("LAKE_DT", lake::kSnapshotDt);
    if (!lake::is_dt(options->place.dt)) {
        reader.add_fault("LAKE_DT", options->place.dt,
                         "use a day such as 20261120, or leave it out");
    }
    if (!arguments_.dt.empty()) options->place.dt = arguments_.dt;
    const local::StoreSettings stores = local::read_store_settings(
        reader, environment, std::array{options->manifest, options->place.folder});
    if (const auto fault = reader.fault()) {
        local::tell(fmt::format("lakefeed: {}\n", fault->message));
        return local::ExitCode::set_up;
    }
    options->colour = local::colour_for(environment);
    options->look =
        local::draws_over(environment) ? local::ProgressLook::bar : local::ProgressLook::lines;

    const base::SystemClock wall_clock;
    local::StoppableClock clock(wall_clock, stop);
    const local::MakeThreadStores make = [&] {
        return local::make_real_stores(stores, environment, clock);
    };
    const local::BackfillSeams seams{.make_stores = make,
                                     .clock = clock,
                                     .tell = local::tell,
                                     .give = give,
                                     .columns = local::terminal_columns};
    return local::backfill(*options, seams, stop);
}

}  // namespace

std::unique_ptr<Command> make_backfill_command() {
    return std::make_unique<BackfillCommand>();
}

}  // namespace tool

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "common/base/clock.h"
#include "common/base/environment.h"
#include "functions/tool/command.h"
#include "runtime/local/demo/board.h"
#include "runtime/local/demo/demo.h"
#include "runtime/local/demo/screen.h"
#include "runtime/local/demo/verdict.h"
#include "runtime/local/fault_dial.h"
#include "runtime/local/stoppable_clock.h"
#include "runtime/local/terminal.h"
#include "runtime/local/workspace.h"

namespace tool {
namespace {

constexpr std::int64_t kChangesDefault = 4'000;
constexpr std::int64_t kChangesMax = 10'000'000;
constexpr std::int64_t kKeysDefault = 500;
constexpr std::int64_t kKeysMax = 1'000'000;

constexpr const char* kFooter = R"text(Examples:
  lakefeed demo
  lakefeed demo --changes 20000 --fault all=0.02 --seed 7
  lakefeed demo --folder lake-files --json > report.json

Runs the seven functions' zips against servers on this machine: moto as AWS, and a double of
Snowflake's SQL API; no account and no network are needed. A table is loaded from an API and
changed at random; its changes go by Kinesis and Firehose to the lake, an export becomes the
snapshot, and Glue tables over the lake are made in Snowflake. In the end a second export, the
stream, Kinesis and DuckDB say whether the lake has every change, once and in order.
--fault breaks requests to AWS on the way: nothing may be lost by it, though some of the lines
may be there twice.
LAKEFEED_DIST and LAKEFEED_PYTHON name other places than the repository's.
Exit codes: 0 well, 1 something is lost, differs or fails, 2 usage, 3 the set-up could not be done,
130 interrupted.)text";

struct DemoArguments {
    std::int64_t changes = kChangesDefault;
    std::int64_t keys = kKeysDefault;
    std::string faults;
    std::uint64_t seed = 1;
    std::string folder;
    std::string dist;
    bool verbose = false;
    bool json = false;
};

void give(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

// A second signal leaves at once: the cursor is not left hidden.
void show_cursor() {
    (void)!::write(STDERR_FILENO, demo::kShowCursor.data(), demo::kShowCursor.size());
}

class DemoCommand final : public Command {
  public:
    CLI::App* add_to(CLI::App& app) override;
    local::ExitCode run(const std::stop_token& stop) override;

  private:
    // Kind config_invalid: the command line is wrong.
    [[nodiscard]] base::Result<demo::DemoOptions> read_arguments() const;

    DemoArguments arguments_;
};

CLI::App* DemoCommand::add_to(CLI::App& app) {
    CLI::App* command = app.add_subcommand("demo", "run the whole pipeline on this machine");
    command
        ->add_option("--changes", arguments_.changes,
                     fmt::format("of the table, {} by default", kChangesDefault))
        ->type_name("N")
        ->check(CLI::Range(std::int64_t{1}, kChangesMax).description(""));
    command
        ->add_option("--keys", arguments_.keys,
                     fmt::format("different items, {} by default", kKeysDefault))
        ->type_name("N")
        ->check(CLI::Range(std::int64_t{1}, kKeysMax).description(""));
    command
        ->add_option("--fault", arguments_.faults,
                     "break requests to the local AWS: all, or KIND[=SHARE],...; a wrong "
                     "SPEC lists the kinds")
        ->type_name("SPEC");
    command->add_option("--seed", arguments_.seed, "of the changes and the faults, 1 by default")
        ->type_name("N");
    command->add_option("--folder", arguments_.folder, "keep the lake's files in this new folder")
        ->type_name("FOLDER");
    command->add_option("--dist", arguments_.dist, "where the zips lie")->type_name("FOLDER");
    command->add_flag("--verbose", arguments_.verbose, "show what the functions write");
    command->add_flag("--json", arguments_.json, "one JSON object on stdout at the end");
    command->footer(kFooter);
    return command;
}

base::Result<demo::DemoOptions> DemoCommand::read_arguments() const {
    demo::DemoOptions options{.changes = arguments_.changes,
                              .keys = static_cast<std::size_t>(arguments_.keys),
                              .seed = arguments_.seed,
                              .folder = arguments_.folder};
    if (!arguments_.faults.empty()) {
        auto shares = local::parse_fault_spec(arguments_.faults);
        if (!shares)
            return base::Error{base::ErrorKind::config_invalid,
                               "demo --fault: " + shares.error().message};
        options.faults = *shares;
    }
    std::error_code failure;
    if (!options.folder.empty() && std::filesystem::exists(options.folder, failure) &&
        !std::filesystem::is_empty(options.folder, failure))
        return base::Error{base::ErrorKind::config_invalid,
                           fmt::format("demo --folder: {} is there and not empty; name a new one",
                                       options.folder)};
    if (arguments_.verbose) options.on_output = local::tell;
    return options;
}

local::ExitCode DemoCommand::run(const std::stop_token& stop) {
    const auto options = read_arguments();
    if (!options) return usage_error(options.error().message);
    const base::ProcessEnvironment environment;
    local::Workspace workspace = local::find_workspace(environment);
    if (!arguments_.dist.empty()) workspace.dist_folder = arguments_.dist;

    const base::SystemClock wall_clock;
    local::StoppableClock clock(wall_clock, stop);
    // What the functions write would be drawn over, and a panel must not scroll.
    const bool draws = local::draws_over(environment) && !arguments_.verbose &&
                       local::terminal_rows() > demo::kPanelLines;
    if (draws) (void)std::at_quick_exit(show_cursor);
    demo::Board board;
    const auto findings = [&] {
        const demo::Screen screen(
            {.look = draws ? local::ProgressLook::bar : local::ProgressLook::lines,
             .colour = local::colour_for(environment)},
            board, clock, local::tell, local::terminal_columns);
        return demo::run_demo(*options, workspace, clock, board, stop);
    }();
    if (stop.stop_requested()) {
        local::tell("lakefeed: interrupted; nothing is left running\n");
        return local::ExitCode::interrupted;
    }
    if (!findings) {
        local::tell(fmt::format("lakefeed: {}\n", findings.error().message));
        return findings.error().kind == base::ErrorKind::config_invalid ? local::ExitCode::set_up
                                                                        : local::ExitCode::failed;
    }
    if (arguments_.json) {
        give(demo::findings_json(*findings) + "\n");
    } else {
        const bool seen = ::isatty(STDOUT_FILENO) == 1;
        give(demo::findings_text(*findings,
                                 seen ? local::colour_for(environment) : local::Colour::off));
    }
    return demo::problems(*findings).empty() ? local::ExitCode::ok : local::ExitCode::failed;
}

}  // namespace

std::unique_ptr<Command> make_demo_command() {
    return std::make_unique<DemoCommand>();
}

}  // namespace tool

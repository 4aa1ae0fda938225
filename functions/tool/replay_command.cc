#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "common/base/environment.h"
#include "functions/tool/command.h"
#include "functions/tool/settings_check.h"
#include "functions/tool/variables.h"
#include "runtime/local/replay.h"
#include "runtime/local/sample_case.h"
#include "runtime/local/workspace.h"

namespace tool {
namespace {

constexpr const char* kReplayFooter = R"(Examples:
  lakefeed replay --all
  lakefeed replay firehose_transform - < event.json
  lakefeed replay firehose_transform --from-processing-failed object.gz --env TABLE_NAME=orders
  lakefeed replay stream_to_kinesis --from-quarantine object.jsonl --env-file production

Beside an event file, `expected.json`, `environment` and `setup.json` are used where they are there.
Responses of named files go to stdout, verdicts to stderr. AWS is played by moto, unless --env or
--env-file give AWS_ENDPOINT_URL: then calls are not compared, and an empty one is AWS itself.
--from-processing-failed reads an object of Firehose's error prefix, --from-quarantine one of
stream_to_kinesis's quarantine (JSON lines, plain or gzip; - is standard input), --from-failed-batch
one that a stream mapping left in its S3 destination. Their records go through the function again;
each that is not done is told with its line, or its place.
LAKEFEED_EVENTS, LAKEFEED_DIST and LAKEFEED_PYTHON name other places than the repository's.
Exit codes: 0 all as expected, 1 a verdict failed, 2 usage, 3 set-up, 130 interrupted.)";

// What the command line says, before it is checked.
struct ReplayArguments {
    std::vector<std::string> function_and_files;
    bool all = false;
    std::string processing_failed;
    std::string quarantine;
    std::string failed_batch;
    VariableArguments variables;
    std::string faults;
    std::uint64_t seed = 1;
    std::string bootstrap;
    double timeout_s = 60;
    std::string events;
    std::string dist;
    bool verbose = false;
    bool json = false;
};

CLI::App* add_options(CLI::App& app, ReplayArguments& arguments) {
    CLI::App* command =
        app.add_subcommand("replay", "run events through a function, with a verdict for each");
    command
        ->add_option("function", arguments.function_and_files,
                     "the function, then event files or case folders; - is standard input; "
                     "no file: all its sample events")
        ->type_name("")
        ->option_text("FUNCTION [FILE...]");
    command->add_flag("--all", arguments.all, "the sample events of all functions");
    command
        ->add_option("--from-processing-failed", arguments.processing_failed,
                     "records that Firehose kept as failed")
        ->type_name("FILE");
    command
        ->add_option("--from-quarantine", arguments.quarantine,
                     "records that stream_to_kinesis put aside")
        ->type_name("FILE");
    command
        ->add_option("--from-failed-batch", arguments.failed_batch,
                     "a batch that a stream mapping gave up, from its S3 destination")
        ->type_name("FILE");
    add_variable_options(*command, arguments.variables, "the function");
    command
        ->add_option("--fault", arguments.faults,
                     "break local AWS calls: all or KIND[=SHARE],...; a wrong one lists all")
        ->type_name("SPEC");
    command->add_option("--seed", arguments.seed, "of the faults, 1 by default")->type_name("N");
    command->add_option("--bootstrap", arguments.bootstrap, "run this program, not the zip")
        ->type_name("PATH");
    command->add_option("--timeout", arguments.timeout_s, "the function's timeout, 60 by default")
        ->type_name("SECONDS")
        ->check(CLI::Range(0.01, 5400.0).description(""));
    command->add_option("--events", arguments.events, "where the sample events lie")
        ->type_name("FOLDER");
    command->add_option("--dist", arguments.dist, "where the zips lie")->type_name("FOLDER");
    command->add_flag("--verbose", arguments.verbose, "show what the function writes");
    command->add_flag("--json", arguments.json, "one JSON object on stdout at the end");
    command->footer(kReplayFooter);
    return command;
}

// An unknown function is a slip of the pen, not a missing build.
std::string unknown_function(const std::string& function, const ReplayArguments& arguments,
                             const local::Workspace& workspace) {
    if (function.empty() || !arguments.bootstrap.empty()) return {};
    std::vector<std::string> known = local::functions_with_events(workspace);
    for (const auto& more : {local::functions_with_zips(workspace), known_functions()})
        known.insert(known.end(), more.begin(), more.end());
    if (std::ranges::find(known, function) != known.end()) return {};
    return unknown_word("function", function, known);
}

struct KeptOption {
    std::string_view name;
    local::KeptFile file;
};

// The options of kept records that were given.
std::vector<KeptOption> kept_options(const ReplayArguments& arguments) {
    std::vector<KeptOption> options{
        {"--from-processing-failed", {local::KeptBy::firehose, arguments.processing_failed}},
        {"--from-quarantine", {local::KeptBy::quarantine, arguments.quarantine}},
        {"--from-failed-batch", {local::KeptBy::stream_mapping, arguments.failed_batch}}};
    std::erase_if(options, [](const KeptOption& option) { return option.file.path.empty(); });
    return options;
}

// A file of kept records: at most one, for one function, without events.
std::string kept_problem(const ReplayArguments& arguments) {
    const std::vector<KeptOption> options = kept_options(arguments);
    if (options.size() > 1)
        return fmt::format("replay: give {} or {}, not both", options[0].name, options[1].name);
    if (options.empty() || arguments.function_and_files.size() == 1) return {};
    return fmt::format("replay {}: name one function and no event files", options[0].name);
}

std::optional<local::KeptFile> kept_file(const ReplayArguments& arguments) {
    const std::vector<KeptOption> options = kept_options(arguments);
    return options.empty() ? std::nullopt : std::optional(options.front().file);
}

local::ExitCode run_replay(const ReplayArguments& arguments, const std::stop_token& stop) {
    const base::ProcessEnvironment environment;
    local::Workspace workspace = local::find_workspace(environment);
    if (!arguments.events.empty()) workspace.events_folder = arguments.events;
    if (!arguments.dist.empty()) workspace.dist_folder = arguments.dist;
    if (arguments.all == !arguments.function_and_files.empty())
        return usage_error("replay: name a function, or give --all");
    if (const std::string problem = kept_problem(arguments); !problem.empty())
        return usage_error(problem);
    auto variables = gather_variables(arguments.variables);
    if (!variables) return usage_error(variables.error().message);
    std::optional<local::FaultShares> faults;
    if (!arguments.faults.empty()) {
        auto shares = local::parse_fault_spec(arguments.faults);
        if (!shares) return usage_error("replay --fault: " + shares.error().message);
        if (variables->contains("AWS_ENDPOINT_URL"))
            return usage_error(
                "replay --fault: faults are for the local AWS; leave out "
                "AWS_ENDPOINT_URL");
        faults = *shares;
    }

    local::ReplayOptions options{
        .function = {},
        .files = {},
        .kept = kept_file(arguments),
        .bootstrap = arguments.bootstrap,
        .environment = *std::move(variables),
        .timeout_ms = static_cast<std::int64_t>(arguments.timeout_s * 1000),
        .faults = faults,
        .seed = arguments.seed,
        .colour = local::colour_for(environment)};
    if (!arguments.all) {
        options.function = arguments.function_and_files.front();
        options.files.assign(arguments.function_and_files.begin() + 1,
                             arguments.function_and_files.end());
    }
    if (arguments.verbose) options.verbosity = local::Verbosity::verbose;
    if (arguments.json) options.format = local::OutputFormat::json;
    if (const std::string problem = unknown_function(options.function, arguments, workspace);
        !problem.empty())
        return usage_error(problem);
    return local::replay(options, workspace, stop);
}

class ReplayCommand final : public Command {
  public:
    CLI::App* add_to(CLI::App& app) override { return add_options(app, arguments_); }
    local::ExitCode run(const std::stop_token& stop) override {
        return run_replay(arguments_, stop);
    }

  private:
    ReplayArguments arguments_;
};

}  // namespace

std::unique_ptr<Command> make_replay_command() {
    return std::make_unique<ReplayCommand>();
}

}  // namespace tool

// The `lakefeed` command.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <stop_token>
#include <string>
#include <thread>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "common/base/environment.h"
#include "runtime/local/replay.h"
#include "runtime/local/sample_case.h"
#include "runtime/local/workspace.h"

namespace {

constexpr std::string_view kVersion = "lakefeed " LAKEFEED_VERSION;

constexpr const char* kHelpFooter = R"(Examples:
  lakefeed replay --all
  lakefeed replay table_export events/table_export/full_export/event.json

Exit codes: 0 well, 1 an event failed, 2 usage, 3 the set-up could not be done, 130 interrupted.)";

constexpr const char* kReplayFooter = R"(Examples:
  lakefeed replay --all
  lakefeed replay firehose_transform - < event.json
  lakefeed replay firehose_transform --from-processing-failed object.gz --env TABLE_NAME=orders
  lakefeed replay stream_to_kinesis --from-quarantine object.jsonl --env-file production

Beside an event file, `expected.json`, `environment` and `setup.json` are used where they
are there. Responses of named files go to stdout, verdicts to stderr. AWS is played by moto,
unless AWS_ENDPOINT_URL is given by --env or --env-file: then calls are not compared,
and an empty one (AWS_ENDPOINT_URL=) is AWS itself.
--from-processing-failed reads an object of Firehose's error prefix, --from-quarantine one
of stream_to_kinesis's quarantine (JSON lines, plain or gzip; - is standard input). Their
records go through the function again; each that is not done is told with its line.
LAKEFEED_EVENTS, LAKEFEED_DIST and LAKEFEED_PYTHON name other places than the repository's.
Exit codes: 0 all as expected, 1 a verdict failed, 2 usage, 3 set-up, 130 interrupted.)";

// What the command line says, before it is checked.
struct ReplayArguments {
    std::vector<std::string> function_and_files;
    bool all = false;
    std::string processing_failed;
    std::string quarantine;
    std::vector<std::string> variables;
    std::vector<std::string> variable_files;
    std::string faults;
    std::uint64_t seed = 1;
    std::string bootstrap;
    double timeout_s = 60;
    std::string events;
    std::string dist;
    bool verbose = false;
    bool json = false;
};

local::ExitCode usage_error(const std::string& message) {
    fmt::print(stderr, "lakefeed: {}\nlakefeed --help shows how it is used\n", message);
    return local::ExitCode::usage;
}

// Colour where a person looks at it and did not say otherwise (https://no-color.org).
local::Colour colour_for(const base::Environment& environment) {
    const bool wanted = ::isatty(STDERR_FILENO) == 1 && !environment.get("NO_COLOR") &&
                        environment.get("TERM").value_or("dumb") != "dumb";
    return wanted ? local::Colour::on : local::Colour::off;
}

void add_replay(CLI::App& app, ReplayArguments& arguments) {
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
    command->add_option("--env", arguments.variables, "a variable of the function")
        ->type_name("NAME=VALUE")
        ->take_all()
        ->allow_extra_args(false);
    command->add_option("--env-file", arguments.variable_files, "NAME=VALUE lines; --env wins")
        ->type_name("FILE")
        ->take_all()
        ->allow_extra_args(false);
    command
        ->add_option("--fault", arguments.faults,
                     "break requests to the local AWS: all, or KIND[=SHARE],...; a wrong "
                     "SPEC lists the kinds")
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
}

base::Result<std::map<std::string, std::string>> gather_variables(
    const ReplayArguments& arguments) {
    std::map<std::string, std::string> variables;
    for (const std::string& path : arguments.variable_files) {
        const auto text = local::read_file(path);
        if (!text) return text.error();
        const auto read = local::parse_variables(*text, path);
        if (!read) return read.error();
        for (const auto& [name, value] : *read)
            variables[name] = value;
    }
    for (const std::string& variable : arguments.variables) {
        const std::size_t equals = variable.find('=');
        if (equals == std::string::npos || equals == 0)
            return base::Error{
                base::ErrorKind::config_invalid,
                fmt::format("--env {}: write NAME=VALUE", variable.substr(0, equals))};
        variables[variable.substr(0, equals)] = variable.substr(equals + 1);
    }
    return variables;
}

// An unknown function is a slip of the pen, not a missing build.
std::string unknown_function(const std::string& function, const ReplayArguments& arguments,
                             const local::Workspace& workspace) {
    if (function.empty() || !arguments.bootstrap.empty()) return {};
    std::vector<std::string> known = local::functions_with_events(workspace);
    for (const std::string& name : local::functions_with_zips(workspace))
        known.push_back(name);
    if (std::ranges::find(known, function) != known.end() || known.empty()) return {};
    std::string message = fmt::format("there is no function {}", function);
    if (const auto meant = local::closest(function, known))
        message += fmt::format("; did you mean {}?", *meant);
    return message;
}

// The two files of kept records: at most one of them, for one function, without events.
std::string kept_problem(const ReplayArguments& arguments) {
    const bool failed = !arguments.processing_failed.empty();
    const bool quarantined = !arguments.quarantine.empty();
    if (!failed && !quarantined) return {};
    if (failed && quarantined)
        return "replay: give --from-processing-failed or --from-quarantine, not both";
    if (arguments.function_and_files.size() == 1) return {};
    return fmt::format("replay {}: name one function and no event files",
                       failed ? "--from-processing-failed" : "--from-quarantine");
}

std::optional<local::KeptFile> kept_file(const ReplayArguments& arguments) {
    using local::KeptBy;
    if (!arguments.processing_failed.empty())
        return local::KeptFile{KeptBy::firehose, arguments.processing_failed};
    if (!arguments.quarantine.empty())
        return local::KeptFile{KeptBy::quarantine, arguments.quarantine};
    return std::nullopt;
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
    auto variables = gather_variables(arguments);
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
        .colour = colour_for(environment)};
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

// A word that is no command, with the command it resembles.
local::ExitCode explain_parse_error(const CLI::App& app, const CLI::ParseError& error, int count,
                                    char** words) {
    std::vector<std::string> commands;
    for (const CLI::App* command : app.get_subcommands({}))
        commands.push_back(command->get_name());
    const std::string word = count > 1 ? words[1] : "";
    if (!word.empty() && !word.starts_with('-') &&
        std::ranges::find(commands, word) == commands.end()) {
        const auto meant = local::closest(word, commands);
        return usage_error(fmt::format("there is no command {}{}", word,
                                       meant ? "; did you mean " + *meant + "?" : ""));
    }
    return usage_error(error.what());
}

// The first signal asks all to stop, which kills and reaps the children; a second one leaves at
// once, and the kernel kills them.
void watch_signals(const std::stop_token& done, std::stop_source& stop, const sigset_t& signals) {
    constexpr timespec kCheck{.tv_sec = 0, .tv_nsec = 50'000'000};
    while (!done.stop_requested()) {
        if (::sigtimedwait(&signals, nullptr, &kCheck) < 0) continue;
        if (stop.stop_requested()) ::_exit(static_cast<int>(local::ExitCode::interrupted));
        stop.request_stop();
    }
}

}  // namespace

int main(int count, char** words) {
    CLI::App app("Runs lakefeed's Lambda functions on this machine, against local servers.",
                 "lakefeed");
    app.set_version_flag("--version", std::string(kVersion));
    app.require_subcommand(1);
    app.footer(kHelpFooter);
    ReplayArguments arguments;
    add_replay(app, arguments);
    try {
        app.parse(count, words);
    } catch (const CLI::Success& success) {
        return app.exit(success);  // --help, --version
    } catch (const CLI::ParseError& error) {
        return static_cast<int>(explain_parse_error(app, error, count, words));
    }

    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        sigaddset(&signals, signal);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    (void)std::signal(SIGPIPE, SIG_IGN);
    std::stop_source stop;
    const std::jthread watcher(
        [&](const std::stop_token& done) { watch_signals(done, stop, signals); });
    return static_cast<int>(run_replay(arguments, stop.get_token()));
}

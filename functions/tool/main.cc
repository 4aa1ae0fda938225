// The `lakefeed` command.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "functions/tool/command.h"
#include "functions/tool/help_text.h"
#include "runtime/local/workspace.h"

namespace tool {

local::ExitCode usage_error(const std::string& message) {
    fmt::print(stderr, "lakefeed: {}\nlakefeed --help shows how it is used\n", message);
    return local::ExitCode::usage;
}

std::string unknown_word(std::string_view kind, const std::string& word,
                         const std::vector<std::string>& known) {
    const auto meant = local::closest(word, known);
    return fmt::format("there is no {} {}{}", kind, word,
                       meant ? "; did you mean " + *meant + "?" : "");
}

}  // namespace tool

namespace {

constexpr std::string_view kVersion = "lakefeed " LAKEFEED_VERSION;

constexpr const char* kHelpFooter = R"(Examples:
  lakefeed demo
  lakefeed replay --all
  lakefeed replay table_export events/table_export/full_export/event.json
  lakefeed backfill --manifest s3://exports/AWSDynamoDB/ID --lake s3://lake/orders/
  lakefeed verify --manifest s3://exports/AWSDynamoDB/ID --lake s3://lake/orders/
  lakefeed explain glue_to_snowflake event.json
  lakefeed reconcile --dry-run
  lakefeed trust-policy integration.json

Exit codes: 0 well, 1 something failed, 2 usage, 3 the set-up could not be done, 130 interrupted.)";

// The first option that nothing took, with the one of the command that it resembles.
std::string unexpected_option(const CLI::App& app, const tool::CommandNode& command,
                              const std::string& otherwise) {
    std::vector<std::string> options;
    for (const tool::OptionNode& option : command.options)
        options.insert(options.end(), option.names.begin(), option.names.end());
    for (const std::string& word : app.remaining(true)) {
        const std::string name = word.substr(0, word.find('='));
        if (!name.starts_with("--")) continue;
        return tool::unknown_word("option", name, options);
    }
    return otherwise;
}

// What is wrong, with the command or the option that a word resembles.
local::ExitCode explain_parse_error(const CLI::App& app, const CLI::ParseError& error, int count,
                                    char** words) {
    std::vector<std::string> commands;
    for (const CLI::App* command : app.get_subcommands({}))
        commands.push_back(command->get_name());
    if (count < 2)
        return tool::usage_error(fmt::format("name a command: {}", fmt::join(commands, ", ")));
    const std::string word = words[1];
    if (!word.starts_with('-') && std::ranges::find(commands, word) == commands.end())
        return tool::usage_error(tool::unknown_word("command", word, commands));
    const auto given = app.get_subcommands();
    if (given.empty())
        return tool::usage_error(
            unexpected_option(app, tool::read_command(app, app.get_name()), error.what()));
    const std::string name = given.front()->get_name();
    return tool::usage_error(fmt::format(
        "{}: {}", name,
        unexpected_option(app, tool::read_command(*given.front(), name), error.what())));
}

// The first signal asks all to stop, which kills and reaps the children; a second one leaves at
// once, and the kernel kills them.
void watch_signals(const std::stop_token& done, std::stop_source& stop, const sigset_t& signals) {
    constexpr timespec kCheck{.tv_sec = 0, .tv_nsec = 50'000'000};
    while (!done.stop_requested()) {
        if (::sigtimedwait(&signals, nullptr, &kCheck) < 0) continue;
        if (stop.stop_requested()) std::quick_exit(static_cast<int>(local::ExitCode::interrupted));
        stop.request_stop();
    }
}

}  // namespace

int main(int count, char** words) {
    // First of all, so that a command that is interrupted as it starts ends as any other.
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        sigaddset(&signals, signal);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    (void)std::signal(SIGPIPE, SIG_IGN);

    CLI::App app(
        "Runs lakefeed's Lambda functions on this machine, and tends the lake and Snowflake.",
        "lakefeed");
    app.formatter(std::make_shared<tool::HelpFormatter>());
    app.set_help_flag("-h,--help", "show how it is used");
    app.set_version_flag("--version", std::string(kVersion), "show the version");
    app.require_subcommand(1);
    app.footer(kHelpFooter);
    std::map<const CLI::App*, std::unique_ptr<tool::Command>> commands;
    for (const auto& make :
         {tool::make_replay_command, tool::make_explain_command, tool::make_backfill_command,
          tool::make_verify_command, tool::make_reconcile_command, tool::make_doctor_command,
          tool::make_trust_policy_command, tool::make_demo_command, tool::make_completion_command,
          tool::make_manual_command, tool::make_help_command}) {
        auto command = make();
        commands[command->add_to(app)] = std::move(command);
    }
    try {
        app.parse(count, words);
    } catch (const CLI::Success& success) {
        return app.exit(success);  // --help, --version
    } catch (const CLI::ParseError& error) {
        return static_cast<int>(explain_parse_error(app, error, count, words));
    }

    std::stop_source stop;
    const std::jthread watcher(
        [&](const std::stop_token& done) { watch_signals(done, stop, signals); });
    tool::Command& command = *commands.at(app.get_subcommands().front());
    return static_cast<int>(command.run(stop.get_token()));
}

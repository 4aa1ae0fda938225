// A command of `lakefeed`: main() adds each to the command line, and runs the one that was given. A
// new command is a file of its own, a line below, and a line in main()'s list.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/local/terminal.h"

namespace CLI {
class App;
}

namespace tool {

class Command {
  public:
    Command() = default;
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;
    virtual ~Command() = default;
    // Its name, options and help, as a subcommand of `app`, which it gives back.
    virtual CLI::App* add_to(CLI::App& app) = 0;
    // After the command line was read. `stop` is requested by the first SIGINT, SIGTERM or SIGHUP.
    virtual local::ExitCode run(const std::stop_token& stop) = 0;
};

// Tells what is wrong with the command line, and where the help is.
local::ExitCode usage_error(const std::string& message);

// "there is no function ecoh; did you mean echo?", where a known word is within two changes.
std::string unknown_word(std::string_view kind, const std::string& word,
                         const std::vector<std::string>& known);

std::unique_ptr<Command> make_replay_command();
std::unique_ptr<Command> make_backfill_command();
std::unique_ptr<Command> make_verify_command();
std::unique_ptr<Command> make_reconcile_command();
std::unique_ptr<Command> make_explain_command();
std::unique_ptr<Command> make_doctor_command();
std::unique_ptr<Command> make_trust_policy_command();
std::unique_ptr<Command> make_demo_command();
std::unique_ptr<Command> make_completion_command();
std::unique_ptr<Command> make_manual_command();
std::unique_ptr<Command> make_help_command();

}  // namespace tool

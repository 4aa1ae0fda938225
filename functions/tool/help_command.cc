#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "functions/tool/command.h"
#include "functions/tool/help_text.h"
#include "runtime/local/workspace.h"

namespace tool {
namespace {

constexpr const char* kFooter = R"(Examples:
  lakefeed help
  lakefeed help replay

Exit codes: 0 shown, 2 usage.)";

class HelpCommand final : public Command {
  public:
    CLI::App* add_to(CLI::App& app) override;
    local::ExitCode run(const std::stop_token& stop) override;

  private:
    const CLI::App* top_ = nullptr;
    std::string command_;
};

CLI::App* HelpCommand::add_to(CLI::App& app) {
    top_ = &app;
    CLI::App* command = app.add_subcommand("help", "show how a command is used");
    command->add_option("command", command_, "the command; none: all of them by name")
        ->type_name("")
        ->option_text("[COMMAND]");
    command->footer(kFooter);
    return command;
}

local::ExitCode HelpCommand::run(const std::stop_token& /*stop*/) {
    const CommandNode top = read_command(*top_, top_->get_name());
    const CommandNode* shown = command_.empty() ? &top : nullptr;
    std::vector<std::string> names;
    for (const CommandNode& command : top.commands) {
        names.emplace_back(last_word(command.name));
        if (names.back() == command_) shown = &command;
    }
    if (shown == nullptr) return usage_error(unknown_word("command", command_, names));
    const std::string text = help_text(*shown);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return local::ExitCode::ok;
}

}  // namespace

std::unique_ptr<Command> make_help_command() {
    return std::make_unique<HelpCommand>();
}

}  // namespace tool

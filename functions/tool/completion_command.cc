#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "functions/tool/command.h"
#include "functions/tool/shell_completion.h"

namespace tool {
namespace {

constexpr const char* kFooter = R"text(Examples:
  source <(lakefeed completion bash)
  lakefeed completion bash > /etc/bash_completion.d/lakefeed
  lakefeed completion zsh > ~/.zfunc/_lakefeed
  lakefeed completion fish > ~/.config/fish/completions/lakefeed.fish

Prints a script with which the shell completes commands, options, the functions' names and files. It
is made from the command line that this program reads: make it again after an update.
Exit codes: 0 printed, 2 usage.)text";

using MakeScript = std::string (*)(const CommandNode&);
constexpr std::array<std::pair<std::string_view, MakeScript>, 3> kShells{
    {{"bash", bash_completion}, {"zsh", zsh_completion}, {"fish", fish_completion}}};

class CompletionCommand final : public Command {
  public:
    CLI::App* add_to(CLI::App& app) override;
    local::ExitCode run(const std::stop_token& stop) override;

  private:
    const CLI::App* top_ = nullptr;
    std::string shell_;
};

CLI::App* CompletionCommand::add_to(CLI::App& app) {
    top_ = &app;
    CLI::App* command =
        app.add_subcommand("completion", "print a script with which a shell completes lakefeed");
    command->add_option("shell", shell_, "the shell")
        ->type_name("")
        ->option_text("bash|zsh|fish")
        ->required();
    command->footer(kFooter);
    return command;
}

local::ExitCode CompletionCommand::run(const std::stop_token& /*stop*/) {
    std::vector<std::string> known;
    for (const auto& [shell, make] : kShells) {
        known.emplace_back(shell);
        if (shell != shell_) continue;
        const std::string script = make(read_command(*top_, top_->get_name()));
        std::fwrite(script.data(), 1, script.size(), stdout);
        return local::ExitCode::ok;
    }
    return usage_error("completion: " + unknown_word("shell", shell_, known));
}

}  // namespace

std::unique_ptr<Command> make_completion_command() {
    return std::make_unique<CompletionCommand>();
}

}  // namespace tool

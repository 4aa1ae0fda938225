#include <cstdio>
#include <string>

#include <CLI/CLI.hpp>

#include "functions/tool/command.h"
#include "functions/tool/manual_page.h"

namespace tool {
namespace {

constexpr const char* kFooter = R"(Examples:
  lakefeed manual | man -l -
  lakefeed manual > /usr/local/share/man/man1/lakefeed.1

Exit codes: 0 printed, 2 usage.)";

class ManualCommand final : public Command {
  public:
    CLI::App* add_to(CLI::App& app) override {
        top_ = &app;
        CLI::App* command =
            app.add_subcommand("manual", "print the manual page of all commands, in roff");
        command->footer(kFooter);
        return command;
    }
    local::ExitCode run(const std::stop_token& /*stop*/) override {
        const std::string page =
            manual_page(read_command(*top_, top_->get_name()), "lakefeed " LAKEFEED_VERSION);
        std::fwrite(page.data(), 1, page.size(), stdout);
        return local::ExitCode::ok;
    }

  private:
    const CLI::App* top_ = nullptr;
};

}  // namespace

std::unique_ptr<Command> make_manual_command() {
    return std::make_unique<ManualCommand>();
}

}  // namespace tool

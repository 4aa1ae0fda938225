// What --help prints: how it is called, examples first, then arguments and options.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "functions/tool/command_tree.h"

namespace tool {

std::string help_text(const CommandNode& command);

class HelpFormatter final : public CLI::FormatterBase {
  public:
    [[nodiscard]] std::string make_help(const CLI::App* app, std::string name,
                                        CLI::AppFormatMode mode) const override;
};

}  // namespace tool

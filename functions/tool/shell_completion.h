// Scripts with which a shell completes `lakefeed`'s commands, options, names of functions and
// files.
#pragma once

#include <string>

#include "functions/tool/command_tree.h"

namespace tool {

std::string bash_completion(const CommandNode& top);
std::string zsh_completion(const CommandNode& top);
std::string fish_completion(const CommandNode& top);

// 'text', with which all three shells mean the text itself.
std::string single_quoted(std::string_view text);

}  // namespace tool

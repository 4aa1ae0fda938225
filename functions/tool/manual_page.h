// The manual page lakefeed(1), in roff's man macros.
#pragma once

#include <string>
#include <string_view>

#include "functions/tool/command_tree.h"

namespace tool {

// `version` stands at the page's foot: "lakefeed 0.1.0".
std::string manual_page(const CommandNode& top, std::string_view version);

// Text as roff prints it letter by letter: no backslash, dot, quote or hyphen is taken for its own.
std::string roff_text(std::string_view text);

}  // namespace tool

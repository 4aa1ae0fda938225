// Text of a catalog or a service, made safe for a person's terminal.
#pragma once

#include <string>
#include <string_view>

namespace tool {

// In one line that gives the terminal no commands: control characters (C0, DEL and C1), separators
// of lines and what turns the direction of writing stand as \u001b; bytes that are no UTF-8 as
// U+FFFD. All else is as it was, quotes and backslashes too.
std::string for_terminal(std::string_view text);

}  // namespace tool

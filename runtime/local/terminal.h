// How a command of `lakefeed` speaks: what it ends with, and to whom.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/base/environment.h"

namespace local {

// README and --help list them.
enum class ExitCode : std::uint8_t {
    ok = 0,
    failed = 1,
    usage = 2,
    set_up = 3,
    interrupted = 130,
};

enum class OutputFormat { text, json };
enum class Colour { off, on };

// Colour where a person looks at standard error and did not say otherwise (https://no-color.org).
Colour colour_for(const base::Environment& environment);

// Whether standard error is a terminal on which a line can be drawn over itself (TERM=dumb cannot),
// and how wide and high it is now.
bool draws_over(const base::Environment& environment);
std::size_t terminal_columns();
std::size_t terminal_rows();

// Writes to standard error at once.
void tell(std::string_view text);

}  // namespace local

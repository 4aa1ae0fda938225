#include "runtime/local/terminal.h"

#include <unistd.h>

namespace local {

Colour colour_for(const base::Environment& environment) {
    const bool wanted = ::isatty(STDERR_FILENO) == 1 && !environment.get("NO_COLOR") &&
                        environment.get("TERM").value_or("dumb") != "dumb";
    return wanted ? Colour::on : Colour::off;
}

}  // namespace local

#include "runtime/local/terminal.h"

#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>

namespace local {

Colour colour_for(const base::Environment& environment) {
    const bool wanted = draws_over(environment) && !environment.get("NO_COLOR");
    return wanted ? Colour::on : Colour::off;
}

bool draws_over(const base::Environment& environment) {
    return ::isatty(STDERR_FILENO) == 1 && environment.get("TERM").value_or("dumb") != "dumb";
}

std::size_t terminal_columns() {
    constexpr std::size_t kUnknown = 80;
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUnknown;
    return size.ws_col;
}

std::size_t terminal_rows() {
    constexpr std::size_t kUnknown = 24;
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return kUnknown;
    return size.ws_row;
}

void tell(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

}  // namespace local

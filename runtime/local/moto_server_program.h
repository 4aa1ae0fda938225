// The Python program that is our moto server (moto_server.py and what it imports), so that the
// lakefeed command needs no file beside it.
#pragma once

#include <span>
#include <string_view>

namespace local {

struct ProgramFile {
    std::string_view path;  // below the program's folder: "moto_exports/history.py"
    std::string_view text;
};

// The first is the one to start.
std::span<const ProgramFile> moto_server_program();

}  // namespace local

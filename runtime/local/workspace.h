// Where things lie: the sample events, the zips, a Python. Looked for above the current folder,
// then above the program itself, so that `lakefeed` works from any folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/environment.h"
#include "common/base/result.h"

namespace local {

struct Workspace {
    std::string events_folder = {};  // empty where there is none
    std::string dist_folder = {};
    std::string python = {};
};

// LAKEFEED_EVENTS, LAKEFEED_DIST and LAKEFEED_PYTHON name them outright.
Workspace find_workspace(const base::Environment& environment);

// The functions that have sample events, sorted.
std::vector<std::string> functions_with_events(const Workspace& workspace);

// The event.json of each case of a function, sorted by the case's name.
std::vector<std::string> event_files(const Workspace& workspace, std::string_view function);

// The functions that have a zip for this machine.
std::vector<std::string> functions_with_zips(const Workspace& workspace);

// dist/FUNCTION-x86_64.zip or dist/FUNCTION-arm64.zip, by this machine.
std::string zip_path(const Workspace& workspace, std::string_view function);

// The known name that is closest to `word`, at most two changes away.
std::optional<std::string> closest(std::string_view word, const std::vector<std::string>& known);

}  // namespace local

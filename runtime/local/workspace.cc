#include "runtime/local/workspace.h"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <sys/utsname.h>
#include <unistd.h>

namespace local {
namespace {

namespace fs = std::filesystem;

std::string architecture() {
    utsname name{};
    if (::uname(&name) != 0) return "x86_64";
    const std::string machine = name.machine;  // NOLINT(*-array-to-pointer-decay)
    return machine == "aarch64" ? "arm64" : machine;
}

bool is_file(const fs::path& path) {
    std::error_code failure;
    return fs::is_regular_file(path, failure);
}

bool is_folder(const fs::path& path) {
    std::error_code failure;
    return fs::is_directory(path, failure);
}

// The first folder, going up, in which there is a folder `events` with cases, or a folder `dist`.
std::optional<fs::path> root_above(fs::path folder) {
    while (true) {
        if (is_folder(folder / "events") &&
            (is_folder(folder / "functions") || is_folder(folder / "dist")))
            return folder;
        if (folder == folder.parent_path()) return std::nullopt;
        folder = folder.parent_path();
    }
}

std::string program_in_path(const base::Environment& environment, std::string_view name) {
    const std::string path = environment.get("PATH").value_or("/usr/local/bin:/usr/bin:/bin");
    std::string_view rest = path;
    while (!rest.empty()) {
        const std::string_view folder = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(rest.size(), folder.size() + 1));
        const fs::path program = fs::path(folder) / name;
        if (!folder.empty() && ::access(program.c_str(), X_OK) == 0) return program.string();
    }
    return "/usr/bin/" + std::string(name);
}

// The names of the folder's entries that `keep` takes, sorted.
template <typename Keep>
std::vector<std::string> names_in(const fs::path& folder, Keep keep) {
    std::vector<std::string> names;
    std::error_code failure;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, failure)) {
        if (keep(entry.path())) names.push_back(entry.path().filename().string());
    }
    std::ranges::sort(names);
    return names;
}

}  // namespace

Workspace find_workspace(const base::Environment& environment) {
    std::error_code failure;
    const fs::path program = fs::read_symlink("/proc/self/exe", failure).parent_path();
    auto root = root_above(fs::current_path(failure));
    if (!root) root = root_above(program);
    Workspace workspace;
    if (root) {
        workspace.events_folder = (*root / "events").string();
        workspace.dist_folder = (*root / "dist").string();
        const fs::path python = *root / "build" / "venv" / "bin" / "python";
        if (::access(python.c_str(), X_OK) == 0) workspace.python = python.string();
    } else {
        workspace.dist_folder = program.string();
        if (is_folder("events")) workspace.events_folder = "events";
    }
    if (workspace.python.empty()) workspace.python = program_in_path(environment, "python3");
    if (auto events = environment.get("LAKEFEED_EVENTS")) workspace.events_folder = *events;
    if (auto dist = environment.get("LAKEFEED_DIST")) workspace.dist_folder = *dist;
    if (auto python = environment.get("LAKEFEED_PYTHON")) workspace.python = *python;
    return workspace;
}

std::vector<std::string> event_files(const Workspace& workspace, std::string_view function) {
    const fs::path folder = fs::path(workspace.events_folder) / function;
    std::vector<std::string> files =
        names_in(folder, [](const fs::path& entry) { return is_file(entry / "event.json"); });
    for (std::string& file : files)
        file = (folder / file / "event.json").string();
    return files;
}

std::vector<std::string> functions_with_events(const Workspace& workspace) {
    if (workspace.events_folder.empty()) return {};
    return names_in(workspace.events_folder, [&](const fs::path& entry) {
        return is_folder(entry) && !event_files(workspace, entry.filename().string()).empty();
    });
}

std::string zip_path(const Workspace& workspace, std::string_view function) {
    return (fs::path(workspace.dist_folder) /
            (std::string(function) + "-" + architecture() + ".zip"))
        .string();
}

std::vector<std::string> functions_with_zips(const Workspace& workspace) {
    const std::string ending = "-" + architecture() + ".zip";
    std::vector<std::string> names = names_in(workspace.dist_folder, [&](const fs::path& entry) {
        return entry.filename().string().ends_with(ending);
    });
    for (std::string& name : names)
        name.resize(name.size() - ending.size());
    return names;
}

std::optional<std::string> closest(std::string_view word, const std::vector<std::string>& known) {
    constexpr std::size_t kChangesMax = 2;
    std::optional<std::string> best;
    std::size_t best_changes = kChangesMax + 1;
    for (const std::string& name : known) {
        // Levenshtein's distance, row by row.
        std::vector<std::size_t> row(name.size() + 1);
        std::iota(row.begin(), row.end(), std::size_t{0});
        for (std::size_t i = 0; i < word.size(); ++i) {
            std::size_t diagonal = row[0];
            row[0] = i + 1;
            for (std::size_t j = 0; j < name.size(); ++j) {
                const std::size_t replaced = diagonal + (word[i] == name[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
            }
        }
        if (row.back() < best_changes) {
            best_changes = row.back();
            best = name;
        }
    }
    return best;
}

}  // namespace local

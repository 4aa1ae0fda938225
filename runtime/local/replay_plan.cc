#include "runtime/local/replay_plan.h"

#include <filesystem>
#include <iostream>
#include <iterator>

#include <fmt/format.h>

#include "runtime/local/package.h"

namespace local {
namespace {

namespace fs = std::filesystem;

// events/FUNCTION/CASE/event.json is known by its folder, any other file by its own name.
std::string case_name_of(const std::string& path) {
    const fs::path file(path);
    const std::string folder = file.parent_path().filename().string();
    return file.filename() == "event.json" && !folder.empty() ? folder : file.filename().string();
}

base::Result<ReplayPlan> plan_events(const ReplayOptions& options, const Workspace& workspace) {
    std::vector<std::string> functions{options.function};
    if (options.function.empty()) functions = functions_with_events(workspace);
    ReplayPlan plan;
    for (const std::string& function : functions) {
        const std::vector<std::string> files =
            options.files.empty() ? event_files(workspace, function) : options.files;
        for (const std::string& file : files) {
            std::error_code failure;
            const std::string path =
                fs::is_directory(file, failure) ? (fs::path(file) / "event.json").string() : file;
            plan.items.push_back(
                {.function = function, .path = path, .case_name = case_name_of(path)});
        }
    }
    if (!plan.items.empty()) return plan;
    return base::Error{base::ErrorKind::config_invalid,
                       fmt::format("find sample events: none in {}\nname a function and an event "
                                   "file, or go to a folder with events/FUNCTION/CASE/event.json",
                                   workspace.events_folder.empty() ? "this folder or above it"
                                                                   : workspace.events_folder)};
}

// The file, or what comes from standard input, and what lies beside it.
base::Result<CaseFiles> read_kept_file(const std::string& path) {
    if (path == kStandardInput)
        return CaseFiles{
            .event = read_standard_input(), .environment = {}, .setup = {}, .expected = {}};
    return read_case_files(path);
}

base::Result<ReplayPlan> plan_kept(const std::string& function, const KeptFile& kept,
                                   base::EpochMs now_ms) {
    auto files = read_kept_file(kept.path);
    if (!files) return std::move(files).error();
    const auto lines = plain_lines(std::move(files->event));
    if (!lines)
        return base::Error{lines.error().kind,
                           fmt::format("read {}: {}", kept.path, lines.error().message)};
    KeptEvents made = make_kept_events(kept.kept_by, *lines, now_ms);

    const std::string name =
        kept.path == kStandardInput ? "standard input" : fs::path(kept.path).filename().string();
    ReplayPlan plan;
    plan.kept_files = {.event = {},
                       .environment = std::move(files->environment),
                       .setup = std::move(files->setup),
                       .expected = {}};
    for (KeptEvent& event : made.events) {
        const std::size_t first = event.lines.front().line;
        const std::size_t last = event.lines.back().line;
        plan.items.push_back({.function = function,
                              .path = kept.path,
                              .case_name = fmt::format("{}:{}-{}", name, first, last),
                              .kept = std::move(event)});
    }
    if (!made.bad.empty())
        plan.unusable.push_back({.function = function,
                                 .case_name = name,
                                 .problem = "these lines hold no record; all others are replayed",
                                 .lines = std::move(made.bad)});
    return plan;
}

}  // namespace

base::Result<ReplayPlan> plan_replay(const ReplayOptions& options, const Workspace& workspace,
                                     base::EpochMs now_ms) {
    return options.kept ? plan_kept(options.function, *options.kept, now_ms)
                        : plan_events(options, workspace);
}

base::Result<base::Done> check_bootstraps(const ReplayOptions& options, const Workspace& workspace,
                                          const std::vector<ReplayItem>& items) {
    std::error_code failure;
    if (!options.bootstrap.empty()) {
        if (fs::is_regular_file(options.bootstrap, failure)) return base::Done{};
        return base::Error{base::ErrorKind::config_invalid,
                           fmt::format("start {}: there is no such file", options.bootstrap)};
    }
    std::string missing;
    for (const ReplayItem& item : items) {
        const std::string zip = zip_path(workspace, item.function);
        if (!fs::is_regular_file(zip, failure) && missing.find(zip) == std::string::npos)
            missing += (missing.empty() ? "" : ", ") + zip;
    }
    if (missing.empty()) return base::Done{};
    return base::Error{base::ErrorKind::config_invalid,
                       fmt::format("open {}: there is no such file\n./deploy/build makes it; "
                                   "--bootstrap PATH runs another program",
                                   missing)};
}

std::string read_standard_input() {
    return {std::istreambuf_iterator<char>(std::cin), {}};
}

}  // namespace local

#include "runtime/local/demo/lake_query.h"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "runtime/local/child_process.h"
#include "runtime/local/demo/change_generator.h"
#include "runtime/local/demo/lake_query_program.h"
#include "runtime/local/package.h"

namespace demo {
namespace {

constexpr std::int64_t kLimitMs = 120'000;
constexpr std::int64_t kCheckMs = 50;

base::Error cannot_run(const std::string& python, const std::string& reason) {
    return {base::ErrorKind::config_invalid,
            fmt::format("query the lake with {}: {}\n./events/replay installs DuckDB; or name a "
                        "Python that has duckdb in LAKEFEED_PYTHON",
                        python, reason)};
}

std::string write_file(const local::TemporaryFolder& folder, std::string_view name,
                       std::string_view text) {
    const std::string path = (std::filesystem::path(folder.path()) / name).string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
}

base::Result<QueryFindings> read_findings(std::string_view text) {
    const auto json = codec::parse_json(text, "the query's answer");
    if (!json) return json.error();
    const auto* rows = codec::find_array(*json, "rows");
    const auto lake_items = codec::find_integer(*json, "lake_items");
    const auto table_items = codec::find_integer(*json, "table_items");
    const auto different = codec::find_integer(*json, "different");
    if (rows == nullptr || !lake_items || !table_items || !different)
        return base::Error{base::ErrorKind::data_invalid, "the query's answer lacks its counts"};
    QueryFindings findings{*lake_items, *table_items, *different, {}};
    for (const codec::JsonValue& row : rows->GetArray())
        findings.rows.emplace_back(codec::text_of(row));
    return findings;
}

}  // namespace

base::Result<QueryFindings> run_lake_query(const LakeQuery& query, const std::stop_token& stop) {
    const auto folder = local::TemporaryFolder::make();
    if (!folder) return folder.error();
    const std::string program = write_file(*folder, "lake_query.py", lake_query_program());
    const std::string sql = write_file(*folder, "newest_state.sql", newest_state_sql());
    std::string output;
    local::ChildProcessOptions options{
        .arguments = {query.python, program, sql, query.folder, query.table,
                      std::string(kPartitionKey), std::string(kSortKey)},
        .environment = {"PYTHONDONTWRITEBYTECODE=1"},
        .working_folder = folder->path(),
        .on_output = [&output](std::string_view text) { output += text; },
        .on_exit = {}};
    for (char** variable = environ; *variable != nullptr; ++variable)
        options.environment.emplace_back(*variable);
    auto process = local::ChildProcess::start(std::move(options));
    if (!process) return cannot_run(query.python, process.error().message);
    for (std::int64_t waited_ms = 0; !(*process)->wait_ended(kCheckMs); waited_ms += kCheckMs) {
        if (stop.stop_requested())
            return base::Error{base::ErrorKind::deadline_near, "the demo was stopped"};
        if (waited_ms > kLimitMs) return cannot_run(query.python, "it does not end");
    }
    (*process)->catch_up_with_output();
    if (!output.starts_with('{')) return cannot_run(query.python, output);
    return read_findings(output);
}

}  // namespace demo

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "common/base/environment.h"
#include "common/dynamodb/line_settings.h"
#include "functions/tool/command.h"
#include "runtime/local/describe_key.h"
#include "runtime/local/real_stores.h"
#include "runtime/local/stoppable_clock.h"
#include "runtime/local/verify.h"
#include "runtime/local/verify_report.h"

namespace tool {
namespace {

constexpr int kVerifyWorkersMax = 64;
constexpr int kListMax = 100'000;
constexpr std::size_t kKeyAttributesMax = 2;

constexpr const char* kFooter = R"text(Examples:
  lakefeed verify --manifest s3://exports/AWSDynamoDB/01795136400000-a1b2c3d4 \
                  --lake s3://lake/orders/
  lakefeed verify --manifest exports/AWSDynamoDB --lake lake/orders --key customer,order --json

Says whether every item of a full export is what the lake's lines rebuild for the export's time:
the snapshot in dt=00000000 and all changes since. Take an export that is newer than the
snapshot, and that the lake has passed. --manifest names its manifest-summary.json, its folder,
or a folder in which it is the only finished export. The key attributes are those of --key, else
those that envelopes tell, else what DescribeTable tells.
The lines are read as they were set to be written: LINE_NAMES, LINE_SHAPE, LINE_NUMBERS,
LINE_METADATA, METADATA_PREFIX, TIMESTAMP_ATTRIBUTE. S3 and DescribeTable need credentials in the
environment:  eval "$(aws configure export-credentials --format env)"
Lines and items are put aside, compressed, in --temp (TMPDIR, else /tmp), in files without names.
Exit codes: 0 equal, 1 different, 2 usage, 3 the export or the lake cannot be read,
130 interrupted.)text";

struct VerifyArguments {
    std::string manifest;
    std::string lake;
    std::string key;
    std::string temp;
    int list = 20;
    int workers = 0;
    bool json = false;
};

int workers_default() {
    return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, kVerifyWorkersMax);
}

base::Error argument_fault(std::string_view option, std::string_view problem) {
    return {base::ErrorKind::config_invalid, fmt::format("verify {}: {}", option, problem)};
}

// "customer,order"
base::Result<std::vector<std::string>> split_key(std::string_view text) {
    std::vector<std::string> names;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        names.emplace_back(text.substr(0, comma));
        if (names.back().empty() || comma + 1 == text.size() || names.size() > kKeyAttributesMax)
            return argument_fault("--key", "write PARTITION_KEY or PARTITION_KEY,SORT_KEY");
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return names;
}

class VerifyCommand final : public Command {
  public:
    CLI::App* add_to(CLI::App& app) override;
    local::ExitCode run(const std::stop_token& stop) override;

  private:
    [[nodiscard]] base::Result<local::VerifyOptions> read_arguments() const;
    [[nodiscard]] local::ExitCode tell_result(const local::VerifyResult& result,
                                              std::int64_t duration_ms, local::Colour colour) const;

    VerifyArguments arguments_;
};

CLI::App* VerifyCommand::add_to(CLI::App& app) {
    CLI::App* command = app.add_subcommand("verify", "prove that the lake equals a newer export");
    command->add_option("--manifest", arguments_.manifest, "the export")
        ->type_name("URI")
        ->required();
    command->add_option("--lake", arguments_.lake, "the table's folder in the lake")
        ->type_name("URI")
        ->required();
    command->add_option("--key", arguments_.key, "the key attributes' names")
        ->type_name("NAME[,NAME]");
    command->add_option("--list", arguments_.list, "differences to list, 20 by default")
        ->type_name("N")
        ->check(CLI::Range(0, kListMax).description(""));
    command->add_option("--workers", arguments_.workers, "files at a time, a core each by default")
        ->type_name("N")
        ->check(CLI::Range(1, kVerifyWorkersMax).description(""));
    command->add_option("--temp", arguments_.temp, "where lines and items are put aside")
        ->type_name("FOLDER");
    command->add_flag("--json", arguments_.json, "one JSON object on stdout at the end");
    command->footer(kFooter);
    return command;
}

base::Result<local::VerifyOptions> VerifyCommand::read_arguments() const {
    local::VerifyOptions options;
    auto manifest = lake::parse_object_uri(arguments_.manifest);
    if (!manifest) return argument_fault("--manifest", manifest.error().message);
    options.manifest = *std::move(manifest);
    auto folder = lake::parse_object_uri(arguments_.lake);
    if (!folder) return argument_fault("--lake", folder.error().message);
    options.lake = *std::move(folder);
    auto key = split_key(arguments_.key);
    if (!key) return std::move(key).error();
    options.key = *std::move(key);
    options.list_max = static_cast<std::size_t>(arguments_.list);
    options.workers = arguments_.workers > 0 ? arguments_.workers : workers_default();
    return options;
}

local::ExitCode VerifyCommand::tell_result(const local::VerifyResult& result,
                                           std::int64_t duration_ms, local::Colour colour) const {
    const std::string text =
        arguments_.json ? result_json(result, duration_ms) : result_text(result, colour);
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
    for (const std::string& warning : result.warnings)
        local::tell(fmt::format("lakefeed: {}\n", warning));
    return result.is_equal() ? local::ExitCode::ok : local::ExitCode::failed;
}

local::ExitCode exit_code_of(base::ErrorKind kind) {
    if (kind == base::ErrorKind::config_invalid) return local::ExitCode::usage;
    return kind == base::ErrorKind::deadline_near ? local::ExitCode::interrupted
                                                  : local::ExitCode::set_up;
}

local::ExitCode VerifyCommand::run(const std::stop_token& stop) {
    auto options = read_arguments();
    if (!options) return usage_error(options.error().message);

    const base::ProcessEnvironment environment;
    base::SettingsReader reader(environment);
    options->lines.line = dynamodb::read_line_settings(reader);
    options->lines.timestamp_attribute = reader.text("TIMESTAMP_ATTRIBUTE");
    options->temp_folder =
        arguments_.temp.empty() ? reader.text("TMPDIR", options->temp_folder) : arguments_.temp;
    const local::StoreSettings stores = local::read_store_settings(
        reader, environment, std::array{options->manifest, options->lake});
    if (const auto fault = reader.fault()) {
        local::tell(fmt::format("lakefeed: {}\n", fault->message));
        return local::ExitCode::set_up;
    }
    options->look =
        local::draws_over(environment) ? local::ProgressLook::bar : local::ProgressLook::lines;

    const base::SystemClock wall_clock;
    local::StoppableClock clock(wall_clock, stop);
    const local::MakeThreadStores make = [&] {
        return local::make_real_stores(stores, environment, clock);
    };
    const local::VerifySeams seams{.make_stores = make,
                                   .describe_key =
                                       [&](const std::string& table_arn) {
                                           return local::describe_key(table_arn, environment,
                                                                      clock);
                                       },
                                   .clock = clock,
                                   .tell = local::tell,
                                   .columns = local::terminal_columns};
    const base::EpochMs begin_ms = clock.now_ms();
    const auto result = local::verify(*options, seams, stop);
    if (!result) {
        const local::ExitCode code = stop.stop_requested() ? local::ExitCode::interrupted
                                                           : exit_code_of(result.error().kind);
        if (code == local::ExitCode::usage) return usage_error(result.error().message);
        local::tell(fmt::format("lakefeed: {}\n", result.error().message));
        return code;
    }
    return tell_result(
        *result, clock.now_ms() - begin_ms,
        ::isatty(STDOUT_FILENO) == 1 ? local::colour_for(environment) : local::Colour::off);
}

}  // namespace

std::unique_ptr<Command> make_verify_command() {
    return std::make_unique<VerifyCommand>();
}

}  // namespace tool

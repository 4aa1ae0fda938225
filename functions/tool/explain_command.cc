#include <cstdio>
#include <iostream>
#include <iterator>
#include <stop_token>
#include <string>
#include <string_view>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "common/base/environment.h"
#include "functions/tool/command.h"
#include "functions/tool/explain.h"
#include "functions/tool/explain_report.h"
#include "functions/tool/variables.h"
#include "runtime/local/backfill_report.h"
#include "runtime/local/sample_case.h"
#include "runtime/local/workspace.h"

namespace tool {
namespace {

constexpr std::string_view kKnown = "glue_to_snowflake";
constexpr std::string_view kStandardInput = "-";

constexpr const char* kFooter = R"text(Examples:
  lakefeed explain glue_to_snowflake event.json --env-file production
  lakefeed explain glue_to_snowflake - --json < queue_batch.json
  aws glue get-table --database-name sales__raw --name orders |
      lakefeed explain glue_to_snowflake - --stage LAKE.PUBLIC.RAW=s3://lake/raw/

Tells for each table its name in Snowflake, what would be done and why, and each statement with its
reason. Nothing is changed: an event (of CloudTrail, of Glue, an SQS batch, a reconcile) is read
with GetTable, SHOW and DESC alone. What `aws glue get-table` or `get-tables` prints needs no account
and is planned as new. Settings are the function's (SECRET_ARN, DATABASE_RULE ...), from the
environment, --env-file and --env; the last wins. Without SECRET_ARN, with --stage (in the place of
the secret's stages) or with TARGET_TYPE=LOGGING, Snowflake is not asked.
Exit codes: 0 explained, 1 the event is none or a table failed, 2 usage, 3 the file, the settings or
a service cannot be read, 130 interrupted.)text";

struct ExplainArguments {
    std::string function;
    std::string file;
    std::vector<std::string> stages;
    VariableArguments variables;
    bool json = false;
};

class ExplainCommand final : public Command {
  public:
    CLI::App* add_to(CLI::App& app) override;
    local::ExitCode run(const std::stop_token& stop) override;

  private:
    [[nodiscard]] local::ExitCode tell_explanation(const Explanation& explanation,
                                                   const base::Environment& environment) const;

    ExplainArguments arguments_;
};

CLI::App* ExplainCommand::add_to(CLI::App& app) {
    CLI::App* command =
        app.add_subcommand("explain", "tell what a function would send, and why; sends nothing");
    command->add_option("function", arguments_.function, "the function that explains its plan")
        ->type_name("")
        ->option_text(std::string(kKnown))
        ->required();
    command->add_option("file", arguments_.file, "an event or a Glue table; - is standard input")
        ->type_name("")
        ->option_text("FILE")
        ->required();
    command->add_option("--stage", arguments_.stages, "a stage, in the place of the secret's")
        ->type_name("DB.SCHEMA.STAGE=s3://...")
        ->take_all()
        ->allow_extra_args(false);
    add_variable_options(*command, arguments_.variables, "the settings");
    command->add_flag("--json", arguments_.json, "one JSON object on stdout at the end");
    command->footer(kFooter);
    return command;
}

base::Result<std::string> read_text(const std::string& path) {
    if (path == kStandardInput) return std::string(std::istreambuf_iterator<char>(std::cin), {});
    return local::read_file(path);
}

std::string unknown_function(const std::string& function) {
    if (local::closest(function, {std::string(kKnown)}))
        return "explain: " + unknown_word("function", function, {std::string(kKnown)});
    return fmt::format(
        "explain knows glue_to_snowflake alone, not {}; lakefeed replay {} FILE runs the function "
        "against a local AWS and shows its calls",
        function, function);
}

local::ExitCode exit_code_of(base::ErrorKind kind) {
    return kind == base::ErrorKind::event_invalid ? local::ExitCode::failed
                                                  : local::ExitCode::set_up;
}

local::ExitCode ExplainCommand::run(const std::stop_token& stop) {
    if (arguments_.function != kKnown) return usage_error(unknown_function(arguments_.function));
    auto variables = gather_variables(arguments_.variables);
    if (!variables) return usage_error("explain: " + variables.error().message);
    ExplainRequest request;
    if (!arguments_.stages.empty()) {
        auto stages = read_stages(arguments_.stages);
        if (!stages) return usage_error("explain " + stages.error().message);
        request.stages = *std::move(stages);
    }
    // It only reads, so it need not wait for an answer.
    const std::stop_callback leave(stop,
                                   [] { ::_exit(static_cast<int>(local::ExitCode::interrupted)); });
    auto text = read_text(arguments_.file);
    if (!text) {
        local::tell(
            fmt::format("lakefeed: {}; give an event, the answer of `aws glue get-table`, "
                        "or - for standard input\n",
                        text.error().message));
        return local::ExitCode::set_up;
    }
    const base::ProcessEnvironment process;
    const OverlaidEnvironment environment(process, *std::move(variables));
    request.text = *std::move(text);
    const auto explanation = explain(request, environment);
    if (!explanation) {
        local::tell(fmt::format("lakefeed: {}\n", local::error_text(explanation.error())));
        return exit_code_of(explanation.error().kind);
    }
    return tell_explanation(*explanation, environment);
}

local::ExitCode ExplainCommand::tell_explanation(const Explanation& explanation,
                                                 const base::Environment& environment) const {
    const auto colour =
        ::isatty(STDOUT_FILENO) == 1 ? local::colour_for(environment) : local::Colour::off;
    const std::string text = arguments_.json ? explain_json(explanation.outcomes) + "\n"
                                             : explain_text(explanation.outcomes, colour);
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
    if (!explanation.has_stages) {
        local::tell(
            "without SECRET_ARN no stage is known; --stage DB.SCHEMA.STAGE=s3://bucket/ names "
            "one\n");
    }
    local::tell(explanation.against == ExplainedAgainst::snowflake
                    ? "nothing was changed in Snowflake\n"
                    : "Snowflake was not asked: planned as if it had none of the tables\n");
    return has_failures(explanation.outcomes) ? local::ExitCode::failed : local::ExitCode::ok;
}

}  // namespace

std::unique_ptr<Command> make_explain_command() {
    return std::make_unique<ExplainCommand>();
}

}  // namespace tool

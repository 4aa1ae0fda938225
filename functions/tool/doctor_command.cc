#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "common/codec/json.h"
#include "functions/tool/command.h"
#include "functions/tool/settings_check.h"
#include "functions/tool/variables.h"
#include "runtime/local/doctor.h"
#include "runtime/local/sample_case.h"

namespace tool {
namespace {

using local::Finding;
using local::Severity;

constexpr const char* kFooter = R"text(Examples:
  lakefeed doctor dist/*.zip
  lakefeed doctor dist/table_export-arm64.zip --env-file production
  lakefeed doctor target/lambda/mine/bootstrap

Looks at each file, starts none: whether the zip has an executable bootstrap at its top, within
Lambda's sizes, for a machine that Lambda has, and with nothing that provided.al2023 lacks (glibc
2.34, no other shared libraries). With --env-file or --env, the settings are read as the function
would read them; which function, the file's name says, or --function.
Exit codes: 0 all would run, 1 one would not, 2 usage, 3 a file cannot be read.)text";

struct DoctorArguments {
    std::vector<std::string> files;
    std::string function;
    VariableArguments variables;
    bool json = false;
};

struct Diagnosis {
    std::string file;
    std::vector<Finding> findings;
};

// Only what was given: this machine's own variables are not the function's.
class GivenEnvironment final : public base::Environment {
  public:
    explicit GivenEnvironment(Variables variables) : variables_(std::move(variables)) {}
    [[nodiscard]] std::optional<std::string> get(std::string_view name) const override {
        const auto found = variables_.find(std::string(name));
        if (found == variables_.end() || found->second.empty()) return std::nullopt;
        return found->second;
    }

  private:
    Variables variables_;
};

std::string_view severity_name(Severity severity) {
    switch (severity) {
        case Severity::good:
            return "ok";
        case Severity::advice:
            return "advice";
        case Severity::problem:
            break;
    }
    return "problem";
}

std::string json_of(const std::vector<Diagnosis>& diagnoses) {
    codec::JsonWriter json;
    json.begin_object().key("files").begin_array();
    for (const Diagnosis& diagnosis : diagnoses) {
        json.begin_object().member("file", diagnosis.file);
        json.member_boolean("healthy", local::is_healthy(diagnosis.findings));
        json.key("findings").begin_array();
        for (const Finding& finding : diagnosis.findings) {
            json.begin_object().member("severity", severity_name(finding.severity));
            json.member("text", finding.text).end_object();
        }
        json.end_array().end_object();
    }
    json.end_array().end_object();
    return json.take() + "\n";
}

std::string text_of(const std::vector<Diagnosis>& diagnoses) {
    std::string text;
    for (const Diagnosis& diagnosis : diagnoses) {
        text += diagnosis.file + "\n";
        for (const Finding& finding : diagnosis.findings)
            text += fmt::format("  {:<8} {}\n", severity_name(finding.severity), finding.text);
    }
    return text;
}

class DoctorCommand final : public Command {
  public:
    CLI::App* add_to(CLI::App& app) override;
    local::ExitCode run(const std::stop_token& stop) override;

  private:
    [[nodiscard]] Finding settings_finding(const std::string& file,
                                           const base::Environment& settings) const;

    DoctorArguments arguments_;
};

CLI::App* DoctorCommand::add_to(CLI::App& app) {
    CLI::App* command =
        app.add_subcommand("doctor", "say whether a zip or a bootstrap would run on Lambda");
    command->add_option("file", arguments_.files, "zips, or bootstraps")
        ->type_name("")
        ->option_text("FILE...")
        ->required();
    command->add_option("--function", arguments_.function, "whose settings are checked")
        ->type_name("FUNCTION");
    add_variable_options(*command, arguments_.variables, "the function");
    command->add_flag("--json", arguments_.json, "one JSON object on stdout at the end");
    command->footer(kFooter);
    return command;
}

// What the settings that were given lack, as the function would tell it.
Finding DoctorCommand::settings_finding(const std::string& file,
                                        const base::Environment& settings) const {
    const auto function = arguments_.function.empty()
                              ? function_of_file(file)
                              : std::optional<std::string>(arguments_.function);
    if (!function) {
        return {
            Severity::problem,
            "the file's name is none of the functions': --function says whose settings these are"};
    }
    if (auto fault = settings_fault(*function, settings))
        return {Severity::problem, fmt::format("{}: {}", *function, *fault)};
    return {Severity::good, fmt::format("the settings are sound for {}", *function)};
}

local::ExitCode DoctorCommand::run(const std::stop_token& /*stop*/) {
    const std::vector<std::string> known = known_functions();
    if (!arguments_.function.empty() &&
        std::ranges::find(known, arguments_.function) == known.end())
        return usage_error(fmt::format("doctor: {} (there are: {})",
                                       unknown_word("function", arguments_.function, known),
                                       fmt::join(known, ", ")));
    const bool has_settings =
        !arguments_.variables.variables.empty() || !arguments_.variables.files.empty();
    auto variables = gather_variables(arguments_.variables);
    if (!variables) return usage_error("doctor: " + variables.error().message);
    // Lambda always sets it.
    variables->try_emplace("AWS_REGION", "us-east-1");
    const GivenEnvironment settings(*std::move(variables));
    std::vector<Diagnosis> diagnoses;
    bool healthy = true;
    for (const std::string& file : arguments_.files) {
        const auto bytes = local::read_file(file);
        if (!bytes) {
            local::tell(fmt::format("lakefeed: {}\n", bytes.error().message));
            return local::ExitCode::set_up;
        }
        Diagnosis& diagnosis = diagnoses.emplace_back(file, local::examine(file, *bytes));
        if (has_settings) diagnosis.findings.push_back(settings_finding(file, settings));
        healthy = healthy && local::is_healthy(diagnosis.findings);
    }
    const std::string text = arguments_.json ? json_of(diagnoses) : text_of(diagnoses);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return healthy ? local::ExitCode::ok : local::ExitCode::failed;
}

}  // namespace

std::unique_ptr<Command> make_doctor_command() {
    return std::make_unique<DoctorCommand>();
}

}  // namespace tool

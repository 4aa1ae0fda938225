#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "functions/tool/command.h"
#include "functions/tool/terminal_text.h"
#include "functions/tool/trust_policy.h"
#include "runtime/local/sample_case.h"

namespace tool {
namespace {

constexpr std::string_view kStandardInput = "-";

constexpr const char* kFooter = R"text(Examples:
  snow sql -q 'DESC INTEGRATION lakefeed' --format json | lakefeed trust-policy -
  lakefeed trust-policy integration.json --parameters
  lakefeed trust-policy integration.csv > trust.json

Prints the AWS trust policy with which Snowflake's user alone, and only with the integration's
external id, may assume the role that reads the bucket. FILE is what DESC INTEGRATION answers: JSON
of the snow command or the SQL API, CSV, or a table between bars. --parameters prints what
deploy/template.yaml takes for it instead. Nothing is sent anywhere.
Exit codes: 0 printed, 2 usage, 3 FILE cannot be read or does not describe one integration of S3.)text";

struct TrustPolicyArguments {
    std::string file;
    bool parameters = false;
    bool json = false;
};

class TrustPolicyCommand final : public Command {
  public:
    CLI::App* add_to(CLI::App& app) override;
    local::ExitCode run(const std::stop_token& stop) override;

  private:
    TrustPolicyArguments arguments_;
};

CLI::App* TrustPolicyCommand::add_to(CLI::App& app) {
    CLI::App* command = app.add_subcommand(
        "trust-policy", "print the trust policy of the role that Snowflake assumes");
    command->add_option("FILE", arguments_.file, "the answer of DESC INTEGRATION, or -")
        ->required()
        ->type_name("");
    command->add_flag("--parameters", arguments_.parameters,
                      "print the parameters of the template instead");
    command->add_flag("--json", arguments_.json, "one JSON object in one line");
    command->footer(kFooter);
    return command;
}

base::Result<std::string> read_text(const std::string& path) {
    if (path == kStandardInput) return std::string(std::istreambuf_iterator<char>(std::cin), {});
    return local::read_file(path);
}

std::string answer_of(const IntegrationTrust& trust, const TrustPolicyArguments& arguments) {
    if (arguments.parameters) {
        return (arguments.json ? trust_parameters_json(trust) : trust_parameters_text(trust)) +
               "\n";
    }
    return arguments.json ? trust_policy_json(trust) + "\n" : trust_policy_text(trust);
}

local::ExitCode TrustPolicyCommand::run(const std::stop_token& /*stop*/) {
    const auto text = read_text(arguments_.file);
    const auto trust = text ? read_integration(*text) : text.error();
    if (!trust) {
        const std::string name =
            arguments_.file == kStandardInput ? "standard input" : for_terminal(arguments_.file);
        local::tell(
            fmt::format("lakefeed: {}{}\n", text ? name + ": " : "", trust.error().message));
        return local::ExitCode::set_up;
    }
    const std::string answer = answer_of(*trust, arguments_);
    std::fwrite(answer.data(), 1, answer.size(), stdout);
    std::fflush(stdout);
    if (!trust->role_arn.empty()) local::tell(fmt::format("for the role {}\n", trust->role_arn));
    return local::ExitCode::ok;
}

}  // namespace

std::unique_ptr<Command> make_trust_policy_command() {
    return std::make_unique<TrustPolicyCommand>();
}

}  // namespace tool

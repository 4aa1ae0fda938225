#include "functions/tool/variables.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "runtime/local/sample_case.h"

namespace tool {

void add_variable_options(CLI::App& command, VariableArguments& arguments,
                          const std::string& whose) {
    command.add_option("--env", arguments.variables, "a variable of " + whose)
        ->type_name("NAME=VALUE")
        ->take_all()
        ->allow_extra_args(false);
    command.add_option("--env-file", arguments.files, "NAME=VALUE lines; --env wins")
        ->type_name("FILE")
        ->take_all()
        ->allow_extra_args(false);
}

base::Result<Variables> gather_variables(const VariableArguments& arguments) {
    Variables variables;
    for (const std::string& path : arguments.files) {
        const auto text = local::read_file(path);
        if (!text) return text.error();
        const auto read = local::parse_variables(*text, path);
        if (!read) return read.error();
        for (const auto& [name, value] : *read)
            variables[name] = value;
    }
    for (const std::string& variable : arguments.variables) {
        const std::size_t equals = variable.find('=');
        if (equals == std::string::npos || equals == 0)
            return base::Error{
                base::ErrorKind::config_invalid,
                fmt::format("--env {}: write NAME=VALUE", variable.substr(0, equals))};
        variables[variable.substr(0, equals)] = variable.substr(equals + 1);
    }
    return variables;
}

std::optional<std::string> OverlaidEnvironment::get(std::string_view name) const {
    const auto found = variables_.find(std::string(name));
    if (found == variables_.end()) return below_.get(name);
    if (found->second.empty()) return std::nullopt;
    return found->second;
}

}  // namespace tool

// The environment of a command, with the variables that its own options give on top.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/environment.h"
#include "common/base/result.h"

namespace CLI {
class App;
}

namespace tool {

using Variables = std::map<std::string, std::string>;

// What --env and --env-file say, before it is read.
struct VariableArguments {
    std::vector<std::string> variables;  // NAME=VALUE
    std::vector<std::string> files;
};

// `whose` is of the help: "the function".
void add_variable_options(CLI::App& command, VariableArguments& arguments,
                          const std::string& whose);

// The last file wins over the ones before it, and --env over all of them. Kind config_invalid,
// naming the file or the option.
base::Result<Variables> gather_variables(const VariableArguments& arguments);

class OverlaidEnvironment final : public base::Environment {
  public:
    // `below` outlives it. An empty value hides the variable of that name.
    OverlaidEnvironment(const base::Environment& below, Variables variables)
        : below_(below), variables_(std::move(variables)) {}
    [[nodiscard]] std::optional<std::string> get(std::string_view name) const override;

    void set(const std::string& name, const std::string& value) { variables_[name] = value; }

  private:
    const base::Environment& below_;
    Variables variables_;
};

}  // namespace tool

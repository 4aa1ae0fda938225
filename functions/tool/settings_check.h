// A function's settings, checked by the function's own reading of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/environment.h"

namespace tool {

// The functions whose settings are known, by name.
std::vector<std::string> known_functions();

// The function that a file of that name is of: "dist/table_export-x86_64.zip"; nothing where it is
// none of them.
std::optional<std::string> function_of_file(std::string_view path);

// All faults, as the function's init error would tell them; nothing where the settings are sound.
// `function` is one of known_functions(). What the services say (the secret, the table) is not
// asked.
std::optional<std::string> settings_fault(std::string_view function,
                                          const base::Environment& environment);

}  // namespace tool

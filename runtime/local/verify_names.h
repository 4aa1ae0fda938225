// The names of a line's top-level attributes (LINE_NAMES).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/dynamodb/line_settings.h"

namespace local {

std::string lower_ascii(std::string_view text);

// The name of each attribute in a line. With `lower`, where two fall together, the one that is
// lower already keeps the name, else the first; the others keep their own spelling.
std::vector<std::string> line_names(const std::vector<std::string_view>& attributes,
                                    dynamodb::LineNames names);

}  // namespace local

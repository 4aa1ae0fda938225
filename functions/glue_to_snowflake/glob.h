// File-name patterns: * stands for any text, ? for any one byte, all else for itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glue_to_snowflake {

bool glob_matches(std::string_view pattern, std::string_view text);

// Whether one of the patterns matches; an empty list matches all.
bool any_glob_matches(const std::vector<std::string>& patterns, std::string_view text);

}  // namespace glue_to_snowflake

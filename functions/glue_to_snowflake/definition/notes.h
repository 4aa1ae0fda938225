// What differs from Hive's reading of a table, for the reason of its plan.
#pragma once

#include <string>
#include <vector>

namespace glue_to_snowflake {

constexpr std::size_t kNotesMax = 10;

// The first kNotesMax of them, and how many more there were: two thousand columns must not make a
// response of megabytes.
std::vector<std::string> bounded_notes(std::vector<std::string> notes);

}  // namespace glue_to_snowflake

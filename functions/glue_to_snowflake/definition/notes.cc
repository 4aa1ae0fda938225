#include "functions/glue_to_snowflake/definition/notes.h"

#include <fmt/format.h>

namespace glue_to_snowflake {

std::vector<std::string> bounded_notes(std::vector<std::string> notes) {
    if (notes.size() <= kNotesMax) return notes;
    const std::size_t more = notes.size() - kNotesMax;
    notes.resize(kNotesMax);
    notes.push_back(fmt::format("{} more notes like these", more));
    return notes;
}

}  // namespace glue_to_snowflake

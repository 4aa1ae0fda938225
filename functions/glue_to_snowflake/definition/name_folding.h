// Names without regard to case, beyond ASCII too: the catalog folds them by Unicode's rules.
#pragma once

#include <string>
#include <string_view>

namespace glue_to_snowflake {

// The name in small letters: of the Latin, Greek and Cyrillic letters that UTF-8 writes in two
// bytes, those whose small letter has two bytes too. All else, and bytes that are no UTF-8, stay.
std::string folded_name(std::string_view name);

}  // namespace glue_to_snowflake

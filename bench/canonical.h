// The same form for all answers that mean the same, so that candidates can be shown to do the same
// work: members of objects by name, numbers by their text, strings by their characters.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

// Nothing where the text is no JSON.
std::optional<std::string> canonical_json(std::string_view text);

// An answer of a Firehose transform, one line for each record: its JSON with the decoded data in
// canonical form in place of the base64 text. Nothing where it is no such answer, or a record's
// data does not end with a newline.
std::optional<std::vector<std::string>> canonical_transform(std::string_view answer);

// What PutRecords was asked to store, one line for each record: partition key and data, sorted, as
// requests come in any order. Nothing where a body is no such request.
std::optional<std::vector<std::string>> canonical_forward(const std::vector<std::string>& bodies);

}  // namespace bench

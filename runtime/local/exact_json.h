// JSON as it was written: numbers keep their own bytes and stay apart from texts, members keep
// their order and their repeats. For comparing, not for speed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"

namespace local {

struct ExactJson {
    enum class Kind { null, boolean, number, text, array, object };

    Kind kind = Kind::null;
    bool truth = false;
    std::string text = {};  // of a text, without its quotes; of a number, its bytes
    std::vector<ExactJson> elements = {};
    std::vector<std::pair<std::string, ExactJson>> members = {};

    // The first member of that name; null where there is none.
    [[nodiscard]] const ExactJson* find(std::string_view name) const;
    // That member's text; empty where there is none or it is no text.
    [[nodiscard]] std::string_view find_text(std::string_view name) const;
};

// Kind data_invalid; `what` names the thing that is parsed. Exponents go up to 308, as RapidJSON
// has it; DynamoDB's go up to 125.
base::Result<ExactJson> parse_exact_json(std::string_view text, std::string_view what);

// Without white space.
std::string write_exact_json(const ExactJson& value);

}  // namespace local

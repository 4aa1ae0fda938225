#include "runtime/local/verify_names.h"

#include <unordered_set>

namespace local {

std::string lower_ascii(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return lower;
}

std::vector<std::string> line_names(const std::vector<std::string_view>& attributes,
                                    dynamodb::LineNames names) {
    std::vector<std::string> chosen(attributes.begin(), attributes.end());
    if (names == dynamodb::LineNames::keep) return chosen;
    std::unordered_set<std::string> taken;
    for (const std::string_view name : attributes) {
        if (lower_ascii(name) == name) taken.emplace(name);
    }
    for (std::string& name : chosen) {
        std::string lower = lower_ascii(name);
        if (lower != name && taken.insert(lower).second) name = std::move(lower);
    }
    return chosen;
}

}  // namespace local

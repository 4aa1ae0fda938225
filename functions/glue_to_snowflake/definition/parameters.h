// Looks into the parameters of a Glue table and its SerDe.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "common/aws/glue_client.h"

namespace glue_to_snowflake {

inline std::string ascii_lower(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char byte) {
        return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
    });
    return lower;
}

inline std::string ascii_upper(std::string_view text) {
    std::string upper(text);
    std::transform(upper.begin(), upper.end(), upper.begin(), [](char byte) {
        return byte >= 'a' && byte <= 'z' ? static_cast<char>(byte - 'a' + 'A') : byte;
    });
    return upper;
}

// The parameter's value; empty where there is none.
inline std::string_view parameter(const aws::GlueParameters& parameters, std::string_view name) {
    const auto found = parameters.find(name);
    return found == parameters.end() ? std::string_view() : std::string_view(found->second);
}

inline bool is_true(std::string_view text) {
    return ascii_lower(text) == "true";
}

}  // namespace glue_to_snowflake

// Numbers as the catalog and the names of folders write them.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace glue_to_snowflake {

// 7, -1.50, 1e3; nothing where the text is anything else.
inline std::optional<double> number_in(std::string_view text) {
    double number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace glue_to_snowflake

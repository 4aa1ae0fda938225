#include "functions/api_to_dynamodb/json_pointer.h"

#include <charconv>

#include <fmt/format.h>

#include "common/dynamodb/json_scanner.h"

namespace api_to_dynamodb {
namespace {

// Nothing where a tilde is not followed by 0 or 1.
std::optional<std::string> unescape_step(std::string_view step) {
    std::string name;
    for (std::size_t i = 0; i < step.size(); ++i) {
        if (step[i] != '~') {
            name += step[i];
            continue;
        }
        ++i;
        if (i == step.size() || (step[i] != '0' && step[i] != '1')) return std::nullopt;
        name += step[i] == '0' ? '~' : '/';
    }
    return name;
}

std::optional<std::string_view> find_member(std::string_view json, std::string_view wanted) {
    dynamodb::JsonScanner scanner(json);
    scanner.open_object();
    for (std::string_view name; scanner.next_member(name);) {
        const std::string_view value = scanner.skip_value();
        if (dynamodb::unescape_json(name) == wanted) return value;
    }
    return std::nullopt;
}

// An index is digits without a leading zero.
std::optional<std::string_view> find_element(std::string_view json, std::string_view step) {
    std::size_t wanted = 0;
    const auto [stop, error] = std::from_chars(step.data(), step.data() + step.size(), wanted);
    if (error != std::errc() || stop != step.data() + step.size()) return std::nullopt;
    if (step.size() > 1 && step[0] == '0') return std::nullopt;
    dynamodb::JsonScanner scanner(json);
    scanner.open_array();
    for (std::size_t index = 0; scanner.next_element(); ++index) {
        const std::string_view value = scanner.skip_value();
        if (index == wanted) return value;
    }
    return std::nullopt;
}

}  // namespace

base::Result<JsonPointer> JsonPointer::parse(std::string_view text) {
    JsonPointer pointer;
    pointer.text_ = text;
    if (!text.empty() && text[0] != '/') {
        return base::Error{base::ErrorKind::config_invalid,
                           fmt::format("\"{}\" is no JSON pointer: it begins with a slash", text)};
    }
    while (!text.empty()) {
        text.remove_prefix(1);
        const std::string_view step = text.substr(0, text.find('/'));
        auto name = unescape_step(step);
        if (!name) {
            return base::Error{
                base::ErrorKind::config_invalid,
                fmt::format("\"{}\" is no JSON pointer: ~ stands before 0 or 1", pointer.text_)};
        }
        pointer.steps_.push_back(*std::move(name));
        text.remove_prefix(step.size());
    }
    return pointer;
}

std::optional<std::string_view> JsonPointer::find(std::string_view json) const {
    std::optional<std::string_view> value = json;
    for (const std::string& step : steps_) {
        dynamodb::JsonScanner scanner(*value);
        const dynamodb::JsonKind kind = scanner.kind();
        if (kind == dynamodb::JsonKind::object) {
            value = find_member(*value, step);
        } else if (kind == dynamodb::JsonKind::array) {
            value = find_element(*value, step);
        } else {
            return std::nullopt;
        }
        if (!value) return std::nullopt;
    }
    return value;
}

}  // namespace api_to_dynamodb

#include "common/base/environment.h"

#include <charconv>
#include <cstdlib>

#include <fmt/format.h>

namespace base {
namespace {

constexpr std::size_t kShownBytesMax = 80;

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

}  // namespace

std::optional<std::string> ProcessEnvironment::get(std::string_view name) const {
    const char* value = std::getenv(std::string(name).c_str());
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::string(value);
}

std::string SettingsReader::required(std::string_view name, std::string_view example) {
    auto value = environment_.get(name);
    if (value) return *std::move(value);
    faults_.push_back(fmt::format("{} is not set: set it, for example {}={}", name, name, example));
    return "";
}

std::string SettingsReader::text(std::string_view name, std::string_view fallback) {
    auto value = environment_.get(name);
    return value ? *std::move(value) : std::string(fallback);
}

std::vector<std::string> SettingsReader::list(std::string_view name) {
    std::vector<std::string> elements;
    const auto value = environment_.get(name);
    if (!value) return elements;
    std::string_view rest = *value;
    bool has_empty = false;
    for (bool more = true; more;) {
        const std::size_t comma = rest.find(',');
        more = comma != std::string_view::npos;
        const std::string_view element = trim(rest.substr(0, comma));
        if (element.empty()) {
            has_empty = true;
        } else {
            elements.emplace_back(element);
        }
        if (more) rest.remove_prefix(comma + 1);
    }
    if (has_empty) add_fault(name, *value, "remove the empty element of the comma-separated list");
    return elements;
}

std::int64_t SettingsReader::integer(std::string_view name, std::int64_t fallback,
                                     std::int64_t smallest, std::int64_t largest) {
    const auto value = environment_.get(name);
    if (!value) return fallback;
    std::int64_t number = 0;
    const char* end = value->data() + value->size();
    const auto [stop, error] = std::from_chars(value->data(), end, number);
    if (error == std::errc() && stop == end && number >= smallest && number <= largest)
        return number;
    add_fault(name, *value, fmt::format("use a whole number from {} to {}", smallest, largest));
    return fallback;
}

bool SettingsReader::boolean(std::string_view name, bool fallback) {
    const auto value = environment_.get(name);
    if (!value) return fallback;
    if (*value == "true") return true;
    if (*value == "false") return false;
    add_fault(name, *value, "use true or false");
    return fallback;
}

void SettingsReader::add_fault(std::string_view name, std::string_view found,
                               std::string_view remedy) {
    const bool cut = found.size() > kShownBytesMax;
    faults_.push_back(fmt::format("{} is \"{}{}\": {}", name, found.substr(0, kShownBytesMax),
                                  cut ? "…" : "", remedy));
}

std::optional<Error> SettingsReader::fault() const {
    if (faults_.empty()) return std::nullopt;
    std::string message = faults_.size() == 1
                              ? "1 setting is wrong: "
                              : fmt::format("{} settings are wrong: ", faults_.size());
    for (std::size_t i = 0; i < faults_.size(); ++i) {
        message.append(i == 0 ? "" : "; ").append(faults_[i]);
    }
    return Error{ErrorKind::config_invalid, std::move(message)};
}

}  // namespace base

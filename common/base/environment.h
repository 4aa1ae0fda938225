// The environment seam, and the reader of a function's settings on top of it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"

namespace base {

class Environment {
  public:
    virtual ~Environment() = default;
    // The variable's value; nothing where it is unset or empty.
    [[nodiscard]] virtual std::optional<std::string> get(std::string_view name) const = 0;
};

class ProcessEnvironment final : public Environment {
  public:
    [[nodiscard]] std::optional<std::string> get(std::string_view name) const override;
};

// Reads settings and gathers their faults, so that a person sees all of them at once. Each reading
// call gives a usable value even after a fault; fault() tells at the end.
class SettingsReader {
  public:
    explicit SettingsReader(const Environment& environment) : environment_(environment) {}

    // A variable that must be there. `example` is shown where it is not.
    std::string required(std::string_view name, std::string_view example);
    std::string text(std::string_view name, std::string_view fallback = "");
    // Comma-separated; blanks around an element are cut; empty elements are a fault.
    std::vector<std::string> list(std::string_view name);
    std::int64_t integer(std::string_view name, std::int64_t fallback, std::int64_t smallest,
                         std::int64_t largest);
    bool boolean(std::string_view name, bool fallback);

    // One of the named values; the first is the default.
    template <typename T>
    T choice(std::string_view name, std::initializer_list<std::pair<std::string_view, T>> choices) {
        const auto found = environment_.get(name);
        if (!found) return choices.begin()->second;
        for (const auto& [word, value] : choices) {
            if (*found == word) return value;
        }
        std::string words;
        for (const auto& [word, value] : choices)
            words.append(words.empty() ? "" : ", ").append(word);
        add_fault(name, *found, "use one of " + words);
        return choices.begin()->second;
    }

    // A fault found by the caller: the value is shown (never call this with a secret's value).
    void add_fault(std::string_view name, std::string_view found, std::string_view remedy);

    // All faults in one error of kind config_invalid, or nothing.
    [[nodiscard]] std::optional<Error> fault() const;

  private:
    const Environment& environment_;
    std::vector<std::string> faults_;
};

}  // namespace base

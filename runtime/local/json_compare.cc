#include "runtime/local/json_compare.h"

#include <optional>
#include <regex>

#include <fmt/format.h>

#include "common/codec/base64.h"
#include "runtime/local/text.h"

namespace local {
namespace {

constexpr std::size_t kShownBytesMax = 200;
constexpr std::size_t kMatchedBytesMax = 4096;  // std::regex recurses once for each character
constexpr std::string_view kAny = "<<any>>";
constexpr std::string_view kRegexBegin = "<<regex:";
constexpr std::string_view kRegexEnd = ">>";

using Kind = ExactJson::Kind;

void add(std::vector<Difference>& differences, std::string_view path, std::string expected,
         std::string actual) {
    if (differences.size() >= kDifferencesMax) return;
    differences.push_back({.path = path.empty() ? "(whole)" : std::string(path),
                           .expected = shorten(std::move(expected)),
                           .actual = shorten(std::move(actual))});
}

std::optional<std::string_view> pattern_of(const ExactJson& expected) {
    const std::string_view text = expected.text;
    if (expected.kind != Kind::text || !text.starts_with(kRegexBegin) || !text.ends_with(kRegexEnd))
        return std::nullopt;
    return text.substr(kRegexBegin.size(), text.size() - kRegexBegin.size() - kRegexEnd.size());
}

void match_pattern(std::string_view pattern, const ExactJson& expected, const ExactJson& actual,
                   std::string_view path, std::vector<Difference>& differences) {
    // std::regex tells of a bad pattern by throwing; this is the only place that may see it.
    try {
        const std::regex expression{std::string(pattern)};
        if (actual.kind == Kind::text && actual.text.size() <= kMatchedBytesMax &&
            std::regex_match(actual.text, expression))
            return;
        add(differences, path, write_exact_json(expected), write_exact_json(actual));
    } catch (const std::regex_error& failure) {
        add(differences, path, fmt::format("a pattern: {}", failure.what()),
            write_exact_json(actual));
    }
}

void compare_objects(const ExactJson& expected, const ExactJson& actual, std::string_view path,
                     std::vector<Difference>& differences) {
    // The n-th member of a name is compared with the n-th of that name.
    std::vector<bool> used(actual.members.size(), false);
    for (const auto& [name, value] : expected.members) {
        std::size_t at = 0;
        while (at < used.size() && (used[at] || actual.members[at].first != name))
            ++at;
        if (at == used.size()) {
            add(differences, pointer_to(path, name), write_exact_json(value), "no such member");
            continue;
        }
        used[at] = true;
        compare_json(value, actual.members[at].second, pointer_to(path, name), differences);
    }
    for (std::size_t i = 0; i < used.size(); ++i) {
        if (!used[i])
            add(differences, pointer_to(path, actual.members[i].first), "no such member",
                write_exact_json(actual.members[i].second));
    }
}

void compare_arrays(const ExactJson& expected, const ExactJson& actual, std::string_view path,
                    std::vector<Difference>& differences) {
    const std::size_t most = std::max(expected.elements.size(), actual.elements.size());
    for (std::size_t i = 0; i < most; ++i) {
        const std::string element_path = pointer_to(path, std::to_string(i));
        if (i >= actual.elements.size()) {
            add(differences, element_path, write_exact_json(expected.elements[i]),
                "no such element");
        } else if (i >= expected.elements.size()) {
            add(differences, element_path, "no such element", write_exact_json(actual.elements[i]));
        } else {
            compare_json(expected.elements[i], actual.elements[i], element_path, differences);
        }
    }
}

// The JSON that a text holds, plain or in base64.
std::optional<ExactJson> unwrap(std::string_view text) {
    if (auto plain = parse_exact_json(text, "a text")) return *std::move(plain);
    const auto decoded = codec::base64_decode(text);
    if (!decoded) return std::nullopt;
    auto inner = parse_exact_json(*decoded, "a base64 text");
    if (!inner) return std::nullopt;
    return *std::move(inner);
}

}  // namespace

std::string pointer_to(std::string_view path, std::string_view name) {
    return fmt::format("{}/{}", path,
                       replace_all(replace_all(std::string(name), "~", "~0"), "/", "~1"));
}

std::string shorten(std::string text) {
    if (text.size() <= kShownBytesMax) return text;
    std::size_t end = kShownBytesMax;
    const auto is_continuation = [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
    };
    while (end > 0 && is_continuation(text[end]))
        --end;
    return fmt::format("{}… ({} bytes)", text.substr(0, end), text.size());
}

void compare_json(const ExactJson& expected, const ExactJson& actual, std::string_view path,
                  std::vector<Difference>& differences) {
    if (differences.size() >= kDifferencesMax) return;
    if (expected.kind == Kind::text && expected.text == kAny) return;
    if (const auto pattern = pattern_of(expected))
        return match_pattern(*pattern, expected, actual, path, differences);
    const bool nested = expected.kind == Kind::object || expected.kind == Kind::array;
    if (nested && actual.kind == Kind::text) {
        if (const auto inner = unwrap(actual.text); inner && inner->kind == expected.kind)
            return compare_json(expected, *inner, path, differences);
    }
    const bool same = expected.kind == actual.kind && expected.truth == actual.truth &&
                      expected.text == actual.text;
    if (!same) {
        add(differences, path, write_exact_json(expected), write_exact_json(actual));
    } else if (expected.kind == Kind::object) {
        compare_objects(expected, actual, path, differences);
    } else if (expected.kind == Kind::array) {
        compare_arrays(expected, actual, path, differences);
    }
}

}  // namespace local

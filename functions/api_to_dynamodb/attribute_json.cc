#include "functions/api_to_dynamodb/attribute_json.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "common/base/json_text.h"
#include "common/dynamodb/attribute_value.h"
#include "common/dynamodb/json_scanner.h"

namespace api_to_dynamodb {
namespace {

using dynamodb::JsonKind;
using dynamodb::JsonScanner;

base::Error fault(std::string message) {
    return {base::ErrorKind::data_invalid, std::move(message)};
}

// The digits that count and the decimal exponent of the first of them: 0.0120 is 12 and -2.
struct Magnitude {
    std::size_t digits = 0;
    long long exponent = 0;
};

// Nothing where the exponent is beyond all that counts.
std::optional<Magnitude> magnitude_of(std::string_view number) {
    if (number.starts_with('-')) number.remove_prefix(1);
    const std::size_t e = number.find_first_of("eE");
    long long exponent = 0;
    if (e != std::string_view::npos) {
        std::string_view text = number.substr(e + 1);
        if (text.starts_with('+')) text.remove_prefix(1);
        const auto [stop, error] =
            std::from_chars(text.data(), text.data() + text.size(), exponent);
        if (error != std::errc()) return std::nullopt;
        number = number.substr(0, e);
    }
    const std::size_t dot = std::min(number.find('.'), number.size());
    std::string digits(number.substr(0, dot));
    if (dot < number.size()) digits += number.substr(dot + 1);
    const std::size_t first = digits.find_first_not_of('0');
    if (first == std::string::npos) return Magnitude{};
    const std::size_t last = digits.find_last_not_of('0');
    return Magnitude{last - first + 1,
                     exponent + static_cast<long long>(dot) - 1 - static_cast<long long>(first)};
}

base::Result<base::Done> append_number(std::string_view number, std::string& out) {
    const auto magnitude = magnitude_of(number);
    if (!magnitude || magnitude->exponent > kNumberExponentMax ||
        (magnitude->digits > 0 && magnitude->exponent < kNumberExponentMin)) {
        return fault("the number is beyond DynamoDB's range, 1E-130 to 1E+126");
    }
    if (magnitude->digits > kNumberDigitsMax) {
        return fault(
            fmt::format("the number has more than DynamoDB's {} digits", kNumberDigitsMax));
    }
    out.append(R"({"N":")").append(number).append(R"("})");
    return base::Done{};
}

void append_text(std::string_view quoted, std::string& out) {
    out.append(R"({"S":)").append(quoted).append("}");
}

base::Result<base::Done> append_value(JsonScanner& scanner, std::size_t depth, std::string& out);

base::Result<base::Done> append_list(JsonScanner& scanner, std::size_t depth, std::string& out) {
    out += R"({"L":[)";
    scanner.open_array();
    for (bool first = true; scanner.next_element(); first = false) {
        if (!first) out += ',';
        if (auto appended = append_value(scanner, depth, out); !appended) return appended;
    }
    out += "]}";
    return base::Done{};
}

base::Result<base::Done> append_map(JsonScanner& scanner, std::size_t depth, std::string& out) {
    out += R"({"M":{)";
    scanner.open_object();
    std::string_view name;
    for (bool first = true; scanner.next_member(name); first = false) {
        if (!first) out += ',';
        out.append("\"").append(name).append("\":");
        if (auto appended = append_value(scanner, depth, out); !appended) return appended;
    }
    out += "}}";
    return base::Done{};
}

// Recursion ends at kAttributeDepthMax.
base::Result<base::Done> append_value(JsonScanner& scanner, std::size_t depth, std::string& out) {
    const JsonKind kind = scanner.kind();
    const bool nests = kind == JsonKind::object || kind == JsonKind::array;
    if (nests && depth >= kAttributeDepthMax) {
        return fault(
            fmt::format("lists and maps stand in one another to more than DynamoDB's {} "
                        "levels",
                        kAttributeDepthMax));
    }
    switch (kind) {
        case JsonKind::object:
            return append_map(scanner, depth + 1, out);
        case JsonKind::array:
            return append_list(scanner, depth + 1, out);
        case JsonKind::string:
            append_text(scanner.skip_value(), out);
            break;
        case JsonKind::number:
            return append_number(scanner.read_number(), out);
        case JsonKind::boolean:
            out += scanner.read_boolean() ? R"({"BOOL":true})" : R"({"BOOL":false})";
            break;
        default:
            scanner.read_null();
            out += R"({"NULL":true})";
            break;
    }
    if (!scanner.ok()) return scanner.error("the value");
    return base::Done{};
}

}  // namespace

base::Result<base::Done> append_attribute(std::string_view json, AttributeType type,
                                          std::string& out) {
    JsonScanner scanner(json);
    const JsonKind kind = scanner.kind();
    if (type == AttributeType::text && kind != JsonKind::string) {
        std::string quoted;
        base::append_json_text(quoted, json);
        append_text(quoted, out);
        return base::Done{};
    }
    if (type == AttributeType::number && kind != JsonKind::number) {
        const std::string text =
            kind == JsonKind::string ? dynamodb::unescape_json(scanner.read_string()) : "";
        if (!dynamodb::is_json_number(text)) return fault("the value is no number");
        return append_number(text, out);
    }
    return append_value(scanner, 0, out);
}

}  // namespace api_to_dynamodb

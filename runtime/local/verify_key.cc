#include "runtime/local/verify_key.h"

#include <optional>

#include <fmt/format.h>

#include "common/base/json_text.h"
#include "runtime/local/verify_names.h"
#include "runtime/local/verify_number.h"

namespace local {
namespace {

using dynamodb::JsonKind;
using dynamodb::JsonScanner;

base::Error faulty(std::string_view name, std::string_view reason) {
    return {base::ErrorKind::data_invalid, fmt::format("key attribute {}: {}", name, reason)};
}

class KeyText {
  public:
    void add(const KeyAttribute& attribute, std::string_view value, bool is_number) {
        text_ += text_.empty() ? '{' : ',';
        base::append_json_text(text_, attribute.name);
        text_ += ':';
        if (is_number) {
            text_ += value;
        } else {
            base::append_json_text(text_, value);
        }
    }
    std::string take() { return std::move(text_) + "}"; }

  private:
    std::string text_;
};

struct TypedValue {
    std::string_view tag;
    std::string contents;  // of S, N or B
};

std::optional<TypedValue> read_key_value(std::string_view typed) {
    JsonScanner scanner(typed);
    TypedValue value;
    scanner.open_object();
    if (!scanner.next_member(value.tag)) return std::nullopt;
    if (value.tag != "S" && value.tag != "N" && value.tag != "B") return std::nullopt;
    const std::string_view contents = scanner.read_string();
    if (!scanner.ok()) return std::nullopt;
    value.contents = dynamodb::unescape_json(contents);
    return value;
}

KeyType type_of(std::string_view tag) {
    if (tag == "S") return KeyType::text;
    return tag == "N" ? KeyType::number : KeyType::binary;
}

// The place of the attribute in a line: under its own name, else in lower case.
const JsonMembers::Member* find_in_line(const std::string& name, const JsonMembers& attributes,
                                        const dynamodb::LineSettings& settings) {
    auto place = attributes.find(name);
    if (!place && settings.names == dynamodb::LineNames::lower)
        place = attributes.find(lower_ascii(name));
    return place ? &attributes.all()[*place] : nullptr;
}

}  // namespace

base::Result<std::string> key_of_line(const KeySchema& schema, const JsonMembers& attributes,
                                      const dynamodb::LineSettings& settings) {
    KeyText key;
    for (const KeyAttribute& attribute : schema) {
        const auto* const member = find_in_line(attribute.name, attributes, settings);
        if (member == nullptr) return faulty(attribute.name, "the line has none");
        const JsonKind kind = JsonScanner(member->value).kind();
        std::string value(member->value);
        if (kind == JsonKind::string)
            value = dynamodb::unescape_json(member->value.substr(1, member->value.size() - 2));
        else if (kind != JsonKind::number)
            return faulty(attribute.name, "neither text nor a number");

        const bool is_number = attribute.type == KeyType::number ||
                               (attribute.type == KeyType::any && kind == JsonKind::number);
        if (!is_number && kind == JsonKind::number)
            return faulty(attribute.name, "a number where the table has another type");
        if (is_number) {
            const auto decimal = canonical_decimal(value);
            if (!decimal) return faulty(attribute.name, "no number, as the table has it");
            value = *decimal;
        }
        key.add(attribute, value, is_number);
    }
    return key.take();
}

base::Result<std::string> key_of_item(const KeySchema& schema, std::string_view item) {
    JsonScanner scanner(item);
    const JsonMembers attributes(scanner);
    if (!scanner.ok()) return scanner.error("the item");
    KeyText key;
    for (const KeyAttribute& attribute : schema) {
        const auto place = attributes.find(attribute.name);
        if (!place) return faulty(attribute.name, "the item has none");
        auto value = read_key_value(attributes.all()[*place].value);
        if (!value || type_of(value->tag) != attribute.type)
            return faulty(attribute.name, "not of the type that other items have");
        if (attribute.type == KeyType::number) {
            auto decimal = canonical_decimal(value->contents);
            if (!decimal) return faulty(attribute.name, "no number");
            value->contents = *std::move(decimal);
        }
        key.add(attribute, value->contents, attribute.type == KeyType::number);
    }
    return key.take();
}

base::Result<KeySchema> learn_key(const std::vector<std::string>& names, std::string_view item) {
    JsonScanner scanner(item);
    const JsonMembers attributes(scanner);
    if (!scanner.ok()) return scanner.error("the item");
    KeySchema schema;
    for (const std::string& name : names) {
        std::vector<const JsonMembers::Member*> fitting;
        for (const JsonMembers::Member& member : attributes.all()) {
            if (member.name == name) {
                fitting = {&member};
                break;
            }
            if (lower_ascii(member.name) == name) fitting.push_back(&member);
        }
        if (fitting.size() != 1) {
            return base::Error{base::ErrorKind::config_invalid,
                               fmt::format("the key attribute {}: {} of the export's first item {} "
                                           "it; name the key with --key",
                                           name, fitting.empty() ? "no attribute" : "several",
                                           fitting.empty() ? "is" : "may be")};
        }
        const auto value = read_key_value(fitting.front()->value);
        if (!value) {
            return base::Error{base::ErrorKind::config_invalid,
                               fmt::format("the key attribute {}: the export's first item has it "
                                           "as none of S, N and B; name the key with --key",
                                           name)};
        }
        schema.push_back({std::string(fitting.front()->name), type_of(value->tag)});
    }
    return schema;
}

}  // namespace local

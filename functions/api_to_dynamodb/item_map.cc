#include "functions/api_to_dynamodb/item_map.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "common/dynamodb/json_scanner.h"

namespace api_to_dynamodb {
namespace {

using dynamodb::JsonKind;
using dynamodb::JsonScanner;

base::Error fault(std::string message) {
    return {base::ErrorKind::config_invalid, std::move(message)};
}

base::Result<base::Done> read_pointer(JsonScanner& scanner, MappedAttribute& attribute) {
    if (scanner.kind() != JsonKind::string) return fault("a pointer is a text such as \"/a/b\"");
    auto pointer = JsonPointer::parse(dynamodb::unescape_json(scanner.read_string()));
    if (!pointer) return std::move(pointer).error();
    attribute.kind = SourceKind::pointer;
    attribute.pointer = *std::move(pointer);
    return base::Done{};
}

base::Result<base::Done> read_now(JsonScanner& scanner, MappedAttribute& attribute) {
    const std::string_view format =
        scanner.kind() == JsonKind::string ? scanner.read_string() : scanner.skip_value();
    if (format == "iso8601") {
        attribute.kind = SourceKind::now_iso8601;
    } else if (format == "epoch_ms") {
        attribute.kind = SourceKind::now_epoch_ms;
    } else {
        return fault(R"(now is "iso8601" or "epoch_ms")");
    }
    return base::Done{};
}

base::Result<base::Done> read_type(JsonScanner& scanner, MappedAttribute& attribute) {
    const std::string_view type =
        scanner.kind() == JsonKind::string ? scanner.read_string() : scanner.skip_value();
    if (type != "text" && type != "number") return fault(R"(type is "text" or "number")");
    attribute.type = type == "text" ? AttributeType::text : AttributeType::number;
    return base::Done{};
}

base::Result<base::Done> read_true(JsonScanner& scanner, std::string_view name) {
    if (scanner.kind() == JsonKind::boolean && scanner.read_boolean()) return base::Done{};
    return fault(fmt::format("{} is true, or it is left out", name));
}

// One member of a source that is an object. Counts what says where the value comes from.
base::Result<base::Done> read_member(JsonScanner& scanner, std::string_view name,
                                     MappedAttribute& attribute, int& sources) {
    sources += name == "pointer" || name == "now" || name == "const" || name == "place" ? 1 : 0;
    if (name == "pointer") return read_pointer(scanner, attribute);
    if (name == "now") return read_now(scanner, attribute);
    if (name == "type") return read_type(scanner, attribute);
    if (name == "place") {
        attribute.kind = SourceKind::place;
        return read_true(scanner, name);
    }
    if (name == "optional") {
        attribute.is_optional = true;
        return read_true(scanner, name);
    }
    if (name != "const") {
        return fault(fmt::format("{} is none of pointer, const, now, place, optional and type",
                                 name.substr(0, std::min<std::size_t>(name.size(), 40))));
    }
    attribute.kind = SourceKind::constant;
    return append_attribute(scanner.skip_value(), AttributeType::as_it_is, attribute.constant);
}

base::Result<base::Done> read_source(JsonScanner& scanner, MappedAttribute& attribute) {
    if (scanner.kind() == JsonKind::string) return read_pointer(scanner, attribute);
    if (scanner.kind() != JsonKind::object)
        return fault("it is a pointer, or an object such as {\"const\":1}");
    int sources = 0;
    scanner.open_object();
    for (std::string_view name; scanner.next_member(name);) {
        if (auto read = read_member(scanner, name, attribute, sources); !read) return read;
    }
    if (sources != 1) return fault("it has one of pointer, const, now and place");
    const bool is_plain = !attribute.is_optional && attribute.type == AttributeType::as_it_is;
    if (attribute.kind != SourceKind::pointer && !is_plain)
        return fault("optional and type stand beside a pointer only");
    return base::Done{};
}

}  // namespace

base::Result<ItemMap> parse_item_map(std::string_view text) {
    // First whole: what is read below is sound JSON then.
    JsonScanner whole(text);
    const bool is_object = whole.kind() == JsonKind::object;
    whole.skip_value();
    whole.expect_end();
    if (!whole.ok()) return fault(whole.error("it").message);
    if (!is_object) return fault("it is no JSON object");
    ItemMap map;
    JsonScanner scanner(text);
    scanner.open_object();
    for (std::string_view name; scanner.next_member(name);) {
        MappedAttribute& attribute = map.emplace_back();
        attribute.name = dynamodb::unescape_json(name);
        if (attribute.name.empty()) return fault("an attribute has an empty name");
        const auto same = [&attribute](const MappedAttribute& other) {
            return &other != &attribute && other.name == attribute.name;
        };
        if (std::any_of(map.begin(), map.end(), same))
            return fault(fmt::format("attribute {} stands there twice", attribute.name));
        if (auto read = read_source(scanner, attribute); !read)
            return fault(fmt::format("attribute {}: {}", attribute.name, read.error().message));
    }
    if (map.empty()) return fault("it names no attribute");
    return map;
}

}  // namespace api_to_dynamodb

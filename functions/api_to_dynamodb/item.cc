#include "functions/api_to_dynamodb/item.h"

#include <fmt/format.h>

#include "common/base/json_text.h"
#include "common/dynamodb/json_scanner.h"

namespace api_to_dynamodb {
namespace {

// DynamoDB's limit, names and values ("Limits").
constexpr std::size_t kItemBytesMax = 400UL * 1024;

base::Error fault(std::string message) {
    return {base::ErrorKind::data_invalid, std::move(message)};
}

void append_text(std::string_view text, std::string& out) {
    out += R"({"S":)";
    base::append_json_text(out, text);
    out += '}';
}

// Appends the attribute's value; false where it is left out.
base::Result<bool> append_source(const MappedAttribute& attribute, const ItemSource& source,
                                 std::string& out) {
    switch (attribute.kind) {
        case SourceKind::constant:
            out += attribute.constant;
            return true;
        case SourceKind::now_iso8601:
            append_text(base::format_iso8601(source.slot_ms), out);
            return true;
        case SourceKind::now_epoch_ms:
            out += fmt::format(R"({{"N":"{}"}})", source.slot_ms);
            return true;
        case SourceKind::place:
            append_text(source.place, out);
            return true;
        case SourceKind::pointer:
            break;
    }
    const auto value = attribute.pointer.find(source.answer);
    if (!value && attribute.is_optional) return false;
    if (!value) {
        return fault(fmt::format("attribute {}: the answer has nothing at {}", attribute.name,
                                 attribute.pointer.text()));
    }
    if (const auto appended = append_attribute(*value, attribute.type, out); !appended) {
        return fault(fmt::format("attribute {}: at {}: {}", attribute.name,
                                 attribute.pointer.text(), appended.error().message));
    }
    return true;
}

}  // namespace

base::Result<std::string> make_item(const ItemMap& map, const ItemSource& source) {
    dynamodb::JsonScanner whole(source.answer);
    whole.skip_value();
    whole.expect_end();
    if (!whole.ok()) return whole.error("the API's answer");
    std::string item = "{";
    for (const MappedAttribute& attribute : map) {
        const std::size_t before = item.size();
        if (item.size() > 1) item += ',';
        base::append_json_text(item, attribute.name);
        item += ':';
        const auto appended = append_source(attribute, source, item);
        if (!appended) return appended.error();
        if (!*appended) item.resize(before);
    }
    item += '}';
    if (item.size() > 2 * kItemBytesMax) {
        return fault(
            fmt::format("the item has {} bytes of JSON: more than DynamoDB's 400 KB", item.size()));
    }
    return item;
}

}  // namespace api_to_dynamodb

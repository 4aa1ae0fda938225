#include "common/aws/glue_client.h"

#include <fmt/format.h>

#include "common/codec/json.h"

namespace aws {
namespace {

// Reads members of one type, and keeps the first that has another.
class MemberReader {
  public:
    std::string text(const codec::JsonValue& object, std::string_view name) {
        const codec::JsonValue* member = present(object, name);
        if (member == nullptr) return "";
        if (!member->IsString()) return fault(name, "a text"), "";
        return std::string(codec::text_of(*member));
    }

    bool flag(const codec::JsonValue& object, std::string_view name) {
        const codec::JsonValue* member = present(object, name);
        if (member == nullptr) return false;
        if (!member->IsBool()) return fault(name, "true or false"), false;
        return member->GetBool();
    }

    const codec::JsonValue* object(const codec::JsonValue& parent, std::string_view name) {
        const codec::JsonValue* member = present(parent, name);
        if (member == nullptr || member->IsObject()) return member;
        fault(name, "an object");
        return nullptr;
    }

    GlueParameters parameters(const codec::JsonValue& parent, std::string_view name) {
        GlueParameters parameters;
        const codec::JsonValue* map = object(parent, name);
        if (map == nullptr) return parameters;
        for (const auto& [key, value] : map->GetObject()) {
            if (!value.IsString()) {
                fault(name, "a map of texts");
                continue;
            }
            parameters.emplace(codec::text_of(key), codec::text_of(value));
        }
        return parameters;
    }

    std::vector<std::string> texts(const codec::JsonValue& parent, std::string_view name) {
        std::vector<std::string> texts;
        for (const codec::JsonValue* element : elements(parent, name)) {
            if (element->IsString()) {
                texts.emplace_back(codec::text_of(*element));
            } else {
                fault(name, "an array of texts");
            }
        }
        return texts;
    }

    std::vector<GlueColumn> columns(const codec::JsonValue& parent, std::string_view name) {
        std::vector<GlueColumn> columns;
        for (const codec::JsonValue* element : elements(parent, name)) {
            if (element->IsObject()) {
                columns.push_back({text(*element, "Name"), text(*element, "Type")});
            } else {
                fault(name, "an array of columns");
            }
        }
        return columns;
    }

    [[nodiscard]] const std::string& fault() const { return fault_; }

  private:
    static const codec::JsonValue* present(const codec::JsonValue& object, std::string_view name) {
        const codec::JsonValue* member = codec::find_member(object, name);
        return member == nullptr || member->IsNull() ? nullptr : member;
    }

    std::vector<const codec::JsonValue*> elements(const codec::JsonValue& parent,
                                                  std::string_view name) {
        std::vector<const codec::JsonValue*> elements;
        const codec::JsonValue* member = present(parent, name);
        if (member == nullptr) return elements;
        if (!member->IsArray()) {
            fault(name, "an array");
            return elements;
        }
        for (const codec::JsonValue& element : member->GetArray())
            elements.push_back(&element);
        return elements;
    }

    void fault(std::string_view name, std::string_view expected) {
        if (fault_.empty()) fault_ = fmt::format("{} is not {}", name, expected);
    }

    std::string fault_;
};

GlueStorageDescriptor read_storage_descriptor(MemberReader& reader,
                                              const codec::JsonValue& descriptor) {
    GlueStorageDescriptor storage;
    storage.columns = reader.columns(descriptor, "Columns");
    storage.location = reader.text(descriptor, "Location");
    storage.additional_locations = reader.texts(descriptor, "AdditionalLocations");
    storage.input_format = reader.text(descriptor, "InputFormat");
    storage.parameters = reader.parameters(descriptor, "Parameters");
    if (const codec::JsonValue* serde = reader.object(descriptor, "SerdeInfo"); serde != nullptr) {
        storage.serde_info.serialization_library = reader.text(*serde, "SerializationLibrary");
        storage.serde_info.parameters = reader.parameters(*serde, "Parameters");
    }
    return storage;
}

}  // namespace

base::Result<GlueTable> parse_glue_table(std::string_view answer) {
    auto document = codec::parse_json(answer, "the answer of GetTable");
    if (!document) return std::move(document).error();
    const codec::JsonValue* value = codec::find_object(*document, "Table");
    if (value == nullptr) {
        return base::Error{base::ErrorKind::data_invalid, "the answer of GetTable has no Table"};
    }
    MemberReader reader;
    GlueTable table;
    table.id = {.catalog_id = reader.text(*value, "CatalogId"),
                .database = reader.text(*value, "DatabaseName"),
                .name = reader.text(*value, "Name")};
    table.table_type = reader.text(*value, "TableType");
    table.description = reader.text(*value, "Description");
    table.version_id = reader.text(*value, "VersionId");
    table.parameters = reader.parameters(*value, "Parameters");
    table.partition_keys = reader.columns(*value, "PartitionKeys");
    table.view_original_text = reader.text(*value, "ViewOriginalText");
    table.is_resource_link = reader.object(*value, "TargetTable") != nullptr;
    table.is_federated = reader.object(*value, "FederatedTable") != nullptr;
    table.is_multi_dialect_view = reader.flag(*value, "IsMultiDialectView");
    table.is_materialized_view = reader.flag(*value, "IsMaterializedView");
    const codec::JsonValue* descriptor = reader.object(*value, "StorageDescriptor");
    if (descriptor != nullptr)
        table.storage_descriptor = read_storage_descriptor(reader, *descriptor);
    if (!reader.fault().empty()) {
        return base::Error{base::ErrorKind::data_invalid,
                           "the answer of GetTable: " + reader.fault()};
    }
    table.json = codec::write_json(*value);
    return table;
}

base::Result<GlueTable> GlueClient::get_table(const GlueTableId& id, base::Deadline deadline) {
    codec::JsonWriter body;
    body.begin_object();
    if (!id.catalog_id.empty()) body.member("CatalogId", id.catalog_id);
    body.member("DatabaseName", id.database).member("Name", id.name).end_object();
    auto answer =
        client_->call(JsonCall{.service = kGlue,
                               .operation = "GetTable",
                               .body = body.take(),
                               .subject = fmt::format("table {}.{}", id.database, id.name),
                               .repeatable = http::Repeatable::yes,
                               .deadline = deadline});
    if (!answer) return std::move(answer).error();
    return parse_glue_table(*answer);
}

}  // namespace aws
